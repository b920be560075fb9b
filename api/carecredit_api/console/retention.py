"""How long customers stay, as a curve with its band and a table of the same numbers."""

from bisect import bisect_right
from decimal import Decimal

from markupsafe import Markup
from msgspec import structs

from carecredit.metrics.numerals import Language, number, percent
from carecredit.metrics.rules.intervals import SMALL_GROUP
from carecredit.metrics.steps import Curve, Step, StepChart, step_chart
from carecredit.metrics.views import CurveStep, SurvivalGroup
from carecredit_api.console.figures import NARROW, Figure
from carecredit_api.console.finance import undrawn
from carecredit_api.console.words import catalogue

EVERY_DAYS = 30
STEPS_MAX = 60
"""More events than this are read off at regular days: a picture shows no more."""
WIDTH = 470


def retention_figure(group: SurvivalGroup, language: Language) -> Figure:
    """Draw the share of customers still here after so many days, and say what it says."""
    said, steps = catalogue(language), _read_off(_sure(_from_the_start(group)))
    chart = StepChart(
        finding=_finding(group, steps, language),
        curves=(Curve(said["retention.line"], tuple(map(_step, steps))),),
        unit="%",
        time_unit=said["retention.time"],
        axis_from=said["dso.axis_from"],
    )
    figure = Figure(
        "retention",
        chart.finding,
        Markup(step_chart(chart, language, width=WIDTH, height=244)),  # noqa: S704 - it escapes
        Markup(step_chart(chart, language, width=NARROW, height=206)),  # noqa: S704 - it escapes
        tuple(said[f"retention.{name}"] for name in ("after", "at_risk", "share", "between")),
        [_row(step, language) for step in steps],
    )
    return figure if steps else undrawn(figure)


def _from_the_start(group: SurvivalGroup) -> tuple[CurveStep, ...]:
    """Begin where all are still here; nobody has left before the first step."""
    if not group.steps or Decimal(group.steps[0].time) == 0:
        return group.steps
    start = CurveStep("0", group.n, 0, "1", None, None, None)
    return (start, *group.steps)


def _sure(steps: tuple[CurveStep, ...]) -> tuple[CurveStep, ...]:
    """Stop where fewer than thirty are still followed, unless there never were so many.

    There the curve says little and falls far at every single end; the definition says so.
    """
    sure = tuple(step for step in steps if step.at_risk >= SMALL_GROUP)
    return sure or steps


def _read_off(steps: tuple[CurveStep, ...]) -> list[CurveStep]:
    """Thin a long curve: what it shows at every so many days, and at its last event."""
    if len(steps) <= STEPS_MAX:
        return list(steps)
    times = [Decimal(step.time) for step in steps]
    wanted = [Decimal(at) for at in range(0, int(times[-1]) + 1, EVERY_DAYS)]
    every = max(1, len(wanted) // STEPS_MAX + 1)
    return _at(steps, times, [*wanted[::every], times[-1]])


def _at(
    steps: tuple[CurveStep, ...], times: list[Decimal], wanted: list[Decimal]
) -> list[CurveStep]:
    found = []
    for at in dict.fromkeys(wanted):
        place = bisect_right(times, at)
        if place:
            found.append(structs.replace(steps[place - 1], time=str(at)))
    return found


def _finding(group: SurvivalGroup, steps: list[CurveStep], language: Language) -> str:
    said = catalogue(language)
    if not steps:
        return said["retention.none"].format(n=number(group.n, language))
    last = steps[-1]
    told = said["retention.finding"].format(
        share=percent(_percent(last.share), language),
        days=number(Decimal(last.time), language),
        n=number(group.n, language),
        ended=number(group.ended, language),
    )
    return f"{told}; {said['finance.small']}" if group.small_group else told


def _step(step: CurveStep) -> Step:
    low, high = (None if each is None else _percent(each) for each in (step.low, step.high))
    return Step(Decimal(step.time), _percent(step.share), low, high)


def _row(step: CurveStep, language: Language) -> tuple[str, ...]:
    between = "–"
    if step.low is not None and step.high is not None:
        low = number(_percent(step.low), language, places=1)
        between = f"{low}–{percent(_percent(step.high), language)}"
    share = percent(_percent(step.share), language)
    days = number(Decimal(step.time), language)
    return days, number(step.at_risk, language), share, between


def _percent(text: str) -> Decimal:
    return Decimal(text) * 100
