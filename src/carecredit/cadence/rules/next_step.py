"""The one next touch of a customer, or why there is none.

The oldest invoice that may be asked about carries the conversation. Steps come in order and none
is skipped because time went by; one that has lost its sense (did it arrive, on the due date) gives
way to the next, and those meant for before the due date are dropped after it.
"""

from datetime import date, datetime, timedelta, tzinfo
from typing import Any

import msgspec

from carecredit.cadence.rules.facts import CustomerFacts, Made, NotKept, Owed
from carecredit.cadence.rules.policy import (
    UNDERSTANDING,
    Anchor,
    FollowUpPolicy,
    Mark,
    Step,
    StepKind,
    Validity,
)
from carecredit.kernel.calendars import at_local, local_date


class Proposal(msgspec.Struct, frozen=True):
    """The next touch: which step, about which invoice, by which channel, due when, and why."""

    step: Step
    invoice: Owed
    channel: str
    due_at: datetime
    tone: str
    reason: dict[str, Any]


class Silence(msgspec.Struct, frozen=True):
    """No touch, and why; `next_on` where something is foreseen."""

    code: str
    detail: dict[str, Any] = {}
    next_on: date | None = None


def next_step(
    facts: CustomerFacts, *, policy: FollowUpPolicy, at: tzinfo, now: datetime
) -> Proposal | Silence:
    """Decide what comes next for a customer, on the local day of now."""
    today = local_date(now, at)
    silent = _silence(facts, today)
    if silent is not None:
        return silent
    covered = _covered(facts, today)
    of_words = _of_words(facts, covered, policy, at, now)
    if of_words is not None:
        return of_words
    fallback: Silence | None = None
    for invoice in _askable(facts):
        if invoice.currency in covered:
            continue
        step = _step_for(invoice, facts.made, policy, today)
        if step is None:
            continue
        found = _place(facts, invoice, step, policy, at, now)
        if isinstance(found, Proposal):
            return found
        fallback = fallback or found
        if invoice.due_on < today:
            break  # one conversation: a newer invoice does not overtake one that is past due
    return fallback or _nothing_left(facts)


def _silence(facts: CustomerFacts, today: date) -> Silence | None:
    if not facts.owed:
        return Silence("nothing_open")
    if facts.held:
        return Silence("held", {"hold": facts.held})
    if any(step.with_person for step in facts.made):
        return Silence("with_a_person")
    if not facts.channels:
        return Silence("opted_out" if facts.opted_out else "no_contact_point")
    askable = _askable(facts)
    if askable and _covered(facts, today) >= {one.currency for one in askable}:
        return Silence("unapplied_covers")
    return None


def _askable(facts: CustomerFacts) -> list[Owed]:
    """List what may be asked about: not held, and more than a small balance."""
    small = facts.small_balance_minor
    return [one for one in facts.owed if not one.held and one.open_minor >= small]


def _covered(facts: CustomerFacts, today: date) -> set[str]:
    """Name the currencies in which money not yet applied would pay all that is past due, or open.

    What is held or small is not asked about, so it need not be covered.
    """
    covered = set()
    for currency, loose in facts.unapplied_minor.items():
        mine = [one for one in _askable(facts) if one.currency == currency]
        late = [one for one in mine if one.due_on < today]
        if 0 < sum(one.open_minor for one in late or mine) <= loose:
            covered.add(currency)
    return covered


def _step_for(
    invoice: Owed, made: tuple[Made, ...], policy: FollowUpPolicy, today: date
) -> Step | None:
    wanted = Validity.PAST_DUE if invoice.due_on < today else Validity.UNTIL_DUE
    done = {one.step_key for one in made if one.invoice_id == invoice.invoice_id}
    dates = {"invoiced_on": invoice.invoiced_on, "due_on": invoice.due_on}
    return next(
        (
            step
            for step in policy.steps
            if step.valid is wanted
            and step.key not in done
            and (step.last is None or today <= _later(step.last.day(**dates), step, invoice))
        ),
        None,
    )


def _later(day: date, step: Step, invoice: Owed) -> date:
    """Put a step for what is past due off by the days on which the invoice was held."""
    late = step.valid is Validity.PAST_DUE
    return day + timedelta(days=invoice.held_days) if late else day


