"""Taking the answers, and giving a low one an owner."""

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from carecredit.kernel.errors import Invalid
from carecredit.kernel.ids import ClientId, CustomerId, SurveyId
from carecredit.quality import model, queries
from carecredit.quality.operations.pen import (
    OPEN,
    SurveyClosed,
    check_text,
    move,
    policy_of,
    tell,
    write,
)
from carecredit.quality.rules import SurveyKind, SurveyState, check_score, is_low


def answer(
    session: Session,
    *,
    client_id: ClientId,
    survey_id: SurveyId,
    score: int,
    comment: str = "",
    now: datetime,
) -> None:
    """Take an answer; a low one waits for an owner."""
    found = queries.survey(session, client_id=client_id, survey_id=survey_id)
    check_score(SurveyKind(found.kind), score)
    check_text(comment, field="comment")
    terms = queries.terms(session, client_id=client_id, version=found.terms_version)
    assert terms is not None  # noqa: S101 - a survey has terms
    if now > found.asked_at + timedelta(days=terms.answer_days):
        raise SurveyClosed("its days are over; the answer is not taken", field="survey_id")
    low = is_low(policy_of(terms), score)
    move(
        session,
        client_id,
        survey_id,
        OPEN,
        state=SurveyState.ANSWERED,
        score=score,
        comment=comment.strip(),
        is_low=low,
        closed_at=now,
    )
    tell(session, client_id, survey_id, "survey.answered", now, low=low)


def refuse(session: Session, *, client_id: ClientId, survey_id: SurveyId, now: datetime) -> None:
    """Write down that the person would rather not answer; it is never asked why."""
    move(session, client_id, survey_id, OPEN, state=SurveyState.REFUSED, closed_at=now)
    tell(session, client_id, survey_id, "survey.refused", now)


def review_surveys(session: Session, *, client_id: ClientId, now: datetime) -> int:
    """Close the surveys whose days to answer are over; nobody is reminded."""
    table, terms = model.Survey, model.SurveyTerms
    waiting = (table.client_id == client_id, table.state.in_(OPEN))
    # A day is the least that terms may give; each is judged by those it was asked under.
    rows = session.execute(
        select(table.id, table.asked_at, terms.answer_days)
        .join(
            terms,
            (terms.client_id == table.client_id) & (terms.version == table.terms_version),
        )
        .where(*waiting, table.asked_at < now - timedelta(days=1))
    ).all()
    over = [row.id for row in rows if row.asked_at + timedelta(days=row.answer_days) < now]
    # One that was answered meanwhile stays answered.
    closed = session.scalars(
        update(table)
        .where(*waiting, table.id.in_(over))
        .values(state=SurveyState.EXPIRED, closed_at=now)
        .returning(table.id)
        .execution_options(synchronize_session=False)
    ).all()
    for survey_id in closed:
        tell(session, client_id, survey_id, "survey.expired", now)
    return len(closed)


def own(
    session: Session, *, client_id: ClientId, survey_id: SurveyId, owner: str, now: datetime
) -> None:
    """Give a low answer an owner, who finds out what is behind it."""
    found = queries.survey(session, client_id=client_id, survey_id=survey_id)
    if not found.is_low or found.concluded_at is not None:
        raise SurveyClosed("only a low answer that is not concluded has an owner", field="owner")
    if not owner.strip():
        raise Invalid("an owner has a name", field="owner")
    write(session, client_id, survey_id, owner=owner.strip()[:200])
    tell(session, client_id, survey_id, "survey.owned", now)


def conclude(
    session: Session, *, client_id: ClientId, survey_id: SurveyId, conclusion: str, now: datetime
) -> None:
    """Close a low answer with what was learnt, and what changes in the process."""
    found = queries.survey(session, client_id=client_id, survey_id=survey_id)
    if found.owner is None or found.concluded_at is not None:
        raise SurveyClosed("its owner concludes it, once", field="survey_id")
    check_text(conclusion, field="conclusion")
    if not conclusion.strip():
        raise Invalid("say what was learnt, and what changes", field="conclusion")
    write(session, client_id, survey_id, conclusion=conclusion.strip(), concluded_at=now)
    tell(session, client_id, survey_id, "survey.concluded", now)


def forget_words(session: Session, *, client_id: ClientId, customer_id: CustomerId) -> int:
    """Empty what an erased customer wrote; scores stay, so that totals do."""
    table = model.Survey
    done = session.execute(
        update(table)
        .where(
            table.client_id == client_id,
            table.customer_id == customer_id,
            (table.comment != "") | (table.conclusion != ""),
        )
        .values(comment="", conclusion="")
        .execution_options(synchronize_session=False)
    )
    return int(done.rowcount)  # type: ignore[attr-defined] # an UPDATE's result has it
