"""When a person is asked how a contact was, what may be asked, and what an answer means."""

import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from carecredit.kernel.errors import Invalid
from carecredit.kernel.ids import ContactId


class SurveyKind(StrEnum):
    """Which question: satisfaction (1 to 5), recommendation (0 to 10), effort (1 to 5)."""

    CSAT = "csat"
    NPS = "nps"
    CES = "ces"


class SurveyState(StrEnum):
    """What became of a survey; one that was not sent says why."""

    NOT_SENT = "not_sent"
    DUE = "due"
    SENT = "sent"
    ANSWERED = "answered"
    REFUSED = "refused"
    EXPIRED = "expired"


SCALES = {SurveyKind.CSAT: (1, 5), SurveyKind.NPS: (0, 10), SurveyKind.CES: (1, 5)}
PER_MILLE = 1_000


class SurveyPolicy(msgspec.Struct, frozen=True):
    """What a client company's customers are asked, how many of them, and how seldom."""

    kind: SurveyKind
    question_it: str
    question_en: str
    sample_per_mille: int
    """Of a thousand contacts, so many are asked about."""
    cap_days: int
    """Nobody is asked twice within so many days, by whichever contact."""
    low_at_most: int
    """An answer of so much or less gets an owner."""
    answer_days: int = 7


class ContactFacts(msgspec.Struct, frozen=True):
    """What asking depends on, of a contact that has ended."""

    contact_id: ContactId
    talked: bool
    """With the right person, and no line that fell."""
    opted_out: bool
    silent: bool
    """A hold that stops everything: a bereavement, a minor, somebody who asked us to cease."""
    complains: bool
    """A complaint is open: it is answered, not surveyed."""
    asked_before: datetime | None


def check_policy(policy: SurveyPolicy) -> None:
    """Accept bounds that keep surveys rare and free, on the scale of their kind."""
    low, high = SCALES[policy.kind]
    bounds = {
        "sample_per_mille": (0, PER_MILLE),
        "cap_days": (7, 366),
        "low_at_most": (low, high - 1),
        "answer_days": (1, 30),
    }
    for name, (least, most) in bounds.items():
        if not least <= getattr(policy, name) <= most:
            raise Invalid(f"{name} is {least} to {most}", field=name)


def reasons_not_to_ask(
    facts: ContactFacts, *, policy: SurveyPolicy, now: datetime
) -> Iterator[str]:
    """List why this person is not asked now; none: it is asked."""
    if not facts.talked:
        yield "no_talk"
    if facts.opted_out:
        yield "opted_out"
    if facts.silent:
        yield "silence"
    if facts.complains:
        yield "complaint_open"
    before = facts.asked_before
    if before is not None and now - before < timedelta(days=policy.cap_days):
        yield "asked_lately"
    if not sampled(facts.contact_id, per_mille=policy.sample_per_mille):
        yield "not_sampled"


def sampled(contact_id: ContactId, *, per_mille: int) -> bool:
    """Draw a contact by its id alone: nobody can choose whom to ask, and it can be checked."""
    digest = hashlib.sha256(b"survey" + contact_id.bytes).digest()
    return int.from_bytes(digest[:8], "big") % PER_MILLE < per_mille


def check_score(kind: SurveyKind, score: int) -> None:
    """Accept a score on the scale of its kind."""
    low, high = SCALES[kind]
    if not low <= score <= high:
        raise Invalid(f"a score of {kind} is {low} to {high}", field="score")


def is_low(policy: SurveyPolicy, score: int) -> bool:
    """Say whether an answer gets an owner."""
    return score <= policy.low_at_most
