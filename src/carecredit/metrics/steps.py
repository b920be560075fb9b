"""A step line with its band, as SVG text: what share is still here after how long."""

from collections.abc import Iterator, Sequence

import msgspec

from carecredit.metrics.charts import Role
from carecredit.metrics.numerals import Language, Value, number
from carecredit.metrics.plots import (
    CHARACTER,
    Plot,
    picture,
    round_ticks,
    spread,
    text,
    tick_label,
    value_axis,
)

BAND = 0.12
"""How much of its line's colour a band has, so that two of them can be seen over each other."""


class Step(msgspec.Struct, frozen=True):
    """From this time on the value holds, until the next step; with its interval, if it has one."""

    at: Value
    value: Value
    low: Value | None = None
    high: Value | None = None


class Curve(msgspec.Struct, frozen=True):
    """One line of steps, in order of time, and the name at its end."""

    name: str
    steps: tuple[Step, ...]
    role: Role = "first"


class StepChart(msgspec.Struct, frozen=True):
    """Steps over time passed, with the finding they show; values are in the unit shown."""

    finding: str
    curves: tuple[Curve, ...]
    unit: str
    time_unit: str
    axis_from: str
    """What to say of an axis that does not begin at zero, such as "axis from {low}"."""
    places: int = 1


def step_chart(chart: StepChart, language: Language, *, width: int = 520, height: int = 240) -> str:
    """Draw lines that hold until the next event, each over the band of its interval."""
    drawn = [float(value) for curve in chart.curves for value in _values(curve)]
    ticks = round_ticks(min(drawn, default=0), max(drawn, default=1), from_zero=False)
    times = round_ticks(0, max((float(s.at) for c in chart.curves for s in c.steps), default=1))
    room = max((len(label) for label in _labels(chart, language)), default=0) * CHARACTER + 12
    # Where a time lies is asked of `_Across`; this plot counts no slots.
    plot = Plot(width, height, room, ticks[0], ticks[-1], 1)
    unit = chart.unit
    if ticks[0] > 0:
        unit = f"{unit}, {chart.axis_from.format(low=tick_label(ticks[0], ticks, language))}"
    across = _Across(plot, times[-1])
    parts = [
        *value_axis(plot, ticks, unit, language),
        *_time_axis(across, times, chart.time_unit, language),
        *(part for curve in chart.curves for part in _band(across, curve)),
        *(part for curve in chart.curves for part in _line(across, chart, curve, language)),
        *_ends(across, chart, language),
    ]
    return picture("chart chart-steps", width, height, chart.finding, parts)


class _Across(msgspec.Struct, frozen=True):
    """Where a time lies on a plot."""

    plot: Plot
    last: float

    def x(self, at: float) -> float:
        room = self.plot.width - self.plot.left - self.plot.right
        return self.plot.left + room * at / (self.last or 1)


def _values(curve: Curve) -> Iterator[Value]:
    for step in curve.steps:
        yield from (each for each in (step.value, step.low, step.high) if each is not None)


def _time_axis(
    across: _Across, times: Sequence[float], unit: str, language: Language
) -> Iterator[str]:
    y = across.plot.height - across.plot.bottom + 16
    for time in times:
        label = text(tick_label(time, times, language))
        yield f'<text class="axis middle" x="{across.x(time):.1f}" y="{y:.1f}">{label}</text>'
    yield f'<text class="axis middle" x="{across.x(times[-1] / 2):.1f}" y="{y + 14:.1f}">'
    yield f"{text(unit)}</text>"


def _walk(across: _Across, points: Sequence[tuple[float, float]]) -> str:
    """Go across to each step's time, then up or down to its value."""
    first, *rest = [(across.x(at), across.plot.y(value)) for at, value in points]
    moves = "".join(f"H{x:.1f}V{y:.1f}" for x, y in rest)
    return f"{first[0]:.1f} {first[1]:.1f}{moves}"


def _band(across: _Across, curve: Curve) -> Iterator[str]:
    known = [step for step in curve.steps if step.low is not None and step.high is not None]
    if len(known) > 1:
        upper = [(float(step.at), float(step.high or 0)) for step in known]
        lower = [(float(step.at), float(step.low or 0)) for step in known]
        back = [(across.x(at), across.plot.y(value)) for at, value in lower]
        path = f"M{_walk(across, upper)}V{back[-1][1]:.1f}"
        for (x, _), (_, y) in zip(back[::-1], back[-2::-1], strict=False):
            path += f"H{x:.1f}V{y:.1f}"
        path += f"H{back[0][0]:.1f}Z"
        yield f'<g class="series-{curve.role}">'
        yield f'<path class="band" fill-opacity="{BAND}" d="{path}"/></g>'


def _line(across: _Across, chart: StepChart, curve: Curve, language: Language) -> Iterator[str]:
    if not curve.steps:
        return
    points = [(float(step.at), float(step.value)) for step in curve.steps]
    yield f'<g class="series-{curve.role}"><path class="line" d="M{_walk(across, points)}"/>'
    for step, (at, value) in zip(curve.steps, points, strict=True):
        when = f"{number(step.at, language)} {chart.time_unit}"
        shown = f"{number(step.value, language, places=chart.places)} {chart.unit}"
        place = f'cx="{across.x(at):.1f}" cy="{across.plot.y(value):.1f}" r="7"'
        yield f'<g class="point"><title>{text(f"{when}: {shown}, {curve.name}")}</title>'
        yield f'<circle class="hit" {place}/></g>'
    yield "</g>"


def _labels(chart: StepChart, language: Language) -> Iterator[str]:
    for curve in chart.curves:
        if curve.steps:
            shown = number(curve.steps[-1].value, language, places=chart.places)
            yield f"{shown} {curve.name}"


def _ends(across: _Across, chart: StepChart, language: Language) -> Iterator[str]:
    curves = [curve for curve in chart.curves if curve.steps]
    curves.sort(key=lambda curve: across.plot.y(float(curve.steps[-1].value)))
    heights = spread([across.plot.y(float(curve.steps[-1].value)) for curve in curves], 16)
    for curve, y in zip(curves, heights, strict=True):
        last = curve.steps[-1]
        place = f'cx="{across.x(float(last.at)):.1f}" cy="{across.plot.y(float(last.value)):.1f}"'
        x = across.plot.width - across.plot.right + 8
        shown = text(number(last.value, language, places=chart.places))
        yield f'<g class="series-{curve.role}"><circle class="end" {place} r="4"/>'
        yield f'<text class="name" x="{x:.1f}" y="{y + 4:.1f}">'
        yield f'<tspan class="figure">{shown}</tspan> {text(curve.name)}</text></g>'
