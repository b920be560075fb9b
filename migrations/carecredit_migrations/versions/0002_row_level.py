"""Row-level rules: a transaction sees the client companies that its setting lists, and no others.

PostgreSQL only; on SQLite the session narrows every mapped read. The rules are forced on the
owner too. A setting that was never made, or was rolled back to '', permits nothing.

Revision ID: 0002
Revises: 0001
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES = (
    "action_choices",
    "allocations",
    "attempts",
    "audit_entries",
    "audit_heads",
    "books",
    "care_cases",
    "care_needs",
    "case_deadlines",
    "case_events",
    "case_invoices",
    "cash_days",
    "consents",
    "contact_links",
    "contact_points",
    "contacts",
    "credit_limits",
    "customer_cash",
    "customers",
    "day_changes",
    "dispute_ends",
    "disputes",
    "expectations",
    "gap_events",
    "gaps",
    "hardship_reliefs",
    "holds",
    "idempotency_keys",
    "instalments",
    "invoices",
    "ledger_entries",
    "mandates",
    "open_spans",
    "payment_plans",
    "payment_proofs",
    "plan_events",
    "plan_instalments",
    "plan_invoices",
    "preferences",
    "procedure_texts",
    "procedure_versions",
    "profile_approvals",
    "promise_invoices",
    "promises_to_pay",
    "rates",
    "relationships",
    "served_shares",
    "service_calendars",
    "service_levels",
    "standings",
    "studies",
    "study_cells",
    "summings",
    "survey_terms",
    "surveys",
    "touches",
    "vain_searches",
    "waivers",
    "work_claims",
)
PERMITTED = (  # a sub-select is worked out once for a statement, not once for each row
    "client_id = ANY ((SELECT string_to_array("
    "nullif(current_setting('carecredit.client_ids', true), ''), ',')::uuid[])::uuid[])"
)


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(
            f"CREATE POLICY permitted_clients ON {table} "
            f"USING ({PERMITTED}) WITH CHECK ({PERMITTED})"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in TABLES:
        op.execute(f"DROP POLICY permitted_clients ON {table}")
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
