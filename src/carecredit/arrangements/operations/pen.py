"""Writing a payment plan's rows: the plan, its events (each a version), its silence."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from carecredit.arrangements import model, queries, rules, views
from carecredit.arrangements.operations.scene import NO_SYNC, Scene, keep_shares, tell
from carecredit.arrangements.operations.silence import keep_silence
from carecredit.arrangements.rules import InstalmentState, PlanState
from carecredit.holds.operations import end_of_source
from carecredit.kernel.errors import Invalid
from carecredit.kernel.ids import ClientId, CustomerId, InvoiceId, PlanId, new_id
from carecredit.kernel.money import Money
from carecredit.store.session import caller_of

REASON_LENGTH_MAX = 1_000


class Drawn(msgspec.Struct, frozen=True):
    """A plan as worked out, before it is written."""

    customer_id: CustomerId
    total: Money
    open_minor: dict[InvoiceId, int]
    parts: tuple[rules.Part, ...]
    beyond: tuple[str, ...]
    remind: bool
    contact_id: UUID | None
    supersedes_id: PlanId | None


def write_plan(
    session: Session, *, client_id: ClientId, drawn: Drawn, by: str, reason: str, scene: Scene
) -> PlanId:
    """Write a proposed plan and be silent about its invoices: the answer is ours to give."""
    plan_id = PlanId(new_id())
    row: dict[str, Any] = {
        "client_id": client_id,
        "id": plan_id,
        "customer_id": drawn.customer_id,
        "currency": drawn.total.currency,
        "amount_minor": drawn.total.minor,
        "state": PlanState.PROPOSED.value,
        "version": 0,
        "beyond": ",".join(drawn.beyond),
        "missed_max": scene.mandate.plan_missed_max,
        "remind": drawn.remind,
        "contact_id": drawn.contact_id,
        "supersedes_id": drawn.supersedes_id,
        "proposed_at": scene.now,
        "proposed_by": by,
        "proposed_caller": caller_of(session).name,
        "agreed_at": None,
        "agreed_by": None,
        "closed_at": None,
        "thanked_at": None,
    }
    session.execute(insert(model.PaymentPlan), [row])
    _write_beside(session, client_id, plan_id, drawn, scene)
    add_event(session, client_id, plan_id, 0, "proposed", by, reason, scene.now)
    keep_silence(session, client_id=client_id, plan_id=plan_id, scene=scene)
    return plan_id


def add_event(
    session: Session,
    client_id: ClientId,
    plan_id: PlanId,
    version: int,
    kind: str,
    by: str,
    reason: str,
    now: datetime,
    **values: Any,
) -> None:
    """Append an event to a plan as it was read (`version`), and set what it changes."""
    table = model.PaymentPlan
    done = session.execute(
        update(table)
        .where(table.client_id == client_id, table.id == plan_id, table.version == version)
        .values(version=version + 1, **values)
        .returning(table.version)
        .execution_options(**NO_SYNC)
    ).all()
    if not done:
        raise stale(queries.plan(session, client_id=client_id, plan_id=plan_id), version)
    event = {
        "client_id": client_id,
        "plan_id": plan_id,
        "version": version + 1,
        "kind": kind,
        "at": now,
        "by": by,
        "reason": reason,
    }
    session.execute(insert(model.PlanEvent), [event])
    tell(session, client_id, f"plan.{kind}", plan_id, now, {"version": version + 1})


def check_version(plan: views.PaymentPlan, version: int | None) -> None:
    """Refuse a write by whoever has not seen what happened since (none named: it has)."""
    if version is not None and version != plan.card.version:
        raise stale(plan, version)


def stale(plan: views.PaymentPlan, seen: int) -> rules.StalePlan:
    """Tell which version stands now and what happened since the one that was seen."""
    since = [one for one in plan.events if one.version > seen]
    told = "; ".join(
        f"{one.version} {one.kind} by {one.by} at {one.at:%Y-%m-%d %H:%M}Z" for one in since
    )
    return rules.StalePlan(
        f"this plan is at version {plan.card.version}, not {seen} ({told or 'no such version'}); "
        "read it again and decide anew",
        field="version",
    )


def close_plan(
    session: Session,
    *,
    client_id: ClientId,
    plan: views.PaymentPlan,
    state: PlanState,
    by: str,
    reason: str,
    shares: tuple[rules.Share, ...],
    now: datetime,
) -> None:
    """Close a plan: what was paid of it stays paid, and its silence ends."""
    card = plan.card
    paid = rules.served(shares)
    states = _released(plan, paid) if state is PlanState.COMPLETED else None
    store_paid(session, client_id=client_id, plan=plan, paid=paid, states=states, now=now)
    keep_shares(
        session,
        client_id=client_id,
        customer_id=card.customer_id,
        shares=[one for one in shares if one.key[0] == card.id],
        is_proof=False,
        now=now,
    )
    add_event(
        session, client_id, card.id, card.version, state.value, by, reason, now,
        state=state.value, closed_at=now,
    )  # fmt: skip
    end_of_source(session, client_id=client_id, source_id=card.id, ends_at=now, now=now)


def store_paid(
    session: Session,
    *,
    client_id: ClientId,
    plan: views.PaymentPlan,
    paid: dict[rules.ClaimKey, int],
    now: datetime,
    states: dict[int, str] | None = None,
) -> None:
    """Write how much of each instalment is paid, and how it stands, where that changed."""
    table = model.PlanInstalment
    for part in plan.instalments:
        minor = paid.get((plan.card.id, part.position), 0)
        state = (states or {}).get(part.position, _standing(part, minor))
        if (minor, state) == (part.paid_minor, part.state):
            continue
        newly = state == InstalmentState.MISSED and part.state != state
        session.execute(
            update(table)
            .where(
                table.client_id == client_id,
                table.plan_id == plan.card.id,
                table.position == part.position,
            )
            .values(
                paid_minor=minor,
                state=str(state),
                missed_at=now if newly else part.missed_at,
                answered_at=None if newly else part.answered_at,
            )
            .execution_options(**NO_SYNC)
        )


def _released(plan: views.PaymentPlan, paid: dict[rules.ClaimKey, int]) -> dict[int, str]:
    """Say how the instalments stand of which nothing is owed, where their money never came."""
    return {
        part.position: InstalmentState.RELEASED
        for part in plan.instalments
        if paid.get((plan.card.id, part.position), 0) < part.amount_minor
    }


def _standing(part: views.Instalment, minor: int) -> str:
    if minor == part.amount_minor:
        return InstalmentState.PAID
    return InstalmentState.WAITING if part.state == InstalmentState.PAID else part.state


def checked_reason(reason: str, *, needed: bool) -> str:
    """Accept why, in words."""
    told = reason.strip()
    if len(told) > REASON_LENGTH_MAX or "\0" in told or (needed and not told):
        raise Invalid(f"say why, in 1 to {REASON_LENGTH_MAX} characters", field="reason")
    return told


def _write_beside(
    session: Session, client_id: ClientId, plan_id: PlanId, drawn: Drawn, scene: Scene
) -> None:
    of_plan = {"client_id": client_id, "plan_id": plan_id}
    session.execute(
        insert(model.PlanInvoice),
        [
            of_plan | {"invoice_id": invoice_id, "open_minor": minor}
            for invoice_id, minor in drawn.open_minor.items()
        ],
    )
    session.execute(
        insert(model.PlanInstalment),
        [
            of_plan
            | {
                "position": part.position,
                "due_on": part.due_on,
                "last_on": scene.grace(part.due_on),
                "amount_minor": part.minor,
                "paid_minor": 0,
                "state": InstalmentState.WAITING.value,
                "missed_at": None,
                "answered_at": None,
                "reminded_at": None,
            }
            for part in drawn.parts
        ],
    )
