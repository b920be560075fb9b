"""When a promise to pay may be taken, and when it is kept or broken."""

from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum

import msgspec

from carecredit.kernel.errors import Invalid
from carecredit.kernel.money import Money


class PromiseState(StrEnum):
    """How a promise stands; screens say "missed" for a broken one."""

    ACTIVE = "active"
    KEPT = "kept"
    BROKEN = "broken"
    CANCELLED = "cancelled"


class PromiseRefused(Invalid):
    """The promise cannot be taken like this."""

    code = "promise_refused"


class Judgement(msgspec.Struct, frozen=True):
    """How a promise stands on a day, and how much of it came in."""

    state: PromiseState
    kept_minor: int


def check_promise(
    amount: Money, *, promised_on: date, open_minor: int, today: date, days_max: int
) -> None:
    """Accept a promise for today or later, within the mandate's days, of no more than is open."""
    if amount.minor <= 0:
        raise PromiseRefused("a promised amount is above zero", field="promise.amount")
    if amount.minor > open_minor:
        raise PromiseRefused(
            f"{amount} is more than is open ({Money(open_minor, amount.currency)})",
            field="promise.amount",
        )
    last = today + timedelta(days=days_max)
    if not today <= promised_on <= last:
        raise PromiseRefused(
            f"a promise is for a day from {today} to {last}; for a later one agree a plan",
            field="promise.promised_on",
        )


def due_to_judge(promised_on: date, grace_days: int) -> date:
    """Give the first day on which a promise can be called broken: after the bank's grace."""
    return promised_on + timedelta(days=grace_days + 1)


def judge(
    *,
    amount_minor: int,
    promised_on: date,
    grace_days: int,
    received: Iterable[int],
    spent_minor: int,
    today: date,
) -> Judgement:
    """Judge a promise by what came in since the day it was given.

    `received` are the payments from that day to the last day of grace, `spent_minor` what of them
    earlier promises were kept with: each euro serves one promise.
    """
    came = max(0, sum(received) - spent_minor)
    kept = min(came, amount_minor)
    if kept >= amount_minor:
        return Judgement(PromiseState.KEPT, kept)
    if today >= due_to_judge(promised_on, grace_days):
        return Judgement(PromiseState.BROKEN, kept)
    return Judgement(PromiseState.ACTIVE, kept)
