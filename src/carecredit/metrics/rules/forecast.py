"""Cash to come: the naive baseline, a second simple one beside it, and the error of both.

Naive: what is open comes on its due date, moved by the customer's own days late (weighted, signed);
where a customer has no history, by the company's. Anything smarter has to beat it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction

from msgspec import Struct

from carecredit.kernel.calendars import DAY, DayRange
from carecredit.metrics.rules.measure import Measure, Status, Unit, quotient
from carecredit.metrics.rules.windows import Window

WEEK = 7
HISTORY = Window(months=12)
"""How far back a customer's habit is looked for."""
RUN_WEEKS = 13


class Habit(Struct, frozen=True, gc=False):
    """Cash received, and the same times its days late (early is minus)."""

    minor: int = 0
    minor_days: int = 0


def shift_days(habit: Habit) -> int | None:
    """Days late weighted by cash, rounded half up to whole days; without cash none."""
    if habit.minor <= 0:
        return None
    return (2 * habit.minor_days + habit.minor) // (2 * habit.minor)


def weeks_after(as_of: date, weeks: int) -> tuple[DayRange, ...]:
    """List the weeks that follow a day, the first beginning the day after it."""
    starts = (as_of + DAY + timedelta(WEEK * index) for index in range(weeks))
    return tuple(DayRange(start, start + timedelta(WEEK - 1)) for start in starts)


class Outset(Struct, frozen=True):
    """What a forecast sets out from, added up over customers, so that some can be taken anew."""

    by_day: Counter[int]
    """Open of customers with a habit, by the due day moved by it (ordinals)."""
    by_due: Counter[int]
    """Open of customers without one, by the due day."""
    habit: Habit
    """Of all of them together."""
    customers: int
    """How many have a habit."""

    @property
    def open_minor(self) -> int:
        """Sum up what is open."""
        return self.by_day.total() + self.by_due.total()

    def plus(self, other: "Outset", sign: int = 1) -> "Outset":
        """Add what other customers bring, or take it off."""
        by_day, by_due = self.by_day.copy(), self.by_due.copy()
        for mine, theirs in ((by_day, other.by_day), (by_due, other.by_due)):
            mine.update({day: sign * minor for day, minor in theirs.items()})
        habit = Habit(
            self.habit.minor + sign * other.habit.minor,
            self.habit.minor_days + sign * other.habit.minor_days,
        )
        return Outset(by_day, by_due, habit, self.customers + sign * other.customers)


def outset(
    open_items: Iterable[tuple[object, date, int]], habits: Mapping[object, Habit]
) -> Outset:
    """Add up open items (customer, due date, amount), each moved by its customer's habit."""
    shifts = {who: shift_days(habit) for who, habit in habits.items()}
    by_day: defaultdict[int, int] = defaultdict(int)
    by_due: defaultdict[int, int] = defaultdict(int)
    for customer, due_on, minor in open_items:
        shift = shifts.get(customer)
        if shift is None:
            by_due[due_on.toordinal()] += minor
        else:
            by_day[due_on.toordinal() + shift] += minor
    together = Habit(
        sum(each.minor for each in habits.values()),
        sum(each.minor_days for each in habits.values()),
    )
    return Outset(Counter(by_day), Counter(by_due), together, len(habits))


class Expected(Struct, frozen=True):
    """Cash expected by week; what was expected already is in the first, and what comes later."""

    by_week_minor: tuple[int, ...]
    overdue_minor: int
    """Of the first week: its day, by the customer's habit, has passed."""
    later_minor: int


def naive(start: Outset, *, as_of: date, weeks: int) -> Expected:
    """Expect each open item on its due date plus its customer's days late, or the company's."""
    company = shift_days(start.habit) or 0
    sums = start.by_day.copy()
    sums.update({day + company: minor for day, minor in start.by_due.items()})
    first = (as_of + DAY).toordinal()
    by_week, overdue, later = [0] * weeks, 0, 0
    for day, minor in sums.items():
        away = day - first
        if away >= weeks * WEEK:
            later += minor
            continue
        by_week[max(away, 0) // WEEK] += minor
        overdue += minor if away < 0 else 0
    return Expected(tuple(by_week), overdue, later)


def run_rate(received_minor: Sequence[int], weeks: int) -> tuple[Fraction, ...]:
    """Expect, each week, the mean of the weeks that were: sales still to come are in it."""
    mean = Fraction(sum(received_minor), len(received_minor)) if received_minor else Fraction(0)
    return (mean,) * weeks


class Error(Struct, frozen=True):
    """How far a forecast was off: the sum of weekly misses, and that against what came."""

    absolute_minor: Fraction
    share: Measure


def weekly_error(expected: Sequence[Fraction | int], received_minor: Sequence[int]) -> Error:
    """Sum over weeks of |expected − received|, and that / received, as a fraction."""
    pairs = zip(expected, received_minor, strict=True)
    missed = sum((abs(Fraction(each - came)) for each, came in pairs), Fraction(0))
    share = quotient(missed, sum(received_minor), unit=Unit.FRACTION, otherwise=Status.NO_DATA)
    return Error(missed, share)
