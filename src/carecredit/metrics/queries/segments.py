"""One number by segment: the whole first, then every segment, from one pass over the book."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from carecredit.kernel.ids import ClientId
from carecredit.metrics.queries.answers import WHOLE, answers_of, put_together
from carecredit.metrics.queries.reading import read_book
from carecredit.metrics.rules.catalogue import resolve
from carecredit.metrics.rules.intervals import SMALL_GROUP
from carecredit.metrics.views import SegmentAnswers, SegmentRow


def by_segment(
    session: Session,
    *,
    client_id: ClientId,
    metric_id: str,
    as_of: date,
    now: datetime,
    known_at: date | datetime | None = None,
    currency: str | None = None,
    rate_set: str | None = None,
) -> SegmentAnswers:
    """Answer one number for the whole and for every segment that occurs anywhere in the book.

    The whole is worked out anew from its own numerator and denominator, never averaged; what
    belongs to no segment is in the whole only.
    """
    asked = resolve(metric_id)
    book = read_book(session, client_id=client_id, known_at=known_at, last=as_of)
    of = put_together(session, book, as_of, currency=currency, rate_set=rate_set)
    rows = []
    for segment in (None, *book.segments):
        (answer,) = answers_of(book, [asked], as_of=as_of, now=now, segment=segment, of=of)
        small = answer.n is not None and answer.n < SMALL_GROUP
        rows.append(SegmentRow(segment=segment or WHOLE, answer=answer, small_group=small))
    return SegmentAnswers(id=asked.id, as_of=as_of, rows=tuple(rows))
