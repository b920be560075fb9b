"""Writing and ending holds; a dispute and its hold are one act, and move with their invoice."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import msgspec
from sqlalchemy import insert, or_, select, true, update
from sqlalchemy.orm import Session

from carecredit.customers.operations import NewStop, end_stops, lock_gate_of, stop_persons
from carecredit.holds import model
from carecredit.holds.rules import BY_HAND, PERSON_WIDE, HoldReason
from carecredit.kernel.errors import Invalid, NotFound, Refused
from carecredit.kernel.ids import ClientId, CustomerId, HoldId, InvoiceId, new_id
from carecredit.store import audit
from carecredit.store.session import caller_of


class UnknownHold(NotFound):
    """No such hold, or none that you may see."""

    code = "hold_unknown"


class HoldOfAnother(Refused):
    """The hold belongs to a dispute, promise or plan and ends with it."""

    code = "hold_of_another"


class NewHold(msgspec.Struct, frozen=True):
    """A hold to be written: whom it spares, why, from when, until when."""

    customer_id: CustomerId
    reason: HoldReason
    source_id: UUID
    starts_at: datetime
    ends_at: datetime | None = None
    invoice_id: InvoiceId | None = None
    evidence: str = ""
    review_on: date | None = None
    recorded_at: datetime | None = None
    """Since when it is known (none: since now)."""


def place(session: Session, *, client_id: ClientId, hold: NewHold, now: datetime) -> HoldId:
    """Write a hold under the person's gate: no claim ordered after it passes."""
    lock_gate_of(session, client_id=client_id, customer_id=hold.customer_id)
    (hold_id,) = _store(session, client_id, [hold], now)
    audit.record(
        session,
        client_id=client_id,
        action="hold.placed",
        subject="hold",
        subject_id=hold_id,
        now=now,
        data={
            "reason": hold.reason.value,
            "customer": str(hold.customer_id),
            "invoice": str(hold.invoice_id) if hold.invoice_id else None,
            "source": str(hold.source_id),
        },
    )
    return hold_id


def end(session: Session, *, client_id: ClientId, hold_id: HoldId, now: datetime) -> CustomerId:
    """End a hold that somebody told us of, now; one that belongs to a dispute ends with that."""
    table = model.Hold
    found = session.execute(
        select(table.customer_id, table.reason).where(
            table.client_id == client_id, table.id == hold_id
        )
    ).first()
    if found is None:
        raise UnknownHold("no such hold", field="hold_id")
    if found.reason not in BY_HAND:
        raise HoldOfAnother(f"it ends with its {found.reason}: end that instead")
    lock_gate_of(session, client_id=client_id, customer_id=found.customer_id)
    session.execute(
        update(table)
        .where(
            table.client_id == client_id,
            table.id == hold_id,
            or_(table.ends_at.is_(None), table.ends_at > now),
        )
        .values(ends_at=now)
        .execution_options(synchronize_session=False)
    )
    end_stops(session, client_id=client_id, hold_ids=[hold_id], ends_at=now)
    audit.record(
        session,
        client_id=client_id,
        action="hold.ended",
        subject="hold",
        subject_id=hold_id,
        now=now,
        data={"reason": found.reason},
    )
    whose: CustomerId = found.customer_id
    return whose


def place_many(
    session: Session, *, client_id: ClientId, holds: Sequence[NewHold], now: datetime
) -> None:
    """Write the holds that a book brings; its gates are taken and it is audited as a whole."""
    if holds:
        _store(session, client_id, holds, now)


def _store(
    session: Session, client_id: ClientId, holds: Sequence[NewHold], now: datetime
) -> list[HoldId]:
    """Write holds, and beside those that stop a person everywhere what other companies heed."""
    own = {"client_id": client_id, "recorded_by": caller_of(session).name}
    rows = [
        msgspec.structs.asdict(hold)
        | own
        | {
            "id": HoldId(new_id()),
            "reason": hold.reason.value,
            "recorded_at": hold.recorded_at or now,
        }
        for hold in holds
    ]
    session.execute(insert(model.Hold), rows)
    stops = [
        NewStop(**{name: row[name] for name in NewStop.__struct_fields__})
        for row, hold in zip(rows, holds, strict=True)
        if hold.reason in PERSON_WIDE
    ]
    stop_persons(session, client_id=client_id, stops=stops)
    return [row["id"] for row in rows]


def end_of_source(
    session: Session,
    *,
    client_id: ClientId,
    source_id: UUID,
    ends_at: datetime,
    now: datetime,
    invoice_id: InvoiceId | None = None,
) -> int:
    """End the holds that a dispute, promise or plan had asked for (or the one); say how many."""
    ended = session.execute(
        update(model.Hold)
        .where(
            model.Hold.client_id == client_id,
            model.Hold.source_id == source_id,
            or_(model.Hold.ends_at.is_(None), model.Hold.ends_at > ends_at),
            true() if invoice_id is None else model.Hold.invoice_id == invoice_id,
        )
        .values(ends_at=ends_at)
        .returning(model.Hold.id)
        .execution_options(synchronize_session=False)
    ).all()
    end_stops(
        session, client_id=client_id, hold_ids=[HoldId(row[0]) for row in ended], ends_at=ends_at
    )
    for row in ended:
        audit.record(
            session,
            client_id=client_id,
            action="hold.ended",
            subject="hold",
            subject_id=row[0],
            now=now,
            data={"source": str(source_id)},
        )
    return len(ended)


def look_again(
    session: Session, *, client_id: ClientId, source_id: UUID, review_on: date, now: datetime
) -> int:
    """Set the day on which the holds of a source that still stand are looked at again."""
    found = session.execute(
        update(model.Hold)
        .where(
            model.Hold.client_id == client_id,
            model.Hold.source_id == source_id,
            or_(model.Hold.ends_at.is_(None), model.Hold.ends_at > now),
        )
        .values(review_on=review_on)
        .returning(model.Hold.id)
        .execution_options(synchronize_session=False)
    ).all()
    for row in found:
        audit.record(
            session,
            client_id=client_id,
            action="hold.review_set",
            subject="hold",
            subject_id=row[0],
            now=now,
            data={"source": str(source_id), "review_on": review_on.isoformat()},
        )
    return len(found)


def put_off_review(
    session: Session,
    *,
    client_id: ClientId,
    customer_id: CustomerId,
    hold_id: HoldId,
    review_on: date,
    today: date,
    now: datetime,
) -> None:
    """Look at a hold that still stands again on a later day; it stays as it is until then."""
    if review_on <= today:
        raise Invalid("the day to look again lies ahead", field="review_on")
    table = model.Hold
    source_id = session.execute(
        select(table.source_id).where(
            table.client_id == client_id, table.id == hold_id, table.customer_id == customer_id
        )
    ).scalar()
    if source_id is None or not look_again(
        session, client_id=client_id, source_id=source_id, review_on=review_on, now=now
    ):
        raise UnknownHold("no such hold stands for this customer", field="hold_id")


def forget_evidence(session: Session, *, client_id: ClientId, customer_id: CustomerId) -> int:
    """Empty what was written beside a customer's holds; say how many there were."""
    done = session.execute(
        update(model.Hold)
        .where(
            model.Hold.client_id == client_id,
            model.Hold.customer_id == customer_id,
            model.Hold.evidence != "",
        )
        .values(evidence="")
        .execution_options(synchronize_session=False)
    )
    return int(done.rowcount)  # type: ignore[attr-defined] # an UPDATE's result has it
