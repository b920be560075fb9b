"""A painted chart is seen rightly without a style sheet; a step chart holds between its events."""

import re
from datetime import date
from pathlib import Path
from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

import carecredit_api.console
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
from carecredit.metrics.paint import AGES, PAINTS, painted
from carecredit.metrics.steps import Curve, Step, StepChart, step_chart

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "<script>alert(1)</script>\"'&\x00"
DATES = tuple(add_months(date(2026, 1, 31), index) for index in range(3))


def steps(*times: tuple[float, float, float | None, float | None], name: str = "all") -> StepChart:
    curve = Curve(name, tuple(Step(*each) for each in times))
    return StepChart("half stay", (curve,), "%", "weeks", "axis from {low}")


def chart() -> str:
    bands = tuple(Band(age, f"age-{age}", (1, 2, 3)) for age in AGES)
    return bar_chart(BarChart("a finding", DATES, bands, "thousands"), "en")


class TestPaint:
    def test_leaves_no_class_behind_and_no_style_to_be_looked_up(self) -> None:
        svg = painted(chart())

        root = ET.fromstring(svg)
        assert [each for each in root.iter() if each.get("class") or each.get("style")] == []
        assert root.tag == f"{SVG}svg"

    def test_gives_each_age_its_colour(self) -> None:
        root = ET.fromstring(painted(chart()))

        fills = {each.get("fill") for each in root.iter(f"{SVG}rect")}
        assert fills == set(AGES.values())

    def test_draws_the_reference_dashed_and_lighter(self) -> None:
        series = (Series("now", (1, 2, 3)), Series("best", (1, 1, 1), "reference"))
        drawn = line_chart(LineChart("f", DATES, series, "days", "from {low}"), "en")

        lines = [
            each for each in ET.fromstring(painted(drawn)).iter(f"{SVG}path")
            if each.get("stroke-linejoin")
        ]  # fmt: skip
        assert [line.get("stroke-dasharray") for line in lines] == [None, "5 4"]
        assert len({line.get("stroke") for line in lines}) == 2

    def test_writes_type_and_place_of_every_text(self) -> None:
        texts = list(ET.fromstring(painted(chart())).iter(f"{SVG}text"))

        assert all(each.get("font-size") and each.get("font-family") for each in texts)
        assert {each.get("text-anchor") for each in texts} == {None, "middle", "end"}

    def test_is_named_by_its_finding_and_has_a_size(self) -> None:
        root = ET.fromstring(painted(sparkline([1, 2], "rising & well"), width=184))

        assert root.get("aria-label") == "rising & well"
        assert root[0].text == "rising & well"
        assert (root.get("width"), root.get("height")) == ("184", "60")

    def test_escapes_every_word(self) -> None:
        svg = painted(step_chart(steps((0, 100, None, None), name=HOSTILE), "it"))

        assert "<script" not in svg
        ET.fromstring(svg)

    def test_wears_the_colours_of_the_pages(self) -> None:
        folder = Path(carecredit_api.console.__file__).parent
        sheet = (folder / "static" / "console.css").read_text(encoding="utf-8")
        light = set(re.findall(r"light-dark\((#[0-9A-F]{6}),", sheet))

        worn = {
            value
            for paint in PAINTS.values()
            for name, value in paint.items()
            if name in {"fill", "stroke"} and value.startswith("#")
        }

        assert worn <= light | {"#FFFFFF"}


class TestAStepChart:
    def test_holds_a_value_until_the_next_event(self) -> None:
        root = ET.fromstring(step_chart(steps((0, 100, None, None), (6, 85, None, None)), "en"))

        (line,) = [each for each in root.iter(f"{SVG}path") if each.get("class") == "line"]
        assert re.fullmatch(r"M[\d.]+ [\d.]+H[\d.]+V[\d.]+", line.get("d", ""))

    def test_draws_the_band_of_its_interval_under_the_line(self) -> None:
        svg = step_chart(steps((0, 100, 100, 100), (6, 85, 62, 95), (9, 70, 40, 88)), "en")

        (band,) = [each for each in ET.fromstring(svg).iter(f"{SVG}path")
                   if each.get("class") == "band"]  # fmt: skip
        assert band.get("d", "").endswith("Z")
        assert svg.index('class="band"') < svg.index('class="line"')

    def test_has_no_band_where_there_is_no_interval(self) -> None:
        svg = step_chart(steps((0, 100, None, None), (6, 85, None, None)), "en")

        assert 'class="band"' not in svg

    def test_names_the_value_at_its_end_and_the_unit_of_time(self) -> None:
        svg = step_chart(steps((0, 100, None, None), (6, 85.5, None, None)), "it")

        told = "".join(ET.fromstring(svg).itertext())
        assert "85,5 all" in told
        assert "weeks" in told

    def test_of_nothing_is_still_a_picture(self) -> None:
        empty = StepChart("nothing yet", (Curve("all", ()),), "%", "weeks", "axis from {low}")

        assert ET.fromstring(painted(step_chart(empty, "en"))).get("role") == "img"

    @given(st.lists(st.floats(0, 100), min_size=1, max_size=12))
    def test_stays_inside_its_frame(self, values: list[float]) -> None:
        times = [(float(at), value, None, None) for at, value in enumerate(values)]
        root = ET.fromstring(step_chart(steps(*times), "en", width=400, height=200))

        for path in root.iter(f"{SVG}path"):
            for across, up in re.findall(r"([\d.]+) ([\d.]+)", path.get("d", "")):
                assert 0 <= float(across) <= 400
                assert 0 <= float(up) <= 200
