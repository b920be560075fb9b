"""What is open, what is past due, and what is left of something from a day on."""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import accumulate

import msgspec

from carecredit.kernel.errors import Invalid

Changes = Iterable[tuple[date, int]]
"""Amounts taken of something, each from its day on; minus gives back."""


class Part(msgspec.Struct, frozen=True):
    """A due date of an invoice, the amount due then, and what of it is open."""

    due_on: date
    amount_minor: int
    open_minor: int


def open_amount(gross_minor: int, applied_minor: int) -> int:
    """Say what is open: never below zero, but a negative invoice keeps its sign."""
    left = gross_minor - applied_minor
    return left if gross_minor < 0 else max(0, left)


def days_past_due(due_on: date, today: date) -> int:
    """Count whole days since the due date; due today is not late, and it is never negative."""
    return max(0, (today - due_on).days)


def left_from(amount_minor: int, changes: Changes, first: date) -> int:
    """Say what is left on every day from `first` on: the least that any of those days has.

    What was taken and given back again in between is not there in between.
    """
    by_day: dict[date, int] = {first: 0}
    for day, minor in changes:
        counts_on = max(first, day)
        by_day[counts_on] = by_day.get(counts_on, 0) + minor
    return amount_minor - max(accumulate(by_day[day] for day in sorted(by_day)))


def fill(due: Sequence[tuple[date, int]], applied_minor: int) -> tuple[Part, ...]:
    """Fill the due dates of an invoice in their order with what was applied to it."""
    parts = []
    for due_on, minor in sorted(due):
        taken = min(minor, max(0, applied_minor))
        applied_minor -= taken
        parts.append(Part(due_on, minor, minor - taken))
    return tuple(parts)


def next_due(parts: Sequence[Part]) -> date:
    """Give the earliest due date with something open; of a settled invoice the last."""
    return next((part.due_on for part in parts if part.open_minor > 0), parts[-1].due_on)


def past_due(parts: Iterable[Part], today: date) -> int:
    """Sum what is open and past its own due date."""
    return sum(part.open_minor for part in parts if part.due_on < today)


def disputed_amount(open_minor: int, contested: Iterable[int | None]) -> int:
    """Say how much of what is open is contested: amounts add up, never beyond what is open.

    A dispute that names no amount contests all of it.
    """
    amounts = list(contested)
    if None in amounts:
        return max(0, open_minor)
    return max(0, min(open_minor, sum(minor for minor in amounts if minor)))


def check_due_dates(due: Sequence[tuple[date, int]], *, owed_minor: int, first: date) -> None:
    """Accept instalments: each above zero, none before the invoice, together what is owed."""
    if any(minor <= 0 for _, minor in due):
        raise Invalid("an instalment is above zero", field="instalments")
    if any(due_on < first for due_on, _ in due):
        raise Invalid("an instalment falls due on the invoice's date or later", field="instalments")
    if len({due_on for due_on, _ in due}) != len(due):
        raise Invalid("two instalments fall due on one day: put them together", field="instalments")
    total = sum(minor for _, minor in due)
    if total != owed_minor:
        raise Invalid(
            f"the instalments add up to {total} and {owed_minor} is owed (smallest units): "
            "make them agree",
            field="instalments",
        )
