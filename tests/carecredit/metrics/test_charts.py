"""Charts keep gaps, escape words, begin bars at zero and say when a line's axis does not."""

import re
from datetime import date
from itertools import pairwise
from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from carecredit.kernel.calendars import add_months
from carecredit.metrics.charts import (
    Band,
    BarChart,
    LineChart,
    Series,
    bar_chart,
    line_chart,
    sparkline,
)
from carecredit.metrics.plots import round_ticks, spread

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "<script>alert(1)</script>\"'&\x00\ud800"
values = st.one_of(st.none(), st.floats(-1e9, 1e9, allow_nan=False), st.integers(-(10**12), 10**12))


def month_ends(count: int) -> tuple[date, ...]:
    return tuple(add_months(date(2026, 11, 30), index - count + 1) for index in range(count))


def lines(*numbers: float | None, name: str = "DSO", finding: str = "a finding") -> LineChart:
    series = (Series(name, numbers),)
    return LineChart(finding, month_ends(len(numbers)), series, "days", "axis from {low}")


def bars(*columns: tuple[float | None, ...]) -> BarChart:
    bands = tuple(
        Band(f"band {index}", f"age-{index}", numbers) for index, numbers in enumerate(columns)
    )
    return BarChart("a finding", month_ends(len(columns[0])), bands, "thousands")


def words(svg: str) -> list[str]:
    root = ET.fromstring(svg)
    return ["".join(element.itertext()) for element in root.iter(f"{SVG}text")]


class TestLineChart:
    def test_is_an_image_whose_name_is_the_finding(self) -> None:
        root = ET.fromstring(line_chart(lines(50, 47, finding="3 days fewer"), "en"))

        assert (root.get("role"), root.get("aria-label")) == ("img", "3 days fewer")

    def test_leaves_a_gap_where_a_value_is_undefined(self) -> None:
        root = ET.fromstring(line_chart(lines(50, 51, None, 53, 54), "en"))

        runs = [
            path.get("d", "") for path in root.iter(f"{SVG}path") if path.get("class") == "line"
        ]
        assert [run.count(" ") for run in runs] == [2, 2]
        assert len(list(root.iter(f"{SVG}title"))) == 4

    def test_says_that_its_axis_does_not_begin_at_zero(self) -> None:
        svg = line_chart(lines(57, 55, 47), "en")

        assert "days, axis from 45" in words(svg)
        assert 'class="break"' in svg

    def test_says_nothing_of_an_axis_that_does(self) -> None:
        svg = line_chart(lines(0, 40, 47), "en")

        assert "days" in words(svg)
        assert 'class="break"' not in svg

    def test_writes_the_last_defined_value_and_the_name_at_the_end_of_the_line(self) -> None:
        assert "47,2 DSO" in words(line_chart(lines(55, 47.2, None), "it"))

    def test_names_each_point_with_its_month_and_value(self) -> None:
        root = ET.fromstring(line_chart(lines(55, 47.2), "it"))

        titles = [title.text for title in root.iter(f"{SVG}title")]
        assert titles == ["ott 2026: 55,0 days, DSO", "nov 2026: 47,2 days, DSO"]

    def test_keeps_the_words_of_two_lines_apart(self) -> None:
        series = (Series("one", (50, 47)), Series("two", (49, 47.1), "reference"))
        chart = LineChart("f", month_ends(2), series, "days", "axis from {low}")

        root = ET.fromstring(line_chart(chart, "en"))

        heights = [
            float(label.get("y", "0"))
            for label in root.iter(f"{SVG}text")
            if label.get("class") == "name"
        ]
        assert abs(heights[0] - heights[1]) >= 15.9

    def test_escapes_every_word_it_is_given(self) -> None:
        svg = line_chart(lines(1, 2, name=HOSTILE, finding=HOSTILE), "en")

        assert "<script" not in svg
        assert "script" in "".join(words(svg))
        ET.fromstring(svg)

    @given(st.lists(values, max_size=14))
    def test_draws_whatever_it_is_given_inside_its_frame(self, numbers: list[float | None]) -> None:
        root = ET.fromstring(line_chart(lines(*numbers), "it", width=400, height=200))

        for circle in root.iter(f"{SVG}circle"):
            assert 0 <= float(circle.get("cx", "")) <= 400
            assert 0 <= float(circle.get("cy", "")) <= 200


