"""Simple interest on what is past due, day by day, exact until it is rounded once.

Directive 2011/7/EU, art. 2(5) and 3: from the day after the due date; a year has 365 days; the
rate of each half-year counts for its own days; each part payment lowers the principal.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from fractions import Fraction

import msgspec

from carecredit.receivables.rules.amounts import Changes
from carecredit.receivables.rules.late_rules import FIRST_DAY, LateRule, Rate

_YEAR = 365
_DAY = timedelta(days=1)


class Overdue(msgspec.Struct, frozen=True):
    """What fell due of an invoice and when, and what lowered it and when."""

    due: tuple[tuple[date, int], ...]
    settled: tuple[tuple[date, int], ...]


class Line(msgspec.Struct, frozen=True):
    """Interest of some days, both in, on one principal at one rate."""

    from_on: date
    through_on: date
    days: int
    principal_minor: int
    percent: Fraction
    rate: Rate
    interest: Fraction
    """In minor units, not rounded."""


class Interest(msgspec.Struct, frozen=True):
    """The interest of an invoice up to a day: its lines, their sum rounded once (half to even)."""

    lines: tuple[Line, ...]
    minor: int
    unknown_from: date | None
    """From this day on the table has no rate: what there is stops before it."""


def interest(
    rule: LateRule, overdue: Overdue, *, through_on: date, after: date | None = None
) -> Interest:
    """Work out the interest on what is past due, through a day (and only `after` another).

    A day counts with what was past due at the end of the day before it: paid on the thirtieth day
    after the due date is thirty days late.
    """
    lines: list[Line] = []
    for from_on, to_on in _spans(rule, overdue, through_on):
        principal = _principal(overdue, from_on - _DAY)
        if principal <= 0 or (after is not None and to_on <= after):
            continue
        begins = from_on if after is None else max(from_on, after + _DAY)
        rate = rule.rate_on(_rate_day(rule, overdue, from_on))
        if rate is None:
            return Interest(tuple(lines), _rounded(lines), begins)
        lines.append(_line(rule, rate, begins, to_on, principal))
    return Interest(tuple(lines), _rounded(lines), None)


def is_late(overdue: Overdue, through_on: date) -> bool:
    """Say whether something was past due on some day up to this one."""
    return any(
        _principal(overdue, from_on - _DAY) > 0 for from_on, _ in _cut(_bounds(overdue), through_on)
    )


def _line(rule: LateRule, rate: Rate, from_on: date, to_on: date, principal: int) -> Line:
    days = (to_on - from_on).days + 1
    percent = rate.percent + rule.margin_percent
    return Line(
        from_on=from_on,
        through_on=to_on,
        days=days,
        principal_minor=principal,
        percent=percent,
        rate=rate,
        interest=principal * percent / 100 * days / _YEAR,
    )


def _rounded(lines: Iterable[Line]) -> int:
    return round(sum((line.interest for line in lines), Fraction()))


def _rate_day(rule: LateRule, overdue: Overdue, day: date) -> date:
    return overdue.due[0][0] + _DAY if rule.rate_of == FIRST_DAY else day


def _principal(overdue: Overdue, day: date) -> int:
    """Say what was past due at the end of a day: what fell due by then, less what settled it."""
    return _sum_by(overdue.due, day) - _sum_by(overdue.settled, day)


def _sum_by(changes: Changes, day: date) -> int:
    return sum(minor for on, minor in changes if on <= day)


def _bounds(overdue: Overdue) -> set[date]:
    return {day + _DAY for day, _ in (*overdue.due, *overdue.settled)}


def _spans(rule: LateRule, overdue: Overdue, through_on: date) -> Sequence[tuple[date, date]]:
    turns = {bound for rate in rule.rates for bound in (rate.from_on, rate.through_on + _DAY)}
    return _cut(_bounds(overdue) | turns, through_on)


def _cut(bounds: set[date], through_on: date) -> Sequence[tuple[date, date]]:
    """Cut time into spans, both ends in, within which nothing changes."""
    starts = sorted(bound for bound in bounds if bound <= through_on)
    ends = [*(start - _DAY for start in starts[1:]), through_on]
    return list(zip(starts, ends, strict=False))  # no start, no span
