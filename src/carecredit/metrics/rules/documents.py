"""What one invoice changes in all the sums by day: balances, lines of cash, placements."""

from carecredit.metrics.rules.cash_lines import add_cash_lines
from carecredit.metrics.rules.changes import Changes
from carecredit.metrics.rules.facts import InvoiceFact
from carecredit.metrics.rules.lives import add_invoice
from carecredit.metrics.rules.placing import add_placements


def add_document(changes: Changes, invoice: InvoiceFact, sign: int = 1) -> None:
    """Add (or take off) all that an invoice changes."""
    add_invoice(changes, invoice, sign)
    add_cash_lines(changes, invoice, sign)
    add_placements(changes, invoice, sign)
