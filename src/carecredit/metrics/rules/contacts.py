"""Contacts: solved the first time, repeated, and how long each took."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from datetime import datetime, timedelta
from fractions import Fraction
from itertools import pairwise

from msgspec import Struct, structs

from carecredit.kernel.calendars import Period
from carecredit.metrics.rules.measure import Measure, Unit, nothing
from carecredit.metrics.rules.shares import share_of

PERCENTILES = (50, 90, 95)


class ContactFact(Struct, frozen=True, gc=False):
    """A contact; nobody known behind it: no customer, and it is counted apart, never dropped."""

    customer: Hashable | None
    issue: Hashable
    started_at: datetime


class FirstContactSums(Struct, frozen=True):
    """Cases opened, those not followed by another contact, those too young, contacts unlinked."""

    cases: int = 0
    solved: int = 0
    pending: int = 0
    unidentified: int = 0


def first_contacts(
    contacts: Iterable[ContactFact], *, within: timedelta, opened: Period, until: datetime
) -> FirstContactSums:
    """Count cases opened in a period by whether the same customer came back about the same issue.

    A contact opens a case after silence longer than the window. The window's far end is in it. Only
    cases whose window has passed are counted: the last days of a period always look too good.
    """
    known, unidentified = _threads(contacts, opened)
    cases = solved = pending = 0
    for starts in known:
        gaps = [None, *(later - earlier for earlier, later in pairwise(starts)), None]
        for start, before, after in zip(starts, gaps[:-1], gaps[1:], strict=True):
            if start not in opened or (before is not None and before <= within):
                continue
            if start + within > until:
                pending += 1
                continue
            cases += 1
            solved += after is None or after > within
    return FirstContactSums(cases, solved, pending, unidentified)


def first_contact_resolution(sums: FirstContactSums) -> Measure:
    """Cases without another contact in the window / cases whose window has passed."""
    return share_of(sums.solved, sums.cases)


class RepeatSums(Struct, frozen=True):
    """Identified contacts, and those that followed another of the same customer and issue."""

    identified: int = 0
    repeated: int = 0
    unidentified: int = 0


def repeats(contacts: Iterable[ContactFact], *, within: timedelta, started: Period) -> RepeatSums:
    """Count the contacts of a period that follow another within the window, its far end in."""
    known, unidentified = _threads(contacts, started)
    identified = repeated = 0
    for starts in known:
        identified += sum(start in started for start in starts)
        repeated += sum(
            later in started and later - earlier <= within for earlier, later in pairwise(starts)
        )
    return RepeatSums(identified, repeated, unidentified)


def repeat_rate(sums: RepeatSums) -> Measure:
    """Contacts that follow another inside the window / identified contacts."""
    return share_of(sums.repeated, sums.identified)


def handle_time(seconds: Sequence[int]) -> Measure:
    """Talk + hold + wrap-up, the mean over contacts; show the percentiles beside it."""
    if not seconds:
        return nothing(Unit.SECONDS)
    total = sum(seconds)
    return Measure(
        unit=Unit.SECONDS,
        value=Fraction(total, len(seconds)),
        numerator=Fraction(total),
        denominator=Fraction(len(seconds)),
        parts_are_money=False,
        n=len(seconds),
    )


def percentile(values: Sequence[int], percent: int) -> Measure:
    """The least value that so many percent of all do not pass (nearest rank)."""
    if not values:
        return nothing(Unit.SECONDS)
    rank = -(-percent * len(values) // 100)
    found = Fraction(sorted(values)[max(rank, 1) - 1])
    return Measure(unit=Unit.SECONDS, value=found, parts_are_money=False, n=len(values))


def complaints_per_contact(complaints: int, contacts: int) -> Measure:
    """Contacts followed by a complaint / contacts: our measure of gentleness."""
    return share_of(complaints, contacts)


def nothing_recorded(unit: Unit) -> Measure:
    """Nothing of this kind is recorded yet."""
    return structs.replace(nothing(unit), n=0)


def _threads(contacts: Iterable[ContactFact], counted: Period) -> tuple[list[list[datetime]], int]:
    threads: defaultdict[Hashable, list[datetime]] = defaultdict(list)
    unidentified = 0
    for contact in contacts:
        if contact.customer is None:
            unidentified += contact.started_at in counted
        else:
            threads[contact.customer, contact.issue].append(contact.started_at)
    return [sorted(starts) for starts in threads.values()], unidentified
