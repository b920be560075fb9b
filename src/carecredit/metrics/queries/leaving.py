"""Who left in a window and why, and the churn of those we reached beside that of the others."""

from collections.abc import Hashable, Iterable
from datetime import datetime
from fractions import Fraction

from msgspec import structs
from sqlalchemy.orm import Session

from carecredit.kernel.calendars import DayRange
from carecredit.kernel.ids import ClientId
from carecredit.metrics import told
from carecredit.metrics.queries import lives as load
from carecredit.metrics.queries.answers import WHOLE
from carecredit.metrics.queries.asking import How, Question, keys_of, parts_of, table_of
from carecredit.metrics.queries.relations import relations_of
from carecredit.metrics.rules.durations import Life, lost_by_reason, there_on
from carecredit.metrics.rules.edge import decimal_text
from carecredit.metrics.rules.intervals import newcombe
from carecredit.metrics.rules.measure import Status
from carecredit.metrics.rules.people import Relations
from carecredit.metrics.rules.windows import Window, day_before
from carecredit.metrics.views import ChurnAnswer, ChurnRow, ContactedAnswer, ContactedRow, Rate

_CHURN = How(
    "closed group: here on the day before the window, and gone at its end; away and back is here",
    "House rule; Wilson interval (Newcombe 1998)",
)
_CONTACTED = How(
    "reached in the window before, and gone in this one, of those here at its start; the interval "
    "of the difference is Newcombe's method 10",
    "Newcombe 1998",
)
LABEL = {
    "en": "not randomised: contacts go to those who pay late, so this is no effect of contacting",
    "it": "non randomizzato: si contatta chi paga in ritardo, quindi non è un effetto del contatto",
}


def churn(
    session: Session,
    *,
    client_id: ClientId,
    question: Question,
    window: Window,
    now: datetime,
) -> ChurnAnswer:
    """Say who left in a window and why, and what became of the monthly value, by segment."""
    table = table_of(
        session, client_id=client_id, question=question, how=_CHURN, now=now, window=window
    )
    values = (
        relations_of(session, company=table.client, known=table.known)
        if question.lapse_days is None
        else None
    )
    rows = tuple(
        _churn_row(name, lives, window.ending(question.as_of), values)
        for name, lives in parts_of(table.lives, question=question).items()
    )
    return ChurnAnswer(id=f"churn.reasons.{window}", asked=table.asked, rows=rows)


def contacted_beside_not(
    session: Session,
    *,
    client_id: ClientId,
    question: Question,
    window: Window,
    now: datetime,
) -> ContactedAnswer:
    """Put the churn of those we reached in the window before beside that of the others.

    Contact comes before the outcome: both groups were here at the start of the window. Nobody
    drew lots, and the answer says so.
    """
    table = table_of(
        session, client_id=client_id, question=question, how=_CONTACTED, now=now, window=window
    )
    span = window.ending(question.as_of)
    earlier = window.ending(day_before(span))
    reached = load.contacted(session, client=table.client, span=earlier, known=table.known)
    rows = tuple(
        _contacted_row(name, table.lives, keys, reached, span)
        for name, keys in keys_of(table.lives, question=question).items()
    )
    return ContactedAnswer(
        id=f"churn.contacted.{window}",
        randomised=False,
        label=LABEL,
        contacted_first=earlier.first,
        contacted_last=earlier.last,
        asked=table.asked,
        rows=rows,
    )


def _churn_row(
    name: str, lives: Iterable[Life], span: DayRange, values: Relations | None
) -> ChurnRow:
    found = lost_by_reason(lives, before=day_before(span), last=span.last)
    segment = None if name == WHOLE else name
    kept = (
        (told.value_kept(values.sums(segment, span, each), each) for each in values.currencies)
        if values
        else ()
    )
    return ChurnRow(
        group=name,
        active=found.active,
        churn=told.rate(found.lost, found.active),
        by_reason={
            reason: told.rate(count, found.active)
            for reason, count in sorted(found.by_reason.items())
        },
        value=tuple(kept),
    )


def _contacted_row(
    name: str, lives: load.Keyed, keys: list[Hashable], reached: set[Hashable], span: DayRange
) -> ContactedRow:
    here = [key for key in keys if there_on(lives[key], day_before(span))]
    one = _lost([lives[key] for key in here if key in reached], span)
    other = _lost([lives[key] for key in here if key not in reached], span)
    row = ContactedRow(
        group=name,
        contacted=one,
        not_contacted=other,
        difference=None,
        difference_low=None,
        difference_high=None,
        status=Status.NO_DATA,
    )
    return _with_difference(row, one, other) if one.n and other.n else row


def _lost(lives: list[Life], span: DayRange) -> Rate:
    return told.rate(sum(not there_on(life, span.last) for life in lives), len(lives))


def _with_difference(row: ContactedRow, one: Rate, other: Rate) -> ContactedRow:
    low, high = newcombe((one.hits, one.n), (other.hits, other.n))
    difference = Fraction(one.hits, one.n) - Fraction(other.hits, other.n)
    return structs.replace(
        row,
        difference=decimal_text(difference, told.DECIMALS),
        difference_low=told.number(low),
        difference_high=told.number(high),
        status=Status.OK,
    )
