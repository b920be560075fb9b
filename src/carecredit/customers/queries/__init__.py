"""Reading customers, their contact points, and the wishes of the persons behind them."""

from carecredit.customers.queries.persons import sharing
from carecredit.customers.queries.reaching import (
    contact_points,
    own_hash,
    reach,
    reaches,
    suppressed,
    suppressions,
)
from carecredit.customers.queries.registry import (
    PAGE_MAX,
    Known,
    UnknownCustomer,
    cards,
    customer,
    customer_by_number,
    customers,
    ids_by_number,
    statements_of,
    study,
    study_cells,
    study_names,
)
from carecredit.customers.queries.wishes import (
    consents,
    needs,
    preference,
    preferences,
    suppressions_kept,
    wishes_of,
)

__all__ = [
    "PAGE_MAX",
    "Known",
    "UnknownCustomer",
    "cards",
    "consents",
    "contact_points",
    "customer",
    "customer_by_number",
    "customers",
    "ids_by_number",
    "needs",
    "own_hash",
    "preference",
    "preferences",
    "reach",
    "reaches",
    "sharing",
    "statements_of",
    "study",
    "study_cells",
    "study_names",
    "suppressed",
    "suppressions",
    "suppressions_kept",
    "wishes_of",
]
