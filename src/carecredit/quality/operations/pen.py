"""The writing of surveys that asking and answering share."""

from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from carecredit.kernel.errors import Invalid, Refused
from carecredit.kernel.ids import ClientId, SurveyId
from carecredit.quality import model, queries, views
from carecredit.quality.rules import SurveyKind, SurveyPolicy, SurveyState
from carecredit.store import audit

COMMENT_LENGTH_MAX = 2_000
UNSENT = frozenset({SurveyState.DUE})
OPEN = frozenset({SurveyState.DUE, SurveyState.SENT})


class SurveyClosed(Refused):
    """The survey was answered, refused, or its days are over."""

    code = "survey_closed"


def policy_of(terms: views.Terms) -> SurveyPolicy:
    """Give the terms as the rules read them."""
    return SurveyPolicy(
        SurveyKind(terms.kind),
        terms.question_it,
        terms.question_en,
        terms.sample_per_mille,
        terms.cap_days,
        terms.low_at_most,
        terms.answer_days,
    )


def move(
    session: Session,
    client_id: ClientId,
    survey_id: SurveyId,
    among: frozenset[SurveyState],
    **values: Any,
) -> None:
    """Change a survey that is in one of these states; of two at once one is refused."""
    table = model.Survey
    moved = session.execute(
        update(table)
        .where(table.client_id == client_id, table.id == survey_id, table.state.in_(among))
        .values(**values)
        .returning(table.id)
        .execution_options(synchronize_session=False)
    ).first()
    if moved is None:
        found = queries.survey(session, client_id=client_id, survey_id=survey_id)
        raise SurveyClosed(f"this survey is {found.state}", field="survey_id")


def check_text(text: str, *, field: str) -> None:
    """Refuse a text too long to be kept, or with a NUL in it."""
    if len(text) > COMMENT_LENGTH_MAX or "\0" in text:
        raise Invalid(f"{COMMENT_LENGTH_MAX} characters at most", field=field)


def write(session: Session, client_id: ClientId, survey_id: SurveyId, **values: Any) -> None:
    """Change what stands in a survey."""
    table = model.Survey
    session.execute(
        update(table)
        .where(table.client_id == client_id, table.id == survey_id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )


def tell(
    session: Session,
    client_id: ClientId,
    survey_id: SurveyId,
    action: str,
    now: datetime,
    **data: Any,
) -> None:
    """Tell the audit chain."""
    audit.record(
        session,
        client_id=client_id,
        action=action,
        subject="survey",
        subject_id=survey_id,
        now=now,
        data=data,
    )
