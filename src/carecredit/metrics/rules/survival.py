"""How long people stay (Kaplan-Meier), also those whose end was not seen; ties are exact."""

import re
from collections.abc import Mapping
from fractions import Fraction
from math import sqrt

from msgspec import Struct

from carecredit.kernel.errors import Invalid
from carecredit.metrics.rules.intervals import Bounds, Form, of_survival

Time = int | Fraction
Lives = Mapping[tuple[Time, str], int]
"""How many had a duration and a cause of their end; an empty cause: no end was seen."""

UNSEEN = ""
HALF = 0.5
_TIME = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?")
_SAME = 1e-12
"""Products of floats that should be one half are within this of it."""


class Moment(Struct, frozen=True, gc=False):
    """A time at which somebody ended, or was last seen."""

    time: Time
    at_risk: int
    """Seen until just before it: those last seen at that very time are among them."""
    ended: dict[str, int]
    unseen: int

    @property
    def ends(self) -> int:
        """Count those who ended, by any cause."""
        return sum(self.ended.values())


class Step(Struct, frozen=True, gc=False):
    """The curve from a time on, at which somebody ended."""

    time: Time
    at_risk: int
    ended: int
    share: float
    error: float | None
    """Greenwood's standard error; none where the last one at risk has ended."""
    interval: Bounds | None


class Mean(Struct, frozen=True):
    """The mean time up to a horizon, and its standard error."""

    until: Time
    time: float
    error: float | None


class Curve(Struct, frozen=True):
    """A survival curve with what is read off it."""

    subjects: int
    ended: int
    followed_until: Time | None
    """The longest anybody was followed; nothing is said beyond it."""
    steps: tuple[Step, ...]
    median: Time | None
    """The first time at which half or fewer are left; none: not reached."""
    median_interval: tuple[Time | None, Time | None]
    mean: Mean | None


def parse_time(text: str) -> Fraction:
    """Read a time as a plain decimal; raises `Invalid`."""
    if _TIME.fullmatch(text) is None:
        raise Invalid(f"{text!r} is no time; write a plain number such as 365", field="until")
    return Fraction(text)


def moments(lives: Lives) -> list[Moment]:
    """Sort lives into times with those at risk; who was last seen at a time is at risk in it."""
    ends: dict[Time, dict[str, int]] = {}
    for (time, cause), count in lives.items():
        ends.setdefault(time, {})[cause] = count
    at_risk = sum(lives.values())
    found = []
    for time in sorted(ends):
        unseen = ends[time].pop(UNSEEN, 0)
        moment = Moment(time, at_risk, ends[time], unseen)
        at_risk -= moment.ends + unseen
        found.append(moment)
    return found


def kaplan_meier(lives: Lives, *, form: Form = Form.LOGLOG, until: Time | None = None) -> Curve:
    """Multiply up who did not end at each time, of those at risk (Kaplan & Meier 1958).

    Greenwood's variance: S² · Σ d / (n (n − d)). The mean is up to a horizon, or to the end of
    what was followed.
    """
    times = moments(lives)
    share, total = 1.0, 0.0
    steps = []
    for moment in times:
        ends, left = moment.ends, moment.at_risk - moment.ends
        if not ends:
            continue
        share = share * left / moment.at_risk if left else 0.0
        total += ends / (moment.at_risk * left) if left else 0.0
        error = share * sqrt(total) if left else None
        interval = of_survival(share, error, form) if error is not None else None
        steps.append(Step(moment.time, moment.at_risk, ends, share, error, interval))
    return Curve(
        subjects=sum(lives.values()),
        ended=sum(step.ended for step in steps),
        followed_until=times[-1].time if times else None,
        steps=tuple(steps),
        median=_first(steps, 1),
        median_interval=(_first(steps, 0), _first(steps, 2)),
        mean=_mean(steps, times, until),
    )


def share_at(curve: Curve, time: Time) -> float | None:
    """Read the curve at a time; none beyond what was followed, unless nobody is left."""
    if curve.followed_until is None:
        return None
    share = 1.0
    for step in curve.steps:
        if step.time > time:
            break
        share = step.share
    return None if time > curve.followed_until and share > 0 else share


def _first(steps: list[Step], which: int) -> Time | None:
    """Find where the curve (1), or its lower or upper bound (0, 2), is first at a half or below.

    The bounds of the median are those of the curve (Brookmeyer & Crowley 1982).
    """
    for step in steps:
        bounds = step.interval or (step.share, step.share)
        value = step.share if which == 1 else bounds[which // 2]
        if value <= HALF + _SAME:
            return step.time
    return None


def _mean(steps: list[Step], times: list[Moment], until: Time | None) -> Mean | None:
    """Give the area under the curve, and its variance: Σ (area beyond)² · d / (n (n − d))."""
    if not times:
        return None
    horizon = times[-1].time if until is None else min(until, times[-1].time)
    inner = [step for step in steps if step.time <= horizon]
    edges = [*(step.time for step in inner), horizon]
    area, variance = 0.0, 0.0
    for place in range(len(inner) - 1, -1, -1):
        step = inner[place]
        area += step.share * float(edges[place + 1] - step.time)
        left = step.at_risk - step.ended
        variance += area**2 * step.ended / (step.at_risk * left) if left else 0.0
    area += float(edges[0])
    return Mean(horizon, area, sqrt(variance))
