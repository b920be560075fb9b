"""Opening a case, with what follows at once: priority, deadlines, holds."""

from datetime import date, datetime

import msgspec
from sqlalchemy.orm import Session

from carecredit.cases import views
from carecredit.cases.operations.hands import check_owner, check_squad
from carecredit.cases.operations.holding import default_review, holds_invoices
from carecredit.cases.operations.linking import About, add_invoices, check_invoices
from carecredit.cases.operations.pen import begin, check_code, check_text
from carecredit.cases.rules import CaseKind, CaseState, Party, Priority, case_policy
from carecredit.customers import queries as customers
from carecredit.customers.operations import lock_gate_of
from carecredit.kernel.calendars import local_date, zone
from carecredit.kernel.errors import Invalid
from carecredit.kernel.ids import CaseId, ClientId, CustomerId, new_id
from carecredit.mandates import queries as mandates
from carecredit.mandates.rules import LANGUAGES
from carecredit.store.session import caller_of


class NewCase(msgspec.Struct, frozen=True):
    """A matter to be opened; a complaint or dispute about invoices needs its proof."""

    customer_id: CustomerId
    kind: CaseKind
    subject: str
    invoices: tuple[About, ...] = ()
    proof: str = ""
    topic: str | None = None
    language: str | None = None
    """None: the customer's."""
    priority: Priority | None = None
    """None: by the rules."""
    owner: str | None = None
    squad: str | None = None
    review_on: date | None = None
    party: Party = Party.CUSTOMER
    """Who came with it: a customer who does waits for an answer."""
    reason: str = ""


def open_case(session: Session, *, client_id: ClientId, case: NewCase, now: datetime) -> views.Case:
    """Open a case; the invoices of a complaint or dispute are held in the same transaction."""
    if case.kind is CaseKind.OVERDUE:
        raise Invalid(
            "an overdue case is opened by a follow-up (open_overdue), one for a customer",
            field="kind",
        )
    if case.kind is CaseKind.DISPUTE and not case.invoices:
        raise Invalid("a dispute names the invoices that are contested", field="invoices")
    lock_gate_of(session, client_id=client_id, customer_id=case.customer_id)
    check_invoices(
        session,
        client_id=client_id,
        customer_id=case.customer_id,
        kind=case.kind,
        invoices=case.invoices,
        now=now,
    )
    check_owner(session, case.owner, now=now)
    check_squad(session, case.squad, now=now)
    opened = begin_case(session, client_id=client_id, case=case, now=now)
    return add_invoices(
        session,
        client_id=client_id,
        case=opened,
        invoices=case.invoices,
        proof=case.proof,
        now=now,
    )


def begin_case(
    session: Session, *, client_id: ClientId, case: NewCase, now: datetime
) -> views.Case:
    """Write a new case under its gate, as yet about no invoice."""
    card = customers.customer(session, client_id=client_id, customer_id=case.customer_id)
    topic = None if case.topic is None else check_code(case.topic, field="topic")
    language = case.language or card.language
    if language not in LANGUAGES:
        raise Invalid(f"{language!r} is not spoken here; write it or en", field="language")
    priority = case.priority or case_policy().priority_of(case.kind, topic)
    review_on = case.review_on
    if holds_invoices(case.kind) and case.invoices:
        review_on = _checked_review(session, client_id, case.review_on, now)
    row = views.Case(
        id=CaseId(new_id()),
        customer_id=case.customer_id,
        kind=case.kind.value,
        state=CaseState.OPEN.value,
        subject=check_text(case.subject, field="subject"),
        topic=topic,
        language=language,
        priority=priority.value,
        owner=case.owner,
        squad=case.squad,
        opened_at=now,
        opened_by=caller_of(session).name,
        changed_at=now,
        resolved_at=None,
        resolution=None,
        review_on=review_on,
        tell_owed_since=None,
        version=1,
        reckoned_at=now,
    )
    reason = check_text(case.reason, field="reason", needed=False)
    return begin(session, client_id=client_id, case=row, party=case.party, reason=reason, now=now)


def _checked_review(
    session: Session, client_id: ClientId, told: date | None, now: datetime
) -> date:
    if told is None:
        return default_review(session, client_id=client_id, now=now)
    return check_review(session, client_id=client_id, review_on=told, now=now)


def check_review(session: Session, *, client_id: ClientId, review_on: date, now: datetime) -> date:
    """Accept a day that is not past on which a hold is looked at again."""
    today = local_date(now, zone(mandates.client(session, client_id=client_id).zone))
    if review_on < today:
        raise Invalid("the day of the review is today or later", field="review_on")
    return review_on
