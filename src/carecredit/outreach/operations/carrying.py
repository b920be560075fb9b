"""Carrying out what a contact brought: agreements, cases, our own word; each hangs on it."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from carecredit.arrangements.operations import answer_broken
from carecredit.cases import operations as cases
from carecredit.cases import queries as case_queries
from carecredit.cases.operations import NewExpectation
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
from carecredit.outreach.operations.callbacks import call_back
from carecredit.outreach.operations.contacts import InHand, link
from carecredit.outreach.operations.matters import heard_in, opened_in, solved_in, theirs
from carecredit.outreach.operations.stopping import stop_for
from carecredit.outreach.rules import Direction, Disposition, LinkKind, WordGiven, WrapUp


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
    opened = opened_in(work, wrap_up)
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
    heard = heard_in(work, wrap_up) if contact.direction == Direction.IN else []
    solved = solved_in(work, wrap_up)
    expectations = _expected(work, wrap_up, [*opened, *solved])
    with part("gap"):
        gap_id = _gap(work, wrap_up)
    if wrap_up.opt_out:
        proof = f"contact {contact.id}"
        opt_out(session, channel=contact.channel, proof=proof, now=now, **work.whom)
    callback = call_back(work, wrap_up, about)
    case_ids = (*(it.id for it in (*opened, *solved, *heard)), *wrap_up.cases)
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


def _disputes_of(work: Work, opened: list[Case]) -> tuple[DisputeId, ...]:
    found = [
        each.dispute_id
        for case in opened
        for each in case_queries.invoices_of(
            work.session, client_id=work.client_id, case_id=case.id
        )
    ]
    return tuple(each for each in found if each is not None)


def _gap(work: Work, wrap_up: WrapUp) -> GapId | None:
    seen = wrap_up.gap
    if seen is None:
        return None
    gap = NewGap(seen.text, seen.topic, work.contact.id, work.contact.operator_id)
    return raise_gap(work.session, client_id=work.client_id, gap=gap, now=work.now)


def _expected(work: Work, wrap_up: WrapUp, about: list[Case]) -> tuple[ExpectationId, ...]:
    spoken_of = [*(theirs(work, one) for one in wrap_up.cases), *(case.id for case in about)]
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
