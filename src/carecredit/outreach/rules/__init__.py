"""Pure decisions of outreach: what an outcome means, what a wrap-up says, how a text is made."""

from carecredit.arrangements.rules import NonPaymentReason
from carecredit.outreach.rules.brought import (
    CaseBegun,
    CaseSolved,
    GapSeen,
    PlanWished,
    PromiseGiven,
    ProofTold,
    WordGiven,
)
from carecredit.outreach.rules.causes import Words, root_causes
from carecredit.outreach.rules.contact import (
    Direction,
    Identified,
    LinkKind,
    Mood,
    Resolved,
    RightParty,
    RightPartyUnclear,
    Summary,
    check_identified,
    check_words,
)
from carecredit.outreach.rules.messages import Message, Template, compose, parse_templates
from carecredit.outreach.rules.outcomes import (
    RECIPIENT_REFUSED,
    Disposition,
    Outcome,
    event_kind,
)
from carecredit.outreach.rules.wrap_up import (
    ProcedureUsed,
    Seconds,
    WrapUp,
    check_wrap_up,
    speaks_of_money,
)

__all__ = [
    "RECIPIENT_REFUSED",
    "CaseBegun",
    "CaseSolved",
    "Direction",
    "Disposition",
    "GapSeen",
    "Identified",
    "LinkKind",
    "Message",
    "Mood",
    "NonPaymentReason",
    "Outcome",
    "PlanWished",
    "ProcedureUsed",
    "PromiseGiven",
    "ProofTold",
    "Resolved",
    "RightParty",
    "RightPartyUnclear",
    "Seconds",
    "Summary",
    "Template",
    "WordGiven",
    "Words",
    "WrapUp",
    "check_identified",
    "check_words",
    "check_wrap_up",
    "compose",
    "event_kind",
    "parse_templates",
    "root_causes",
    "speaks_of_money",
]
