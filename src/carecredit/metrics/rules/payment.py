"""How soon invoices were paid: days to pay, days late, share on time; per cash line.

Only cash that stands on an invoice is in it; credits and write-offs pay nothing. Measured on what
was paid, these look good while bad debts stay open: show what is past due beside them.
"""

from msgspec import Struct

from carecredit.metrics.rules.measure import Exact, Measure, Status, Unit, quotient


class CashSums(Struct, frozen=True):
    """Sums over cash lines; late days are floored at 0 except where called signed."""

    lines: int = 0
    minor: Exact = 0
    pay_days: int = 0
    minor_pay_days: Exact = 0
    late_days: int = 0
    minor_late_days: Exact = 0
    minor_signed_late_days: Exact = 0
    on_time_lines: int = 0
    on_time_minor: Exact = 0


CASH_FIELDS = CashSums.__struct_fields__
CASH_COUNTS = ("lines", "pay_days", "late_days", "on_time_lines")
"""Those that are no money."""


def cash_line(*, lines: int, minor: int, pay_days: int, late_days: int) -> CashSums:
    """Give what one cash line (or several alike) adds to the sums."""
    floored, on_time = max(late_days, 0), late_days <= 0
    return CashSums(
        lines=lines,
        minor=minor,
        pay_days=lines * pay_days,
        minor_pay_days=minor * pay_days,
        late_days=lines * floored,
        minor_late_days=minor * floored,
        minor_signed_late_days=minor * late_days,
        on_time_lines=lines if on_time else 0,
        on_time_minor=minor if on_time else 0,
    )


def days_to_pay_weighted(cash: CashSums) -> Measure:
    """Sum of cash × (payment date − invoice date) / sum of cash."""
    return _by_amount(cash.minor_pay_days, cash, Unit.DAYS)


def days_to_pay_mean(cash: CashSums) -> Measure:
    """Mean of (payment date − invoice date) over cash lines."""
    return _by_line(cash.pay_days, cash, Unit.DAYS)


def days_late_weighted_signed(cash: CashSums) -> Measure:
    """Sum of cash × (payment date − due date) / sum of cash; early payments count as negative."""
    return _by_amount(cash.minor_signed_late_days, cash, Unit.DAYS)


def days_late_weighted(cash: CashSums) -> Measure:
    """Days late weighted by amount, with early payments as 0."""
    return _by_amount(cash.minor_late_days, cash, Unit.DAYS)


def days_late_mean(cash: CashSums) -> Measure:
    """Mean days late over cash lines, with early payments as 0."""
    return _by_line(cash.late_days, cash, Unit.DAYS)


def on_time_amount(cash: CashSums) -> Measure:
    """Share of the cash that came by the due date."""
    return _by_amount(cash.on_time_minor, cash, Unit.FRACTION)


def on_time_count(cash: CashSums) -> Measure:
    """Share of the cash lines that came by the due date."""
    return _by_line(cash.on_time_lines, cash, Unit.FRACTION)


def _by_amount(part: Exact, cash: CashSums, unit: Unit) -> Measure:
    return quotient(part, cash.minor, unit=unit, otherwise=Status.NO_DATA)


def _by_line(part: int, cash: CashSums, unit: Unit) -> Measure:
    return quotient(part, cash.lines, unit=unit, otherwise=Status.NO_DATA, parts_are_money=False)
