"""Reading surveys: those of a customer, those of a span, those that want an owner."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from carecredit.kernel.errors import NotFound
from carecredit.kernel.ids import ClientId, CustomerId, PersonId, SurveyId
from carecredit.quality import model, views
from carecredit.quality.rules import SurveyState

_SURVEY = tuple(getattr(model.Survey, name) for name in views.Survey.__struct_fields__)
_TERMS = tuple(getattr(model.SurveyTerms, name) for name in views.Terms.__struct_fields__)
_SENT = (SurveyState.SENT, SurveyState.ANSWERED, SurveyState.REFUSED, SurveyState.EXPIRED)


class UnknownSurvey(NotFound):
    """No such survey, or none that you may see."""

    code = "survey_unknown"


def terms(
    session: Session, *, client_id: ClientId, version: int | None = None
) -> views.Terms | None:
    """Give what a client company's customers are asked, now or in a version; none: nothing."""
    table = model.SurveyTerms
    query = select(*_TERMS).where(table.client_id == client_id)
    if version is not None:
        query = query.where(table.version == version)
    row = session.execute(query.order_by(table.version.desc()).limit(1)).first()
    return views.Terms(*row) if row else None


def survey(session: Session, *, client_id: ClientId, survey_id: SurveyId) -> views.Survey:
    """Read one survey; raises `UnknownSurvey`."""
    table = model.Survey
    row = session.execute(
        select(*_SURVEY).where(table.client_id == client_id, table.id == survey_id)
    ).first()
    if row is None:
        raise UnknownSurvey(f"no survey {survey_id}", field="survey_id")
    return views.Survey(*row)


def surveys(
    session: Session,
    *,
    client_id: ClientId,
    customer_id: CustomerId | None = None,
    states: Sequence[str] = (),
    low_only: bool = False,
    limit: int = 50,
) -> list[views.Survey]:
    """List surveys, newest first; `low_only` are low answers that nobody has concluded."""
    table = model.Survey
    query = select(*_SURVEY).where(table.client_id == client_id)
    if customer_id is not None:
        query = query.where(table.customer_id == customer_id)
    if states:
        query = query.where(table.state.in_(states))
    if low_only:
        query = query.where(table.is_low, table.concluded_at.is_(None))
    rows = session.execute(query.order_by(table.asked_at.desc(), table.id.desc()).limit(limit))
    return [views.Survey(*row) for row in rows]


def asked_last(session: Session, *, person_id: PersonId) -> datetime | None:
    """Say when a person was asked last, by whichever contact."""
    table = model.Survey
    return session.execute(
        select(table.asked_at)
        .where(table.person_id == person_id, table.state != SurveyState.NOT_SENT)
        .order_by(table.asked_at.desc())
        .limit(1)
    ).scalar()


def scores(
    session: Session, *, client_id: ClientId, kind: str, since: datetime, until: datetime
) -> views.Scores:
    """Count the answers to what was asked in a span, with those who did not answer beside."""
    table = model.Survey
    rows = session.execute(
        select(table.state, table.reason, table.score).where(
            table.client_id == client_id,
            table.kind == kind,
            table.asked_at >= since,
            table.asked_at < until,
        )
    ).all()
    states = Counter(row.state for row in rows)
    return views.Scores(
        kind=kind,
        asked=sum(states[state] for state in _SENT),
        answered=states[SurveyState.ANSWERED],
        refused=states[SurveyState.REFUSED],
        not_sent=dict(sorted(Counter(row.reason for row in rows if row.reason).items())),
        scores=dict(sorted(Counter(row.score for row in rows if row.score is not None).items())),
    )
