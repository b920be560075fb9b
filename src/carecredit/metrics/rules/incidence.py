"""What share ended by each cause by a time (Aalen-Johansen), where causes compete."""

from collections.abc import Sequence
from math import sqrt

from msgspec import Struct

from carecredit.metrics.rules.intervals import Bounds, of_incidence
from carecredit.metrics.rules.survival import UNSEEN, Lives, Moment, Time, moments


class CauseStep(Struct, frozen=True, gc=False):
    """The share ended by one cause from a time on."""

    time: Time
    at_risk: int
    ended: int
    share: float
    error: float
    interval: Bounds | None


class CauseCurve(Struct, frozen=True):
    """One cause over time."""

    cause: str
    ended: int
    steps: tuple[CauseStep, ...]


class Incidence(Struct, frozen=True):
    """All causes of a group; with the share that has not ended they add up to one."""

    subjects: int
    ended: int
    followed_until: Time | None
    causes: tuple[CauseCurve, ...]
    staying: float | None
    """The share that has not ended by the last time followed (none: there is nobody)."""


class _Sums:
    """The sums that the variance of one cause takes along, so that each step is one addition."""

    def __init__(self) -> None:
        self.share = 0.0
        self._plain, self._once, self._twice, self._own = 0.0, 0.0, 0.0, 0.0
        self._crossed, self._crossed_once = 0.0, 0.0

    def move(self, moment: Moment, mine: int, staying: float) -> float:
        """Go one time on and give the standard error (Dinse & Larson 1986, delta method).

        Var I(t) = Σ (I(t) − I(u))² d/(n(n−d)) + S(u−)² (n−m) m/n³ − 2 (I(t) − I(u)) S(u−) m/n²
        over the times u up to t, with d ends of n at risk, m of them by this cause.
        """
        n, ends = moment.at_risk, moment.ends
        self.share += staying * mine / n
        weight = ends / (n * (n - ends)) if n > ends else 0.0
        self._plain += weight
        self._once += weight * self.share
        self._twice += weight * self.share**2
        self._own += staying**2 * (n - mine) * mine / n**3
        crossed = staying * mine / n**2
        self._crossed += crossed
        self._crossed_once += crossed * self.share
        squares = self.share**2 * self._plain - 2 * self.share * self._once + self._twice
        variance = squares + self._own - 2 * (self.share * self._crossed - self._crossed_once)
        return sqrt(max(0.0, variance))


def aalen_johansen(lives: Lives, causes: Sequence[str] | None = None) -> Incidence:
    """Add up, for each cause, those still there times those it ended (Aalen & Johansen 1978).

    Not 1 − Kaplan-Meier of each cause, which counts the others as if they could still end by it.
    """
    times = moments(lives)
    named = causes or sorted({cause for _, cause in lives} - {UNSEEN})
    sums = {cause: _Sums() for cause in named}
    steps: dict[str, list[CauseStep]] = {cause: [] for cause in named}
    staying = 1.0
    for moment in times:
        if not moment.ends:
            continue
        for cause in named:
            mine = moment.ended.get(cause, 0)
            error = sums[cause].move(moment, mine, staying)
            if mine:
                share = sums[cause].share
                interval = of_incidence(share, error)
                step = CauseStep(moment.time, moment.at_risk, mine, share, error, interval)
                steps[cause].append(step)
        left = moment.at_risk - moment.ends
        staying = staying * left / moment.at_risk if left else 0.0
    curves = tuple(
        CauseCurve(cause, sum(step.ended for step in steps[cause]), tuple(steps[cause]))
        for cause in named
    )
    return Incidence(
        subjects=sum(lives.values()),
        ended=sum(moment.ends for moment in times),
        followed_until=times[-1].time if times else None,
        causes=curves,
        staying=staying if times else None,
    )
