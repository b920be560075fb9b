"""A follow-up policy as data, and how it is read from TOML."""

from collections.abc import Mapping
from datetime import date, time, timedelta
from enum import StrEnum
from typing import Any

import msgspec

from carecredit.kernel.errors import Invalid
from carecredit.mandates.rules import TONES

CALLBACK = "callback"
UNDERSTANDING = "understanding_call"


class StepKind(StrEnum):
    """Kinds of planned contact."""

    COURTESY_CALL = "courtesy_call"
    FRIENDLY_NOTE = "friendly_note"
    FOLLOW_UP = "follow_up"
    UNDERSTANDING_CALL = "understanding_call"
    CALLBACK = "callback"


UNDERSTANDING = "understanding_call"


class Validity(StrEnum):
    """For which invoices a step is meant."""

    UNTIL_DUE = "until_due"
    PAST_DUE = "past_due"


class Anchor(StrEnum):
    """The date a step counts from."""

    INVOICED = "invoiced"
    DUE = "due"


class Mark(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A day counted from an invoice's date or from its due date."""

    anchor: Anchor
    days: int

    def day(self, *, invoiced_on: date, due_on: date) -> date:
        """Give the day for an invoice."""
        start = invoiced_on if self.anchor is Anchor.INVOICED else due_on
        return start + timedelta(days=self.days)


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One intended kind of contact: from when, until when, by which channels, in which tone.

    After its `last` day a step has lost its sense (none named: it keeps it) and the next one's
    turn has come.
    """

    key: str
    kind: StepKind
    valid: Validity
    first: Mark
    channels: tuple[str, ...]
    tone: str
    last: Mark | None = None


class Understanding(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The one contact after a word was not kept: to understand why, never a harsher step."""

    after_days: int
    within_days: int
    """A word that was not kept longer ago is history, and asks for no call."""
    channels: tuple[str, ...]
    tone: str


class FollowUpPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The ordered steps and how far apart they stay, whatever their dates say."""

    key: str
    version: str
    title: dict[str, str]
    hour: time
    spacing_days: int
    plan_ahead_days: int
    understanding: Understanding
    steps: tuple[Step, ...]


def parse_policy(data: Mapping[str, Any], *, source: str) -> FollowUpPolicy:
    """Read a policy; a fault raises `Invalid` naming the file and the place."""
    try:
        policy = msgspec.convert(data, FollowUpPolicy)
    except msgspec.ValidationError as error:
        raise Invalid(f"{source}: {error}", field="policy") from error
    keys = [step.key for step in policy.steps]
    if len(set(keys)) != len(keys) or not {CALLBACK, UNDERSTANDING}.isdisjoint(keys):
        raise Invalid(
            f"{source}: step keys are unique, and none is {CALLBACK!r} or {UNDERSTANDING!r}",
            field="steps",
        )
    tones = {policy.understanding.tone, *(step.tone for step in policy.steps)}
    if not tones <= set(TONES):
        raise Invalid(f"{source}: a tone is one of {', '.join(TONES)}", field="tone")
    if not 0 <= policy.understanding.after_days < policy.understanding.within_days:
        raise Invalid(
            f"{source}: understanding.after_days is 0 or more, and less than within_days",
            field="understanding",
        )
    if policy.spacing_days < 1:
        raise Invalid(f"{source}: touches of a customer stay a day apart at least", field="spacing")
    return policy
