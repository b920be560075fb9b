"""Pure decisions of outreach: what an outcome means, what a wrap-up says, how a text is made."""

from carecredit.arrangements.rules import NonPaymentReason
from carecredit.outreach.rules.messages import Message, Template, compose, parse_templates
from carecredit.outreach.rules.outcomes import (
    RECIPIENT_REFUSED,
    Disposition,
    Outcome,
    event_kind,
)
from carecredit.outreach.rules.wrap_up import PromiseGiven, WrapUp, check_wrap_up

__all__ = [
    "RECIPIENT_REFUSED",
    "Disposition",
    "Message",
    "NonPaymentReason",
    "Outcome",
    "PromiseGiven",
    "Template",
    "WrapUp",
    "check_wrap_up",
    "compose",
    "event_kind",
    "parse_templates",
]
