"""Days sales outstanding in its named forms; which one is meant always stands in the name.

Sales are credit sales on the same tax basis as the balance; days are calendar days. Sources: the
Association of Corporate Treasurers (simple), Kerr Consulting (average), CreditGuru (best possible).
"""

from collections.abc import Iterable, Sequence
from fractions import Fraction

from carecredit.kernel.errors import Invalid
from carecredit.metrics.rules.measure import Exact, Measure, Status, Unit, nothing, quotient


def dso_simple(*, balance_minor: Exact, sales_minor: Exact, days: int) -> Measure:
    """Balance / credit sales × days."""
    return _of_sales(balance_minor, sales_minor, days)


def dso_average_ends(
    *, opening_minor: Exact, closing_minor: Exact, sales_minor: Exact, days: int
) -> Measure:
    """(Opening + closing balance) / 2, / credit sales × days."""
    return _of_sales(Fraction(opening_minor + closing_minor, 2), sales_minor, days)


def dso_average_month_ends(
    *, balances_minor: Sequence[Exact], sales_minor: Exact, days: int
) -> Measure:
    """Mean of the opening balance and every month-end's, / credit sales × days."""
    if not balances_minor:
        raise Invalid("an average needs one balance or more", field="balances_minor")
    mean = Fraction(sum(balances_minor), len(balances_minor))
    return _of_sales(mean, sales_minor, days)


def dso_best_possible(*, current_minor: Exact, sales_minor: Exact, days: int) -> Measure:
    """What is open and not yet due / credit sales × days: DSO if all were paid on time."""
    return _of_sales(current_minor, sales_minor, days)


def dso_past_due(*, past_due_minor: Exact, sales_minor: Exact, days: int) -> Measure:
    """What is open after its due date / credit sales × days."""
    return _of_sales(past_due_minor, sales_minor, days)


def dso_undisputed(
    *, balance_minor: Exact, disputed_minor: Exact, sales_minor: Exact, days: int
) -> Measure:
    """(Balance − disputed) / credit sales × days: beside DSO, never in its place."""
    return _of_sales(balance_minor - disputed_minor, sales_minor, days)


def dso_true(items: Iterable[tuple[int, int, int]]) -> Measure:
    """Sum over open invoices of age × open amount / sales of the invoice's month (Oracle).

    `items` are (open, age in days, sales of its month); an invoice of a month without sales above
    zero leaves the sum undefined.
    """
    total = Fraction(0)
    for open_minor, age_days, sales_minor in items:
        if sales_minor <= 0:
            return nothing(Unit.DAYS, Status.NO_SALES)
        total += Fraction(open_minor * age_days, sales_minor)
    return Measure(unit=Unit.DAYS, value=total, numerator=total, parts_are_money=False)


def average_days_late(
    *, balance_minor: Exact, current_minor: Exact, sales_minor: Exact, days: int
) -> Measure:
    """DSO less best possible DSO, from the same balance, sales and days."""
    return _of_sales(balance_minor - current_minor, sales_minor, days)


def _of_sales(part: Exact, sales_minor: Exact, days: int) -> Measure:
    return quotient(
        part, sales_minor, unit=Unit.DAYS, times=days, days=days, otherwise=Status.NO_SALES
    )
