"""The words of a case: kinds, states, parties, deadlines."""

from enum import StrEnum


class CaseKind(StrEnum):
    """What a matter is about."""

    QUESTION = "question"
    TECHNICAL = "technical"
    COMPLAINT = "complaint"
    DISPUTE = "dispute"
    OVERDUE = "overdue"
    HARDSHIP = "hardship"


class CaseState(StrEnum):
    """Whose turn it is; worked out from the events, stored for search alone."""

    OPEN = "open"
    WAITING_CUSTOMER = "waiting_customer"
    WAITING_CLIENT = "waiting_client"
    RESOLVED = "resolved"
    REOPENED = "reopened"


class Party(StrEnum):
    """Who brings an event about."""

    CUSTOMER = "customer"
    OPERATOR = "operator"
    CLIENT = "client"
    SYSTEM = "system"


class Priority(StrEnum):
    """What comes before what."""

    URGENT = "urgent"
    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"


class DeadlineKind(StrEnum):
    """What we said a customer may expect of us, and by when."""

    FIRST_ANSWER = "first_answer"
    NEXT_ANSWER = "next_answer"
    RESOLUTION = "resolution"


class Outcome(StrEnum):
    """How a deadline stands; whether it was missed is told apart."""

    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    DROPPED = "dropped"
    """Nobody waits for it any more."""


class ExpectationState(StrEnum):
    """What became of our word."""

    OPEN = "open"
    KEPT = "kept"
    BROKEN = "broken"
    WITHDRAWN = "withdrawn"


class Resolution(StrEnum):
    """Why a case ended; that it was not ours is no way to end one."""

    SOLVED = "solved"
    PAID = "paid"
    IN_DISPUTE = "in_dispute"
    DUPLICATE = "duplicate"
    WITHDRAWN = "withdrawn"


class HandTo(StrEnum):
    """To whom a case is handed over."""

    OPERATOR = "operator"
    SQUAD = "squad"
    CLIENT = "client"
