"""Several currencies as one, by the rates of a named set and by nothing else."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import insert

import servers
from carecredit.kernel.calendars import DayRange
from carecredit.kernel.errors import Invalid
from carecredit.kernel.ids import ClientId
from carecredit.metrics.queries import metric, parts, series
from carecredit.metrics.queries.rates import UnknownRateSet
from carecredit.metrics.rules.catalogue import METRIC_IDS
from carecredit.metrics.rules.columns import OPEN, SALES
from carecredit.metrics.rules.consolidated import Consolidated
from carecredit.metrics.rules.rates import RateMissing, Rates, Stated
from carecredit.metrics.rules.sums import Layers, Sums
from carecredit.receivables.model import Rate
from carecredit.receivables.operations import open_book
from carecredit.store.session import Store
from ledgers import CALLER, FOUNDED, Ledger

DAY = date(2026, 6, 30)
NOW = datetime(2026, 7, 1, tzinfo=UTC)


def state(
    store: Store,
    client_id: ClientId,
    *rates: tuple[str, str, date, str],
    name: str = "ECB",
    recorded: datetime = FOUNDED,
) -> None:
    """State rates: currency, into, day, units of the second for one of the first."""
    with store.begin(CALLER) as session:
        book_id = open_book(session, client_id=client_id, now=FOUNDED)
        rows = [
            {
                "client_id": client_id, "rate_set": name, "currency": currency, "into": into,
                "day": day, "rate_billionths": int(Fraction(rate) * 10**9), "source": "made up",
                "book_id": book_id, "recorded_at": recorded,
            }
            for currency, into, day, rate in rates
        ]  # fmt: skip
        session.execute(insert(Rate), rows)


def ask(store: Store, client_id: ClientId, metric_id: str, **options: Any) -> Any:
    options = {"as_of": DAY, "now": NOW, "currency": "EUR", "rate_set": "ECB"} | options
    with store.read(CALLER) as session:
        return metric(session, client_id=client_id, metric_id=metric_id, **options)


@pytest.fixture
def book(store: Store) -> ClientId:
    ledger = Ledger()
    ledger.invoice(10_000, date(2026, 6, 1))
    paid = ledger.invoice(20_000, date(2026, 6, 10), currency="USD")
    ledger.payment(5_000, date(2026, 6, 20), to=paid, currency="USD")
    ledger.invoice(3_000, date(2026, 6, 12), currency="JPY")
    ledger.invoice(7_001, date(2026, 6, 12), currency="KWD")
    client_id = ledger.write(store)
    state(
        store,
        client_id,
        ("USD", "EUR", date(2026, 6, 9), "0.9"),
        ("USD", "EUR", date(2026, 6, 29), "0.8"),
        ("JPY", "EUR", date(2026, 6, 1), "0.006"),
        ("KWD", "EUR", date(2026, 6, 1), "2.8"),
    )
    return client_id


class TestByRates:
    def test_converts_balances_at_the_closing_rate(self, store: Store, book: ClientId) -> None:
        found = ask(store, book, "receivables.open")

        # 100.00 EUR + 150.00 USD x 0.8 + 3000 JPY x 0.006 + 7.001 KWD x 2.8 = 257.6028
        assert (found.value, found.currency, found.rate_set) == ("257.60", "EUR", "ECB")
        assert found.numerator == "257.60280000"
        assert "JPY, KWD, USD converted into EUR by rate set ECB" in found.warnings[0]
        assert "1 USD = 0.800000000 of 2026-06-29" in found.warnings[0]

    def test_converts_sales_at_the_rate_of_the_documents_own_day(
        self, store: Store, book: ClientId
    ) -> None:
        # The latest on or before 10 June is that of the 9th: 200.00 USD x 0.9.
        assert ask(store, book, "sales.p1m").value == "317.60"
        assert ask(store, book, "sales.p1m", currency="EUR", rate_set=None).value == "100.00"

    def test_does_not_convert_counts(self, store: Store, book: ClientId) -> None:
        assert ask(store, book, "invoices.open_count").value == "4"

    def test_refuses_where_a_rate_is_missing_and_says_which(
        self, store: Store, book: ClientId
    ) -> None:
        with pytest.raises(RateMissing) as told:
            ask(store, book, "receivables.open", as_of=date(2026, 6, 12), currency="USD")

        assert (told.value.code, told.value.field) == ("rate_missing", "rate_set")
        assert "from EUR into USD on or before 2026-06-12" in told.value.message
        assert "rates.csv" in told.value.message

    def test_refuses_a_day_before_the_first_rate(self, store: Store) -> None:
        ledger = Ledger()
        ledger.invoice(100, date(2026, 5, 1), currency="USD")
        client_id = ledger.write(store)
        state(store, client_id, ("USD", "EUR", date(2026, 5, 2), "0.9"))

        assert ask(store, client_id, "receivables.open").value == "0.90"
        with pytest.raises(RateMissing, match="USD into EUR on or before 2026-05-01"):
            ask(store, client_id, "sales.p3m")

    def test_names_the_sets_there_are(self, store: Store, book: ClientId) -> None:
        with pytest.raises(UnknownRateSet, match="known: ECB"):
            ask(store, book, "receivables.open", rate_set="house")
        with pytest.raises(Invalid):
            ask(store, book, "receivables.open", currency="euro")

    def test_takes_rates_as_they_were_known(self, store: Store, book: ClientId) -> None:
        late = datetime(2026, 7, 1, tzinfo=UTC)
        state(store, book, ("USD", "EUR", DAY, "0.5"), recorded=late)

        assert ask(store, book, "receivables.open").value == "212.60"
        assert ask(store, book, "receivables.open", known_at=DAY).value == "257.60"

    def test_never_converts_unasked(self, store: Store, book: ClientId) -> None:
        found = ask(store, book, "receivables.open", rate_set=None, currency=None)

        assert (found.value, found.rate_set) == ("100.00", None)
        assert "not in here" in found.warnings[0]


class TestSeries:
    def test_has_one_currency_and_says_by_which_rates(self, store: Store, book: ClientId) -> None:
        with store.read(CALLER) as session:
            found = series(
                session, client_id=book, dates=[DAY], by_segment=True, currency="EUR",
                rate_set="ECB",
            )  # fmt: skip

        assert {row.currency for row in found.rows} == {"EUR"}
        assert (found.rate_set, len(found.warnings)) == ("ECB", 1)

    def test_gives_one_currency_alone(self, store: Store, book: ClientId) -> None:
        with store.read(CALLER) as session:
            found = series(session, client_id=book, dates=[DAY], currency="USD")

        assert [row.currency for row in found.rows] == ["USD"]
        assert found.rate_set is None


class TestParts:
    @pytest.mark.parametrize(
        "name",
        ["receivables.net", "sales.p1m", "dso.simple.p3m", "days_to_pay.weighted.p3m", "cei.p1m"],
    )
    def test_add_up_to_the_numerator(self, store: Store, book: ClientId, name: str) -> None:
        with store.read(CALLER) as session:
            found = parts(
                session, client_id=book, metric_id=name, as_of=DAY, now=NOW, currency="EUR",
                rate_set="ECB",
            )  # fmt: skip

        assert found.total == found.answer.numerator
        assert sum(Fraction(part.amount) for part in found.parts) == Fraction(found.total)


class TestOneCurrencyAtOne:
    @settings(max_examples=30)
    @given(data=st.data())
    def test_equals_what_was_not_converted(self, sqlite_once: Store, data: st.DataObject) -> None:
        ledger = Ledger()
        for _ in range(data.draw(st.integers(1, 5))):
            on = data.draw(st.dates(date(2026, 1, 1), DAY))
            due = on + timedelta(days=data.draw(st.integers(-3, 60)))
            key = ledger.invoice(data.draw(st.integers(1, 9_999)), on, due, currency="USD")
            paid_on = on + timedelta(days=data.draw(st.integers(0, 90)))
            ledger.payment(data.draw(st.integers(1, 9_999)), paid_on, to=key, currency="USD")
        ledger.promise(50, date(2026, 3, 1), "broken", kept=20, currency="USD")
        client_id = ledger.write(sqlite_once)
        state(sqlite_once, client_id, ("USD", "EUR", date(2025, 1, 1), "1"))

        with sqlite_once.read(CALLER) as session:
            of = {"client_id": client_id, "dates": [date(2026, 3, 31), DAY]}
            plain = series(session, currency="USD", **of)
            joined = series(session, currency="EUR", rate_set="ECB", **of)
        values = [[row.measures for row in found.rows] for found in (plain, joined)]

        assert len(values[0][0]) == len(METRIC_IDS)
        assert values[0] == values[1]


class TestConsolidated:
    @given(
        amounts=st.lists(
            st.tuples(st.sampled_from(["USD", "JPY"]), st.integers(0, 20), st.integers(-99, 99)),
            max_size=8,
        ),
        rates=st.lists(st.integers(1, 3 * 10**9), min_size=2, max_size=2),
        factor=st.integers(1, 5),
    )
    def test_is_a_plain_reading_by_hand_and_linear(
        self, amounts: list[tuple[str, int, int]], rates: list[int], factor: int
    ) -> None:
        first, second = DAY - timedelta(days=30), DAY - timedelta(days=10)
        stated = [Stated(each, first, rates[0]) for each in ("USD", "JPY")]
        stated += [Stated(each, second, rates[1]) for each in ("USD", "JPY")]
        known = Rates("S", "EUR", stated)
        span = DayRange(DAY - timedelta(days=20), DAY)

        def read(times: int) -> tuple[Any, Any]:
            rows = [
                ((None, currency), (DAY - timedelta(days=ago)).toordinal(), _row(minor * times))
                for currency, ago, minor in amounts
            ]
            sums = Sums(rows, ())
            apart = {each: Layers([sums], None, each) for each in ("USD", "JPY")}
            one = Consolidated(apart, known)
            assert sum(minor for _, minor in one.backwards(SALES, span)) == one.between(SALES, span)
            return one.through(OPEN, DAY), one.between(SALES, span)

        scale = {"USD": Fraction(1), "JPY": Fraction(100)}
        closing = sum(minor * scale[each] * Fraction(rates[1], 10**9) for each, _, minor in amounts)
        flowed = sum(
            minor * scale[each] * Fraction(rates[ago <= 10], 10**9) for each, ago, minor in amounts
        )

        assert read(1) == (closing, flowed)
        assert read(factor) == (closing * factor, flowed * factor)


def _row(minor: int) -> list[int]:
    row = [0] * 23
    row[OPEN] = row[SALES] = minor
    return row


@pytest.fixture(scope="module")
def sqlite_once(sqlite_template: Path, tmp_path_factory: Any) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("consolidation")
    url = servers.copy_database(sqlite_template, folder / "carecredit.db")
    with servers.opened(url) as store:
        yield store
