"""What has happened has a day behind it: a mistyped year is refused, not taken without a word."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from carecredit.intake.rules import Place, latest, parse_recorded
from carecredit.intake.rules.cells import parse_past
from carecredit.kernel.calendars import zone
from carecredit.kernel.errors import Invalid
from worlds import NOW, TODAY, invoice_row, payment_row

Bring = Callable[..., object]
Problems = Callable[..., list[tuple[str, int, str, str]]]
AHEAD = str(TODAY + timedelta(days=2))


PLACE = Place(zone("Europe/Rome"), "IT", "EUR", latest(NOW))


class TestADayAhead:
    def test_is_told_with_the_way_out(self) -> None:
        with pytest.raises(Invalid, match=r"is yet to come.*check the year, or bring"):
            parse_past("2062-05-05", PLACE)
        with pytest.raises(Invalid, match=r"is yet to come.*or leave recorded_at empty"):
            parse_recorded(AHEAD, PLACE)

    @pytest.mark.parametrize(
        ("cells", "column"),
        [
            ({"payment_date": "2062-05-05"}, "payment_date"),
            ({"payment_date": AHEAD}, "payment_date"),
            ({"applied_date": AHEAD, "invoice_id": "F-1"}, "applied_date"),
            ({"recorded_at": AHEAD}, "recorded_at"),
            ({"recorded_at": (NOW + timedelta(hours=25)).isoformat()}, "recorded_at"),
        ],
    )
    def test_is_refused_of_a_payment_with_its_column(
        self, problems: Problems, cells: dict[str, str], column: str
    ) -> None:
        (found,) = problems(invoices=[invoice_row()], payments=[payment_row(**cells)])

        assert found[:3] == ("payments.csv", 2, column)

    def test_is_refused_of_what_an_invoice_was_known(self, problems: Problems) -> None:
        (found,) = problems(invoices=[invoice_row(recorded_at=AHEAD)])

        assert found[:3] == ("invoices.csv", 2, "recorded_at")

    def test_is_taken_of_an_invoice_to_come_and_within_a_day(self, bring: Bring) -> None:
        tomorrow = str(TODAY + timedelta(days=1))

        bring(
            invoices=[invoice_row(), invoice_row("F-2", invoice_date=AHEAD, due_date=AHEAD)],
            payments=[payment_row(payment_date=tomorrow, recorded_at=NOW.isoformat())],
        )
