"""Reading policies, touches, and the facts a plan depends on."""

from carecredit.cadence.queries.facts import facts_of
from carecredit.cadence.queries.plans import plan_of
from carecredit.cadence.queries.policies import policy
from carecredit.cadence.queries.touches import (
    UnknownTouch,
    counts_by_status,
    customers_to_plan,
    live_touches,
    touch,
    touches_by_id,
    touches_due,
    touches_of,
    touches_waiting,
)

__all__ = [
    "UnknownTouch",
    "counts_by_status",
    "customers_to_plan",
    "facts_of",
    "live_touches",
    "plan_of",
    "policy",
    "touch",
    "touches_by_id",
    "touches_due",
    "touches_of",
    "touches_waiting",
]
