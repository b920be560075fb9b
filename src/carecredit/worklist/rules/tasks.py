"""What there is to do besides calling, and in which order: by the good it does."""

import tomllib
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any

import msgspec


class TaskKind(StrEnum):
    """Kinds of task, in the order in which they come."""

    OUR_WORD = "our_word"
    """What we gave a customer to expect is due, or late."""
    CUSTOMER_TO_TELL = "customer_to_tell"
    """A case was handed over and its customer has not been told."""
    CASE_DUE = "case_due"
    """A deadline of a case is near, or over."""
    PLAN_TO_APPROVE = "plan_to_approve"
    LOW_RATING = "low_rating"
    HOLD_TO_REVIEW = "hold_to_review"
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
    """Tell in both languages why a task is there."""
    return {language: words[code].format_map(data) for language, words in sorted(_words().items())}


class _Sentences(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    it: dict[str, str]
    en: dict[str, str]


@cache
def _words() -> dict[str, dict[str, str]]:
    text = resources.files("carecredit.worklist").joinpath("tasks.toml").read_text("utf-8")
    read = msgspec.convert(tomllib.loads(text), _Sentences)
    return {"it": read.it, "en": read.en}
