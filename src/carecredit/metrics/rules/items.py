"""What is due on one day: an invoice, or one of its instalments, with what was put on it."""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import accumulate

from msgspec import Struct, structs

from carecredit.kernel.calendars import DAY

CASH, CREDIT, WRITE_OFF = "cash", "credit", "write_off"
SETTLES_AS = {
    "payment": CASH,
    "credit_note": CREDIT,
    "opening_credit": CREDIT,
    "write_off": WRITE_OFF,
}
"""What an entry brings when it stands on an invoice."""


class Part(Struct, frozen=True, gc=False):
    """Something put on an item from a day on: cash, credit or write-off; minus undoes."""

    counts_on: date
    settles_as: str
    minor: int
    received_on: date | None = None
    """The day of the money itself, where it was put on the item later."""


class Item(Struct, frozen=True, gc=False):
    """An amount due on one day, from the date of its invoice on."""

    invoiced_on: date
    due_on: date
    amount_minor: int
    parts: tuple[Part, ...] = ()


def applied_minor(item: Item, day: date, settles_as: str | None = None) -> int:
    """Add up what stands on an item at the end of a day, of one kind or of all."""
    return sum(
        part.minor
        for part in item.parts
        if part.counts_on <= day and settles_as in {None, part.settles_as}
    )


def open_minor(item: Item, day: date) -> int:
    """What an item asks for at the end of a day: never below zero, nothing before its invoice.

    An invoice with a negative amount asks for nothing.
    """
    if item.invoiced_on > day or item.amount_minor <= 0:
        return 0
    return max(item.amount_minor - applied_minor(item, day), 0)


def first_day_past_due(invoiced_on: date, due_on: date) -> date:
    """The day after the due date, and never before the invoice's own date."""
    return max(due_on + DAY, invoiced_on)


def by_instalment(
    invoiced_on: date, instalments: Iterable[tuple[date, int]], parts: Iterable[Part]
) -> tuple[Item, ...]:
    """Part an invoice by its instalments (due date, amount): what comes fills the oldest first.

    What is undone is taken back from the newest that was filled.
    """
    dues = sorted(instalments)
    edges = [0, *accumulate(minor for _, minor in dues)]
    filled: list[list[Part]] = [[] for _ in dues]
    level = 0
    for part in sorted(parts, key=lambda part: part.counts_on):
        for place, minor in _overlaps(edges, level, level + part.minor):
            filled[place].append(structs.replace(part, minor=minor))
        level += part.minor
    return tuple(
        Item(invoiced_on, due_on, minor, tuple(mine))
        for (due_on, minor), mine in zip(dues, filled, strict=True)
    )


def _overlaps(edges: Sequence[int], start: int, stop: int) -> list[tuple[int, int]]:
    """Say how much of a stretch falls into each place; backwards is minus."""
    low, high, sign = (start, stop, 1) if start <= stop else (stop, start, -1)
    # What is undone below nothing, or stands above all, still has to come out again.
    bounds = list(edges)
    bounds[0], bounds[-1] = min(low, bounds[0]), max(high, bounds[-1])
    found = (
        (place, min(high, bounds[place + 1]) - max(low, bounds[place]))
        for place in range(len(edges) - 1)
    )
    return [(place, sign * minor) for place, minor in found if minor > 0]
