"""One measured number: its value or why it has none, and what it was divided from."""

from enum import StrEnum
from fractions import Fraction

from msgspec import Struct

from carecredit.kernel.calendars import DayRange

Exact = int | Fraction
"""Minor units: whole, or to a fraction of one where currencies were converted; never rounded."""


class Status(StrEnum):
    """Why a number stands, or why its place is empty; an empty place is never a zero."""

    OK = "ok"
    NO_SALES = "no_sales"
    UNDEFINED = "undefined"
    INSUFFICIENT_HISTORY = "insufficient_history"
    NO_DATA = "no_data"


class Unit(StrEnum):
    """What a number counts; `MONEY` is in minor units until it is written."""

    MONEY = "money"
    COUNT = "count"
    DAYS = "days"
    SECONDS = "seconds"
    FRACTION = "fraction"
    PERCENT = "percent"
    TIMES = "times"


class Measure(Struct, frozen=True, kw_only=True):
    """A number with full precision; it is rounded once, where it is written."""

    unit: Unit
    value: Fraction | None
    status: Status = Status.OK
    numerator: Fraction | int | None = None
    denominator: Fraction | int | None = None
    parts_are_money: bool = True
    """Numerator and denominator are minor units of the currency, not counts."""
    days: int | None = None
    window: DayRange | None = None
    at_least: Fraction | None = None
    """A lower bound, where history is used up before the number is reached."""
    n: int | None = None
    """Of how many people or contacts."""
    interval: tuple[float, float] | None = None
    """Where the value lies with 95 % confidence, in its own unit."""


def money(minor: Exact) -> Measure:
    """Measure an amount."""
    value = Fraction(minor)
    return Measure(unit=Unit.MONEY, value=value, numerator=value)


def count(number: int) -> Measure:
    """Measure how many there are."""
    value = Fraction(number)
    return Measure(unit=Unit.COUNT, value=value, numerator=value, parts_are_money=False)


def quotient(
    numerator: Fraction | int,
    denominator: Fraction | int,
    *,
    unit: Unit,
    times: int = 1,
    otherwise: Status = Status.UNDEFINED,
    days: int | None = None,
    parts_are_money: bool = True,
) -> Measure:
    """Divide, times a factor; without a denominator above zero there is a reason and no value."""
    usable = denominator > 0
    return Measure(
        unit=unit,
        value=Fraction(numerator * times, denominator) if usable else None,
        status=Status.OK if usable else otherwise,
        numerator=numerator,
        denominator=denominator,
        parts_are_money=parts_are_money,
        days=days,
    )


def nothing(unit: Unit, status: Status = Status.NO_DATA) -> Measure:
    """Measure what has no data behind it."""
    return Measure(unit=unit, value=None, status=status)
