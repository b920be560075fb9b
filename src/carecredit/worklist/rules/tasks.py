"""What there is to do besides calling, and in which order: by the good it does."""

import tomllib
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any

import msgspec

from carecredit.cadence.rules import hold_name


class TaskKind(StrEnum):
    """Kinds of task, in the order in which they come."""

    OUR_WORD = "our_word"
    """What we gave a customer to expect is due, or late."""
    CUSTOMER_TO_TELL = "customer_to_tell"
    """A case was handed over and its customer has not been told."""
    CASE_DUE = "case_due"
    """A deadline of a case is near, or over."""
    REMINDER_WANTED = "reminder_wanted"
    """A promise or an instalment falls due tomorrow and its customer asked to be reminded."""
    PLAN_TO_APPROVE = "plan_to_approve"
    LOW_RATING = "low_rating"
    HOLD_TO_REVIEW = "hold_to_review"
    SILENCE_TO_REVIEW = "silence_to_review"
    """A silence that no case looks after: a bereavement, a pause, extra care."""
    THANKS_OWED = "thanks_owed"
    PARKED = "parked"
    """A planned contact that only a person can look into."""
    GAP_TO_TELL = "gap_to_tell"


AHEAD = timedelta(hours=4)
"""So long before its time a matter comes into sight."""
LEASE = timedelta(minutes=30)


def order(kind: TaskKind, due_at: datetime, *, now: datetime) -> tuple[bool, int, datetime]:
    """Give the place of a task: what is late first, then by kind, then by who waits longest."""
    return (due_at > now, list(TaskKind).index(kind), due_at)


def told(code: str, data: Mapping[str, Any]) -> dict[str, str]:
    """Tell in both languages why a task is there; a tuple in the data is of codes with words."""
    words = _words()
    return {
        language: sentences[code].format_map(
            {name: _worded(value, language) for name, value in data.items()}
        )
        for language, sentences in (("en", words.en), ("it", words.it))
    }


def _worded(value: Any, language: str) -> Any:
    if not isinstance(value, tuple):
        return value
    codes = _words().codes
    return ", ".join(
        getattr(codes[code], language) if code in codes else hold_name(code, language=language)
        for code in value
    )


class _Word(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    it: str
    en: str


class _Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    it: dict[str, str]
    en: dict[str, str]
    codes: dict[str, _Word]


@cache
def _words() -> _Words:
    text = resources.files("carecredit.worklist").joinpath("tasks.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text), _Words)
