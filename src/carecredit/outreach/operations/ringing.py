"""The doorbell's side: due touches are leased and rung; what was left behind is put right.

The row is the schedule; a message carries ids and the fence. A broker that forgets costs a lease.
"""

from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from carecredit.cadence import model as cadence
from carecredit.cadence.operations import move
from carecredit.contact_policy.operations import settle_event
from carecredit.customers.model import Person
from carecredit.kernel.ids import ClientId, TouchId
from carecredit.outreach import model, views
from carecredit.outreach.operations.called import end_of_call
from carecredit.store.engine import database_now

IN_FLIGHT_MAX = 2_000
"""More leased touches than this would wait in the broker until their leases end."""
TRIES_MAX = 5
SWEEP_MAX = 500
NO_SYNC = {"synchronize_session": False}


def ring(session: Session, *, limit: int, lease: timedelta, now: datetime) -> list[views.Ring]:
    """Lease the touches that are due, the longest due first; send their rings after the commit."""
    table = cadence.Touch
    flying = session.execute(
        select(func.count()).select_from(table).where(table.status == "rung")
    ).scalar_one()
    due = session.execute(
        select(table.client_id, table.id)
        .where(table.status == "planned", table.due_at <= now)
        .order_by(table.due_at, table.id)
        .limit(max(0, min(limit, IN_FLIGHT_MAX - flying)))
        .with_for_update(skip_locked=True)
    ).all()
    if not due:
        return []
    rows = session.execute(
        update(table)
        .where(
            table.client_id.in_({row.client_id for row in due}),
            table.id.in_([row.id for row in due]),
            table.status == "planned",
        )
        .values(
            status="rung",
            fence=table.fence + 1,
            tries=table.tries + 1,
            lease_until=database_now(session) + lease,
        )
        .returning(table.client_id, table.id, table.fence)
        .execution_options(**NO_SYNC)
    )
    return [views.Ring(*row) for row in rows]


def sweep(session: Session, *, now: datetime) -> views.Swept:
    """Put right what a dead process or a forgetful broker left behind.

    A ring without an answer rings again, a few times; a message in the making whose sender died
    is unknown and goes to a person; a call whose operator vanished too. None is repeated blindly.
    """
    database = database_now(session)
    table = cadence.Touch
    # Persons' gates before touches, as everywhere; whoever is busy is looked at next time.
    expired = session.execute(
        select(table.client_id, table.id, table.status, table.fence, table.tries)
        .join(Person, Person.id == table.person_id)
        .where(table.status.in_(("rung", "dispatching", "taken")), table.lease_until < database)
        .order_by(table.lease_until)
        .limit(SWEEP_MAX)
        .with_for_update(of=(Person, table), skip_locked=True)
    ).all()
    again = unknown = parked = 0
    for row in expired:
        if row.status != "rung":
            unknown += mark_unknown(session, row.client_id, row.id, row.fence, now)
        elif row.tries >= TRIES_MAX:
            parked += move(
                session,
                client_id=row.client_id,
                touch_id=row.id,
                status="parked",
                expected=("rung",),
                under=row.fence,
                now=now,
                status_reason="poison",
                status_detail=f"{row.tries} rings without an answer",
                lease_until=None,
            )
        else:
            again += _unring(session, row.client_id, row.id, row.fence)
    return views.Swept(rung_again=again, unknown=unknown, parked=parked)


def mark_unknown(
    session: Session, client_id: ClientId, touch_id: TouchId, fence: int, now: datetime
) -> bool:
    """Write down that nobody knows what came of an attempt; a person will find out."""
    moved = move(
        session,
        client_id=client_id,
        touch_id=touch_id,
        status="parked",
        expected=("dispatching", "taken"),
        under=fence,
        now=now,
        status_reason="unknown_outcome",
        status_detail="whoever made it did not come back",
        lease_until=None,
    )
    if not moved:
        return False
    attempt = session.execute(
        update(model.Attempt)
        .where(
            model.Attempt.client_id == client_id,
            model.Attempt.touch_id == touch_id,
            model.Attempt.state == "dispatching",
        )
        .values(state="unknown", ended_at=now, lease_until=None)
        .returning(model.Attempt.id, model.Attempt.event_id, model.Attempt.channel)
        .execution_options(**NO_SYNC)
    ).first()
    if attempt is not None:
        # The safe reading for the caps: it reached the person.
        end_of_call(
            session, client_id=client_id, attempt_id=attempt.id, disposition="unknown", now=now
        )
        kind = "conversation" if attempt.channel == "voice" else "contact"
        settle_event(session, event_id=attempt.event_id, kind=kind, now=now)
    return True


def _unring(session: Session, client_id: ClientId, touch_id: TouchId, fence: int) -> bool:
    table = cadence.Touch
    found = session.execute(
        update(table)
        .where(
            table.client_id == client_id,
            table.id == touch_id,
            table.fence == fence,
            table.status == "rung",
        )
        .values(status="planned", lease_until=None)
        .returning(table.id)
        .execution_options(**NO_SYNC)
    ).first()
    return found is not None
