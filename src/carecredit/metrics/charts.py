"""Charts as SVG text: values in, markup out.

Colours are class names, so that the page's themes dress them; every text is escaped; the finding
is the picture's spoken name. Charts draw measures and decide nothing: a gap stays a gap.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Literal

import msgspec

from carecredit.metrics.numerals import Language, Value, month_and_year, number
from carecredit.metrics.plots import (
    CHARACTER,
    Plot,
    labels_that_fit,
    month_axis,
    picture,
    round_ticks,
    spread,
    text,
    tick_label,
    value_axis,
)

Role = Literal["first", "second", "reference"]

GAP = 1.5
"""Neighbouring bands do not reach 3:1 against each other: a gap tells them apart."""

BAR_SHARE = 0.74
"""How much of its slot a bar fills."""


class Series(msgspec.Struct, frozen=True):
    """One line: the name at its end and a value for each date; None is a gap."""

    name: str
    values: tuple[Value | None, ...]
    role: Role = "first"


class LineChart(msgspec.Struct, frozen=True):
    """Lines over the same dates, with the finding they show."""

    finding: str
    dates: tuple[date, ...]
    series: tuple[Series, ...]
    unit: str
    axis_from: str
    """What to say of an axis that does not begin at zero, such as "axis from {low}"."""
    places: int = 1


class Band(msgspec.Struct, frozen=True):
    """One part of every bar; the class of its colour and its name."""

    name: str
    colour: str
    values: tuple[Value | None, ...]


class BarChart(msgspec.Struct, frozen=True):
    """Bars of stacked bands over dates; the first band stands on the baseline."""

    finding: str
    dates: tuple[date, ...]
    bands: tuple[Band, ...]
    unit: str
    places: int = 0


def line_chart(chart: LineChart, language: Language, *, width: int = 520, height: int = 220) -> str:
    """Draw one or two lines and a dashed reference; the axis says so when it leaves zero out."""
    drawn = [float(value) for line in chart.series for value in line.values if value is not None]
    ticks = round_ticks(min(drawn, default=0), max(drawn, default=1), from_zero=False)
    room = max((len(label) for label in _end_labels(chart, language)), default=0) * CHARACTER + 12
    plot = Plot(width, height, room, ticks[0], ticks[-1], len(chart.dates))
    unit = chart.unit
    if ticks[0] > 0:
        unit = f"{unit}, {chart.axis_from.format(low=tick_label(ticks[0], ticks, language))}"
    parts = [
        *value_axis(plot, ticks, unit, language),
        *month_axis(plot, chart.dates, language),
        *(part for line in chart.series for part in _line(plot, chart, line, language)),
        *_line_ends(plot, chart, language),
    ]
    return picture("chart chart-lines", width, height, chart.finding, parts)


def bar_chart(chart: BarChart, language: Language, *, width: int = 520, height: int = 240) -> str:
    """Draw stacked bars from zero with their totals on top; what is negative has no height."""
    totals = [_total(chart, index) for index in range(len(chart.dates))]
    heights = [_height(chart, index) for index in range(len(chart.dates))]
    high = max(heights, default=0)
    ticks = [tick for tick in round_ticks(0, high) if tick <= high] if high > 0 else [0.0]
    room = max((len(band.name) for band in chart.bands), default=0) * CHARACTER + 24
    plot = Plot(width, height, room, ticks[0], high, len(chart.dates), top=44)
    parts = [
        *value_axis(plot, ticks, chart.unit, language),
        *month_axis(plot, chart.dates, language),
        *(part for index in range(plot.count) for part in _bar(plot, chart, index, language)),
        *_totals(plot, totals, heights, chart.places, language),
        *_band_names(plot, chart),
    ]
    return picture("chart chart-bars", width, height, chart.finding, parts)


def sparkline(values: Sequence[Value | None], finding: str) -> str:
    """Draw a measure's course in a thumbnail, with a dot on the last defined value."""
    drawn = [float(value) for value in values if value is not None]
    low, high = min(drawn, default=0), max(drawn, default=1)
    plot = Plot(92, 30, 2, low, high, len(values), left=2, top=5, bottom=5)
    parts = [f'<path class="line" d="{_path(plot, run)}"/>' for run in _runs(values)]
    ends = [index for index, value in enumerate(values) if value is not None][-1:]
    parts += [
        f'<circle class="end" cx="{plot.x(index):.1f}" cy="{plot.y(drawn[-1]):.1f}" r="2.6"/>'
        for index in ends
    ]
    return picture("spark", 92, 30, finding, parts)


def _runs(values: Sequence[Value | None]) -> list[list[tuple[int, float]]]:
    """Cut a series at its gaps."""
    runs: list[list[tuple[int, float]]] = [[]]
    for index, value in enumerate(values):
        if value is None:
            runs.append([])
        else:
            runs[-1].append((index, float(value)))
    return [run for run in runs if run]


