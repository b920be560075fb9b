"""A role for business intelligence on PostgreSQL: one client company, reading, and no more.

Making a role is an administrator's work, so this gives the statements and runs none. The rule of
the role is a restrictive one: whatever it sets in its session, it sees no other client company.
"""

import re

from carecredit.kernel.errors import Invalid
from carecredit.kernel.ids import ClientId
from carecredit.store.session import SETTING

COLUMNS = {
    "customers": "client_id, id, number, segment",
    "invoices": "",
    "standings": "",
    "instalments": "",
    "rates": "",
    "ledger_entries": "client_id, id, customer_id, number, kind, segment, related_id, "
    "effective_on, currency, amount_minor, tax_minor, recorded_at",
    "allocations": "",
    "disputes": "client_id, id, invoice_id, disputed_from, amount_minor, recorded_at",
    "dispute_ends": "",
    "promises_to_pay": "client_id, id, customer_id, promised_on, grace_days, state, currency, "
    "amount_minor, kept_minor, given_at, judged_at",
    "day_changes": "",
    "relationships": "",
}
"""What the views read of each table (empty: all of it); names and free words are not in it."""
VIEWS = (
    "bi_customers", "bi_invoices", "bi_instalments", "bi_entries", "bi_allocations", "bi_disputes",
    "bi_promises", "bi_rates", "bi_days", "bi_relationships",
)  # fmt: skip
_NAME = re.compile(r"[a-z][a-z0-9_]{0,50}")


def role_statements(name: str, client_id: ClientId) -> list[str]:
    """Give the statements that make a role which reads one client company's views."""
    if not _NAME.fullmatch(name):
        raise Invalid(
            f"{name!r} is no name for a role; write small letters, digits and _, such as bi_acq",
            field="name",
        )
    found = [
        f"CREATE ROLE {name} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOINHERIT",
        f"ALTER ROLE {name} SET {SETTING} = '{client_id}'",
        f"ALTER ROLE {name} SET default_transaction_read_only = on",
        f"GRANT SELECT ON {', '.join(VIEWS)} TO {name}",
    ]
    for table, columns in COLUMNS.items():
        of = f" ({columns})" if columns else ""
        found.append(f"GRANT SELECT{of} ON {table} TO {name}")
        found.append(
            f"CREATE POLICY only_of_{name} ON {table} AS RESTRICTIVE FOR SELECT TO {name} "
            f"USING (client_id = '{client_id}'::uuid)"
        )
    return found