class TestBarChart:
    def test_stands_the_first_band_on_the_baseline(self) -> None:
        root = ET.fromstring(bar_chart(bars((10,), (30,)), "en"))

        first, second = list(root.iter(f"{SVG}rect"))[:2]
        assert first.get("class") == "age-0"
        assert float(first.get("y", "")) > float(second.get("y", ""))

    def test_gives_heights_in_proportion_to_the_values_less_the_gap(self) -> None:
        root = ET.fromstring(bar_chart(bars((100,), (300,)), "en"))

        low, high = (float(rect.get("height", "")) for rect in list(root.iter(f"{SVG}rect"))[:2])
        assert abs((high + 1.5) / (low + 1.5) - 3) < 0.02

    def test_writes_the_total_on_top(self) -> None:
        assert "1.560" in words(bar_chart(bars((417,), (1143,)), "it"))

    def test_says_with_a_dash_that_a_month_is_not_known(self) -> None:
        assert "–" in words(bar_chart(bars((None, 1), (None, 2)), "it"))

    def test_gives_a_negative_band_no_height(self) -> None:
        root = ET.fromstring(bar_chart(bars((-5,), (30,)), "en"))

        assert [rect.get("class") for rect in root.iter(f"{SVG}rect")][:1] == ["age-1"]

    def test_always_writes_the_last_total_however_narrow(self) -> None:
        svg = bar_chart(bars(tuple(range(1000, 1024))), "en", width=240)

        assert "1,023" in words(svg)
        assert "1,022" not in words(svg)

    def test_lifts_a_total_above_the_neighbours_it_would_cross(self) -> None:
        root = ET.fromstring(bar_chart(bars((9000, 8000, 1000)), "en", width=170, height=200))

        totals = [text for text in root.iter(f"{SVG}text") if "total" in text.get("class", "")]
        tops = [float(rect.get("y", "")) for rect in root.iter(f"{SVG}rect")]
        assert float(totals[-1].get("y", "")) < tops[1]

    @given(st.lists(st.tuples(values, values), min_size=1, max_size=14))
    def test_draws_whatever_it_is_given_inside_its_frame(
        self, rows: list[tuple[float | None, float | None]]
    ) -> None:
        chart = bars(*zip(*rows, strict=True))

        root = ET.fromstring(bar_chart(chart, "en", width=400, height=200))

        tops = [float(rect.get("y", "")) for rect in root.iter(f"{SVG}rect") if rect.get("height")]
        assert all(-1 <= top <= 200 for top in tops)


class TestSparkline:
    def test_ends_with_a_dot_on_the_last_defined_value(self) -> None:
        svg = sparkline((3, 2, 1, None), "falls")

        assert re.findall(r'cy="([\d.]+)"', svg) == ["25.0"]

    def test_draws_nothing_of_nothing(self) -> None:
        root = ET.fromstring(sparkline((), "nothing yet"))

        assert list(root) == []


class TestRoundTicks:
    @given(st.floats(-1e6, 1e6), st.floats(0.01, 1e6))
    def test_hold_the_data_between_a_few_round_values(self, low: float, size: float) -> None:
        ticks = round_ticks(low, low + size, from_zero=False)

        assert ticks[0] <= low + 1e-3
        assert ticks[-1] >= low + size - 1e-3
        assert 2 <= len(ticks) <= 9


class TestSpread:
    @given(st.lists(st.floats(0, 500), max_size=6).map(sorted))
    def test_leaves_room_between_neighbours(self, heights: list[float]) -> None:
        moved = spread(heights, 15)

        assert all(b - a >= 14.99 for a, b in pairwise(moved))
