"""Reports on care: what repeats come from and cost, and how time is spread beside its quality."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy.orm import Session

from carecredit.kernel.errors import Invalid, Refused
from carecredit.kernel.ids import ClientId
from carecredit.metrics.queries.answers import beside
from carecredit.metrics.queries.scope import Asked, question, ratio, settle, small_group
from carecredit.metrics.rules import again
from carecredit.metrics.rules.care import MONTH, WITHIN
from carecredit.metrics.rules.catalogue import accompanied, measure, resolve
from carecredit.metrics.rules.contacts import identified
from carecredit.metrics.rules.edge import decimal_text
from carecredit.metrics.rules.measure import Measure
from carecredit.metrics.rules.shares import share_of
from carecredit.metrics.rules.surveyed import SCORES
from carecredit.metrics.views import Beside, Handling, RepeatCause, Repeats, TimePart
from carecredit.outreach.rules.causes import root_causes

QUALITY = ("fcr.repeat.24h", "fcr.repeat.7d", "fcr.repeat.30d", "repeat.7d", *SCORES)
"""What time is never shown without; each score brings its response rate."""
_NOT_SAID = {"it": "Causa non indicata", "en": "Cause not stated"}


class NotByOperator(Refused):
    """Time is told of the work of many, never of one operator."""

    code = "time_not_by_operator"


def repeats(
    session: Session,
    *,
    client_id: ClientId,
    as_of: date,
    now: datetime,
    within: str = "7d",
    known_at: date | datetime | None = None,
    segment: str | None = None,
    currency: str | None = None,
) -> Repeats:
    """Put the repeats of the month that ends on a day down to the cause of the first contact.

    `within` is 24h, 7d or 30d; with 7d the repeats are the numerator of `repeat.7d`.
    """
    if within not in WITHIN:
        raise Invalid(f"within is {', '.join(WITHIN)}, not {within!r}", field="within")
    asked = settle(
        session,
        client_id=client_id,
        as_of=as_of,
        known_at=known_at,
        segment=segment,
        currency=currency,
    )
    care, span = asked.position.care, MONTH.ending(as_of)
    found = care.repeated(as_of, WITHIN[within])
    total = identified(care.facts.contacts, care.month(as_of))
    causes = again.by_cause(found)
    return Repeats(
        question=question(asked, as_of=as_of, now=now, notes=small_group(total, "contacts")),
        within=within,
        first_on=span.first,
        last_on=span.last,
        identified=total,
        repeats=len(found),
        rate=ratio(share_of(len(found), total), asked.scope.currency),
        seconds=sum(sums.seconds for sums in causes),
        causes=tuple(_causes(causes, len(found), asked.scope.currency)),
    )


def handling(
    session: Session,
    *,
    client_id: ClientId,
    as_of: date,
    now: datetime,
    known_at: date | datetime | None = None,
    segment: str | None = None,
    currency: str | None = None,
    operator: str | None = None,
) -> Handling:
    """Say how the time of the calls of a month is spread, with the quality of the same month.

    Raises `NotByOperator` where it is asked of one operator: no operator has a time to keep.
    """
    if operator is not None:
        raise NotByOperator(
            "handle time is not told of one operator: it says how work goes, and is nobody's goal; "
            "leave operator out, or ask for a segment",
            field="operator",
        )
    asked = settle(
        session,
        client_id=client_id,
        as_of=as_of,
        known_at=known_at,
        segment=segment,
        currency=currency,
    )
    calls, span = asked.position.care.handled(as_of), MONTH.ending(as_of)
    return Handling(
        question=question(asked, as_of=as_of, now=now, notes=small_group(len(calls), "calls")),
        first_on=span.first,
        last_on=span.last,
        calls=len(calls),
        parts=tuple(_time_part(spread) for spread in again.spreads(calls)),
        quality=tuple(_quality(asked, as_of)),
    )


def _quality(asked: Asked, day: date) -> Iterable[Beside]:
    for metric_id in accompanied(QUALITY):
        found = measure(resolve(metric_id), asked.position, day)
        yield beside(metric_id, found, asked.scope.currency)


def _causes(causes: list[again.CauseSums], repeats: int, currency: str) -> Iterable[RepeatCause]:
    for sums in causes:
        words = root_causes().get(sums.cause)
        named = {"it": words.it, "en": words.en} if words else _NOT_SAID
        yield RepeatCause(
            cause=sums.cause,
            name=named,
            cases=sums.cases,
            repeats=sums.repeats,
            share=ratio(share_of(sums.repeats, repeats), currency),
            seconds=sums.seconds,
        )


def _time_part(spread: again.Spread) -> TimePart:
    p50, p90, p95 = (_seconds(each) for each in spread.percentiles)
    return TimePart(
        part=spread.part, n=spread.n, mean=_seconds(spread.mean, 2), p50=p50, p90=p90, p95=p95
    )


def _seconds(found: Measure, places: int = 0) -> str | None:
    return None if found.value is None else decimal_text(found.value, places)
