"""What customers are asked after a contact, and who is asked."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import insert
from sqlalchemy.orm import Session

from carecredit.cases import queries as cases
from carecredit.cases.queries import Wanted
from carecredit.cases.rules import CaseKind
from carecredit.customers import queries as customers
from carecredit.holds import queries as holds
from carecredit.kernel.ids import ClientId, ContactId, CustomerId, OperatorId, SurveyId, new_id
from carecredit.mandates import queries as mandates
from carecredit.quality import model, queries, views
from carecredit.quality.operations.pen import UNSENT, move, policy_of, tell
from carecredit.quality.rules import (
    ContactFacts,
    SurveyPolicy,
    SurveyState,
    check_policy,
    check_question,
    reasons_not_to_ask,
)
from carecredit.store import audit
from carecredit.store.session import caller_of

SILENCE = frozenset({"deceased", "minor", "cease", "wrong_party", "represented"})


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
    standing = holds.silencing(session, **whom, at=now)
    facts = ContactFacts(
        contact_id=contact.id,
        talked=contact.talked,
        opted_out=bool(customers.suppressions_kept(session, **whom, at=now)),
        silent=not SILENCE.isdisjoint(standing),
        complains=contact.complains
        or "complaint" in standing
        or _complains(session, client_id, contact.customer_id, now),
        asked_before=queries.asked_last(session, person_id=person_id),
    )
    policy = policy_of(terms)
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
    tell(session, client_id, survey_id, f"survey.{row['state']}", now, reason=reason)
    return survey_id


def _complains(
    session: Session, client_id: ClientId, customer_id: CustomerId, now: datetime
) -> bool:
    """Say whether a complaint is open, of which nothing need be held."""
    wanted = Wanted(kinds=(CaseKind.COMPLAINT.value,), unresolved=True, customer_id=customer_id)
    return bool(cases.cases(session, client_id=client_id, now=now, wanted=wanted, limit=1))


def mark_sent(session: Session, *, client_id: ClientId, survey_id: SurveyId, now: datetime) -> None:
    """Write down that the question went out."""
    move(session, client_id, survey_id, UNSENT, state=SurveyState.SENT, sent_at=now)
    tell(session, client_id, survey_id, "survey.sent", now)