def _place(
    facts: CustomerFacts,
    invoice: Owed,
    step: Step,
    policy: FollowUpPolicy,
    at: tzinfo,
    now: datetime,
) -> Proposal | Silence:
    today = local_date(now, at)
    falls_on = step.first.day(invoiced_on=invoice.invoiced_on, due_on=invoice.due_on)
    falls_on = _later(falls_on, step, invoice)
    last = max((one.on for one in facts.made), default=None)
    apart = max(policy.spacing_days, facts.softened.spacing_days if facts.softened else 0)
    spaced = last + timedelta(days=apart) if last else falls_on
    day = max(falls_on, spaced)
    if step.valid is Validity.UNTIL_DUE and max(day, today) > invoice.due_on:
        return Silence("waiting_for_due_date", {"invoice": invoice.number}, invoice.due_on)
    if day > today + timedelta(days=policy.plan_ahead_days):
        return Silence("waiting", {"invoice": invoice.number, "step": step.key}, day)
    channel = next((name for name in step.channels if name in facts.channels), None)
    if channel is None:
        return Silence("no_channel", {"invoice": invoice.number, "step": step.key})
    return Proposal(
        step=step,
        invoice=invoice,
        channel=channel,
        due_at=max(at_local(day, policy.hour, at), now),
        tone=facts.softened.tone if facts.softened else step.tone,
        reason=_reason(facts, invoice, step.key, today, spaced > falls_on),
    )


def _of_words(
    facts: CustomerFacts, covered: set[str], policy: FollowUpPolicy, at: tzinfo, now: datetime
) -> Proposal | Silence | None:
    """Ask about a word that was not kept; beside a plan that runs nothing else is asked."""
    asked = _understand(facts, covered, policy, at, now)
    if asked is None and any(one.runs for one in facts.not_kept):
        return Silence("held", {"hold": "plan"})
    return asked


def _understand(
    facts: CustomerFacts, covered: set[str], policy: FollowUpPolicy, at: tzinfo, now: datetime
) -> Proposal | None:
    """Ask once about a word that was not kept, in place of the step whose turn it would be."""
    carrier = next((one for one in _askable(facts) if one.currency not in covered), None)
    wanted, today = policy.understanding, local_date(now, at)
    done = {one.step_key for one in facts.made}
    first = today - timedelta(days=wanted.within_days)
    broken = next(
        (one for one in facts.not_kept if one.since >= first and _key(one) not in done), None
    )
    channel = next((name for name in wanted.channels if name in facts.channels), None)
    if carrier is None or broken is None or channel is None:
        return None
    step = Step(
        key=_key(broken),
        kind=StepKind.UNDERSTANDING_CALL,
        valid=Validity.PAST_DUE,
        first=Mark(Anchor.DUE, 0),
        channels=wanted.channels,
        tone=wanted.tone,
    )
    day = broken.since + timedelta(days=wanted.after_days)
    return Proposal(
        step=step,
        invoice=carrier,
        channel=channel,
        due_at=max(at_local(day, policy.hour, at), now),
        tone=wanted.tone,
        reason=_reason(facts, carrier, UNDERSTANDING, today, spaced=False)
        | {"word": broken.kind, "word_due_on": broken.due_on.isoformat()},
    )


def _key(broken: NotKept) -> str:
    """Name the step after the word it is about: each is asked about once."""
    return f"{UNDERSTANDING}:{broken.source_id.hex[-12:]}:{broken.due_on:%Y%m%d}"


def _reason(
    facts: CustomerFacts,
    invoice: Owed,
    code: str,
    today: date,
    spaced: bool,  # noqa: FBT001 - a plain fact
) -> dict[str, Any]:
    same = [one for one in facts.owed if one.currency == invoice.currency and not one.held]
    return {
        "code": code,
        "invoice": invoice.number,
        "invoiced_on": invoice.invoiced_on.isoformat(),
        "due_on": invoice.due_on.isoformat(),
        "days_past_due": max(0, (today - invoice.due_on).days),
        "open_minor": invoice.open_minor,
        "currency": invoice.currency,
        "others": [one.number for one in same if one.invoice_id != invoice.invoice_id][:5],
        "total_open_minor": sum(one.open_minor for one in same),
        "spaced": spaced,
    }


def _nothing_left(facts: CustomerFacts) -> Silence:
    free = [one for one in facts.owed if not one.held]
    if not free:
        return Silence("held", {"hold": facts.owed[0].held})
    if all(one.open_minor < facts.small_balance_minor for one in free):
        return Silence("small_balance")
    return Silence("steps_done")
