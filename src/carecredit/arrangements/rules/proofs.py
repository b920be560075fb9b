"""Proof that a payment is on its way: silence with an end."""

from datetime import date, timedelta
from enum import StrEnum

from carecredit.kernel.bank_days import bank_days_after
from carecredit.kernel.errors import Invalid, NotFound, Refused
from carecredit.kernel.money import Money

PAID_AGO_DAYS_MAX = 60
"""A payment made longer ago has arrived, or never will: a person looks."""


class ProofState(StrEnum):
    """How an announced payment stands."""

    WAITING = "waiting"
    SETTLED = "settled"
    LAPSED = "lapsed"
    WITHDRAWN = "withdrawn"


class ProofRefused(Invalid):
    """The payment cannot be announced like this."""

    code = "proof_refused"


class UnknownProof(NotFound):
    """No such proof of payment, or none that you may see."""

    code = "proof_unknown"


class ProofClosed(Refused):
    """The announced payment has arrived, lapsed, or was withdrawn."""

    code = "proof_closed"


def check_proof(
    amount: Money, *, currency: str, open_minor: int, paid_on: date, today: date
) -> None:
    """Accept an amount of the invoice's currency, no more than it has open, paid lately."""
    if amount.currency != currency:
        raise ProofRefused(f"this invoice is in {currency}", field="currency")
    if not 0 < amount.minor <= open_minor:
        raise ProofRefused(
            f"write an amount above zero, up to what is open ({Money(open_minor, currency)})",
            field="amount",
        )
    first = today - timedelta(days=PAID_AGO_DAYS_MAX)
    if not first <= paid_on <= today:
        raise ProofRefused(f"it was paid on a day from {first} to {today}", field="paid_on")


def last_day(today: date, proof_days: int, country: str) -> date:
    """Give the last day of waiting: so many working days of the country's banks from today."""
    return bank_days_after(today, proof_days, country)


def judge_proof(
    *, came_minor: int, amount_minor: int, open_minor: int, last_on: date, today: date
) -> str:
    """Settle a proof when its money has come, or nothing is open; let it lapse after its days."""
    if came_minor >= amount_minor or open_minor == 0:
        return ProofState.SETTLED
    return ProofState.LAPSED if today > last_on else ProofState.WAITING
