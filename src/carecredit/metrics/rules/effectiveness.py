"""How well what was due came in: collection effectiveness, turnover, share current, bad debt."""

from fractions import Fraction

from carecredit.metrics.rules.measure import Measure, Status, Unit, quotient


def collection_effectiveness(
    *,
    opening_minor: int,
    sales_minor: int,
    closing_minor: int,
    closing_current_minor: int,
    months: int = 1,
) -> Measure:
    """(B + S − E) / (B + S − E current) × 100; with `months` above 1 the sales are divided by it.

    The undivided form is ours; the divided one is the Credit Research Foundation's, and gives
    another number on the same data (CreditGuru), hence another name.
    """
    sales = Fraction(sales_minor, months)
    return quotient(
        opening_minor + sales - closing_minor,
        opening_minor + sales - closing_current_minor,
        unit=Unit.PERCENT,
        times=100,
    )


def turnover(*, sales_minor: int, opening_minor: int, closing_minor: int) -> Measure:
    """Credit sales / average balance of opening and closing (Gaodun CMA)."""
    average = Fraction(opening_minor + closing_minor, 2)
    return quotient(sales_minor, average, unit=Unit.TIMES)


def percent_current(*, current_minor: int, open_minor: int) -> Measure:
    """Open and not yet due / open × 100."""
    return quotient(current_minor, open_minor, unit=Unit.PERCENT, times=100)


def bad_debt_ratio(
    *, written_off_minor: int, sales_minor: int, recovered_minor: int = 0
) -> Measure:
    """(Written off less recovered in the window) / its credit sales × 100 (Operately)."""
    return quotient(
        written_off_minor - recovered_minor,
        sales_minor,
        unit=Unit.PERCENT,
        times=100,
        otherwise=Status.NO_SALES,
    )
