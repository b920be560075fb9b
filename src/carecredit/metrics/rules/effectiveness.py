"""How well what was due came in: collection effectiveness, turnover, share current, bad debt."""

from fractions import Fraction

from carecredit.metrics.rules.measure import Exact, Measure, Status, Unit, quotient


def collection_effectiveness(
    *,
    opening_minor: Exact,
    sales_minor: Exact,
    closing_minor: Exact,
    closing_current_minor: Exact,
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


def turnover(*, sales_minor: Exact, opening_minor: Exact, closing_minor: Exact) -> Measure:
    """Credit sales / average balance of opening and closing (Gaodun CMA)."""
    average = Fraction(opening_minor + closing_minor, 2)
    return quotient(sales_minor, average, unit=Unit.TIMES)


def percent_current(*, current_minor: Exact, open_minor: Exact) -> Measure:
    """Open and not yet due / open × 100."""
    return quotient(current_minor, open_minor, unit=Unit.PERCENT, times=100)


def bad_debt_ratio(
    *, written_off_minor: Exact, sales_minor: Exact, recovered_minor: Exact = 0
) -> Measure:
    """(Written off less recovered in the window) / its credit sales × 100 (Operately)."""
    return quotient(
        written_off_minor - recovered_minor,
        sales_minor,
        unit=Unit.PERCENT,
        times=100,
        otherwise=Status.NO_SALES,
    )
