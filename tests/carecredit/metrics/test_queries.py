import csv
import io
from datetime import UTC, date, datetime, timedelta

import pytest

from carecredit.kernel.errors import Invalid
from carecredit.metrics.queries.series import checked_dates
from carecredit.metrics.rules.catalogue import UnknownMetric
from carecredit.metrics.wide import records, wide_csv
from carecredit.store.session import Store
from ledgers import Ledger, start_of
from numbers_of import NOW, answer, cells, day, of

JAN, FEB, MAR = date(2024, 1, 31), date(2024, 2, 29), date(2024, 3, 31)


def _ended_late() -> Ledger:
    ledger = Ledger()
    invoice = ledger.invoice(100, day(1, 5))
    ledger.dispute(invoice, day(2, 3), day(2, 10), ended_recorded=start_of(day(3, 5)))
    return ledger


class TestKnownAt:
    def test_repeats_what_was_reported_before_a_back_dated_payment(self, store: Store) -> None:
        ledger = Ledger()
        invoice = ledger.invoice(10_000, day(1, 5))
        ledger.payment(10_000, day(1, 20), to=invoice, recorded=start_of(day(2, 3)))

        found = of(store, ledger, JAN)
        then = of(store, ledger, JAN, known_at=day(2, 2))
        later = of(store, ledger, JAN, known_at=day(2, 3))
        frozen = of(store, ledger, JAN, FEB, frozen=True)
        disputed = cells(of(store, _ended_late(), FEB, known_at=day(3, 4)), "receivables.disputed")

        assert cells(found, "receivables.net")["ALL", "EUR", JAN] == 0
        assert cells(then, "receivables.net")["ALL", "EUR", JAN] == 10_000
        assert cells(later, "receivables.net")["ALL", "EUR", JAN] == 0
        assert [int(row.measures[2].value or 0) for row in frozen.rows] == [10_000, 0]
        assert disputed["ALL", "EUR", FEB] == 100

    def test_means_the_end_of_the_local_day(self, store: Store) -> None:
        ledger = Ledger(zone="Europe/Rome")
        at_midnight = datetime(2024, 1, 31, 23, 0, tzinfo=UTC)
        ledger.invoice(10_000, day(1, 5), recorded=at_midnight)

        assert answer(store, ledger, "receivables.net", JAN, known_at=JAN).value == "0.00"
        before = answer(store, ledger, "receivables.net", JAN, known_at=day(2, 1))
        assert before.value == "100.00"
        assert before.known_at == at_midnight + timedelta(days=1) - timedelta(microseconds=1)


class TestDaysToPay:
    def test_counts_cash_from_the_first_to_the_last_day_of_the_window(self, store: Store) -> None:
        ledger = Ledger()
        invoice = ledger.invoice(100, date(2023, 12, 1))
        for on in (date(2023, 12, 31), day(1, 1), MAR, day(4, 1)):
            ledger.payment(10, on, to=invoice)

        found = of(store, ledger, MAR)

        (row,) = found.rows
        assert row.measures[found.ids.index("days_to_pay.mean.p3m")].denominator == 2


class TestSeries:
    def test_has_a_row_for_every_segment_and_currency_of_the_book(self, store: Store) -> None:
        ledger = Ledger()
        ledger.invoice(100, day(5, 1), segment="north")
        ledger.invoice(100, day(5, 1), currency="JPY")
        ledger.customer(day(1, 1), segment="people")

        found = of(store, ledger, MAR, JAN, by_segment=True)

        assert [(row.segment, row.currency, row.as_of) for row in found.rows] == [
            (segment, currency, as_of)
            for segment in ("ALL", "north", "people")
            for currency in ("EUR", "JPY")
            for as_of in (JAN, MAR)
        ]

    def test_of_an_empty_book_is_all_zero_in_the_clients_own_currency(self, store: Store) -> None:
        found = of(store, Ledger(currency="BHD"), JAN)

        (row,) = found.rows
        statuses = {name: it.status for name, it in zip(found.ids, row.measures, strict=True)}
        assert (row.currency, row.measures[0].value, row.measures[2].value) == ("BHD", 0, 0)
        assert statuses["dso.simple.p3m"] == "no_sales"
        assert statuses["cei.p1m"] == statuses["turnover.p12m"] == "undefined"
        assert statuses["churn.customer.p1m"] == statuses["on_time.count.p3m"] == "no_data"

    def test_is_kept_within_a_limit(self) -> None:
        with pytest.raises(Invalid, match="1 to"):
            checked_dates([])


