"""Rates and curves of people as readers see them: rounded once, with n and how sure they are."""

from fractions import Fraction

from carecredit.metrics.rules.churn import PeopleSums, gross_retention, net_retention, revenue_churn
from carecredit.metrics.rules.edge import amount_text, decimal_text, value_text
from carecredit.metrics.rules.incidence import CauseCurve, CauseStep, Incidence
from carecredit.metrics.rules.intervals import SMALL_GROUP, wilson
from carecredit.metrics.rules.measure import Status
from carecredit.metrics.rules.survival import Curve, Step, Time
from carecredit.metrics.views import (
    CauseView,
    CurveStep,
    IncidenceGroup,
    Rate,
    SurvivalGroup,
    ValueKept,
)

DECIMALS = 10
_TIME_DECIMALS = 9


def rate(hits: int, total: int) -> Rate:
    """Tell a share of people; a share of nobody is null."""
    low, high = wilson(hits, total)
    return Rate(
        value=decimal_text(Fraction(hits, total), DECIMALS) if total else None,
        status=Status.OK if total else Status.NO_DATA,
        hits=hits,
        n=total,
        low=number(low) if total else None,
        high=number(high) if total else None,
        small_group=total < SMALL_GROUP,
    )


def survival_group(group: str, curve: Curve) -> SurvivalGroup:
    """Tell a survival curve; a median that is not reached is null, with the reason."""
    low, high = curve.median_interval
    mean = curve.mean
    return SurvivalGroup(
        group=group,
        n=curve.subjects,
        ended=curve.ended,
        small_group=curve.subjects < SMALL_GROUP,
        followed_until=_time(curve.followed_until),
        median=_time(curve.median),
        median_status=_median_status(curve),
        median_low=_time(low),
        median_high=_time(high),
        mean=number(mean.time) if mean else None,
        mean_error=number(mean.error) if mean and mean.error is not None else None,
        mean_until=_time(mean.until) if mean else None,
        steps=tuple(_step(step) for step in curve.steps),
    )


def incidence_group(group: str, found: Incidence) -> IncidenceGroup:
    """Tell what share ended by each cause."""
    return IncidenceGroup(
        group=group,
        n=found.subjects,
        ended=found.ended,
        small_group=found.subjects < SMALL_GROUP,
        followed_until=_time(found.followed_until),
        staying=None if found.staying is None else number(found.staying),
        causes=tuple(_cause(curve, found) for curve in found.causes),
    )


def value_kept(sums: PeopleSums, currency: str) -> ValueKept:
    """Tell what became of the monthly value of those here before a window."""
    churned, gross, net = revenue_churn(sums), gross_retention(sums), net_retention(sums)
    return ValueKept(
        currency=currency,
        start=_amount(sums.active_minor, currency),
        lost=_amount(sums.lost_minor, currency),
        contraction=_amount(sums.contraction_minor, currency),
        expansion=_amount(sums.expansion_minor, currency),
        revenue_churn=value_text(churned, currency),
        gross_retention=value_text(gross, currency),
        net_retention=value_text(net, currency),
        status=churned.status,
    )


def number(value: float) -> str:
    """Write a float that was worked out; it has no more decimals than mean something."""
    return f"{value:.{DECIMALS}f}"


def _median_status(curve: Curve) -> Status:
    if curve.subjects == 0:
        return Status.NO_DATA
    return Status.OK if curve.median is not None else Status.INSUFFICIENT_HISTORY


def _step(step: Step | CauseStep) -> CurveStep:
    low, high = step.interval or (None, None)
    return CurveStep(
        _time(step.time) or "",
        step.at_risk,
        step.ended,
        number(step.share),
        None if step.error is None else number(step.error),
        None if low is None else number(low),
        None if high is None else number(high),
    )


def _cause(curve: CauseCurve, found: Incidence) -> CauseView:
    last = number(curve.steps[-1].share) if curve.steps else number(0.0)
    return CauseView(
        cause=curve.cause,
        ended=curve.ended,
        share=last if found.subjects else None,
        steps=tuple(_step(step) for step in curve.steps),
    )


def _amount(minor: int, currency: str) -> str:
    return amount_text(Fraction(minor), currency)


def _time(time: Time | None) -> str | None:
    if time is None or isinstance(time, int):
        return None if time is None else str(time)
    return decimal_text(time, _TIME_DECIMALS).rstrip("0").rstrip(".")
