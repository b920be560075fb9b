"""Aging: open invoices by age; less what is unapplied, the columns add to the balance."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import pairwise

from msgspec import Struct

from carecredit.kernel.errors import Invalid

BUCKETS_MAX, DIGITS_MAX = 20, 5

DUE_BUCKETS = ("current", "1_30", "31_60", "61_90", "91_plus")
"""By due date; due today is current."""
DUE_EDGES = (1, 31, 61, 91)
"""The age in days at which each bucket after the first begins."""

INVOICE_BUCKETS = ("0_30", "31_60", "61_90", "91_plus")
"""By invoice date."""
INVOICE_EDGES = (31, 61, 91)


def bucket_names(edges: Sequence[int]) -> tuple[str, ...]:
    """Name the buckets by due date that begin at these ages: current, 1_30, ..., 91_plus."""
    return tuple(band.name for band in bands(edges, from_current=True))


def check_edges(edges: Sequence[int]) -> tuple[int, ...]:
    """Accept the days past due at which buckets begin: rising, the first of them 1."""
    places = tuple(edges)
    rising = all(low < high for low, high in pairwise(places))
    if not (1 <= len(places) <= BUCKETS_MAX and places[0] == 1 and rising):
        raise Invalid(
            f"buckets begin at 1 to {BUCKETS_MAX} days past due that rise from 1, "
            "such as 1,31,61,91",
            field="buckets",
        )
    return places


def check_invoice_edges(edges: Sequence[int]) -> tuple[int, ...]:
    """Accept the days since the invoice at which buckets begin: rising, above 0."""
    places = tuple(edges)
    rising = all(low < high for low, high in pairwise(places))
    if not (1 <= len(places) <= BUCKETS_MAX and places[0] > 0 and rising):
        raise Invalid(
            f"buckets begin at 1 to {BUCKETS_MAX} days since the invoice that rise from above 0, "
            "such as 31,61,91",
            field="buckets",
        )
    return places


def parse_edges(text: str) -> tuple[int, ...]:
    """Read `1,31,61,91`."""
    return check_edges(parse_days(text))


def parse_days(text: str) -> tuple[int, ...]:
    """Read numbers of days with commas between; what is none of these gives nothing."""
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isascii() and part.isdigit() and len(part) <= DIGITS_MAX for part in parts):
        return ()
    return tuple(int(part) for part in parts)


class Band(Struct, frozen=True):
    """A bucket by its name, and the ages it holds, both ends in (None: no end on that side)."""

    name: str
    first_day: int | None
    last_day: int | None


def bands(edges: Sequence[int], *, from_current: bool) -> tuple[Band, ...]:
    """Name the buckets; by due date the first is what is current, else it begins at 0 days."""
    until = edges[0] - 1
    first = Band("current", None, 0) if from_current else Band(f"0_{until}", 0, until)
    middle = (Band(f"{low}_{high - 1}", low, high - 1) for low, high in pairwise(edges))
    return (first, *middle, Band(f"{edges[-1]}_plus", edges[-1], None))


def bucket(age_days: int, edges: tuple[int, ...]) -> int:
    """Give the place of an age among the buckets."""
    return bisect_right(edges, age_days)


def aging(items: Iterable[tuple[int, int]], edges: tuple[int, ...]) -> tuple[int, ...]:
    """Sum (open amount, age in days) by bucket; nothing falls outside (AccountingTools)."""
    sums = [0] * (len(edges) + 1)
    for open_minor, age_days in items:
        sums[bucket(age_days, edges)] += open_minor
    return tuple(sums)
