"""Asking about a contact, taking the answer, and giving a low one an owner."""

from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from carecredit.customers import queries as customers
from carecredit.holds import queries as holds
from carecredit.kernel.errors import Invalid, Refused
from carecredit.kernel.ids import ClientId, ContactId, CustomerId, OperatorId, SurveyId, new_id
from carecredit.mandates import queries as mandates
from carecredit.quality import model, queries, views
from carecredit.quality.rules import (
    ContactFacts,
    SurveyKind,
    SurveyPolicy,
    SurveyState,
    check_policy,
    check_question,
    check_score,
    is_low,
    reasons_not_to_ask,
)
from carecredit.store import audit
from carecredit.store.session import caller_of

COMMENT_LENGTH_MAX = 2_000
SILENCE = frozenset({"deceased", "minor", "cease", "wrong_party", "represented"})

_UNSENT = frozenset({SurveyState.DUE})
_OPEN = frozenset({SurveyState.DUE, SurveyState.SENT})


class SurveyClosed(Refused):
    """The survey was answered, refused, or its days are over."""

    code = "survey_closed"


class EndedContact(msgspec.Struct, frozen=True):
    """A contact that was just wrapped up, as far as asking about it goes."""

    id: ContactId
    customer_id: CustomerId
    operator_id: OperatorId | None
    operator: str
    language: str
    talked: bool
    complains: bool


def set_terms(
    session: Session, *, client_id: ClientId, policy: SurveyPolicy, now: datetime
) -> views.Terms:
    """Set what customers are asked from now on; a question that steers is refused."""
    check_policy(policy)
    check_question(policy.question_it, language="it", field="question_it")
    check_question(policy.question_en, language="en", field="question_en")
    mandates.client(session, client_id=client_id)
    before = queries.terms(session, client_id=client_id)
    version = before.version + 1 if before else 1
    row = msgspec.structs.asdict(policy) | {
        "client_id": client_id,
        "version": version,
        "kind": policy.kind.value,
        "set_at": now,
        "set_by": caller_of(session).name,
    }
    session.execute(insert(model.SurveyTerms), [row])
    audit.record(
        session,
        client_id=client_id,
        action="survey.terms_set",
        subject="client",
        subject_id=client_id,
        now=now,
        data={"version": version, "kind": policy.kind.value},
    )
    set_ = queries.terms(session, client_id=client_id)
    assert set_ is not None  # noqa: S101 - written just now
    return set_


def ask_after(
    session: Session, *, client_id: ClientId, contact: EndedContact, now: datetime
) -> SurveyId | None:
    """Decide whether a contact is asked about, and write down why where it is not.

    The person's gate is held by the wrap-up, so that two contacts cannot both ask.
    """
    terms = queries.terms(session, client_id=client_id)
    if terms is None:
        return None
    whom: dict[str, Any] = {"client_id": client_id, "customer_id": contact.customer_id}
    person_id = customers.reach(session, **whom).person_id
    standing = holds.standing(session, **whom, at=now)
    facts = ContactFacts(
        contact_id=contact.id,
        talked=contact.talked,
        opted_out=bool(customers.suppressions_kept(session, **whom, at=now)),
        silent=any(hold.reason in SILENCE for hold in standing),
        complains=contact.complains or any(hold.reason == "complaint" for hold in standing),
        asked_before=queries.asked_last(session, person_id=person_id),
    )
    policy = _policy(terms)
    reason = next(reasons_not_to_ask(facts, policy=policy, now=now), None)
    survey_id = SurveyId(new_id())
    row = {
        "client_id": client_id,
        "id": survey_id,
        "contact_id": contact.id,
        "customer_id": contact.customer_id,
        "person_id": person_id,
        "operator_id": contact.operator_id,
        "operator": contact.operator,
        "kind": terms.kind,
        "terms_version": terms.version,
        "language": contact.language,
        "state": (SurveyState.NOT_SENT if reason else SurveyState.DUE).value,
        "reason": reason,
        "asked_at": now,
        "comment": "",
        "is_low": False,
        "conclusion": "",
    }
    session.execute(insert(model.Survey), [row])
    _tell(session, client_id, survey_id, f"survey.{row['state']}", now, reason=reason)
    return survey_id


