"""Behind a measure, through the real door: its parts, its segments, under the right to read."""

import io
from typing import Any

import openpyxl
import pytest

API = "/api/v1/metrics"


def ask(centre: Any, path: str, key: str = "finance") -> Any:
    return centre.get(f"{API}/{path}", key=key)


class TestParts:
    def test_add_up_to_the_numerator(self, any_centre: Any) -> None:
        told = ask(any_centre, "dso.simple.p3m/parts?as_of=2026-06-08").json()

        assert [part["kind"] for part in told["parts"]] == ["invoice"]
        assert told["total"] == told["answer"]["numerator"] == "120.00"
        assert (told["count"], told["counted"], told["next_offset"]) == (1, False, None)

    def test_are_given_a_page_at_a_time_as_a_file_too(self, centre: Any) -> None:
        past = ask(centre, "receivables.open/parts?as_of=2026-06-08&offset=1&format=csv")
        sheet = ask(centre, "receivables.open/parts?as_of=2026-06-08&format=xlsx")

        assert past.text.splitlines() == ["kind,number,customer,day,due_on,segment,currency,amount"]
        assert past.headers["Parts-Count"] == "1"
        assert "Parts-Next-Offset" not in past.headers
        assert openpyxl.load_workbook(io.BytesIO(sheet.content))["parts"]["H2"].value == 120

    @pytest.mark.parametrize(
        ("path", "status", "code"),
        [
            ("no.such/parts", 422, "unknown_metric"),
            ("receivables.open/parts?limit=0", 422, "invalid"),
            ("receivables.open/parts?segment=mars", 422, "invalid"),
            ("receivables.open/parts?client=NRD", 404, "client_unknown"),
        ],
    )
    def test_that_cannot_be_are_refused_with_the_reason(
        self, centre: Any, path: str, status: int, code: str
    ) -> None:
        answer = ask(centre, path)

        assert (answer.status_code, answer.json()["code"]) == (status, code)


class TestSegments:
    def test_are_the_whole_first_then_each(self, any_centre: Any) -> None:
        told = ask(any_centre, "receivables.open/segments?as_of=2026-06-08").json()

        assert told["rows"][0]["segment"] == "ALL"
        assert told["rows"][0]["answer"]["value"] == "120.00"
        assert told["rows"][0]["small_group"] is False


class TestBoth:
    @pytest.mark.parametrize("path", ["receivables.open/parts", "receivables.open/segments"])
    def test_are_not_for_an_operator(self, centre: Any, path: str) -> None:
        assert ask(centre, path, key="operator").status_code == 403
