"""What an operator records when a contact ends, and what fits together."""

from datetime import date, datetime

import msgspec

from carecredit.arrangements.rules import NonPaymentReason
from carecredit.kernel.errors import Invalid
from carecredit.kernel.ids import InvoiceId
from carecredit.outreach.rules.outcomes import Disposition

NOTE_LENGTH_MAX = 4_000
DISPUTES_MAX = 50


class WrapUpInvalid(Invalid):
    """The wrap-up contradicts itself."""

    code = "wrap_up_invalid"


class PromiseGiven(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The amount (plain decimal, major units) and the day the customer gave us."""

    amount: str
    currency: str
    promised_on: date


class WrapUp(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a contact ended and what was agreed."""

    disposition: Disposition
    non_payment_reason: NonPaymentReason | None = None
    note: str = ""
    promise: PromiseGiven | None = None
    disputed_invoices: tuple[InvoiceId, ...] = ()
    dispute_reason: str = ""
    callback_at: datetime | None = None
    opt_out: bool = False
    """The customer asks not to be contacted again on this channel."""


def check_wrap_up(wrap_up: WrapUp, *, now: datetime) -> None:
    """Accept a wrap-up whose parts fit together; raises `WrapUpInvalid` naming the field."""
    talked = wrap_up.disposition is Disposition.RIGHT_PARTY
    agreed = {
        "promise": wrap_up.promise is not None,
        "disputed_invoices": bool(wrap_up.disputed_invoices),
        "non_payment_reason": wrap_up.non_payment_reason is not None,
        "opt_out": wrap_up.opt_out,
    }
    for field, given in agreed.items():
        if given and not talked:
            raise WrapUpInvalid(
                f"{field} needs a talk with the person: set disposition to right_party, or leave "
                "it out",
                field=field,
            )
    if len(wrap_up.note) > NOTE_LENGTH_MAX or "\0" in wrap_up.note:
        raise WrapUpInvalid(f"a note has {NOTE_LENGTH_MAX} characters at most", field="note")
    if len(wrap_up.disputed_invoices) > DISPUTES_MAX:
        raise WrapUpInvalid(
            f"{DISPUTES_MAX} invoices at most are contested at once", field="disputed_invoices"
        )
    if wrap_up.disputed_invoices and not wrap_up.dispute_reason.strip():
        raise WrapUpInvalid("say what is contested", field="dispute_reason")
    _check_callback(wrap_up.callback_at, now)


def _check_callback(callback_at: datetime | None, now: datetime) -> None:
    if callback_at is None:
        return
    if callback_at.tzinfo is None:
        raise WrapUpInvalid(
            "a call-back needs its offset: 2026-06-08T18:05:00+02:00", field="callback_at"
        )
    if callback_at <= now:
        raise WrapUpInvalid("a call-back lies ahead", field="callback_at")
