"""Planning as a reconciliation: the touch that is wanted against the one that stands."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import insert
from sqlalchemy.orm import Session

from carecredit.cadence import model, queries, views
from carecredit.cadence.operations.states import cancel
from carecredit.cadence.rules import (
    FollowUpPolicy,
    Proposal,
    Silence,
    StepKind,
    next_step,
)
from carecredit.cadence.rules.policy import CALLBACK
from carecredit.customers import queries as customers
from carecredit.customers.operations import lock_gates_free
from carecredit.kernel.calendars import local_date, zone
from carecredit.kernel.ids import (
    ClientId,
    CustomerId,
    InvoiceId,
    OperatorId,
    PersonId,
    TouchId,
    new_id,
)
from carecredit.mandates import queries as mandates
from carecredit.store import audit

_MOVABLE = ("planned", "offered")


def plan_customers(
    session: Session, *, client_id: ClientId, customer_ids: Sequence[CustomerId], now: datetime
) -> views.Planned:
    """Bring the touches of some customers in line with what the policy wants for them now.

    Run again, it changes nothing. A touch in somebody's hands is left there: whoever makes it
    looks again before acting. A customer whose gate is taken is left for the next time.
    """
    client = mandates.client(session, client_id=client_id)
    at = zone(client.zone)
    mandate = mandates.mandate(session, client_id=client_id, today=local_date(now, at))
    policy = queries.policy(mandate.follow_up_policy)
    free = lock_gates_free(session, client_id=client_id, customer_ids=customer_ids)
    facts = queries.facts_of(session, client=client, mandate=mandate, customer_ids=free, now=now)
    live = queries.live_touches(session, client_id=client_id, customer_ids=free)
    wanted: list[tuple[CustomerId, Proposal]] = []
    counts: Counter[str] = Counter()
    silent: Counter[str] = Counter()
    for customer_id, known in facts.items():
        found = next_step(known, policy=policy, at=at, now=now)
        if isinstance(found, Silence):
            silent[found.code] += 1
        outcome = _reconcile(session, client_id, live.get(customer_id), found, now)
        counts[outcome] += 1
        if outcome in {"new", "replaced"} and isinstance(found, Proposal):
            wanted.append((customer_id, found))
    _insert(session, client_id, wanted, policy, now)
    return views.Planned(
        customers=len(facts),
        planned=len(wanted),
        kept=counts["kept"],
        cancelled=counts["cancelled"] + counts["replaced"],
        silent=dict(silent),
    )


def _reconcile(
    session: Session,
    client_id: ClientId,
    live: views.Touch | None,
    found: Proposal | Silence,
    now: datetime,
) -> str:
    if live is None:
        return "new" if isinstance(found, Proposal) else "silent"
    if isinstance(found, Proposal) and _same(live, found):
        return "kept"
    if live.requested and not _must_stop(found):
        return "kept"
    reason = found.code if isinstance(found, Silence) else "superseded"
    if live.status not in _MOVABLE or not cancel(
        session, client_id=client_id, touch_id=live.id, reason=reason, now=now
    ):
        return "kept"
    return "replaced" if isinstance(found, Proposal) else "cancelled"


def _same(live: views.Touch, found: Proposal) -> bool:
    return (live.invoice_id, live.step_key, live.channel) == (
        found.invoice.invoice_id,
        found.step.key,
        found.channel,
    )


def _must_stop(found: Proposal | Silence) -> bool:
    """A call-back that was asked for falls only with the wish not to be contacted."""
    return isinstance(found, Silence) and found.code in {"opted_out", "no_contact_point"}


def _insert(
    session: Session,
    client_id: ClientId,
    wanted: Sequence[tuple[CustomerId, Proposal]],
    policy: FollowUpPolicy,
    now: datetime,
) -> None:
    if not wanted:
        return
    reaches = customers.reaches(
        session, client_id=client_id, customer_ids=[customer_id for customer_id, _ in wanted]
    )
    persons = {reach.customer_id: reach.person_id for reach in reaches}
    rows = [
        _row(client_id, customer_id, persons[customer_id], now)
        | {
            "invoice_id": found.invoice.invoice_id,
            "policy_key": policy.key,
            "policy_version": policy.version,
            "step_key": found.step.key,
            "step_kind": found.step.kind.value,
            "channel": found.channel,
            "tone": found.tone,
            "requested": False,
            "reason": msgspec.json.encode(found.reason).decode(),
            "due_at": found.due_at,
        }
        for customer_id, found in wanted
    ]
    session.execute(insert(model.Touch), rows)
    for row in rows:
        _tell(session, client_id, row["id"], row["step_key"], now)


def ask_callback(
    session: Session,
    *,
    client_id: ClientId,
    customer_id: CustomerId,
    invoice_id: InvoiceId | None,
    due_at: datetime,
    owner_id: OperatorId | None = None,
    now: datetime,
) -> TouchId:
    """Plan the call that the customer asked for; it takes the place of a touch still planned.

    Where that was a call asked for before, the reason and the audit tell from when to when.
    """
    live = queries.live_touches(session, client_id=client_id, customer_ids=[customer_id])
    before = live.get(customer_id)
    if before is not None:
        # One that was rung is looked at again by whoever answers, and left alone then.
        cancel(
            session,
            client_id=client_id,
            touch_id=before.id,
            reason="superseded",
            expected=(*_MOVABLE, "rung"),
            now=now,
        )
    moved = before.due_at if before is not None and before.step_kind == CALLBACK else None
    due = _due(session, client_id, due_at, moved)
    person_id = customers.reach(session, client_id=client_id, customer_id=customer_id).person_id
    row = _row(client_id, customer_id, person_id, now) | {
        "invoice_id": None,
        "policy_key": CALLBACK,
        "policy_version": "1",
        "step_key": CALLBACK,
        "step_kind": StepKind.CALLBACK.value,
        "channel": "voice",
        "tone": "courtesy",
        "requested": True,
        "reason": msgspec.json.encode(
            {"code": CALLBACK, "about": str(invoice_id) if invoice_id else None} | due
        ).decode(),
        "due_at": due_at,
        "owner_id": owner_id,
    }
    session.execute(insert(model.Touch), [row])
    _tell(session, client_id, row["id"], CALLBACK, now, **due)
    return TouchId(row["id"])


def _due(
    session: Session, client_id: ClientId, due_at: datetime, moved: datetime | None
) -> dict[str, str]:
    """Tell when a call-back is due as it was said, with its offset, and from when it was moved."""
    at = zone(mandates.client(session, client_id=client_id).zone)
    # Said in UTC it is a machine's instant: the operator reads it by the company's clock.
    said = due_at if due_at.utcoffset() else due_at.astimezone(at)
    told = {"said_at": said.isoformat(timespec="minutes")}
    if moved is not None:
        told |= {"moved_from": moved.astimezone(at).isoformat(timespec="minutes")}
    return told


def _row(
    client_id: ClientId, customer_id: CustomerId, person_id: PersonId, now: datetime
) -> dict[str, Any]:
    return {
        "client_id": client_id,
        "id": TouchId(new_id()),
        "customer_id": customer_id,
        "person_id": person_id,
        "status": "planned",
        "status_reason": None,
        "status_detail": None,
        "fence": 0,
        "lease_until": None,
        "tries": 0,
        "operator_id": None,
        "planned_at": now,
        "changed_at": now,
    }


def _tell(
    session: Session,
    client_id: ClientId,
    touch_id: TouchId,
    step_key: str,
    now: datetime,
    **told: str,
) -> None:
    audit.record(
        session,
        client_id=client_id,
        action="touch.planned",
        subject="touch",
        subject_id=touch_id,
        now=now,
        data={"step": step_key} | told,
    )
