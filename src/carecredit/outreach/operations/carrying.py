"""Carrying out what a contact brought: agreements, cases, our own word; each hangs on it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from carecredit.arrangements.operations import (
    NewPlan,
    NewPromise,
    NewProof,
    announce_proof,
    answer_broken,
    propose_plan,
    record_promise,
)
from carecredit.arrangements.rules import Rhythm
from carecredit.cadence.operations import ask_callback
from carecredit.cases import operations as cases
from carecredit.cases import queries as case_queries
from carecredit.cases.operations import About, Move, NewCase, NewExpectation
from carecredit.cases.rules import CaseKind, Party
from carecredit.cases.views import Case
from carecredit.customers.operations import opt_out
from carecredit.kernel.calendars import DAY, start_of_day, zone
from carecredit.kernel.errors import Invalid
from carecredit.kernel.ids import (
    CaseId,
    ClientId,
    DisputeId,
    ExpectationId,
    GapId,
    InvoiceId,
    PlanId,
    PromiseId,
    ProofId,
)
from carecredit.kernel.money import Money, check_currency
from carecredit.knowledge.operations import NewGap, raise_gap
from carecredit.mandates import queries as mandates
from carecredit.outreach import views
from carecredit.outreach.operations.contacts import InHand, link
from carecredit.outreach.rules import CaseBegun, Direction, Disposition, LinkKind, WordGiven, WrapUp
from carecredit.store.session import caller_of

SUBJECT_LENGTH = 120


def carry_out(
    session: Session,
    client_id: ClientId,
    contact: InHand,
    wrap_up: WrapUp,
    about: InvoiceId | None,
    now: datetime,
) -> views.Closed:
    """Write everything that was agreed; what cannot be names its field, and nothing is written."""
    work = _Work(session, client_id, contact, now)
    opened = _opened(work, wrap_up)
    disputes = _disputes_of(work, opened)
    with _part("promise"):
        promise_id = _promise(work, wrap_up)
    with _part("plan"):
        plan_id = _plan(work, wrap_up)
    with _part("proof"):
        proof_id = _proof(work, wrap_up)
    if wrap_up.disposition is Disposition.RIGHT_PARTY:
        answer_broken(session, contact_id=contact.id, now=now, **work.whom)
    solved = _solved(work, wrap_up)
    if contact.direction == Direction.IN:
        _hear(work, wrap_up)
    expectations = _expected(work, wrap_up, [*opened, *solved])
    with _part("gap"):
        gap_id = _gap(work, wrap_up)
    if wrap_up.opt_out:
        proof = f"contact {contact.id}"
        opt_out(session, channel=contact.channel, proof=proof, now=now, **work.whom)
    callback = None
    if wrap_up.callback_at is not None:
        callback = ask_callback(
            session, invoice_id=about, due_at=wrap_up.callback_at, now=now, **work.whom
        )
    case_ids = (*(it.id for it in opened), *(it.id for it in solved), *wrap_up.cases)
    hung: dict[LinkKind, list[Any]] = {
        LinkKind.CASE: list(case_ids),
        LinkKind.INVOICE: [*wrap_up.disputed_invoices, *([about] if about else [])],
        LinkKind.DISPUTE: list(disputes),
        LinkKind.PROMISE: [promise_id] if promise_id else [],
        LinkKind.PLAN: [plan_id] if plan_id else [],
        LinkKind.PROOF: [proof_id] if proof_id else [],
        LinkKind.EXPECTATION: list(expectations),
        LinkKind.GAP: [gap_id] if gap_id else [],
        LinkKind.CALLBACK: [callback] if callback else [],
    }
    for kind, linked in hung.items():
        link(
            session,
            client_id=client_id,
            contact_id=contact.id,
            kind=kind,
            linked_ids=linked,
            now=now,
        )
    return views.Closed(
        contact_id=contact.id,
        touch_id=contact.touch_id,
        promise_id=promise_id,
        dispute_ids=disputes,
        callback_touch_id=callback,
        plan_id=plan_id,
        proof_id=proof_id,
        case_ids=tuple(dict.fromkeys(case_ids)),
        expectation_ids=expectations,
        gap_id=gap_id,
    )


class _Work:
    """The transaction, the contact and the instant that everything is written in."""

    def __init__(
        self, session: Session, client_id: ClientId, contact: InHand, now: datetime
    ) -> None:
        self.session, self.client_id, self.contact, self.now = session, client_id, contact, now
        self.whom: dict[str, Any] = {
            "client_id": client_id,
            "customer_id": contact.customer_id,
        }

    def end_of(self, day: date) -> datetime:
        """Give the last second of a day at the client company's place."""
        at = zone(mandates.client(self.session, client_id=self.client_id).zone)
        return start_of_day(day + DAY, at) - timedelta(seconds=1)


def _opened(work: _Work, wrap_up: WrapUp) -> list[Case]:
    """Open what was begun; contested invoices are one dispute, or more word of one that stands."""
    with _part("opens"):
        opened = [_open(work, one) for one in wrap_up.opens]
    with _part("disputed_invoices"):
        return opened + _contested(work, wrap_up)


