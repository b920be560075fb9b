"""Days, instants, rates and payments as rows of files tell them."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carecredit.intake.rules import (
    Cells,
    Place,
    parse_day,
    parse_payment,
    parse_rate,
    parse_recorded,
)
from carecredit.kernel.calendars import zone
from carecredit.kernel.errors import Invalid

PLACE = Place(zone("Europe/Rome"), "IT", "EUR")


PAYMENT = {
    "payment_id": "P-1", "customer_id": "K-1", "currency": "EUR", "payment_date": "2026-05-05",
    "amount": "120.00",
}  # fmt: skip


RATE = {
    "rate_set": "month", "currency": "USD", "into": "EUR", "day": "2026-05-05", "rate": "0.91",
}  # fmt: skip


class TestParseRate:
    def test_keeps_a_rate_exactly(self) -> None:
        assert parse_rate(Cells(RATE | {"rate": "1.083400001"}), PLACE).rate_billionths == (
            1_083_400_001
        )


class TestParsePayment:
    def test_is_applied_on_the_day_received_where_no_other_is_said(self) -> None:
        row = parse_payment(Cells(PAYMENT | {"invoice_id": "F-1"}), PLACE)

        assert (row.invoice, row.applied_on) == ("F-1", date(2026, 5, 5))

    def test_is_unapplied_without_an_invoice(self) -> None:
        assert parse_payment(Cells(PAYMENT | {"invoice_id": ""}), PLACE).invoice is None

    def test_refuses_an_application_to_nothing(self) -> None:
        with pytest.raises(Invalid) as refused:
            parse_payment(Cells(PAYMENT | {"applied_date": "2026-05-06"}), PLACE)

        assert refused.value.field == "applied_date"


class TestParseDay:
    @given(st.dates(date(1900, 1, 1), date(2199, 12, 31)))
    def test_reads_back_what_was_written(self, day: date) -> None:
        assert parse_day(day.isoformat()) == day

    @settings(max_examples=50)
    @given(st.text(max_size=12))
    def test_never_fails_otherwise_than_with_a_reason(self, told: str) -> None:
        try:
            day = parse_day(told)
        except Invalid:
            return

        assert day.isoformat() == told


class TestParseRecorded:
    @pytest.mark.parametrize(
        ("told", "instant"),
        [
            ("2026-05-31", datetime(2026, 5, 30, 22, tzinfo=UTC)),
            ("2026-01-31", datetime(2026, 1, 30, 23, tzinfo=UTC)),
            ("2026-05-31T10:00:00Z", datetime(2026, 5, 31, 10, tzinfo=UTC)),
            ("2026-05-31T10:00:00+05:30", datetime(2026, 5, 31, 4, 30, tzinfo=UTC)),
            ("2026-05-31T10:00:00", datetime(2026, 5, 31, 8, tzinfo=UTC)),
            ("2026-05-31 10:00", datetime(2026, 5, 31, 8, tzinfo=UTC)),
        ],
    )
    def test_reads_a_day_or_an_instant_at_the_client_companys_place(
        self, told: str, instant: datetime
    ) -> None:
        assert parse_recorded(told, PLACE) == instant

    @pytest.mark.parametrize("told", ["0001-01-01T00:00:00+23:00", "9999-12-31T23:59:59-23:00"])
    def test_refuses_an_instant_beyond_the_calendar(self, told: str) -> None:
        with pytest.raises(Invalid):
            parse_recorded(told, PLACE)
