"""Carrying out what a contact brought: agreements, cases, our own word; each hangs on it."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from carecredit.arrangements.operations import (
    answer_broken,
)
from carecredit.cadence.operations import ask_callback
from carecredit.cases import operations as cases
from carecredit.cases import queries as case_queries
from carecredit.cases.operations import About, Move, NewCase, NewExpectation
from carecredit.cases.rules import CaseKind, Party
from carecredit.cases.views import Case
from carecredit.customers.operations import opt_out
from carecredit.kernel.ids import (
    CaseId,
    ClientId,
    DisputeId,
    ExpectationId,
    GapId,
    InvoiceId,
)
from carecredit.knowledge.operations import NewGap, raise_gap
from carecredit.outreach import views
from carecredit.outreach.operations.agreeing import (
    Work,
    agree_plan,
    agree_promise,
    note_proof,
    part,
)
from carecredit.outreach.operations.contacts import InHand, link
from carecredit.outreach.operations.stopping import stop_for
from carecredit.outreach.rules import CaseBegun, Direction, Disposition, LinkKind, WordGiven, WrapUp

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
    work = Work(session, client_id, contact, now)
    opened = _opened(work, wrap_up)
    disputes = _disputes_of(work, opened)
    with part("promise"):
        promise_id = agree_promise(work, wrap_up)
    with part("plan"):
        plan_id = agree_plan(work, wrap_up)
    with part("proof"):
        proof_id = note_proof(work, wrap_up)
    if wrap_up.disposition is Disposition.RIGHT_PARTY:
        answer_broken(session, contact_id=contact.id, now=now, **work.whom)
    stop_for(work, wrap_up)
    solved = _solved(work, wrap_up)
    if contact.direction == Direction.IN:
        _hear(work, wrap_up)
    expectations = _expected(work, wrap_up, [*opened, *solved])
    with part("gap"):
        gap_id = _gap(work, wrap_up)
    if wrap_up.opt_out:
        proof = f"contact {contact.id}"
        opt_out(session, channel=contact.channel, proof=proof, now=now, **work.whom)
    callback = None
    if wrap_up.callback_at is not None:
        callback = ask_callback(
            session,
            invoice_id=about,
            due_at=wrap_up.callback_at,
            owner_id=contact.operator_id,
            now=now,
            **work.whom,
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


def _opened(work: Work, wrap_up: WrapUp) -> list[Case]:
    """Open what was begun; contested invoices are one dispute, or more word of one that stands."""
    with part("opens"):
        opened = [_open(work, one) for one in wrap_up.opens]
    with part("disputed_invoices"):
        return opened + _contested(work, wrap_up)


def _contested(work: Work, wrap_up: WrapUp) -> list[Case]:
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


def _open(work: Work, begun: CaseBegun) -> Case:
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


def _disputes_of(work: Work, opened: list[Case]) -> tuple[DisputeId, ...]:
    found = [
        each.dispute_id
        for case in opened
        for each in case_queries.invoices_of(
            work.session, client_id=work.client_id, case_id=case.id
        )
    ]
    return tuple(each for each in found if each is not None)


def _hear(work: Work, wrap_up: WrapUp) -> None:
    """Let the cases that a customer came about hear of it; a resolved one opens again."""
    ended = {one.case_id for one in wrap_up.solves}
    for case_id in dict.fromkeys(wrap_up.cases):
        if case_id in ended:
            continue
        with part("cases"):
            cases.move(
                work.session,
                client_id=work.client_id,
                case_id=_theirs(work, case_id),
                move=Move("customer_wrote", wrap_up.note.strip(), party=Party.CUSTOMER),
                version=None,
                now=work.now,
            )


def _gap(work: Work, wrap_up: WrapUp) -> GapId | None:
    seen = wrap_up.gap
    if seen is None:
        return None
    gap = NewGap(seen.text, seen.topic, work.contact.id, work.contact.operator_id)
    return raise_gap(work.session, client_id=work.client_id, gap=gap, now=work.now)


def _solved(work: Work, wrap_up: WrapUp) -> list[Case]:
    with part("solves"):
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


def _theirs(work: Work, case_id: CaseId) -> CaseId:
    case = case_queries.case(work.session, client_id=work.client_id, case_id=case_id)
    if case.customer_id != work.contact.customer_id:
        raise case_queries.UnknownCase("no such case of this customer", field="case_id")
    return case_id


def _expected(work: Work, wrap_up: WrapUp, about: list[Case]) -> tuple[ExpectationId, ...]:
    spoken_of = [*(_theirs(work, one) for one in wrap_up.cases), *(case.id for case in about)]
    with part("expects"):
        return tuple(
            _expect(work, one, spoken_of[0] if spoken_of else None) for one in wrap_up.expects
        )


def _expect(work: Work, given: WordGiven, case_id: CaseId | None) -> ExpectationId:
    word = NewExpectation(
        work.contact.customer_id, given.what, work.end_of(given.by), case_id, work.contact.id
    )
    found = cases.expect(work.session, client_id=work.client_id, expectation=word, now=work.now)
    return found.id
