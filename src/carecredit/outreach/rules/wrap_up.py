"""What an operator records when a contact ends, and what fits together."""

import re
from datetime import datetime

import msgspec

from carecredit.arrangements.rules import NonPaymentReason
from carecredit.kernel.errors import Invalid
from carecredit.kernel.ids import CaseId, InvoiceId
from carecredit.outreach.rules.brought import (
    CaseBegun,
    CaseSolved,
    GapSeen,
    PlanWished,
    PromiseGiven,
    ProofTold,
    WordGiven,
)
from carecredit.outreach.rules.causes import check_cause
from carecredit.outreach.rules.contact import Identified, Mood, Resolved, Summary
from carecredit.outreach.rules.outcomes import Disposition

NOTE_LENGTH_MAX = 4_000
DISPUTES_MAX = 50
PARTS_MAX = 20
SECONDS_MAX = 24 * 3_600
_TOPIC = re.compile(r"[a-z][a-z0-9_]{0,63}")


SAID_BY_OTHERS = frozenset({NonPaymentReason.DECEASED, NonPaymentReason.WRONG_PERSON})
"""Reasons that the person cannot say: a relative does, or whoever has the number now."""


class WrapUpInvalid(Invalid):
    """The wrap-up contradicts itself."""

    code = "wrap_up_invalid"


class Seconds(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The parts of a contact's time; what was not measured is not said."""

    talk: int | None = None
    hold: int | None = None
    wrap_up: int | None = None


class ProcedureUsed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which version of which procedure helped, or did not."""

    key: str
    version: int
    useful: bool | None = None


class WrapUp(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a contact ended and what was agreed."""

    disposition: Disposition
    non_payment_reason: NonPaymentReason | None = None
    note: str = ""
    promise: PromiseGiven | None = None
    plan: PlanWished | None = None
    proof: ProofTold | None = None
    disputed_invoices: tuple[InvoiceId, ...] = ()
    dispute_reason: str = ""
    callback_at: datetime | None = None
    opt_out: bool = False
    """The customer asks not to be contacted again on this channel."""
    opens: tuple[CaseBegun, ...] = ()
    solves: tuple[CaseSolved, ...] = ()
    cases: tuple[CaseId, ...] = ()
    """Cases that the contact was about."""
    expects: tuple[WordGiven, ...] = ()
    gap: GapSeen | None = None
    identified_by: tuple[Identified, ...] = ()
    """Which facts showed that it is the right person; needed where money was spoken of."""
    topic: str | None = None
    root_cause: str | None = None
    resolved: Resolved | None = None
    understood: bool | None = None
    """The person confirmed that the solution is understood."""
    mood: Mood | None = None
    procedure: ProcedureUsed | None = None
    transferred: bool = False
    summary: Summary | None = None
    seconds: Seconds = Seconds()


def speaks_of_money(wrap_up: WrapUp) -> bool:
    """Say whether money was spoken of, so that the right person had to be confirmed first."""
    return bool(
        wrap_up.promise is not None
        or wrap_up.plan is not None
        or wrap_up.proof is not None
        or wrap_up.disputed_invoices
        or any(case.invoices for case in wrap_up.opens)
        or wrap_up.non_payment_reason not in {None, *SAID_BY_OTHERS}
    )


def check_wrap_up(wrap_up: WrapUp, *, now: datetime) -> None:
    """Accept a wrap-up whose parts fit together; raises `WrapUpInvalid` naming the field."""
    talked = wrap_up.disposition is Disposition.RIGHT_PARTY
    agreed = {
        "promise": wrap_up.promise is not None,
        "plan": wrap_up.plan is not None,
        "proof": wrap_up.proof is not None,
        "disputed_invoices": bool(wrap_up.disputed_invoices),
        "non_payment_reason": wrap_up.non_payment_reason not in {None, *SAID_BY_OTHERS},
        "opt_out": wrap_up.opt_out,
        "identified_by": bool(wrap_up.identified_by),
        "resolved": wrap_up.resolved is not None,
        "understood": wrap_up.understood is not None,
    }
    for field, given in agreed.items():
        if given and not talked:
            raise WrapUpInvalid(
                f"{field} needs a talk with the person: set disposition to right_party, or leave "
                "it out",
                field=field,
            )
    if talked and wrap_up.non_payment_reason in SAID_BY_OTHERS:
        raise WrapUpInvalid(
            f"{wrap_up.non_payment_reason} is said by somebody else: set disposition to "
            "third_party or wrong_number",
            field="non_payment_reason",
        )
    _check_parts(wrap_up)
    check_cause(wrap_up.root_cause)
    _check_topic(wrap_up.topic)
    _check_callback(wrap_up.callback_at, now)
    _check_seconds(wrap_up.seconds)


def _check_parts(wrap_up: WrapUp) -> None:
    if len(wrap_up.note) > NOTE_LENGTH_MAX or "\0" in wrap_up.note:
        raise WrapUpInvalid(f"a note has {NOTE_LENGTH_MAX} characters at most", field="note")
    if len(wrap_up.disputed_invoices) > DISPUTES_MAX:
        raise WrapUpInvalid(
            f"{DISPUTES_MAX} invoices at most are contested at once", field="disputed_invoices"
        )
    if wrap_up.disputed_invoices and not wrap_up.dispute_reason.strip():
        raise WrapUpInvalid("say what is contested", field="dispute_reason")
    if wrap_up.promise is not None and wrap_up.plan is not None:
        raise WrapUpInvalid("a promise or a plan, not both: a plan has its days", field="plan")
    for field in ("opens", "solves", "cases", "expects"):
        if len(getattr(wrap_up, field)) > PARTS_MAX:
            raise WrapUpInvalid(f"{PARTS_MAX} at most in one wrap-up", field=field)


def _check_topic(topic: str | None) -> None:
    if topic is not None and not _TOPIC.fullmatch(topic):
        raise WrapUpInvalid(
            "a topic is a short word of small letters, digits and underscores: wrong_amount",
            field="topic",
        )


def _check_seconds(seconds: Seconds) -> None:
    for name, value in msgspec.structs.asdict(seconds).items():
        if value is not None and not 0 <= value <= SECONDS_MAX:
            raise WrapUpInvalid(
                f"0 to {SECONDS_MAX} seconds; leave out what was not measured",
                field=f"seconds.{name}",
            )


def _check_callback(callback_at: datetime | None, now: datetime) -> None:
    if callback_at is None:
        return
    if callback_at.tzinfo is None:
        raise WrapUpInvalid(
            "a call-back needs its offset: 2026-06-08T18:05:00+02:00", field="callback_at"
        )
    if callback_at <= now:
        raise WrapUpInvalid("a call-back lies ahead", field="callback_at")
