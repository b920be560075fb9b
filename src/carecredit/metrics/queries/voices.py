"""Reading what customers say: answers to surveys, and the wish not to be contacted."""

from collections import defaultdict
from collections.abc import Hashable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from carecredit.customers.model import Consent, Customer
from carecredit.customers.rules import Stance
from carecredit.metrics.queries.exchanges import Of
from carecredit.metrics.rules.surveyed import SurveyFact
from carecredit.quality.model import Survey
from carecredit.quality.rules import SurveyState
from carecredit.store.paging import raw, rows

_SETTLED = frozenset({SurveyState.ANSWERED, SurveyState.REFUSED, SurveyState.EXPIRED})


def surveys(session: Session, of: Of) -> Iterator[tuple[str | None, SurveyFact]]:
    """Read surveys as they were known: what was sent, closed or answered later was not yet."""
    conditions: list[Any] = [Survey.client_id == of.client_id]
    if of.known is not None:
        conditions.append(Survey.asked_at <= of.known)
    if of.only is not None:
        conditions.append(Survey.customer_id == of.only)
    query = (
        select(
            Customer.segment,
            raw(Survey.id),
            Survey.kind,
            Survey.state,
            Survey.asked_at,
            Survey.sent_at,
            Survey.closed_at,
            Survey.score,
        )
        .join(
            Customer,
            and_(Customer.client_id == Survey.client_id, Customer.id == Survey.customer_id),
        )
        .where(*conditions)
    )
    for segment, key, kind, state, asked_at, sent_at, closed_at, score in rows(session, query):
        closed = _known(closed_at, of.known) if state in _SETTLED else None
        answered = score if closed is not None else None
        sent = _known(sent_at, of.known)
        yield segment, SurveyFact(key, kind, asked_at, sent, closed, answered)


def opt_outs(session: Session, of: Of) -> dict[Hashable, list[datetime]]:
    """Read when customers refused to be contacted, on a channel or at all."""
    conditions: list[Any] = [
        Consent.client_id == of.client_id,
        Consent.stance == Stance.REFUSED.value,
    ]
    if of.known is not None:
        conditions.append(Consent.recorded_at <= of.known)
    if of.only is not None:
        conditions.append(Consent.customer_id == of.only)
    found: defaultdict[Hashable, list[datetime]] = defaultdict(list)
    query = select(raw(Consent.customer_id), Consent.recorded_at).where(*conditions)
    for customer, at in rows(session, query):
        found[customer].append(at)
    return dict(found)


def _known(at: datetime | None, known: datetime | None) -> datetime | None:
    return None if at is None or (known is not None and at > known) else at
