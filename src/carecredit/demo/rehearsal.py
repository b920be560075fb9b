"""The last days of the made centre, lived through: touches made, calls taken and wrapped up."""

from collections import Counter
from datetime import datetime, time, timedelta, tzinfo
from random import Random
from typing import Any

from carecredit.demo.chance import stream
from carecredit.demo.loading import OPERATOR
from carecredit.demo.rows import World
from carecredit.desk import CareCredit
from carecredit.kernel.calendars import DAY, at_local, local_date, zone
from carecredit.kernel.ids import OperatorId
from carecredit.kernel.money import major
from carecredit.outreach.channels import Channel
from carecredit.outreach.operations import claim, ring, settle, wrap_up
from carecredit.outreach.rules import (
    Disposition,
    Identified,
    Mood,
    NonPaymentReason,
    PromiseGiven,
    Resolved,
    Seconds,
    WrapUp,
)
from carecredit.outreach.views import Claimed
from carecredit.worklist.operations import take_next
from carecredit.worklist.views import Taken

DAYS = 7
CALLS_A_DAY = 6
LEASE = timedelta(minutes=5)
AT = "Europe/Rome"
SENDER = "care@demo.example.org"


def rehearse(desk: CareCredit, world: World, mail: Channel) -> Counter[str]:
    """Live through the last days: plan, write, and call a few people each morning."""
    rng = stream(world.seed, "rehearsal")
    made: Counter[str] = Counter()
    at = zone(AT)
    operator_id = _operator(desk)
    for back in range(DAYS, 0, -1):
        now = at_local(world.today - DAY * back, time(10, 30), at)
        desk.pulse(now=now)
        made.update(make_due(desk, mail, now))
        for call in range(CALLS_A_DAY):
            later = now + timedelta(minutes=10 * (call + 1))
            taken = _take(desk, operator_id, later)
            if taken is None:
                break
            outcome = _outcome(taken, rng, later, at)
            with desk.store.begin(desk.caller) as session:
                wrap_up(
                    session,
                    client_id=taken.call.client_id,
                    contact_id=taken.call.contact_id,
                    operator_id=operator_id,
                    wrap_up=outcome,
                    now=later + timedelta(minutes=5),
                )
            made["calls"] += 1
    return made


_CONTESTED = ("Consumption far above the average", "Consumo molto sopra la media")


def make_due(desk: CareCredit, mail: Channel, now: datetime) -> Counter[str]:
    """Make what is due at an instant: write the messages, put the calls on the worklist."""
    made: Counter[str] = Counter()
    while True:
        with desk.store.begin(desk.caller) as session:
            rings = ring(session, limit=100, lease=LEASE, now=now)
        if not rings:
            return made
        for one in rings:
            with desk.store.begin(desk.caller) as session:
                found = claim(
                    session,
                    client_id=one.client_id,
                    touch_id=one.touch_id,
                    fence=one.fence,
                    sender=SENDER,
                    lease=LEASE,
                    now=now,
                )
            if not isinstance(found, Claimed):
                made[found.status] += 1
                continue
            outcome, detail = mail.send(found.message)
            with desk.store.begin(desk.caller) as session:
                settle(
                    session,
                    client_id=one.client_id,
                    attempt_id=found.attempt_id,
                    outcome=outcome,
                    detail=detail,
                    now=now,
                )
            made["messages"] += 1


def _operator(desk: CareCredit) -> OperatorId | None:
    return desk.add_key(name=OPERATOR, role="operator").key.operator_id


def _take(desk: CareCredit, operator_id: OperatorId | None, now: datetime) -> Taken | None:
    with desk.store.begin(desk.caller) as session:
        return take_next(session, client_ids=None, operator_id=operator_id, now=now)


def _outcome(taken: Taken, rng: Random, now: datetime, at: tzinfo) -> WrapUp:
    """Choose how a call goes: many do not answer, some forgot, some promise, a few contest."""
    today = local_date(now, at)
    late = [one for one in taken.card.invoices if one.due_on < today]
    chance = rng.random()
    if chance < 0.35:  # noqa: PLR2004 - how often nobody answers
        return WrapUp(rng.choice([Disposition.NO_ANSWER, Disposition.BUSY, Disposition.VOICEMAIL]))
    if not late:
        note = rng.choice(["Arrivata, tutto chiaro.", "Chiede una copia via e-mail.", "All clear."])
        return _talk(
            rng, note=note, root_cause="courtesy", resolved=Resolved.YES, mood=Mood.CONTENT
        )
    if chance < 0.80:  # noqa: PLR2004 - how often a late payer gives a day
        one = late[0]
        promise = PromiseGiven(
            major(one.open_minor, one.currency), one.currency, today + DAY * rng.randint(4, 14)
        )
        reason = rng.choice([NonPaymentReason.FORGOTTEN, NonPaymentReason.SHORT_OF_MONEY])
        return _talk(
            rng,
            non_payment_reason=reason,
            note="Gentile, dà una data.",
            promise=promise,
            root_cause="payment_difficulty",
            resolved=Resolved.YES,
            mood=Mood.CALM,
        )
    if chance < 0.88:  # noqa: PLR2004 - how often something is contested
        return _talk(
            rng,
            non_payment_reason=NonPaymentReason.CONTESTED,
            note="Consumo molto sopra la media.",
            root_cause="consumption",
            resolved=Resolved.NO,
            mood=Mood.UPSET,
            disputed_invoices=(late[0].id,),
            dispute_reason=_CONTESTED[taken.card.customer.language == "it"],
        )
    return _talk(
        rng,
        non_payment_reason=NonPaymentReason.NOT_RECEIVED,
        note="Rimandare la copia.",
        root_cause="invoice_not_received",
        resolved=Resolved.YES,
        mood=Mood.CALM,
    )


def _talk(rng: Random, **said: Any) -> WrapUp:
    """Close a talk with the right person: who it is was made sure, and the time it took is told."""
    seconds = Seconds(rng.randint(90, 420), rng.choice([0, 0, 25, 60]), rng.randint(20, 90))
    return WrapUp(
        Disposition.RIGHT_PARTY,
        identified_by=(Identified.CUSTOMER_NUMBER, Identified.TAX_CODE),
        understood=said["resolved"] is Resolved.YES,
        seconds=seconds,
        **said,
    )