class TestChurn:
    def test_counts_those_there_the_day_before_and_gone_by_the_end(self, store: Store) -> None:
        ledger = Ledger()
        ledger.invoice(100, day(1, 1), currency="JPY")
        ledger.customer(day(1, 1), day(2, 29), value=300)
        ledger.customer(day(1, 31), day(3, 1), value=100)
        ledger.customer(day(1, 1), day(1, 31), value=100)
        ledger.customer(day(2, 1), day(2, 2), value=100)
        ledger.customer(None, day(2, 2), value=100)

        found = of(store, ledger, FEB)
        (row,) = found.rows
        churn = row.measures[found.ids.index("churn.customer.p1m")]
        revenue = row.measures[found.ids.index("churn.revenue.p1m")]

        assert (churn.numerator, churn.denominator) == (1, 2)
        assert (revenue.numerator, revenue.denominator) == (300, 400)

    def test_leaves_out_who_came_and_went_before_there_was_a_window_to_be_in(
        self, store: Store
    ) -> None:
        ledger = Ledger()
        ledger.customer(day(2, 5), day(2, 20))
        ledger.customer(day(1, 1))

        found = of(store, ledger, day(2, 28), day(3, 10))

        place = found.ids.index("churn.customer.p1m")
        parts = [(row.measures[place].numerator, row.measures[place].denominator)
                 for row in found.rows]  # fmt: skip
        assert parts == [(0, 1), (1, 2)]

    def test_says_of_how_many_and_how_sure(self, store: Store) -> None:
        ledger = Ledger()
        ledger.customer(day(1, 1))
        ledger.customer(day(1, 1), day(2, 10))

        found = answer(store, ledger, "churn.customer.p1m", FEB)

        assert (found.value, found.n) == ("0.5000000000", 2)
        assert found.interval == ("0.094531", "0.905469")
        assert "a small group: 2" in found.warnings


class TestPromises:
    def test_are_judged_after_their_grace_and_belong_to_the_whole(self, store: Store) -> None:
        ledger = Ledger()
        ledger.invoice(100, day(1, 1), segment="north")
        ledger.promise(100, day(1, 28), "kept", grace=3, kept=100)
        ledger.promise(100, day(1, 10), "broken", kept=60)
        ledger.promise(100, day(1, 29), "kept", grace=3, kept=100)
        ledger.promise(100, day(1, 9), "cancelled")

        found = of(store, ledger, JAN, by_segment=True)

        place = found.ids.index("promise.kept.amount")
        whole, north = (row.measures[place] for row in found.rows)
        assert (whole.numerator, whole.denominator) == (160, 200)
        assert north.status == "no_data"


class TestMetric:
    def test_answers_in_the_one_shape(self, store: Store) -> None:
        ledger = Ledger()
        ledger.invoice(9_100, day(1, 5), day(2, 5))

        found = answer(store, ledger, "dso.simple.p3m", MAR)

        assert (found.value, found.unit, found.status) == ("91.0000000000", "days", "ok")
        assert (found.numerator, found.denominator, found.days) == ("91.00", "91.00", 91)
        assert (found.window, found.window_first, found.window_last) == ("p3m", day(1, 1), MAR)
        assert (found.known_at, found.currency, found.data_through) == (NOW, "EUR", day(1, 5))
        assert found.warnings == ("the book ends on 2024-01-05, before the day asked for",)

    def test_gives_a_lower_bound_where_36_months_are_used_up(self, store: Store) -> None:
        ledger = Ledger()
        ledger.invoice(100, date(2020, 1, 5))

        by_month = answer(store, ledger, "dso.countback.month", FEB)
        by_day = answer(store, ledger, "dso.countback.day", FEB)

        assert (by_month.value, by_month.status) == (None, "insufficient_history")
        assert "it is more than 1096 days" in by_month.warnings[0]
        assert by_day.value == f"{(FEB - date(2020, 1, 5)).days + 1}.0000000000"

    def test_takes_other_windows_on_request(self, store: Store) -> None:
        ledger = Ledger()
        ledger.invoice(100, day(1, 5))

        found = answer(store, ledger, "sales.30d", date(2024, 2, 3))

        assert (found.value, found.window_first) == ("1.00", day(1, 5))

    def test_says_which_currencies_it_leaves_out(self, store: Store) -> None:
        ledger = Ledger()
        ledger.invoice(100, day(1, 5))
        ledger.invoice(100, day(1, 5), currency="JPY")

        assert "JPY" in answer(store, ledger, "receivables.net", JAN).warnings[0]
        assert answer(store, ledger, "receivables.net", JAN, currency="JPY").value == "100"

    def test_refuses_what_it_does_not_know(self, store: Store) -> None:
        ledger = Ledger()
        ledger.invoice(100, day(1, 5), segment="north")

        with pytest.raises(UnknownMetric):
            answer(store, ledger, "dso", JAN)
        with pytest.raises(Invalid, match="known: ALL, north"):
            answer(store, ledger, "dso.simple.p3m", JAN, segment="south")
        with pytest.raises(Invalid, match="ISO 4217"):
            answer(store, ledger, "dso.simple.p3m", JAN, currency="ABC")


class TestWideCsv:
    def test_has_a_value_and_a_status_for_each_number(self, store: Store) -> None:
        ledger = Ledger()
        ledger.invoice(9_100, day(1, 5), day(2, 5))
        found = of(store, ledger, MAR, known_at=day(5, 1))
        file = io.StringIO()

        wide_csv(found, file)

        (row,) = csv.DictReader(io.StringIO(file.getvalue()))
        assert list(row)[:6] == [
            "segment", "currency", "as_of", "known_at", "receivables.open",
            "receivables.open.status",
        ]  # fmt: skip
        assert (row["receivables.net"], row["dso.simple.p3m"]) == ("91.00", "91.0000000000")
        assert (row["as_of"], row["known_at"]) == ("2024-03-31", "2024-05-01")
        assert (row["on_time.count.p3m"], row["on_time.count.p3m.status"]) == ("", "no_data")
        assert "\r" not in file.getvalue()
        assert records(found)[0]["as_of"] == "2024-03-31"
