"""A number together with what it was added up from, so that the two cannot differ."""

from collections import defaultdict
from collections.abc import Hashable, Iterable
from typing import Any

from msgspec import Struct

from carecredit.metrics.rules.measure import Exact, Measure, Unit
from carecredit.metrics.rules.shares import share_of

CONTACT = "contact"
"""What most of the care measures are added up from."""


class Found(Struct, frozen=True):
    """A measure, and the key and part of each thing of one kind in its numerator."""

    measure: Measure
    kind: str
    parts: tuple[tuple[Any, Exact], ...] = ()


def share(kind: str, hits: Iterable[Hashable], total: int, *, unit: Unit = Unit.FRACTION) -> Found:
    """Measure those found of all, each of them a part."""
    keys = list(hits)
    return Found(share_of(len(keys), total, unit=unit), kind, added((key, 1) for key in keys))


def added(parts: Iterable[tuple[Hashable, int]]) -> tuple[tuple[Hashable, int], ...]:
    """Add up parts by their keys; what adds nothing is none."""
    sums: defaultdict[Hashable, int] = defaultdict(int)
    for key, amount in parts:
        sums[key] += amount
    return tuple((key, amount) for key, amount in sums.items() if amount)
