"""The life of an invoice: what it has open from which day on, instalment by instalment."""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise

from msgspec import Struct

from carecredit.metrics.rules.aging import DUE_EDGES, INVOICE_EDGES
from carecredit.metrics.rules.changes import Cell, Changes, Days
from carecredit.metrics.rules.columns import (
    DISPUTED,
    DUE,
    INVOICED,
    ISSUED,
    OPEN,
    OPEN_COUNT,
    SALES,
    UNAPPLIED,
)
from carecredit.metrics.rules.facts import NEVER, DisputeFact, Due, InvoiceFact
from carecredit.metrics.rules.receivables import standing


class Stretch(Struct, frozen=True, gc=False):
    """From a day on, until the next one: what is open, what was applied beyond the gross."""

    day: int
    open_minor: int
    excess_minor: int


Steps = list[tuple[int, int]]
"""An amount from a day on."""


def add_invoice(changes: Changes, invoice: InvoiceFact, sign: int = 1) -> None:
    """Add all that an invoice changes, today and on every day to come."""
    cell: Cell = (invoice.segment, invoice.currency)
    days = changes.days[cell]
    issued = days[invoice.invoiced_on]
    if invoice.is_sale:
        issued[SALES] += sign * invoice.gross_minor
        issued[ISSUED] += sign
    stretches = life(invoice)
    _stand(days, stretches, sign)
    steps = [(stretch.day, stretch.open_minor) for stretch in stretches]
    _age(days, steps, invoice.invoiced_on, (INVOICED, INVOICE_EDGES), sign)
    if len(invoice.dues) == 1:
        _age(days, steps, invoice.dues[0].day, (DUE, DUE_EDGES), sign)
    else:
        for due, mine in zip(invoice.dues, by_due(steps, invoice.dues), strict=True):
            _age(days, mine, due.day, (DUE, DUE_EDGES), sign)
    if invoice.disputes:
        _contest(days, steps, invoice.disputes, sign)


def life(invoice: InvoiceFact) -> list[Stretch]:
    """Cut the life of an invoice where something is applied to it."""
    applied: dict[int, int] = {invoice.invoiced_on: 0}
    for share in invoice.shares:
        if share.counts_on < NEVER:
            applied[share.counts_on] = applied.get(share.counts_on, 0) + share.amount_minor
    total, stretches = 0, []
    for day in sorted(applied):
        total += applied[day]
        now = standing(invoice.gross_minor, total)
        stretches.append(Stretch(day, now.open_minor, now.excess_minor))
    return stretches


def by_due(steps: Steps, dues: Sequence[Due]) -> list[Steps]:
    """Part what is open among the due dates: what is applied fills the earliest first."""
    parts: list[Steps] = [[] for _ in dues]
    for day, open_minor in steps:
        left = open_minor
        for place in range(len(dues) - 1, 0, -1):
            mine = min(left, dues[place].amount_minor)
            parts[place].append((day, mine))
            left -= mine
        parts[0].append((day, left))
    return parts


def _stand(days: Days, stretches: list[Stretch], sign: int) -> None:
    open_minor = excess_minor = 0
    for stretch in stretches:
        row = days[stretch.day]
        row[OPEN] += sign * (stretch.open_minor - open_minor)
        row[OPEN_COUNT] += sign * ((stretch.open_minor != 0) - (open_minor != 0))
        row[UNAPPLIED] += sign * (stretch.excess_minor - excess_minor)
        open_minor, excess_minor = stretch.open_minor, stretch.excess_minor


def _age(
    days: Days, steps: Steps, origin: int, buckets: tuple[int, tuple[int, ...]], sign: int
) -> None:
    """Put each change into the bucket of its age, and move what is open on as it grows older."""
    first, edges = buckets
    before = 0
    for (day, minor), (until, _) in pairwise([*steps, (NEVER, 0)]):
        if minor != before:
            days[day][first + bisect_right(edges, day - origin)] += sign * (minor - before)
        if minor:
            for place, edge in enumerate(edges):
                turn = origin + edge
                if day < turn <= until:
                    row = days[turn]
                    row[first + place] -= sign * minor
                    row[first + place + 1] += sign * minor
        before = minor


def _contest(days: Days, steps: Steps, disputes: Sequence[DisputeFact], sign: int) -> None:
    turns = {day for day, _ in steps}
    turns.update(day for each in disputes for day in (each.first, each.until))
    before, place, open_minor = 0, 0, 0
    for day in sorted(turn for turn in turns if turn < NEVER):
        while place < len(steps) and steps[place][0] <= day:
            open_minor = steps[place][1]
            place += 1
        now = contested(open_minor, [each for each in disputes if each.first <= day < each.until])
        if now != before:
            days[day][DISPUTED] += sign * (now - before)
        before = now


def contested(open_minor: int, disputes: Sequence[DisputeFact]) -> int:
    """Say how much of what is open is contested: never more than is open, nothing twice."""
    if not disputes:
        return 0
    if any(each.amount_minor is None for each in disputes):
        return open_minor
    return max(0, min(open_minor, sum(each.amount_minor or 0 for each in disputes)))
