"""Views for business intelligence: plain names, no personal data beyond number and segment.

On PostgreSQL they run as whoever asks (security_invoker), so that the row-level rules and the
grants of that role hold. What is in major units is there on PostgreSQL alone, where it is exact.

Revision ID: 0003
Revises: 0002
"""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

DECIMALS = """CASE
    WHEN {currency} IN ('BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX',
        'UYI', 'VND', 'VUV', 'XAF', 'XOF', 'XPF') THEN 0
    WHEN {currency} IN ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') THEN 3
    WHEN {currency} IN ('CLF', 'UYW') THEN 4
    ELSE 2 END"""
# Every due date of every invoice, with what is due of it up to there: money fills the oldest first.
DUE_DATES = """(SELECT n.client_id, n.invoice_id, n.position, n.due_on, n.amount_minor, n.recorded_at,
        sum(n.amount_minor) OVER (PARTITION BY n.client_id, n.invoice_id
            ORDER BY n.due_on, n.position) AS through_minor
    FROM instalments n
    UNION ALL SELECT o.client_id, o.id, 1, coalesce(o.due_on, o.invoiced_on), o.gross_minor,
        o.recorded_at, o.gross_minor
    FROM invoices o WHERE NOT EXISTS (SELECT 1 FROM instalments m
        WHERE m.client_id = o.client_id AND m.invoice_id = o.id)) n
    JOIN invoices i ON i.client_id = n.client_id AND i.id = n.invoice_id
    LEFT JOIN standings s ON s.client_id = n.client_id AND s.invoice_id = n.invoice_id"""
OPEN_OF_IT = """CASE WHEN i.gross_minor <= 0 THEN s.open_minor
    WHEN n.through_minor <= i.gross_minor - s.open_minor THEN 0
    WHEN n.through_minor - n.amount_minor >= i.gross_minor - s.open_minor THEN n.amount_minor
    ELSE CAST(n.through_minor AS bigint) - i.gross_minor + s.open_minor END"""
# Name, rows from, columns; amounts in minor units by the name they have in major ones (where there
# is no currency, what PostgreSQL alone works out exactly).
VIEWS: tuple[tuple[str, str, str, str | None, dict[str, str]], ...] = (
    ("bi_customers", "customers c", "c.client_id, c.id AS customer_id, c.number, c.segment", None, {}),
    (
        "bi_invoices",
        "invoices i LEFT JOIN standings s ON s.client_id = i.client_id AND s.invoice_id = i.id",
        "i.client_id, i.id AS invoice_id, i.customer_id, i.number, i.kind, i.segment, "
        "i.invoiced_on, coalesce(i.due_on, i.invoiced_on) AS due_on, i.split_payment, "
        "i.currency, i.gross_minor, i.tax_minor, s.open_minor, s.settled_on, i.recorded_at",
        "i.currency",
        {"gross": "i.gross_minor", "tax": "i.tax_minor", "open": "s.open_minor"},
    ),
    (
        "bi_instalments",
        DUE_DATES,
        "n.client_id, n.invoice_id, i.customer_id, n.position, n.due_on, i.currency, "
        f"n.amount_minor, {OPEN_OF_IT} AS open_minor, n.recorded_at",
        "i.currency",
        {"amount": "n.amount_minor", "open": f"({OPEN_OF_IT})"},
    ),
    (
        "bi_rates",
        "rates r",
        "r.client_id, r.rate_set, r.currency, r.\"into\" AS into_currency, r.day, r.rate_billionths, "
        "r.source, r.recorded_at",
        None,
        {"rate": "round(r.rate_billionths / 10::numeric ^ 9, 9)"},
    ),
    (
        "bi_entries",
        "ledger_entries e",
        "e.client_id, e.id AS entry_id, e.customer_id, e.number, e.kind, e.segment, "
        "e.related_id, e.effective_on, e.currency, e.amount_minor, e.tax_minor, e.recorded_at",
        "e.currency",
        {"amount": "e.amount_minor"},
    ),
    (
        "bi_allocations",
        "allocations a JOIN invoices i ON i.client_id = a.client_id AND i.id = a.invoice_id",
        "a.client_id, a.id AS allocation_id, a.entry_id, a.invoice_id, a.undoes_id, "
        "a.effective_on, a.applied_on, i.currency, a.amount_minor, a.recorded_at",
        "i.currency",
        {"amount": "a.amount_minor"},
    ),
    (
        "bi_disputes",
        "disputes d JOIN invoices i ON i.client_id = d.client_id AND i.id = d.invoice_id "
        "LEFT JOIN dispute_ends x ON x.client_id = d.client_id AND x.dispute_id = d.id",
        "d.client_id, d.id AS dispute_id, d.invoice_id, d.disputed_from, x.disputed_to, "
        "i.currency, d.amount_minor, d.recorded_at, x.recorded_at AS ended_recorded_at",
        "i.currency",
        {"amount": "d.amount_minor"},
    ),
    (
        "bi_promises",
        "promises_to_pay p",
        "p.client_id, p.id AS promise_id, p.customer_id, p.promised_on, p.grace_days, p.state, "
        "p.currency, p.amount_minor, p.kept_minor, p.given_at, p.judged_at",
        "p.currency",
        {"amount": "p.amount_minor", "kept": "p.kept_minor"},
    ),
    ("bi_days", "day_changes y", "y.*", None, {}),
    (
        "bi_relationships",
        "relationships r",
        "r.client_id, r.id AS relationship_id, r.customer_id, r.number, r.started_on, r.ended_on, "
        "r.ended_reason, r.value_from, r.currency, r.monthly_value_minor, r.recorded_at",
        "r.currency",
        {"monthly_value": "r.monthly_value_minor"},
    ),
)


def upgrade() -> None:
    postgresql = op.get_bind().dialect.name == "postgresql"
    invoker = " WITH (security_invoker = true)" if postgresql else ""
    for view, rows, columns, currency, majors in VIEWS:
        shown = [columns]
        if currency is not None:
            decimals = DECIMALS.format(currency=currency)
            shown.append(f"{decimals} AS decimals")
            if postgresql:
                shown += [
                    f'round({minor} / 10::numeric ^ ({decimals}), {decimals}) AS "{major}"'
                    for major, minor in majors.items()
                ]
        elif postgresql:
            shown += [f'{exact} AS "{name}"' for name, exact in majors.items()]
        op.execute(f"CREATE VIEW {view}{invoker} AS SELECT {', '.join(shown)} FROM {rows}")


def downgrade() -> None:
    for name, *_ in VIEWS:
        op.execute(f"DROP VIEW {name}")
