"""The review that the pulse makes: promises, instalments, reliefs and proofs, each judged once."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from carecredit.arrangements import queries, rules, views
from carecredit.arrangements.operations.easing import close_relief
from carecredit.arrangements.operations.pen import add_event, close_plan, store_paid
from carecredit.arrangements.operations.promises import close_promise, judge_promise
from carecredit.arrangements.operations.proofs import close_proof
from carecredit.arrangements.operations.scene import Scene, scene_of
from carecredit.arrangements.operations.silence import keep_silence, wait_on
from carecredit.arrangements.rules import InstalmentState, PlanState, PromiseState, ProofState
from carecredit.customers.operations import lock_gates_free
from carecredit.kernel.ids import ClientId, CustomerId
from carecredit.store.session import caller_of

_COUNTED = {
    PromiseState.KEPT: "kept",
    PromiseState.PARTLY_KEPT: "partly_kept",
    PromiseState.BROKEN: "broken",
    PromiseState.CANCELLED: "cancelled",
    PromiseState.ACTIVE: "waiting",
}
Found = Counter[str]


def review_arrangements(session: Session, *, client_id: ClientId, now: datetime) -> views.Review:
    """Judge what was agreed by the money that came; what is judged ends its silence.

    A customer whose gate is taken is left for the next time. A second review finds nothing new.
    """
    scene = scene_of(session, client_id=client_id, now=now)
    waiting = queries.customers_to_review(session, client_id=client_id, now=now, today=scene.today)
    if not waiting:
        return views.Review()
    free = lock_gates_free(session, client_id=client_id, customer_ids=waiting)
    found: Found = Counter()
    # Read under the gates: another may have closed one while we looked.
    found += _review_words(session, client_id, free, scene)
    found += _review_proofs(session, client_id, free, scene)
    for relief in queries.reliefs_over(
        session, client_id=client_id, customer_ids=free, today=scene.today
    ):
        close_relief(session, client_id=client_id, relief=relief, by=None, now=now)
        found["reliefs_ended"] += 1
    return views.Review(**found)


def _review_words(
    session: Session, client_id: ClientId, free: Sequence[CustomerId], scene: Scene
) -> Found:
    """Judge promises and plans together: they share their customers' euros."""
    promises: dict[tuple[CustomerId, str], list[views.Promise]] = {}
    given = queries.active_promises(
        session, client_id=client_id, given_before=scene.now, customer_ids=free
    )
    for one in queries.patient_promises(session, moment=scene.moment, promises=given):
        promises.setdefault((one.customer_id, one.currency), []).append(one)
    running = queries.active_plans(session, client_id=client_id, customer_ids=free)
    plans = {
        (plan.card.customer_id, plan.card.currency): plan
        for plan in queries.patient_plans(session, moment=scene.moment, plans=running)
        if plan.card.proposed_at <= scene.now
    }
    found: Found = Counter()
    for key in sorted({*promises, *plans}):
        mine, plan = promises.get(key, []), plans.get(key)
        look = scene.look(*key)
        shares = queries.word_shares(session, look=look, promises=mine, plan=plan)
        found += _review_promises(session, client_id, mine, plan, shares, scene)
        if plan is not None:
            found += _review_plan(session, client_id, plan, shares, scene)
    return found


def _review_promises(
    session: Session,
    client_id: ClientId,
    promises: Iterable[views.Promise],
    plan: views.PaymentPlan | None,
    shares: tuple[rules.Share, ...],
    scene: Scene,
) -> Found:
    found: Found = Counter()
    came = rules.served(shares)
    for promise in promises:
        judgement = judge_promise(
            session, client_id=client_id, promise=promise, came_minor=came.get((promise.id, 0), 0),
            plan=plan, today=scene.today,
        )  # fmt: skip
        found[_COUNTED[judgement.state]] += 1
        if judgement.state is PromiseState.ACTIVE:
            wait_on(session, client_id=client_id, promise=promise, scene=scene)
        else:
            close_promise(
                session, client_id=client_id, promise=promise, judgement=judgement,
                shares=shares, now=scene.now,
            )  # fmt: skip
    return found


def _review_plan(
    session: Session,
    client_id: ClientId,
    plan: views.PaymentPlan,
    shares: tuple[rules.Share, ...],
    scene: Scene,
) -> Found:
    paid, card = rules.served(shares), plan.card
    states = {
        part.position: rules.instalment_state(
            wanted_minor=part.amount_minor,
            paid_minor=paid.get((card.id, part.position), 0),
            last_on=part.last_on,
            today=scene.today,
        )
        for part in plan.instalments
    }
    found: Found = Counter()
    changed = [part for part in plan.instalments if states[part.position] != part.state]
    for part in changed:
        state = states[part.position]
        if state != InstalmentState.WAITING:
            found[f"instalments_{state}"] += 1
    store_paid(session, client_id=client_id, plan=plan, paid=paid, states=states, now=scene.now)
    if any(states[part.position] == InstalmentState.MISSED for part in changed):
        told = ",".join(
            str(part.position)
            for part in changed
            if states[part.position] == InstalmentState.MISSED
        )
        add_event(
            session, client_id, card.id, card.version, "missed", _reviewer(session), told, scene.now
        )
    return found + _close(session, client_id, card, states, shares, scene)


def _close(
    session: Session,
    client_id: ClientId,
    card: views.PlanCard,
    states: dict[int, str],
    shares: tuple[rules.Share, ...],
    scene: Scene,
) -> Found:
    plan = queries.plan(session, client_id=client_id, plan_id=card.id)
    still = queries.open_of(
        session, client_id=client_id, customer_id=card.customer_id, currency=card.currency,
        today=scene.today, only=plan.invoices,
    )  # fmt: skip
    state = rules.judge_plan(
        states.values(), open_minor=sum(still.values()), missed_max=card.missed_max
    )
    if state is PlanState.ACTIVE:
        keep_silence(session, client_id=client_id, plan_id=card.id, scene=scene)
        return Counter()
    close_plan(
        session, client_id=client_id, plan=plan, state=state, by=_reviewer(session), reason="",
        shares=shares, now=scene.now,
    )  # fmt: skip
    return Counter({f"plans_{state}": 1})


def _review_proofs(
    session: Session, client_id: ClientId, free: Sequence[CustomerId], scene: Scene
) -> Found:
    by_customer: dict[tuple[CustomerId, str], list[views.Proof]] = {}
    for one in queries.waiting_proofs(session, client_id=client_id, customer_ids=free):
        if one.announced_at <= scene.now:
            by_customer.setdefault((one.customer_id, one.currency), []).append(one)
    found: Found = Counter()
    for (customer_id, currency), proofs in sorted(by_customer.items()):
        look = scene.look(customer_id, currency)
        shares = queries.proof_shares(session, look=look, proofs=proofs)
        still = queries.open_of(
            session,
            client_id=client_id,
            customer_id=customer_id,
            currency=currency,
            today=scene.today,
        )
        came = rules.served(shares)
        for proof in proofs:
            state = rules.judge_proof(
                came_minor=came.get((proof.id, 0), 0),
                amount_minor=proof.amount_minor,
                open_minor=still.get(proof.invoice_id, 0),
                last_on=proof.last_on,
                today=scene.today,
            )
            if state != ProofState.WAITING:
                close_proof(
                    session, client_id=client_id, proof=proof, state=state, shares=shares,
                    now=scene.now,
                )  # fmt: skip
                found[f"proofs_{state}"] += 1
    return found


def _reviewer(session: Session) -> str:
    return f"review ({caller_of(session).name})"[:200]
