"""Our own word: answers within their deadline, deadlines missed, what we gave to expect."""

from collections.abc import Hashable, Iterable
from datetime import datetime

from msgspec import Struct, structs

from carecredit.kernel.calendars import Period
from carecredit.metrics.rules.found import Found, added, share
from carecredit.metrics.rules.measure import Unit, count, nothing
from carecredit.metrics.rules.shares import mean_seconds

CASE, EXPECTATION = "case", "expectation"
FIRST_ANSWER, RESOLUTION = "first_answer", "resolution"


class DeadlineFact(Struct, frozen=True, gc=False):
    """A deadline of a case; it is due never (none) while it is paused or nobody waits for it."""

    case: Hashable
    kind: str
    started_at: datetime
    due_at: datetime | None
    ended_at: datetime | None
    met: bool
    """What was waited for came, in time or late."""


class ExpectationFact(Struct, frozen=True, gc=False):
    """What a customer was given to expect; kept by what came of it, never taken back."""

    key: Hashable
    due_at: datetime
    fulfilled_at: datetime | None


def within_deadline(
    deadlines: Iterable[DeadlineFact], *, kind: str, due: Period, until: datetime
) -> Found:
    """Deadlines of a kind kept / those that fell due in a period and before an instant.

    What ended before it was due without being met is not in it: nobody waited any more.
    """
    mine = [one for one in deadlines if one.kind == kind and _fell_due(one, due, until)]
    return share(CASE, [one.case for one in mine if _kept(one)], len(mine))


def breached(deadlines: Iterable[DeadlineFact], *, due: Period, until: datetime) -> Found:
    """Count the deadlines missed, of any kind; an answer that came late takes none away."""
    mine = [one for one in deadlines if _fell_due(one, due, until)]
    missed = [one.case for one in mine if not _kept(one)]
    measure = count(len(missed)) if mine else structs.replace(nothing(Unit.COUNT), n=0)
    return Found(measure, CASE, added((case, 1) for case in missed))


def time_to_first_answer(
    deadlines: Iterable[DeadlineFact], *, ended: Period, until: datetime
) -> Found:
    """The mean time until the first answer, in time or late; calendar time, nights included."""
    taken = [
        (one.case, int((one.ended_at - one.started_at).total_seconds()))
        for one in deadlines
        if one.kind == FIRST_ANSWER
        and one.met
        and one.ended_at is not None
        and one.ended_at in ended
        and one.ended_at < until
    ]
    return Found(mean_seconds([seconds for _, seconds in taken]), CASE, added(taken))


def kept_word(expectations: Iterable[ExpectationFact], *, due: Period, until: datetime) -> Found:
    """Kept / due: kept is what was made good by its time; late is broken, taken back is neither."""
    mine = [one for one in expectations if one.due_at in due and one.due_at < until]
    kept = [
        one.key for one in mine if one.fulfilled_at is not None and one.fulfilled_at <= one.due_at
    ]
    return share(EXPECTATION, kept, len(mine))


def _fell_due(one: DeadlineFact, due: Period, until: datetime) -> bool:
    if one.due_at is None or one.due_at not in due or one.due_at >= until:
        return False
    return one.met or one.ended_at is None or one.ended_at > one.due_at


def _kept(one: DeadlineFact) -> bool:
    return (
        one.met
        and one.ended_at is not None
        and one.due_at is not None
        and (one.ended_at <= one.due_at)
    )
