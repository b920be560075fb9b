"""Contacts: solved the first time, repeated, and how long each took."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from datetime import datetime, timedelta
from fractions import Fraction
from itertools import pairwise

from msgspec import Struct, structs

from carecredit.kernel.calendars import Period
from carecredit.metrics.rules.found import CONTACT, Found, share
from carecredit.metrics.rules.measure import Measure, Unit, nothing
from carecredit.metrics.rules.shares import mean_seconds

PERCENTILES = (50, 90, 95)
DROPPED_APART = timedelta(minutes=5)
"""A call that follows a line that fell sooner than this goes on with the same contact."""


class ContactFact(Struct, frozen=True, gc=False):
    """A contact; where nobody is known behind it, it is no repeat and none of the identified."""

    customer: Hashable | None
    issue: Hashable
    started_at: datetime
    key: Hashable = None
    came_in: bool = True
    is_call: bool = True
    fell_at: datetime | None = None
    """When the line fell before anything was settled."""
    seconds: int = 0
    cause: str | None = None


class Opened(Struct, frozen=True, gc=False):
    """A case by its first contact; solved is not known (none) until its window has passed."""

    first: ContactFact
    solved: bool | None


class Repeated(Struct, frozen=True, gc=False):
    """A contact that followed another, and the first of all those that followed each other."""

    again: ContactFact
    first: ContactFact


def joined(contacts: Iterable[ContactFact]) -> list[ContactFact]:
    """Make one contact of a line that fell and the call of the same customer soon after it.

    It begins with the first of the two, is about what the last is about, and takes both their time.
    """
    found: list[ContactFact] = []
    last: dict[Hashable, int] = {}
    for contact in sorted(contacts, key=lambda one: one.started_at):
        place = (
            None if contact.customer is None or not contact.is_call else last.get(contact.customer)
        )
        if place is not None and _goes_on(found[place], contact):
            found[place] = _together(found[place], contact)
            continue
        if contact.customer is not None and contact.is_call:
            last[contact.customer] = len(found)
        found.append(contact)
    return found


def opened_cases(
    contacts: Iterable[ContactFact], *, within: timedelta, opened: Period, until: datetime
) -> list[Opened]:
    """List the cases opened in a period: a contact opens one after silence longer than the window.

    The window's far end is in it. Whether a case was solved is known when its window has passed:
    the last days of a period always look too good.
    """
    found: list[Opened] = []
    for thread in _threads(contacts):
        around = zip([None, *thread[:-1]], thread, [*thread[1:], None], strict=True)
        for before, first, after in around:
            if first.started_at not in opened or _follows(first, before, within):
                continue
            passed = first.started_at + within <= until
            found.append(Opened(first, not _follows(after, first, within) if passed else None))
    return found


def first_contact_resolution(cases: Iterable[Opened]) -> Found:
    """Cases without another contact in the window / cases whose window has passed."""
    known = [case for case in cases if case.solved is not None]
    return share(CONTACT, [case.first.key for case in known if case.solved], len(known))


def repeated(
    contacts: Iterable[ContactFact], *, within: timedelta, started: Period
) -> list[Repeated]:
    """List the contacts of a period that follow another within the window, its far end in."""
    found: list[Repeated] = []
    for thread in _threads(contacts):
        first = thread[0]
        for earlier, later in pairwise(thread):
            if not _follows(later, earlier, within):
                first = later
            elif later.started_at in started:
                found.append(Repeated(later, first))
    return found


def identified(contacts: Iterable[ContactFact], started: Period) -> int:
    """Count the contacts of a period whose customer is known."""
    return sum(one.customer is not None and one.started_at in started for one in contacts)


def repeat_rate(contacts: Sequence[ContactFact], *, within: timedelta, started: Period) -> Found:
    """Contacts of a period that follow another inside the window / identified contacts."""
    found = repeated(contacts, within=within, started=started)
    return share(CONTACT, [one.again.key for one in found], identified(contacts, started))


def handle_time(seconds: Sequence[int]) -> Measure:
    """Talk + hold + wrap-up, the mean over contacts; show the percentiles beside it."""
    return mean_seconds(seconds)


def percentile(values: Sequence[int], percent: int) -> Measure:
    """The least value that so many percent of all do not pass (nearest rank)."""
    if not values:
        return nothing(Unit.SECONDS)
    rank = -(-percent * len(values) // 100)
    found = Fraction(sorted(values)[max(rank, 1) - 1])
    return Measure(unit=Unit.SECONDS, value=found, parts_are_money=False, n=len(values))


def _threads(contacts: Iterable[ContactFact]) -> list[list[ContactFact]]:
    threads: defaultdict[Hashable, list[ContactFact]] = defaultdict(list)
    for contact in contacts:
        if contact.customer is not None:
            threads[contact.customer, contact.issue].append(contact)
    return [sorted(thread, key=lambda one: one.started_at) for thread in threads.values()]


def _follows(later: ContactFact | None, earlier: ContactFact | None, within: timedelta) -> bool:
    if later is None or earlier is None:
        return False
    return later.started_at - earlier.started_at <= within


def _goes_on(before: ContactFact, contact: ContactFact) -> bool:
    fell_at = before.fell_at
    return fell_at is not None and contact.started_at - fell_at < DROPPED_APART


def _together(before: ContactFact, contact: ContactFact) -> ContactFact:
    return structs.replace(
        contact,
        started_at=before.started_at,
        key=before.key,
        came_in=before.came_in,
        seconds=before.seconds + contact.seconds,
        cause=contact.cause or before.cause,
    )
