"""Our own word: what we gave a customer to expect, kept, broken, or withdrawn with a reason."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from carecredit.cases import model, queries, views
from carecredit.cases.operations.pen import NO_SYNC, check_code, check_text
from carecredit.cases.rules import ExpectationState
from carecredit.customers import queries as customers
from carecredit.kernel.errors import Invalid, Refused
from carecredit.kernel.ids import (
    CaseId,
    ClientId,
    ContactId,
    CustomerId,
    ExpectationId,
    new_id,
)
from carecredit.store import audit
from carecredit.store.session import caller_of

ANSWER, HAND_OVER = "answer", "hand_over"


class ExpectationClosed(Refused):
    """What became of this word is settled already."""

    code = "expectation_closed"


class NewExpectation(msgspec.Struct, frozen=True):
    """What we give a customer to expect, by when, in which matter or contact."""

    customer_id: CustomerId
    what: str
    due_at: datetime
    case_id: CaseId | None = None
    contact_id: ContactId | None = None
    purpose: str = ANSWER


def expect(
    session: Session, *, client_id: ClientId, expectation: NewExpectation, now: datetime
) -> views.Expectation:
    """Write down what we gave a customer to expect; it is a promise of ours."""
    customers.customer(session, client_id=client_id, customer_id=expectation.customer_id)
    if expectation.case_id is not None:
        case = queries.case(session, client_id=client_id, case_id=expectation.case_id)
        if case.customer_id != expectation.customer_id:
            raise queries.UnknownCase("no such case", field="case_id")
    if expectation.due_at.tzinfo is None:
        raise Invalid("an instant needs its offset: 2026-06-12T18:00:00+02:00", field="due_at")
    if expectation.due_at <= now:
        raise Invalid("what a customer may expect lies ahead", field="due_at")
    expectation_id = ExpectationId(new_id())
    row = msgspec.structs.asdict(expectation) | {
        "client_id": client_id,
        "id": expectation_id,
        "purpose": check_code(expectation.purpose, field="purpose"),
        "what": check_text(expectation.what, field="what"),
        "given_at": now,
        "given_by": caller_of(session).name,
        "state": ExpectationState.OPEN.value,
        "fulfilled_at": None,
        "closed_at": None,
        "closed_by": None,
        "reason": "",
    }
    session.execute(insert(model.Expectation), [row])
    _tell(session, client_id, "given", expectation_id, now)
    return queries.expectation(session, client_id=client_id, expectation_id=expectation_id)


def fulfil(
    session: Session, *, client_id: ClientId, expectation_id: ExpectationId, now: datetime
) -> views.Expectation:
    """Say that our word was made good: in time it is kept; late it stays broken."""
    found = _take(session, client_id, expectation_id)
    late = found.due_at < now
    if found.state == ExpectationState.BROKEN and found.fulfilled_at is None:
        return _set(session, client_id, found, now, "made_good", fulfilled_at=now)
    _must_be_open(found)
    state = ExpectationState.BROKEN if late else ExpectationState.KEPT
    return _close(session, client_id, found, state, now, fulfilled_at=now)


def withdraw(
    session: Session,
    *,
    client_id: ClientId,
    expectation_id: ExpectationId,
    reason: str,
    now: datetime,
) -> views.Expectation:
    """Take our word back with a reason, before it is due; after that it is broken."""
    found = _take(session, client_id, expectation_id)
    _must_be_open(found)
    if found.due_at < now:
        raise ExpectationClosed("its time has passed: it is broken, and cannot be taken back")
    why = check_text(reason, field="reason")
    return _close(session, client_id, found, ExpectationState.WITHDRAWN, now, reason=why)


def review_expectations(
    session: Session, *, client_id: ClientId, now: datetime, limit: int = 500
) -> int:
    """Call what is open past its time broken; say how many there were."""
    table = model.Expectation
    rows = session.execute(
        select(table.id)
        .where(
            table.client_id == client_id,
            table.state == ExpectationState.OPEN.value,
            table.due_at < now,
        )
        .order_by(table.due_at, table.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).scalars()
    found = list(rows)
    for expectation_id in found:
        one = queries.expectation(session, client_id=client_id, expectation_id=expectation_id)
        _close(session, client_id, one, ExpectationState.BROKEN, now)
    return len(found)


def fulfil_of_case(
    session: Session, *, client_id: ClientId, case_id: CaseId, purpose: str, now: datetime
) -> None:
    """Say that what a case's customer expects for a purpose was made good."""
    table = model.Expectation
    # All rows before the first line of the audit chain: two at once then wait in one order.
    session.execute(
        select(table.id)
        .where(table.client_id == client_id, table.case_id == case_id)
        .order_by(table.id)
        .with_for_update()
    ).all()
    for one in queries.expectations(session, client_id=client_id, case_id=case_id):
        waits = one.state == ExpectationState.OPEN or (
            one.state == ExpectationState.BROKEN and one.fulfilled_at is None
        )
        if one.purpose == purpose and waits:
            fulfil(session, client_id=client_id, expectation_id=one.id, now=now)


def _take(
    session: Session, client_id: ClientId, expectation_id: ExpectationId
) -> views.Expectation:
    table = model.Expectation
    session.execute(
        select(table.id)
        .where(table.client_id == client_id, table.id == expectation_id)
        .with_for_update()
    ).first()
    return queries.expectation(session, client_id=client_id, expectation_id=expectation_id)


def _must_be_open(found: views.Expectation) -> None:
    if found.state != ExpectationState.OPEN:
        raise ExpectationClosed(f"this word is {found.state} already", field="expectation_id")


def _close(
    session: Session,
    client_id: ClientId,
    found: views.Expectation,
    state: ExpectationState,
    now: datetime,
    **more: Any,
) -> views.Expectation:
    by = caller_of(session).name
    facts = {"state": state.value, "closed_at": now, "closed_by": by}
    return _set(session, client_id, found, now, state.value, **facts, **more)


def _set(
    session: Session,
    client_id: ClientId,
    found: views.Expectation,
    now: datetime,
    action: str,
    **facts: Any,
) -> views.Expectation:
    table = model.Expectation
    session.execute(
        update(table)
        .where(table.client_id == client_id, table.id == found.id)
        .values(**facts)
        .execution_options(**NO_SYNC)
    )
    _tell(session, client_id, action, found.id, now)
    return queries.expectation(session, client_id=client_id, expectation_id=found.id)


def _tell(
    session: Session, client_id: ClientId, action: str, of: ExpectationId, now: datetime
) -> None:
    audit.record(
        session,
        client_id=client_id,
        action=f"expectation.{action}",
        subject="expectation",
        subject_id=of,
        now=now,
    )
