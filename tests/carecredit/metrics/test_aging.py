"""Aging with any buckets: it ties to the ledger, and nothing falls outside."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import servers
from carecredit.kernel.errors import Invalid
from carecredit.kernel.ids import ClientId
from carecredit.metrics.queries import AgedBy, aging, metric
from carecredit.metrics.rules.aging import DUE_BUCKETS, INVOICE_BUCKETS
from carecredit.metrics.views import AgedRow, Aging
from carecredit.store.session import Store
from ledgers import CALLER, Ledger, start_of

DAY = date(2026, 6, 30)
NOW = datetime(2026, 7, 1, tzinfo=UTC)


def ask(store: Store, client_id: ClientId, **options: Any) -> Aging:
    with store.read(CALLER) as session:
        return aging(session, client_id=client_id, **({"as_of": DAY, "now": NOW} | options))


def value(store: Store, client_id: ClientId, name: str, **options: Any) -> str | None:
    options = {"as_of": DAY, "now": NOW} | options
    with store.read(CALLER) as session:
        return metric(session, client_id=client_id, metric_id=name, **options).value


def told(row: AgedRow) -> dict[str, tuple[str, int | None]]:
    return {each.bucket: (each.amount, each.count) for each in row.buckets}


@pytest.fixture
def book(store: Store) -> ClientId:
    ledger = Ledger()
    ledger.invoice(1_000, date(2020, 1, 1), date(2020, 1, 31), segment="north")  # very old
    ledger.invoice(2_000, date(2026, 6, 1), DAY, segment="north")  # due today
    ledger.invoice(4_000, date(2026, 6, 29), date(2027, 6, 1), segment="south")  # due one day
    paid = ledger.invoice(8_000, date(2026, 6, 20))  # without a due date
    ledger.payment(3_000, date(2026, 6, 25), to=paid)
    ledger.payment(500, date(2026, 6, 26))  # unapplied
    several = ledger.invoice(6_000, date(2026, 5, 1), date(2026, 5, 10), segment="south")
    ledger.instalment(several, 2_000, date(2026, 5, 10))
    ledger.instalment(several, 4_000, date(2026, 7, 10))
    ledger.invoice(900, date(2026, 7, 1), date(2026, 7, 2))  # not there yet
    return ledger.write(store)


class TestByDueDate:
    def test_takes_any_buckets_and_ties_to_the_ledger(self, store: Store, book: ClientId) -> None:
        (row,) = ask(store, book, edges=(1, 8, 400)).rows

        assert told(row) == {
            "current": ("100.00", 3), "1_7": ("0.00", 0), "8_399": ("70.00", 2),
            "400_plus": ("10.00", 1),
        }  # fmt: skip
        assert (row.open_amount, row.unapplied, row.net, row.count) == (
            "180.00", "-5.00", "175.00", 6,
        )  # fmt: skip
        assert row.net == value(store, book, "receivables.net")
        assert row.buckets[0].share.value == "55.5555555556"

    def test_has_a_row_for_each_segment(self, store: Store, book: ClientId) -> None:
        rows = {row.segment: row for row in ask(store, book, by_segment=True).rows}

        assert list(rows) == ["ALL", "north", "south"]
        assert told(rows["south"])["current"] == ("80.00", 2)
        assert told(rows["south"])["31_60"] == ("20.00", 1)

    def test_counts_nothing_where_it_reads_the_sums(self, store: Store, book: ClientId) -> None:
        quick, counted = (ask(store, book, counted=each).rows[0] for each in (False, True))

        assert [each.amount for each in quick.buckets] == [
            each.amount for each in counted.buckets
        ]  # fmt: skip
        assert (quick.count, counted.count) == (None, 6)


class TestByInvoiceDate:
    def test_begins_at_the_invoices_own_date(self, store: Store, book: ClientId) -> None:
        (row,) = ask(store, book, aged_by=AgedBy.INVOICE, edges=(1, 11)).rows

        assert told(row) == {"0_0": ("0.00", 0), "1_10": ("90.00", 2), "11_plus": ("90.00", 3)}


class TestAsItWasKnown:
    def test_takes_off_what_was_recorded_later(self, store: Store) -> None:
        ledger = Ledger()
        paid = ledger.invoice(1_000, date(2026, 6, 1), date(2026, 6, 10))
        ledger.payment(1_000, date(2026, 6, 20), to=paid, recorded=start_of(date(2026, 7, 5)))
        client_id = ledger.write(store)

        assert ask(store, client_id).rows[0].count == 0
        assert told(ask(store, client_id, known_at=DAY).rows[0])["1_30"] == ("10.00", 1)


class TestRefusals:
    @pytest.mark.parametrize(
        ("aged_by", "edges"),
        [("due", (31, 61)), ("due", ()), ("due", (1, 1)), ("invoice", (0, 5)), ("invoice", ())],
    )
    def test_name_the_buckets(
        self, store: Store, book: ClientId, aged_by: str, edges: tuple[int, ...]
    ) -> None:
        with pytest.raises(Invalid) as found:
            ask(store, book, aged_by=AgedBy(aged_by), edges=edges)

        assert found.value.field == "buckets"


ages = st.integers(0, 120)


@st.composite
def ledgers(draw: st.DrawFn) -> Ledger:
    ledger = Ledger()
    for _ in range(draw(st.integers(1, 5))):
        on = DAY - timedelta(days=draw(ages) - 20)
        due = draw(st.none() | st.integers(-5, 90).map(lambda days: timedelta(days=days)))
        gross = draw(st.integers(-20, 60))
        known = start_of(on + timedelta(days=draw(st.integers(-2, 40))))
        key = ledger.invoice(
            gross, on, None if due is None else on + due,
            segment=draw(st.sampled_from(["north", None])), recorded=known,
        )  # fmt: skip
        if gross > 1 and draw(st.booleans()):
            first = draw(st.integers(1, gross - 1))
            ledger.instalment(key, first, on + timedelta(days=draw(ages)))
            ledger.instalment(key, gross - first, on + timedelta(days=draw(ages)))
    keys = [row["id"] for row in ledger.invoices]
    for _ in range(draw(st.integers(0, 5))):
        on = DAY - timedelta(days=draw(ages) - 20)
        kind = draw(st.sampled_from(["payment", "credit_note", "write_off"]))
        known = start_of(on + timedelta(days=draw(st.integers(-2, 40))))
        minor = draw(st.integers(1, 60))
        entry = ledger.entry(
            kind, minor, on, to=draw(st.none() | st.sampled_from(keys)), recorded=known
        )
        if draw(st.booleans()):
            ledger.share(entry, draw(st.sampled_from(keys)), -draw(st.integers(1, 9)), on)
    return ledger


@pytest.fixture(scope="module")
def sqlite_once(sqlite_template: Path, tmp_path_factory: Any) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("aging")
    url = servers.copy_database(sqlite_template, folder / "carecredit.db")
    with servers.opened(url) as store:
        yield store


class TestAlways:
    @settings(max_examples=60)
    @given(
        ledger=ledgers(),
        known=st.none() | st.integers(0, 30).map(lambda days: DAY - timedelta(days=days)),
        more=st.sets(st.integers(2, 200), max_size=4),
        segment=st.sampled_from(["ALL", "north"]),
    )
    def test_ties_to_the_balance_and_to_the_metrics(
        self, sqlite_once: Store, ledger: Ledger, known: date | None, more: set[int], segment: str
    ) -> None:
        if segment == "north" and not any(row["segment"] for row in ledger.invoices):
            segment = "ALL"
        client_id = ledger.write(sqlite_once)
        asked = {"known_at": known, "segment": segment}
        names = {AgedBy.DUE: DUE_BUCKETS, AgedBy.INVOICE: INVOICE_BUCKETS}
        net = value(sqlite_once, client_id, "receivables.net", **asked)
        for aged_by, usual in names.items():
            edges = tuple(sorted({1, *more}))
            (row,) = ask(sqlite_once, client_id, aged_by=aged_by, edges=edges, **asked).rows
            (plain,) = ask(sqlite_once, client_id, aged_by=aged_by, **asked).rows

            assert row.net == plain.net == net
            assert [each.amount for each in plain.buckets] == [
                value(sqlite_once, client_id, f"aging.{aged_by}.{name}", **asked) for name in usual
            ]
