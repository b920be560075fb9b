"""What is open, what is past due, and what is left of something from a day on."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import accumulate

import msgspec

from carecredit.kernel.errors import Invalid

NOTHING_FALLS_DUE = (
    "an invoice of zero or below asks for nothing and has no instalments: give it one date, or "
    "record a credit note on the invoice that it lowers"
)
INSTALMENTS_MAX = 400
Changes = Iterable[tuple[date, int]]
"""Amounts taken of something, each from its day on; minus gives back."""


class Part(msgspec.Struct, frozen=True):
    """An amount of an invoice that falls due on a day: an instalment, or all of it."""

    due_on: date
    minor: int


class OpenPart(msgspec.Struct, frozen=True):
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


def open_parts(parts: Iterable[Part], applied_minor: int) -> Iterator[tuple[Part, int]]:
    """Say what is open of each part: what was applied fills the oldest due first."""
    for part in sorted(parts, key=lambda part: part.due_on):
        settled = min(max(applied_minor, 0), max(part.minor, 0))
        applied_minor -= settled
        yield part, part.minor - settled


def fill(due: Iterable[tuple[date, int]], applied_minor: int) -> tuple[OpenPart, ...]:
    """Fill the due dates of an invoice in their order with what was applied to it."""
    parts = (Part(due_on, minor) for due_on, minor in due)
    return tuple(
        OpenPart(part.due_on, part.minor, left) for part, left in open_parts(parts, applied_minor)
    )


def next_due(parts: Sequence[OpenPart]) -> date:
    """Give the earliest due date with something open; of a settled invoice the last."""
    return next((part.due_on for part in parts if part.open_minor > 0), parts[-1].due_on)


def past_due(parts: Iterable[OpenPart], today: date) -> int:
    """Sum what is open and past its own due date."""
    return sum(part.open_minor for part in parts if part.due_on < today)


def disputed_amount(contested: Iterable[int | None], open_minor: int) -> int:
    """Add up what is contested of an invoice, never more than is open; none stated is all of it."""
    amounts = list(contested)
    if open_minor <= 0 or not amounts:
        return 0
    if None in amounts:
        return open_minor
    return min(sum(amount or 0 for amount in amounts), open_minor)


def asked_amount(past_due_minor: int, upcoming_minor: int, unapplied_minor: int) -> int:
    """Say what may be paid now: what is past due, or else all that is to come.

    Contested amounts are in neither; money that stands unapplied is taken off first.
    """
    asked = past_due_minor if past_due_minor > 0 else past_due_minor + upcoming_minor
    return max(asked - max(unapplied_minor, 0), 0)


def check_due_dates(due: Sequence[tuple[date, int]], *, owed_minor: int, first: date) -> None:
    """Accept instalments: two or more, each above zero and on its own day, in all what is owed.

    None falls due before the invoice is dated. An invoice of zero or below asks for nothing, so
    that nothing of it falls due in parts.
    """
    if owed_minor <= 0:
        raise Invalid(NOTHING_FALLS_DUE, field="instalments")
    if not 1 < len(due) <= INSTALMENTS_MAX:
        raise Invalid(
            f"an invoice has 2 to {INSTALMENTS_MAX} instalments; a single due date is the "
            "invoice's own",
            field="instalments",
        )
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
