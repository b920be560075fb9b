"""Those who began in the same month, and how many of them are still here month by month."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from msgspec import Struct

from carecredit.kernel.calendars import month_end
from carecredit.metrics.rules.durations import Life, there_on

MONTHS_MAX = 120
_YEAR = 12


class Cohort(Struct, frozen=True):
    """Who began in a month, and how many are here at the end of it and of each month after it."""

    began: date
    """The first day of the month."""
    subjects: int
    here: tuple[int, ...]


def cohorts(lives: Iterable[Life], *, as_of: date, months: int = _YEAR) -> tuple[Cohort, ...]:
    """Count, by month of the first contract, those here at each month-end up to a day.

    A month not yet over has no count. Who was away and is back counts as here.
    """
    by_month: defaultdict[date, list[Life]] = defaultdict(list)
    for life in lives:
        if life.began_on <= as_of:
            by_month[life.began_on.replace(day=1)].append(life)
    found = []
    for began in sorted(by_month):
        mine = by_month[began]
        ends = [end for end in _month_ends(began, min(months, MONTHS_MAX)) if end <= as_of]
        found.append(Cohort(began, len(mine), tuple(_here(mine, end) for end in ends)))
    return tuple(found)


def _here(lives: list[Life], day: date) -> int:
    return sum(there_on(life, day) for life in lives)


def _month_ends(began: date, months: int) -> list[date]:
    first = began.year * _YEAR + began.month - 1
    return [
        month_end(index // _YEAR, index % _YEAR + 1) for index in range(first, first + months + 1)
    ]
