"""The room a chart is drawn in: scales, ticks, axes and text made fit for markup."""

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from html import escape
from itertools import pairwise

import msgspec

from carecredit.metrics.numerals import Language, month, number

CHARACTER = 6.3
"""The mean width of a character at 11.5 px; estimates must err on the wide side."""
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Plot(msgspec.Struct, frozen=True):
    """The drawing's room: where dates and values lie on it."""

    width: float
    height: float
    right: float
    low: float
    high: float
    count: int
    left: float = 40
    top: float = 30
    bottom: float = 34

    def y(self, value: float) -> float:
        """Give the height at which a value lies."""
        share = (value - self.low) / ((self.high - self.low) or 1)
        return self.height - self.bottom - share * (self.height - self.top - self.bottom)

    def slot(self) -> float:
        """Give the width that one date has to itself."""
        return (self.width - self.left - self.right) / max(self.count, 1)

    def x(self, index: int) -> float:
        """Give the middle of a date's slot."""
        return self.left + (index + 0.5) * self.slot()


def text(value: str) -> str:
    """Make any text fit for markup: escaped, without characters that XML does not know."""
    return escape(_NOT_XML.sub("", value))


def picture(kind: str, width: float, height: float, finding: str, parts: Iterable[str]) -> str:
    """Close the parts into one image whose spoken name is the finding."""
    return (
        f'<svg class="{kind}" xmlns="http://www.w3.org/2000/svg" role="img" '
        f'aria-label="{text(finding)}" viewBox="0 0 {width:g} {height:g}">{"".join(parts)}</svg>'
    )


def round_ticks(low: float, high: float, *, from_zero: bool = True) -> list[float]:
    """Choose three to six round values around the data; a line near zero begins at zero too."""
    if from_zero or low <= (high - low):
        low = min(low, 0)
    raw = max((high - low) / (4 if from_zero else 3), abs(high) * 0.01) or 1
    size = 10.0 ** math.floor(math.log10(raw))
    step = next(size * nice for nice in (1, 2, 2.5, 5, 10) if size * nice >= raw * 0.999)
    first, last = math.floor(low / step), math.ceil(round(high / step, 6))
    return [round(step * index, 6) for index in range(first, max(last, first + 1) + 1)]


def tick_label(tick: float, ticks: Sequence[float], language: Language) -> str:
    """Write a tick with decimals only where its axis needs them."""
    places = 0 if all(each == int(each) for each in ticks) else 1
    return number(tick, language, places=places)


def value_axis(plot: Plot, ticks: Sequence[float], unit: str, language: Language) -> Iterator[str]:
    """Draw the grid with its values; an axis that does not begin at zero is broken at its foot."""
    yield f'<text class="axis" x="0" y="12">{text(unit)}</text>'
    broken = ticks[0] > 0
    for tick in ticks:
        y, name = plot.y(tick), "base" if tick == 0 else "grid"
        start, end = plot.left + 16 * (broken and tick == ticks[0]), plot.width - plot.right
        yield f'<path class="{name}" d="M{start:g} {y:.1f}H{end:.1f}"/>'
        label = text(tick_label(tick, ticks, language))
        yield f'<text class="axis right" x="{plot.left - 8:g}" y="{y + 4:.1f}">{label}</text>'
    if broken:
        y = plot.y(ticks[0])
        yield f'<path class="break" d="M{plot.left:g} {y:.1f}l2 0 3-4 4 8 3-4 4 0"/>'


def labels_that_fit(count: int, slot: float, characters: int) -> list[int]:
    """Choose which labels fit side by side; the last one always stands."""
    step = max(1, math.ceil((characters * CHARACTER + 4) / max(slot, 0.1)))
    return list(range(count - 1, -1, -step))[::-1]


def month_axis(plot: Plot, dates: Sequence[date], language: Language) -> Iterator[str]:
    """Name the months below the axis, and the year below the first and wherever it changes."""
    y, shown = plot.height - plot.bottom + 16, labels_that_fit(len(dates), plot.slot(), 3)
    for index in shown:
        name, x = text(month(dates[index], language)), plot.x(index)
        yield f'<text class="axis middle" x="{x:.1f}" y="{y:.1f}">{name}</text>'
    for index in _year_marks([dates[index].year for index in shown]):
        year, x = dates[shown[index]].year, plot.x(shown[index])
        yield f'<text class="axis middle" x="{x:.1f}" y="{y + 14:.1f}">{year}</text>'


def _year_marks(years: Sequence[int]) -> list[int]:
    """Mark where a year begins; the first mark gives way to one right beside it."""
    marks = [index for index, year in enumerate(years) if index == 0 or year != years[index - 1]]
    return marks[1:] if marks[1:2] == [1] else marks


def spread(heights: Sequence[float], least: float) -> list[float]:
    """Move labels down until none lies on its neighbour, then up by half of what that took."""
    moved = list(heights)
    for upper, lower in pairwise(range(len(moved))):
        moved[lower] = max(moved[lower], moved[upper] + least)
    back = (moved[-1] - heights[-1]) / 2 if moved else 0
    return [height - back for height in moved]
