import io
from datetime import date, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from by_hand import ByHand, minus_months
from carecredit.metrics.queries import series
from carecredit.metrics.rules.catalogue import METRIC_IDS
from carecredit.metrics.views import Series
from carecredit.metrics.wide import wide_csv
from carecredit.store.session import Store
from ledgers import CALLER, Ledger, start_of

FIRST, LAST = date(2023, 11, 20), date(2024, 4, 10)
AS_OF = (date(2024, 1, 31), date(2024, 2, 28), date(2024, 2, 29), date(2024, 3, 17), LAST)
SEGMENTS = ("north", "south", None)
CURRENCIES = ("EUR", "JPY")

EDGES = tuple(
    day + timedelta(days=away)
    for as_of in AS_OF
    for day in (as_of, *(minus_months(as_of, months) for months in (1, 3)))
    for away in (-1, 0, 1)
)
"""Where windows begin and end, and the days beside them."""
days = st.sampled_from(EDGES) | st.dates(FIRST, LAST + timedelta(days=20))
long_before = st.sampled_from([minus_months(as_of, 12) for as_of in AS_OF]) | st.dates(
    date(2022, 12, 1), FIRST
)
lags = st.integers(-3, 40).map(lambda count: timedelta(days=count))
amounts = st.integers(1, 60)


@st.composite
def ledgers(draw: st.DrawFn) -> Ledger:
    ledger = Ledger()
    for _ in range(draw(st.integers(0, 6))):
        on = draw(days)
        ledger.invoice(
            draw(st.integers(-30, 60)),
            on,
            draw(st.none() | lags.map(lambda lag: on + lag)),  # noqa: B023 - drawn at once
            segment=draw(st.sampled_from(SEGMENTS)),
            currency=draw(st.sampled_from(CURRENCIES)),
            recorded=start_of(on + draw(lags)),
        )
    for _ in range(draw(st.integers(0, 6))):
        on = draw(days)
        currency = draw(st.sampled_from(CURRENCIES))
        kind = draw(st.sampled_from(["payment", "payment", "credit_note", "write_off"]))
        entry = ledger.entry(
            kind, draw(amounts), on, currency=currency, recorded=start_of(on + draw(lags))
        )
        _put(draw, ledger, entry, on, currency)
    for invoice in ledger.invoices[:3]:
        start = draw(days)
        end = draw(st.none() | st.integers(0, 40).map(lambda count: timedelta(days=count)))
        end_on = None if end is None else start + end
        ended = start_of(end_on + draw(lags)) if end_on else None
        ledger.dispute(invoice["id"], start, end_on, ended_recorded=ended)
    _people(draw, ledger)
    return ledger


def _put(draw: st.DrawFn, ledger: Ledger, entry: Any, on: date, currency: str) -> None:
    fitting = [row["id"] for row in ledger.invoices if row["currency"] == currency]
    for _ in range(draw(st.integers(0, 3)) if fitting else 0):
        invoice, minor = draw(st.sampled_from(fitting)), draw(amounts)
        applied = on + draw(lags)
        ledger.share(entry, invoice, minor, applied, recorded=start_of(applied + draw(lags)))
        if draw(st.booleans()):
            ledger.share(entry, invoice, -draw(st.sampled_from([minor, 1])), applied + draw(lags))


def _people(draw: st.DrawFn, ledger: Ledger) -> None:
    for _ in range(draw(st.integers(0, 4))):
        start = draw(st.none() | days | long_before)
        end = draw(st.none() | days | long_before)
        if start and end and end <= start:
            end = None  # a file that says so is refused
        segment, value = draw(st.sampled_from(SEGMENTS)), draw(st.none() | amounts)
        ledger.customer(start, end, segment=segment, value=value)
    for _ in range(draw(st.integers(0, 3))):
        state = draw(st.sampled_from(["kept", "partly_kept", "broken", "cancelled"]))
        currency = draw(st.sampled_from(CURRENCIES))
        ledger.promise(
            draw(amounts), draw(days), state, grace=3, kept=draw(st.none() | amounts),
            currency=currency,
        )  # fmt: skip


def end_of(day: date) -> datetime:
    return start_of(day + timedelta(days=1)) - timedelta(microseconds=1)


def read(store: Store, ledger: Ledger, known_on: date | None) -> Series:
    client_id = ledger.write(store)
    with store.read(CALLER) as session:
        return series(session, client_id=client_id, dates=AS_OF, known_at=known_on, by_segment=True)


def differences(ledger: Ledger, found: Series, known_on: date | None) -> list[Any]:
    known = end_of(known_on) if known_on else None
    wrong = []
    for row in found.rows:
        segment = None if row.segment == "ALL" else row.segment
        by_hand = ByHand(ledger, segment, row.currency, row.as_of, known)
        for metric_id, measure in zip(found.ids, row.measures, strict=True):
            expected = by_hand.answer(metric_id)
            if (measure.value, measure.status.value) != expected:
                wrong.append((metric_id, row.segment, row.as_of, expected, measure))
    return wrong


class TestSeries:
    @settings(max_examples=40)
    @given(ledger=ledgers(), known_on=st.none() | st.dates(date(2024, 1, 10), LAST))
    def test_agrees_with_each_cell_worked_out_by_hand(
        self, agreement_store: Store, ledger: Ledger, known_on: date | None
    ) -> None:
        found = read(agreement_store, ledger, known_on)

        assert differences(ledger, found, known_on) == []

    @settings(max_examples=25)
    @given(ledger=ledgers())
    def test_has_agings_that_add_to_the_balance(
        self, agreement_store: Store, ledger: Ledger
    ) -> None:
        found = read(agreement_store, ledger, None)

        for row in found.rows:
            values = {name: it.value or 0 for name, it in zip(found.ids, row.measures, strict=True)}
            net = values["receivables.net"]
            assert net == values["receivables.open"] - values["receivables.unapplied"]
            for kind in ("due", "invoice"):
                columns = [name for name in METRIC_IDS if name.startswith(f"aging.{kind}.")]
                assert sum(values[name] for name in columns) == net

    @settings(max_examples=10)
    @given(ledger=ledgers(), known_on=st.none() | st.dates(date(2024, 1, 10), LAST))
    def test_is_the_same_file_on_both_databases(
        self, both_stores: tuple[Store, Store], ledger: Ledger, known_on: date | None
    ) -> None:
        files = []
        for store in both_stores:
            file = io.StringIO()
            wide_csv(read(store, ledger, known_on), file)
            files.append(file.getvalue())

        assert files[0] == files[1]