def _path(plot: Plot, run: Sequence[tuple[int, float]]) -> str:
    return "M" + "L".join(f"{plot.x(index):.1f} {plot.y(value):.1f}" for index, value in run)


def _line(plot: Plot, chart: LineChart, line: Series, language: Language) -> Iterator[str]:
    yield f'<g class="series-{line.role}">'
    for run in _runs(line.values):
        yield f'<path class="line" d="{_path(plot, run)}"/>'
        for index, value in run:
            shown = number(value, language, places=chart.places)
            when = month_and_year(chart.dates[index], language)
            title = text(f"{when}: {shown} {chart.unit}, {line.name}")
            place = f'cx="{plot.x(index):.1f}" cy="{plot.y(value):.1f}"'
            yield f'<g class="point"><title>{title}</title><circle class="hit" {place} r="9"/>'
            yield f'<circle class="dot" {place} r="2.4"/></g>'
    yield "</g>"


def _last(line: Series) -> tuple[int, float] | None:
    runs = _runs(line.values)
    return runs[-1][-1] if runs else None


def _end_labels(chart: LineChart, language: Language) -> Iterator[str]:
    for line in chart.series:
        if (last := _last(line)) is not None:
            yield f"{number(last[1], language, places=chart.places)} {line.name}"


def _line_ends(plot: Plot, chart: LineChart, language: Language) -> Iterator[str]:
    ends = [(line, last) for line in chart.series if (last := _last(line)) is not None]
    ends.sort(key=lambda end: plot.y(end[1][1]))
    heights = spread([plot.y(value) for _, (_, value) in ends], 16)
    for (line, (index, value)), y in zip(ends, heights, strict=True):
        place = f'cx="{plot.x(index):.1f}" cy="{plot.y(value):.1f}"'
        shown = text(number(value, language, places=chart.places))
        x = plot.width - plot.right + 8
        yield f'<g class="series-{line.role}"><circle class="end" {place} r="4"/>'
        yield f'<text class="name" x="{x:.1f}" y="{y + 4:.1f}">'
        yield f'<tspan class="figure">{shown}</tspan> {text(line.name)}</text></g>'


def _total(chart: BarChart, index: int) -> float | None:
    values = [band.values[index] for band in chart.bands]
    known = [float(value) for value in values if value is not None]
    return sum(known) if known else None


def _height(chart: BarChart, index: int) -> float:
    """Give how high a bar stands: the sum of its parts above zero, which a total may undercut."""
    return sum(max(float(band.values[index] or 0), 0) for band in chart.bands)


def _bar(plot: Plot, chart: BarChart, index: int, language: Language) -> Iterator[str]:
    """Stack one date's bands upwards from the baseline."""
    wide, floor = plot.slot() * BAR_SHARE, 0.0
    for band in chart.bands:
        value = band.values[index]
        if value is None or value <= 0:
            continue
        top, foot = plot.y(floor + float(value)), plot.y(floor)
        floor += float(value)
        shown = number(value, language, places=chart.places)
        title = text(f"{month_and_year(chart.dates[index], language)}, {band.name}: {shown}")
        yield (
            f'<rect class="{text(band.colour)}" x="{plot.x(index) - wide / 2:.1f}" y="{top:.1f}" '
            f'width="{wide:.1f}" height="{max(foot - top - GAP, 0.5):.1f}" rx="1.5">'
            f"<title>{title}</title></rect>"
        )


def _totals(
    plot: Plot,
    totals: Sequence[float | None],
    heights: Sequence[float],
    places: int,
    language: Language,
) -> Iterator[str]:
    shown = ["–" if each is None else number(each, language, places=places) for each in totals]
    longest = max((len(each) for each in shown), default=1)
    # A label wider than its slot stands above the neighbours that it would otherwise cross.
    reach = int(longest * CHARACTER / 2 > plot.slot() * (1 - BAR_SHARE / 2))
    for index in labels_that_fit(len(shown), plot.slot(), longest):
        y = plot.y(max(heights[max(index - reach, 0) : index + reach + 1])) - 6
        label = text(shown[index])
        yield f'<text class="total middle" x="{plot.x(index):.1f}" y="{y:.1f}">{label}</text>'


def _band_names(plot: Plot, chart: BarChart) -> Iterator[str]:
    """Name the bands at the right of the last bar, top band first, each with its swatch."""
    middles, floor = [], 0.0
    for band in chart.bands:
        value = max(float(band.values[-1] or 0), 0) if band.values else 0
        middles.append(plot.y(floor + value / 2))
        floor += value
    heights = spread(middles[::-1], 15)
    x = plot.width - plot.right + 4
    for band, y in zip(chart.bands[::-1], heights, strict=True):
        yield f'<rect class="{text(band.colour)}" x="{x:.1f}" y="{y - 4:.1f}" width="8" height="8"'
        yield f' rx="2"/><text class="axis" x="{x + 13:.1f}" y="{y + 4:.1f}">'
        yield f"{text(band.name)}</text>"
