"""Customers over any run of days: who was there before it, who is gone, what the others changed."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import accumulate

from msgspec import Struct

from carecredit.customers.rules import Stay, ValueStep
from carecredit.kernel.calendars import DayRange
from carecredit.metrics.rules.churn import PeopleSums
from carecredit.metrics.rules.facts import CustomerFact

Worth = int | None
"""What a customer is worth a month, in minor units; none: it is not there."""
Effect = tuple[int, int, int, int]
"""What a customer adds to a window: lost, its value then, contraction, expansion."""
Path = list[tuple[int, Worth, Worth]]
"""The days (as ordinals) on which a customer's worth changes, before and after."""

EVENTS_MAX = 10
"""A customer that changes more often is looked at by itself."""
_NOTHING: Effect = (0, 0, 0, 0)
_LENGTHS = (31, 92, 366, 10**9)


class Relations:
    """All customers of a client company, sorted once, so that any window is a few look-ups.

    What a customer adds to a window depends on its worth before the first and after the last of
    its changes in there. Where there is one change, sums along the days answer; what several
    together add beyond that is kept by the run of days they span.
    """

    def __init__(self, customers: Iterable[CustomerFact] = (), *, currency: str = "") -> None:
        self.currency = currency
        """Of values, where no other is asked for: the client company's own."""
        by_segment: defaultdict[str | None, list[CustomerFact]] = defaultdict(list)
        stated = {currency}
        for customer in customers:
            by_segment[customer.segment].append(customer)
            stated.update(step.currency for step in customer.values)
        self.currencies = tuple(sorted(stated))
        """Those that values are stated in, and the own one; they are never added up."""
        self._groups = {
            (segment, each): _Group(mine, each)
            for segment, mine in by_segment.items()
            for each in self.currencies
        }

    @property
    def segments(self) -> frozenset[str]:
        """Name the segments that customers belong to."""
        return frozenset(segment for segment, _ in self._groups if segment is not None)

    def sums(self, segment: str | None, span: DayRange, currency: str | None = None) -> PeopleSums:
        """Count those there on the day before a window, and what became of them by its end.

        `segment` none is the whole. Values are those in one currency: the one asked for where any
        is stated in it, else the client company's own.
        """
        chosen = currency if currency in self.currencies else self.currency
        before, last = span.first.toordinal() - 1, span.last.toordinal()
        if segment is not None:
            group = self._groups.get((segment, chosen))
            return PeopleSums(*group.sums(before, last)) if group else PeopleSums()
        groups = (group for (_, each), group in self._groups.items() if each == chosen)
        parts = [group.sums(before, last) for group in groups]
        return PeopleSums(*map(sum, zip(*parts, strict=True))) if parts else PeopleSums()


class _Runs(Struct):
    """Runs of several changes of one customer, of about one length, by their last day."""

    shortest: int
    lasts: list[int]
    firsts: list[int]
    effects: list[Effect]

    def add(self, total: list[int], before: int, last: int) -> None:
        """Add the effects of the runs that lie within a window."""
        if self.shortest >= last - before:
            return
        start, stop = bisect_right(self.lasts, before), bisect_right(self.lasts, last)
        chosen = [
            effect
            for first, effect in zip(self.firsts[start:stop], self.effects[start:stop], strict=True)
            if first > before
        ]
        for place, amounts in enumerate(zip(*chosen, strict=True)):
            total[place] += sum(amounts)


