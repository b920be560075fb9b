"""What repeats come from and what they cost, and how the time of calls is spread."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from msgspec import Struct

from carecredit.metrics.rules.care import HandledFact
from carecredit.metrics.rules.contacts import PERCENTILES, Repeated, percentile
from carecredit.metrics.rules.measure import Measure
from carecredit.metrics.rules.shares import mean_seconds

NOT_SAID = "not_said"
"""Nobody wrote down why the first contact was needed."""


class CauseSums(Struct, frozen=True):
    """The repeats that go back to first contacts of one cause, and the time they took."""

    cause: str
    cases: int
    repeats: int
    seconds: int


class Spread(Struct, frozen=True):
    """How one part of the time is spread over the calls in which it was measured."""

    part: str
    n: int
    mean: Measure
    percentiles: tuple[Measure, ...]


def by_cause(repeated: Iterable[Repeated]) -> list[CauseSums]:
    """Put repeats down to the root cause of the first contact, the costliest cause first."""
    mine: defaultdict[str, list[Repeated]] = defaultdict(list)
    for one in repeated:
        mine[one.first.cause or NOT_SAID].append(one)
    found = (
        CauseSums(
            cause,
            len({one.first.key for one in those}),
            len(those),
            sum(one.again.seconds for one in those),
        )
        for cause, those in mine.items()
    )
    return sorted(found, key=lambda sums: (-sums.seconds, -sums.repeats, sums.cause))


def spreads(calls: Sequence[HandledFact]) -> tuple[Spread, ...]:
    """Spread talk, hold, wrap-up and the whole; a part not measured is left out, never zero."""
    parts: dict[str, list[int | None]] = {
        "talk": [call.talk for call in calls],
        "hold": [call.hold for call in calls],
        "wrap_up": [call.wrap_up for call in calls],
        "whole": [call.seconds for call in calls],
    }
    return tuple(_spread(name, values) for name, values in parts.items())


def _spread(part: str, values: list[int | None]) -> Spread:
    measured = [value for value in values if value is not None]
    at = tuple(percentile(measured, percent) for percent in PERCENTILES)
    return Spread(part, len(measured), mean_seconds(measured), at)
