"""What came of an attempt: of a message at its provider, of a call in the operator's words."""

from enum import StrEnum


class Outcome(StrEnum):
    """What a channel says of a message; surely not sent and maybe sent are never merged."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    NOT_SENT = "not_sent"
    UNKNOWN = "unknown"


RECIPIENT_REFUSED = "recipient refused"
"""How the detail of a refusal begins that speaks of the address, not of the text."""


class Disposition(StrEnum):
    """How a call ended."""

    RIGHT_PARTY = "right_party"
    THIRD_PARTY = "third_party"
    VOICEMAIL = "voicemail"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    WRONG_NUMBER = "wrong_number"
    OUT_OF_SERVICE = "out_of_service"
    DROPPED = "dropped"
    """The line fell, or the person hung up, before anything was settled."""


_KINDS = {
    Disposition.RIGHT_PARTY: "conversation",
    Disposition.THIRD_PARTY: "contact",
    Disposition.VOICEMAIL: "contact",
    Disposition.DROPPED: "contact",
}


def event_kind(disposition: Disposition) -> str:
    """Say what a call counts as: a live talk with the person, a contact, or a try."""
    return _KINDS.get(disposition, "attempt")