def _contested(work: _Work, wrap_up: WrapUp) -> list[Case]:
    wanted = tuple(dict.fromkeys(wrap_up.disputed_invoices))
    if not wanted:
        return []
    reason = wrap_up.dispute_reason.strip()
    # Never a second thread about what is contested already: its case hears of it.
    stands = case_queries.contesting(work.session, invoice_ids=wanted, **work.whom)
    again = Move("customer_wrote", reason, party=Party.CUSTOMER)
    found = [
        cases.move(
            work.session,
            client_id=work.client_id,
            case_id=case_id,
            move=again,
            version=None,
            now=work.now,
        )
        for case_id in dict.fromkeys(stands.values())
    ]
    fresh = tuple(one for one in wanted if one not in stands)
    if fresh:
        begun = CaseBegun(CaseKind.DISPUTE, reason[:SUBJECT_LENGTH], fresh, reason)
        found.append(_open(work, begun))
    return found


def _open(work: _Work, begun: CaseBegun) -> Case:
    new = NewCase(
        work.contact.customer_id,
        begun.kind,
        begun.subject,
        tuple(About(invoice_id) for invoice_id in begun.invoices),
        proof=begun.proof,
        topic=begun.topic,
        language=work.contact.language,
        reason=begun.proof,
    )
    return cases.open_case(work.session, client_id=work.client_id, case=new, now=work.now)


def _disputes_of(work: _Work, opened: list[Case]) -> tuple[DisputeId, ...]:
    found = [
        each.dispute_id
        for case in opened
        for each in case_queries.invoices_of(
            work.session, client_id=work.client_id, case_id=case.id
        )
    ]
    return tuple(each for each in found if each is not None)


def _hear(work: _Work, wrap_up: WrapUp) -> None:
    """Let the cases that a customer came about hear of it; a resolved one opens again."""
    ended = {one.case_id for one in wrap_up.solves}
    for case_id in dict.fromkeys(wrap_up.cases):
        if case_id in ended:
            continue
        with _part("cases"):
            cases.move(
                work.session,
                client_id=work.client_id,
                case_id=_theirs(work, case_id),
                move=Move("customer_wrote", wrap_up.note.strip(), party=Party.CUSTOMER),
                version=None,
                now=work.now,
            )


def _gap(work: _Work, wrap_up: WrapUp) -> GapId | None:
    seen = wrap_up.gap
    if seen is None:
        return None
    gap = NewGap(seen.text, seen.topic, work.contact.id, work.contact.operator_id)
    return raise_gap(work.session, client_id=work.client_id, gap=gap, now=work.now)


def _solved(work: _Work, wrap_up: WrapUp) -> list[Case]:
    with _part("solves"):
        return [
            cases.resolve(
                work.session,
                client_id=work.client_id,
                case_id=_theirs(work, one.case_id),
                resolution=one.resolution,
                solution=one.solution,
                version=None,
                now=work.now,
            )
            for one in wrap_up.solves
        ]


def _theirs(work: _Work, case_id: CaseId) -> CaseId:
    case = case_queries.case(work.session, client_id=work.client_id, case_id=case_id)
    if case.customer_id != work.contact.customer_id:
        raise case_queries.UnknownCase("no such case of this customer", field="case_id")
    return case_id


def _expected(work: _Work, wrap_up: WrapUp, about: list[Case]) -> tuple[ExpectationId, ...]:
    spoken_of = [*(_theirs(work, one) for one in wrap_up.cases), *(case.id for case in about)]
    with _part("expects"):
        return tuple(
            _expect(work, one, spoken_of[0] if spoken_of else None) for one in wrap_up.expects
        )


def _expect(work: _Work, given: WordGiven, case_id: CaseId | None) -> ExpectationId:
    word = NewExpectation(
        work.contact.customer_id, given.what, work.end_of(given.by), case_id, work.contact.id
    )
    found = cases.expect(work.session, client_id=work.client_id, expectation=word, now=work.now)
    return found.id


def _promise(work: _Work, wrap_up: WrapUp) -> PromiseId | None:
    given = wrap_up.promise
    if given is None:
        return None
    promise = NewPromise(
        work.contact.customer_id,
        Money.parse(given.amount, check_currency(given.currency)),
        given.promised_on,
        given_to=caller_of(work.session).name,
        given_by=given.given_by,
        method=given.method,
        invoices=given.invoices,
        contact_id=work.contact.id,
        remind=given.remind,
    )
    return record_promise(work.session, client_id=work.client_id, promise=promise, now=work.now)


def _plan(work: _Work, wrap_up: WrapUp) -> PlanId | None:
    wished = wrap_up.plan
    if wished is None:
        return None
    currency = check_currency(wished.currency)
    each = Money.parse(wished.each, currency).minor if wished.each is not None else None
    plan = NewPlan(
        work.contact.customer_id,
        currency,
        Rhythm(wished.first_on),
        instalments=wished.instalments,
        each_minor=each,
        invoices=wished.invoices,
        remind=wished.remind,
        contact_id=work.contact.id,
    )
    agreed = propose_plan(work.session, client_id=work.client_id, plan=plan, now=work.now)
    return agreed.card.id


def _proof(work: _Work, wrap_up: WrapUp) -> ProofId | None:
    told = wrap_up.proof
    if told is None:
        return None
    proof = NewProof(
        work.contact.customer_id,
        told.invoice_id,
        Money.parse(told.amount, check_currency(told.currency)),
        told.paid_on,
        method=told.method,
        reference=told.reference,
        contact_id=work.contact.id,
    )
    return announce_proof(work.session, client_id=work.client_id, proof=proof, now=work.now).id


@contextmanager
def _part(name: str) -> Iterator[None]:
    """Tell what is wrong with a part of a wrap-up under its name."""
    try:
        yield
    except Invalid as error:
        field = error.field or ""
        if not field.startswith(name):
            error.field = f"{name}.{field}" if field else name
        raise