class _Group:
    """The customers of one segment, their values in one currency."""

    def __init__(self, customers: Sequence[CustomerFact], currency: str) -> None:
        self._ever = len(customers)
        self._ever_minor = 0
        self._busy: list[Path] = []
        changes: list[tuple[int, int, int, Effect]] = []
        runs: list[tuple[int, int, Effect]] = []
        for customer in customers:
            path = _path(customer.stays, customer.values, currency)
            self._ever_minor += max((after or 0 for _, _, after in path), default=0)
            busy = len(path) > EVENTS_MAX
            for day, old, new in path:
                there = (new is not None) - (old is not None)
                effect = _NOTHING if busy else _effect(old, new)
                changes.append((day, there, (new or 0) - (old or 0), effect))
            if busy:
                self._busy.append(path)
            elif len(path) > 1:
                runs += _runs(path)
        self._sort(changes)
        self._runs = list(_by_length(runs))

    def _sort(self, changes: list[tuple[int, int, int, Effect]]) -> None:
        changes.sort(key=lambda change: change[0])
        self._days = [change[0] for change in changes]
        self._there = [0, *accumulate(change[1] for change in changes)]
        self._minor = [0, *accumulate(change[2] for change in changes)]
        self._single = [
            [0, *accumulate(change[3][place] for change in changes)]
            for place in range(len(_NOTHING))
        ]

    def sums(self, before: int, last: int) -> tuple[int, ...]:
        """Give the fields of the sums of a window, from the day before it to its last day."""
        start, stop = bisect_right(self._days, before), bisect_right(self._days, last)
        total = [along[stop] - along[start] for along in self._single]
        for runs in self._runs:
            runs.add(total, before, last)
        for path in self._busy:
            for place, amount in enumerate(_effect(_worth(path, before), _worth(path, last))):
                total[place] += amount
        return (self._ever, self._ever_minor, self._there[start], self._minor[start], *total)


def _effect(before: Worth, after: Worth) -> Effect:
    if before is None:
        return _NOTHING  # who came later never enters
    if after is None:
        return 1, before, 0, 0
    return 0, 0, max(0, before - after), max(0, after - before)


def _worth(path: Path, day: int) -> Worth:
    place = bisect_right(path, day, key=lambda change: change[0])
    return path[place - 1][2] if place else None


def _path(stays: Sequence[Stay], values: Sequence[ValueStep], currency: str) -> Path:
    """Walk through a customer's life: each day on which it comes, goes or changes in worth."""
    if len(stays) == 1 and len(values) <= 1 and (not values or values[0].currency == currency):
        (stay,) = stays
        start, minor = stay.started_on.toordinal(), values[0].minor if values else 0
        if (not values or values[0].day == stay.started_on) and stay.ended_on is None:
            return [(start, None, minor)]
    there: dict[int, bool] = {}
    for stay in stays:
        if stay.ended_on is None or stay.ended_on > stay.started_on:
            there[stay.started_on.toordinal()] = True
            if stay.ended_on is not None:
                there[stay.ended_on.toordinal()] = False
    worth = {step.day.toordinal(): step.minor for step in values if step.currency == currency}
    path: Path = []
    present, minor, standing = False, 0, None
    for day in sorted(there.keys() | worth.keys()):
        present, minor = there.get(day, present), worth.get(day, minor)
        now = minor if present else None
        if now != standing:
            path.append((day, standing, now))
            standing = now
    return path


def _runs(path: Path) -> list[tuple[int, int, Effect]]:
    """Give what runs of changes add beyond the shorter runs in them: last day, first day, what.

    Inclusion and exclusion: over all runs within a window these add up to the effect of the whole.
    """
    between: dict[tuple[int, int], Effect] = {}
    found = []
    for last in range(len(path)):
        for first in range(last, -1, -1):
            between[first, last] = whole = _effect(path[first][1], path[last][2])
            if first == last:
                continue
            left, right = between[first + 1, last], between[first, last - 1]
            both = between.get((first + 1, last - 1), _NOTHING)
            beyond = (
                whole[0] - left[0] - right[0] + both[0],
                whole[1] - left[1] - right[1] + both[1],
                whole[2] - left[2] - right[2] + both[2],
                whole[3] - left[3] - right[3] + both[3],
            )
            if beyond != _NOTHING:
                found.append((path[last][0], path[first][0], beyond))
    return found


def _by_length(runs: list[tuple[int, int, Effect]]) -> Iterable[_Runs]:
    shortest = 0
    for longest in _LENGTHS:
        mine = sorted(run for run in runs if shortest <= run[0] - run[1] < longest)
        if mine:
            lasts, firsts, effects = zip(*mine, strict=True)
            yield _Runs(shortest, list(lasts), list(firsts), list(effects))
        shortest = longest
