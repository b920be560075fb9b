"""Proposing payment plans, and others in their place: worked out, checked, written down."""

from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy.orm import Session

from carecredit.arrangements import queries, rules, views
from carecredit.arrangements.operations.deciding import STANDS, activate, locked, require
from carecredit.arrangements.operations.pen import Drawn, checked_reason, write_plan
from carecredit.arrangements.operations.room import room_for
from carecredit.arrangements.operations.scene import Scene, checked_invoices, named, scene_of
from carecredit.arrangements.rules import PlanState, Rhythm
from carecredit.customers.operations import lock_gate_of
from carecredit.kernel.ids import ClientId, CustomerId, InvoiceId, PlanId
from carecredit.kernel.money import Money
from carecredit.mandates.rules import OddCents


class NewPlan(msgspec.Struct, frozen=True):
    """A plan as it is wished: a number of instalments, or the amount of each."""

    customer_id: CustomerId
    currency: str
    rhythm: Rhythm
    instalments: int | None = None
    each_minor: int | None = None
    invoices: tuple[InvoiceId, ...] = ()
    """None named: all that is open in the currency."""
    remind: bool = False
    contact_id: UUID | None = None
    reason: str = ""


def propose_plan(
    session: Session,
    *,
    client_id: ClientId,
    plan: NewPlan,
    now: datetime,
    by: str | None = None,
) -> views.PaymentPlan:
    """Agree a plan within the operator's powers, or propose one that a second person approves.

    A customer has one plan in a currency: another is refused while one runs or waits.
    """
    lock_gate_of(session, client_id=client_id, customer_id=plan.customer_id)
    scene = scene_of(session, client_id=client_id, now=now)
    live = queries.live_plans(
        session, client_id=client_id, customer_id=plan.customer_id, currency=plan.currency
    )
    for state, words in STANDS.items():
        if state in live:
            raise rules.PlanRuns(words)
    drawn = _draw(session, client_id, plan, scene, None)
    return _put(session, client_id, drawn, scene, named(session, by), plan.reason)


def renegotiate_plan(
    session: Session,
    *,
    client_id: ClientId,
    plan_id: PlanId,
    plan: NewPlan,
    now: datetime,
    version: int | None = None,
    by: str | None = None,
) -> views.PaymentPlan:
    """Put another plan in the place of one that runs, with a reason; what was paid stays paid.

    Beyond the operator's powers the old plan runs on until a second person has approved. The
    customer and the currency are the old plan's; no invoices named: the old plan's.
    """
    old = locked(session, client_id=client_id, plan_id=plan_id, version=version)
    require(old, PlanState.ACTIVE)
    scene = scene_of(session, client_id=client_id, now=now)
    card = old.card
    if PlanState.PROPOSED in queries.live_plans(
        session, client_id=client_id, customer_id=card.customer_id, currency=card.currency
    ):
        raise rules.PlanRuns(STANDS[PlanState.PROPOSED])
    reason = checked_reason(plan.reason, needed=True)
    wished = msgspec.structs.replace(
        plan,
        customer_id=card.customer_id,
        currency=card.currency,
        invoices=plan.invoices or _still_open(session, old, scene),
    )
    drawn = _draw(session, client_id, wished, scene, plan_id)
    return _put(session, client_id, drawn, scene, named(session, by), reason)


def _draw(
    session: Session, client_id: ClientId, plan: NewPlan, scene: Scene, old: PlanId | None
) -> Drawn:
    """Work a plan out: what is open of its invoices, in parts that add up, on their days."""
    only = checked_invoices(
        session,
        client_id=client_id,
        customer_id=plan.customer_id,
        invoice_ids=plan.invoices,
        today=scene.today,
    )
    found, _ = room_for(
        session, scene=scene, customer_id=plan.customer_id, currency=plan.currency, named=only
    )
    settled = [str(key) for key in only if key not in found]
    if settled or not found:
        raise rules.PlanRefused(
            f"nothing is open in {plan.currency} of {', '.join(settled) or 'this customer'}",
            field="invoices",
        )
    total = Money(sum(found.values()), plan.currency)
    parts = _parts(plan, total, scene)
    mandate = scene.mandate
    powers = rules.Powers(
        mandate.plan_amount_max_minor,
        mandate.plan_instalments_max,
        mandate.plan_days_max,
        scene.client.currency,
    )
    return Drawn(
        customer_id=plan.customer_id,
        total=total,
        open_minor=found,
        parts=parts,
        beyond=rules.beyond(powers, total=total, parts=parts, today=scene.today),
        remind=plan.remind,
        contact_id=plan.contact_id,
        supersedes_id=old,
    )


def _parts(plan: NewPlan, total: Money, scene: Scene) -> tuple[rules.Part, ...]:
    rules.check_rhythm(plan.rhythm, today=scene.today)
    odd = OddCents(scene.mandate.odd_cents)
    if (plan.instalments is None) == (plan.each_minor is None):
        raise rules.PlanRefused(
            "say how many instalments, or the amount of each", field="instalments"
        )
    amounts = (
        rules.amounts_by_count(total.minor, plan.instalments, odd)
        if plan.instalments is not None
        else rules.amounts_by_each(total.minor, plan.each_minor or 0, odd)
    )
    parts = rules.schedule(amounts, plan.rhythm, country=scene.client.country)
    rules.check_span(parts, today=scene.today)
    return parts


def _put(
    session: Session, client_id: ClientId, drawn: Drawn, scene: Scene, by: str, reason: str
) -> views.PaymentPlan:
    told = checked_reason(reason, needed=False)
    plan_id = write_plan(session, client_id=client_id, drawn=drawn, by=by, reason=told, scene=scene)
    found = queries.plan(session, client_id=client_id, plan_id=plan_id)
    if drawn.beyond:
        return found
    activate(session, client_id, found, scene, by, told)
    return queries.plan(session, client_id=client_id, plan_id=plan_id)


def _still_open(session: Session, plan: views.PaymentPlan, scene: Scene) -> tuple[InvoiceId, ...]:
    """List what of a plan's invoices may be planned anew: what is contested is left out."""
    found = queries.free_of(
        session, moment=scene.moment, customer_id=plan.card.customer_id,
        currency=plan.card.currency, only=plan.invoices,
    )  # fmt: skip
    return tuple(key for key, (_, free) in found.items() if free) or tuple(found)