def mark_sent(session: Session, *, client_id: ClientId, survey_id: SurveyId, now: datetime) -> None:
    """Write down that the question went out."""
    _move(session, client_id, survey_id, _UNSENT, state=SurveyState.SENT, sent_at=now)
    _tell(session, client_id, survey_id, "survey.sent", now)


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
    _check_text(comment, field="comment")
    terms = queries.terms(session, client_id=client_id, version=found.terms_version)
    assert terms is not None  # noqa: S101 - a survey has terms
    if now > found.asked_at + timedelta(days=terms.answer_days):
        raise SurveyClosed("its days are over; the answer is not taken", field="survey_id")
    low = is_low(_policy(terms), score)
    _move(
        session,
        client_id,
        survey_id,
        _OPEN,
        state=SurveyState.ANSWERED,
        score=score,
        comment=comment.strip(),
        is_low=low,
        closed_at=now,
    )
    _tell(session, client_id, survey_id, "survey.answered", now, low=low)


def refuse(session: Session, *, client_id: ClientId, survey_id: SurveyId, now: datetime) -> None:
    """Write down that the person would rather not answer; it is never asked why."""
    _move(session, client_id, survey_id, _OPEN, state=SurveyState.REFUSED, closed_at=now)
    _tell(session, client_id, survey_id, "survey.refused", now)


def own(
    session: Session, *, client_id: ClientId, survey_id: SurveyId, owner: str, now: datetime
) -> None:
    """Give a low answer an owner, who finds out what is behind it."""
    found = queries.survey(session, client_id=client_id, survey_id=survey_id)
    if not found.is_low or found.concluded_at is not None:
        raise SurveyClosed("only a low answer that is not concluded has an owner", field="owner")
    if not owner.strip():
        raise Invalid("an owner has a name", field="owner")
    _set(session, client_id, survey_id, owner=owner.strip()[:200])
    _tell(session, client_id, survey_id, "survey.owned", now)


def conclude(
    session: Session, *, client_id: ClientId, survey_id: SurveyId, conclusion: str, now: datetime
) -> None:
    """Close a low answer with what was learnt, and what changes in the process."""
    found = queries.survey(session, client_id=client_id, survey_id=survey_id)
    if found.owner is None or found.concluded_at is not None:
        raise SurveyClosed("its owner concludes it, once", field="survey_id")
    _check_text(conclusion, field="conclusion")
    if not conclusion.strip():
        raise Invalid("say what was learnt, and what changes", field="conclusion")
    _set(session, client_id, survey_id, conclusion=conclusion.strip(), concluded_at=now)
    _tell(session, client_id, survey_id, "survey.concluded", now)


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


def _policy(terms: views.Terms) -> SurveyPolicy:
    return SurveyPolicy(
        SurveyKind(terms.kind),
        terms.question_it,
        terms.question_en,
        terms.sample_per_mille,
        terms.cap_days,
        terms.low_at_most,
        terms.answer_days,
    )


def _move(
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


def _check_text(text: str, *, field: str) -> None:
    if len(text) > COMMENT_LENGTH_MAX or "\0" in text:
        raise Invalid(f"{COMMENT_LENGTH_MAX} characters at most", field=field)


def _set(session: Session, client_id: ClientId, survey_id: SurveyId, **values: Any) -> None:
    table = model.Survey
    session.execute(
        update(table)
        .where(table.client_id == client_id, table.id == survey_id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )


def _tell(
    session: Session,
    client_id: ClientId,
    survey_id: SurveyId,
    action: str,
    now: datetime,
    **data: Any,
) -> None:
    audit.record(
        session,
        client_id=client_id,
        action=action,
        subject="survey",
        subject_id=survey_id,
        now=now,
        data=data,
    )
