"""When a promise to pay may be taken, and when it is kept, partly kept or broken."""

from datetime import date, timedelta
from enum import StrEnum

import msgspec

from carecredit.kernel.bank_days import bank_days_after
from carecredit.kernel.calendars import DAY
from carecredit.kernel.errors import Invalid, NotFound, Refused
from carecredit.kernel.money import Money


class PromiseState(StrEnum):
    """How a promise stands; screens say "missed" for a broken one."""

    ACTIVE = "active"
    KEPT = "kept"
    PARTLY_KEPT = "partly_kept"
    BROKEN = "broken"
    SUPERSEDED = "superseded"
    """Another promise, or a plan, stands in its place."""
    CANCELLED = "cancelled"


ASKS_FOR_A_CALL = frozenset({PromiseState.PARTLY_KEPT, PromiseState.BROKEN})
"""A word not (wholly) kept leads to a call that wants to understand, never to a harsher step."""


class PayMethod(StrEnum):
    """How somebody means to pay."""

    BANK_TRANSFER = "bank_transfer"
    CARD = "card"
    CASH = "cash"
    """At the counter."""
    DIRECT_DEBIT = "direct_debit"
    OTHER = "other"


class PromiseRefused(Invalid):
    """The promise cannot be taken like this."""

    code = "promise_refused"


class UnknownPromise(NotFound):
    """No such promise, or none that you may see."""

    code = "promise_unknown"


class PromiseClosed(Refused):
    """The promise was judged, or closed, already."""

    code = "promise_closed"


class Judgement(msgspec.Struct, frozen=True):
    """How a promise stands on a day, and how much of it came in."""

    state: PromiseState
    kept_minor: int


def check_promise(
    amount: Money,
    *,
    promised_on: date,
    open_minor: int,
    today: date,
    days_max: int,
    contested: bool = False,
) -> None:
    """Accept a promise for today or later, within the mandate's days, of no more than is open."""
    if amount.minor <= 0:
        raise PromiseRefused("a promised amount is above zero", field="promise.amount")
    if amount.minor > open_minor:
        beside = " and not contested" if contested else ""
        raise PromiseRefused(
            f"{amount} is more than is open{beside} ({Money(open_minor, amount.currency)})",
            field="promise.amount",
        )
    last = today + timedelta(days=days_max)
    if not today <= promised_on <= last:
        raise PromiseRefused(
            f"a promise is for a day from {today} to {last}; for a later one agree a plan",
            field="promise.promised_on",
        )


def last_day_of_grace(day: date, grace_days: int, country: str) -> date:
    """Give the last day on which money for a day is in time: working days of banks are counted."""
    return bank_days_after(day, grace_days, country)


def due_to_judge(promised_on: date, grace_days: int) -> date:
    """Give the first day on which a promise can be called broken: after the bank's grace.

    `grace_days` are the calendar days that the mandate's working days came to.
    """
    return last_day_of_promise(promised_on, grace_days) + DAY


def last_day_of_promise(promised_on: date, grace_days: int) -> date:
    """Give the last day on which a promise can still be kept."""
    return promised_on + timedelta(days=grace_days)


def judge(
    *,
    amount_minor: int,
    came_minor: int,
    due_to_judge_on: date,
    open_minor: int | None,
    today: date,
) -> Judgement:
    """Judge a promise by the money that serves it (each euro serves one promise).

    `open_minor` is what was open at the end of its grace (none: not asked yet): where nothing was,
    because of a credit, nothing was left to keep; what had come in until then keeps the rest.
    """
    came = min(came_minor, amount_minor)
    if came >= amount_minor:
        return Judgement(PromiseState.KEPT, came)
    if today < due_to_judge_on:
        return Judgement(PromiseState.ACTIVE, came)
    if open_minor == 0:
        return Judgement(PromiseState.KEPT if came else PromiseState.CANCELLED, came)
    return Judgement(PromiseState.PARTLY_KEPT if came else PromiseState.BROKEN, came)
