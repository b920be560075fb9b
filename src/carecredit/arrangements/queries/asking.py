"""Reading what others act on: words not kept, reminders wanted, thanks owed, what to review."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, literal, select
from sqlalchemy.orm import Session

from carecredit.arrangements import model, rules, views
from carecredit.arrangements.queries.contested import Moment, held_words
from carecredit.arrangements.queries.plans import active_plans
from carecredit.arrangements.queries.promises import active_promises
from carecredit.kernel.calendars import DAY, local_date, zone
from carecredit.kernel.ids import ClientId, CustomerId
from carecredit.mandates import queries as mandates
from carecredit.store.paging import among

Rows = Select[*tuple[Any, ...]]


def broken_unanswered(
    session: Session, *, client_id: ClientId, customer_ids: Collection[CustomerId]
) -> dict[CustomerId, tuple[views.Unanswered, ...]]:
    """List by customer the words not kept that nobody spoke about: one call to understand.

    A new promise or plan answers them, and so does `operations.answer_broken`.
    """
    found: dict[CustomerId, tuple[views.Unanswered, ...]] = {}
    asked = (
        _promises_missed(client_id).where(
            among(session, model.PromiseToPay.customer_id, customer_ids)
        ),
        _instalments_missed(client_id).where(
            among(session, model.PaymentPlan.customer_id, customer_ids)
        ),
    )
    for query in asked:
        for row in session.execute(query.order_by("since", "source_id", "position")):
            one = views.Unanswered(*row)
            found[one.customer_id] = (*found.get(one.customer_id, ()), one)
    return found


def reminders_due(session: Session, *, client_id: ClientId, now: datetime) -> list[views.Reminder]:
    """List what falls due tomorrow, whose customer asked to be reminded and has not been yet.

    Of what is contested, and to a person who is spared, no reminder is due.
    """
    at = zone(mandates.client(session, client_id=client_id).zone)
    moment = Moment(client_id, now, local_date(now, at), at)
    wanted = _reminders_wanted(session, client_id, moment.today)
    whose = {one.customer_id for one in wanted}
    if not whose:
        return []
    of_them: dict[str, Any] = {"client_id": client_id, "customer_ids": whose}
    words: list[views.Promise | views.PaymentPlan] = [
        *active_promises(session, given_before=now, **of_them),
        *active_plans(session, **of_them),
    ]
    held = held_words(session, moment=moment, words=words)
    return [one for one in wanted if one.source_id not in held]


def _reminders_wanted(session: Session, client_id: ClientId, today: date) -> list[views.Reminder]:
    promise, part, plan = model.PromiseToPay, model.PlanInstalment, model.PaymentPlan
    of_promises = select(
        promise.customer_id, literal("promise"), promise.id, literal(0),
        promise.currency, promise.amount_minor, promise.promised_on,
    ).where(
        promise.client_id == client_id,
        promise.state == rules.PromiseState.ACTIVE.value,
        promise.remind.is_(True),
        promise.reminded_at.is_(None),
        promise.promised_on == today + DAY,
    )  # fmt: skip
    of_plans = select(
        plan.customer_id, literal("instalment"), plan.id, part.position,
        plan.currency, part.amount_minor - part.paid_minor, part.due_on,
    ).join(plan, _of_plan()).where(
        part.client_id == client_id,
        plan.state == rules.PlanState.ACTIVE.value,
        plan.remind.is_(True),
        part.reminded_at.is_(None),
        part.state == rules.InstalmentState.WAITING.value,
        part.due_on == today + DAY,
    )  # fmt: skip
    rows: list[Any] = [*session.execute(of_promises), *session.execute(of_plans)]
    found = [views.Reminder(*row) for row in rows]
    return sorted(found, key=lambda one: (one.customer_id, one.kind, one.source_id, one.position))


def completed_unthanked(
    session: Session, *, client_id: ClientId, customer_ids: Collection[CustomerId] | None = None
) -> list[views.PlanCard]:
    """List the plans that were paid to the end and nobody has said thank you for."""
    plan, part = model.PaymentPlan, model.PlanInstalment
    paid = select(part.plan_id).where(
        part.client_id == client_id, part.plan_id == plan.id, part.paid_minor > 0
    )
    query = select(*(getattr(plan, name) for name in views.PlanCard.__struct_fields__)).where(
        plan.client_id == client_id,
        plan.state == rules.PlanState.COMPLETED.value,
        plan.thanked_at.is_(None),
        paid.exists(),
    )
    if customer_ids is not None:
        query = query.where(among(session, plan.customer_id, customer_ids))
    return [views.PlanCard(*row) for row in session.execute(query.order_by(plan.closed_at))]


def customers_to_review(
    session: Session, *, client_id: ClientId, now: datetime, today: date
) -> list[CustomerId]:
    """List the customers with something agreed that may have to be judged."""
    promise, plan = model.PromiseToPay, model.PaymentPlan
    relief, proof = model.HardshipRelief, model.PaymentProof
    parts = (
        _whose(promise, client_id, "active").where(promise.given_at <= now),
        _whose(plan, client_id, "active").where(plan.proposed_at <= now),
        *(
            _whose(relief, client_id, state.value).where(relief.until < today)
            for state in rules.RELIEF_LIVE
        ),
        _whose(proof, client_id, "waiting").where(proof.announced_at <= now),
    )
    return sorted({whose for query in parts for whose in session.execute(query).scalars()})


def _whose(table: Any, client_id: ClientId, state: str) -> Rows:
    return select(table.customer_id).where(table.client_id == client_id, table.state == state)


def _promises_missed(client_id: ClientId) -> Rows:
    promise = model.PromiseToPay
    return select(
        promise.customer_id.label("customer_id"),
        literal("promise").label("kind"),
        promise.id.label("source_id"),
        literal(0).label("position"),
        promise.state,
        promise.currency,
        promise.amount_minor,
        promise.kept_minor,
        promise.promised_on,
        promise.judged_at.label("since"),
        false().label("runs"),
    ).where(
        promise.client_id == client_id,
        promise.state.in_([state.value for state in rules.ASKS_FOR_A_CALL]),
        promise.answered_at.is_(None),
    )


def _instalments_missed(client_id: ClientId) -> Rows:
    plan, part = model.PaymentPlan, model.PlanInstalment
    return (
        select(
            plan.customer_id.label("customer_id"),
            literal("instalment").label("kind"),
            plan.id.label("source_id"),
            part.position.label("position"),
            part.state,
            plan.currency,
            part.amount_minor,
            part.paid_minor,
            part.due_on,
            part.missed_at.label("since"),
            (plan.state == rules.PlanState.ACTIVE.value).label("runs"),
        )
        .join(plan, _of_plan())
        .where(
            part.client_id == client_id,
            part.state == rules.InstalmentState.MISSED.value,
            part.answered_at.is_(None),
            plan.state.in_([rules.PlanState.ACTIVE.value, rules.PlanState.BROKEN.value]),
        )
    )


def _of_plan() -> ColumnElement[bool]:
    plan, part = model.PaymentPlan, model.PlanInstalment
    return and_(plan.client_id == part.client_id, plan.id == part.plan_id)
