"""Random books, written and read in turn: every reading is exact, whatever came late or before it.

Each step goes into SQLite and PostgreSQL alike, and the sums are stored now in one, now in the
other. `make machine STEPS=5000` goes on for longer, by another way each time.
"""

import os
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, Phase, assume, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    RuleBasedStateMachine,
    initialize,
    multiple,
    rule,
    run_state_machine_as_test,
)

import rows
from carecredit.metrics.operations import forget_sums, sum_up
from carecredit.metrics.queries import forecast
from carecredit.metrics.queries.proof import differing
from carecredit.metrics.rules.care import CARE
from carecredit.metrics.rules.catalogue import METRIC_IDS, resolve
from carecredit.metrics.views import SeriesRow
from carecredit.receivables.model import (
    Allocation,
    Dispute,
    DisputeEnd,
    Instalment,
    Invoice,
    LedgerEntry,
)
from carecredit.store.session import Store
from ledgers import CALLER, FOUNDED
from mirrors import Mirror, PlainReading
from readings import check_as_then, check_outsets, check_parts, csv_of, end_of, read_series
from rows import Row, later, moved

STEPS = int(os.environ.get("CARECREDIT_MACHINE_STEPS", "0"))
STEPS_A_BOOK, BOOKS = 25, 16
# To explain what is left after shrinking takes minutes, with two databases.
PHASES = (Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink)
FIRST, LAST = date(2023, 11, 20), date(2024, 4, 10)
AS_OF = (date(2024, 1, 31), date(2024, 2, 29), date(2024, 3, 17), LAST)
KNOWN = [moved(FIRST, days) for days in range(14, 180, 28)]
"""Each book is looked at as it was known at these, when it is written."""
LISTED = [name for name in METRIC_IDS if resolve(name).family not in CARE]

days = st.dates(FIRST, moved(LAST, 10)) | st.sampled_from(AS_OF)
amounts = st.integers(1, 60)
lags = st.integers(-3, 40)
segments = st.sampled_from(["north", "south", None])
currencies = st.sampled_from(["EUR", "EUR", "JPY"])
invoice_kinds = st.sampled_from(["invoice", "invoice", "opening_balance", "interest_note"])
settling = st.sampled_from(["payment", "payment", "credit_note", "opening_credit"])
lateness = st.sampled_from([timedelta(0), timedelta(0), timedelta(days=9)])
known_days = st.none() | st.dates(FIRST, moved(LAST, 30))
stores_summed = st.sampled_from([(0,), (1,), (0, 1)])


beginnings = st.lists(st.tuples(amounts, days, lags), min_size=3, max_size=3)
Beginning = list[tuple[int, date, int]]


class Machine(RuleBasedStateMachine):
    """A book of one client company, in two databases."""

    invoices: Bundle[Row] = Bundle("invoices")
    entries: Bundle[Row] = Bundle("entries")
    shares: Bundle[Row] = Bundle("shares")
    disputes: Bundle[Row] = Bundle("disputes")
    stores: tuple[Store, ...] = ()

    def __init__(self) -> None:
        super().__init__()
        self.book = Mirror(*self.stores)

    @initialize(target=invoices, begun=beginnings)
    def begin_asking(self, begun: Beginning) -> MultipleResults[Row]:
        """Begin with some of everything: of its steps Hypothesis leaves most out of a book."""
        return multiple(
            *(
                self.ask("invoice", 20 + minor, on, 15, lag, segment="north", currency="EUR")
                for minor, on, lag in begun
            )
        )

    @initialize(target=entries, begun=beginnings)
    def begin_receiving(self, begun: Beginning) -> MultipleResults[Row]:
        return multiple(
            *(
                self.receive("payment", minor, on, lag, segment=None, currency="EUR")
                for minor, on, lag in begun
            )
        )

    @initialize(target=shares, begun=beginnings)
    def begin_settling(self, begun: Beginning) -> MultipleResults[Row]:
        invoice = self.ask("invoice", 99, FIRST, 30, 0, segment="south", currency="EUR")
        kinds = ("payment", "write_off", "payment")
        return multiple(
            *(
                self.settle(invoice, minor, on, lag, kind)
                for (minor, on, lag), kind in zip(begun, kinds, strict=True)
            )
        )

    @rule(target=invoices, kind=invoice_kinds, gross=st.integers(-30, 90), on=days,
          due=st.none() | lags, lag=lags, segment=segments, currency=currencies)  # fmt: skip
    def ask(self, kind: str, gross: int, on: date, due: int | None, lag: int, **more: Any) -> Row:
        due_on = None if due is None else moved(on, due)
        row = rows.invoice(kind, gross, on, due_on, recorded_at=later(on, lag), **more)
        self.book.write((Invoice, row))
        return row

    @rule(target=invoices, amounts=st.lists(amounts, min_size=2, max_size=3), on=days,
          dues=st.lists(lags, min_size=3, max_size=3), lag=lags, late=lateness,
          segment=segments, currency=currencies)  # fmt: skip
    def ask_in_parts(
        self, amounts: list[int], on: date, dues: list[int], lag: int, late: timedelta, **more: Any
    ) -> Row:
        at, first = later(on, lag), moved(on, min(dues))
        row = rows.invoice("invoice", sum(amounts), on, first, recorded_at=at, **more)
        due = [
            (Instalment, rows.instalment(row, place, moved(on, dues[place]), minor, at + late))
            for place, minor in enumerate(amounts)
        ]
        self.book.write((Invoice, row), *due)
        return row

    @rule(target=entries, kind=settling, minor=amounts, on=days, lag=lags, segment=segments,
          currency=currencies)  # fmt: skip
    def receive(self, kind: str, minor: int, on: date, lag: int, **more: Any) -> Row:
        row = rows.entry(kind, minor, on, recorded_at=later(on, lag), **more)
        self.book.write((LedgerEntry, row))
        return row

    @rule(target=shares, invoice=invoices, minor=amounts, on=days, lag=lags,
          kind=st.sampled_from(["payment", "write_off"]))  # fmt: skip
    def settle(self, invoice: Row, minor: int, on: date, lag: int, kind: str) -> Row:
        """Record an entry with its share, in one book."""
        at, currency = later(on, lag, invoice), invoice["currency"]
        entry = rows.entry(kind, minor, on, recorded_at=at, currency=currency)
        share = rows.share(entry, invoice, minor, on, at)
        self.book.write((LedgerEntry, entry), (Allocation, share))
        return share

    @rule(target=shares, entry=entries, invoice=invoices, minor=amounts, wait=lags, lag=lags)
    def apply(self, entry: Row, invoice: Row, minor: int, wait: int, lag: int) -> Row:
        """Put a part of an entry on an invoice: too much of it, too early, and any currency."""
        assume(entry["kind"] in {"payment", "credit_note", "opening_credit"})
        on = moved(entry["effective_on"], wait)
        share = rows.share(entry, invoice, minor, on, later(on, lag, entry, invoice))
        self.book.write((Allocation, share))
        return share

    @rule(share=shares, part=st.sampled_from([None, None, 1]), wait=lags, lag=lags,
          which=stores_summed)  # fmt: skip
    def undo(
        self, share: Row, part: int | None, wait: int, lag: int, which: tuple[int, ...]
    ) -> None:
        self.sum_up(which)  # so that what it corrects is stored already
        on = moved(share["applied_on"], wait)
        self.book.write((Allocation, rows.undoing(share, on, later(on, lag, share), part)))

    @rule(entry=entries, minor=amounts, on=days, lag=lags)
    def give_back(self, entry: Row, minor: int, on: date, lag: int) -> None:
        self.book.write((LedgerEntry, _related("refund", entry, minor, on, later(on, lag, entry))))

    @rule(share=shares, on=days, lag=lags, which=stores_summed)
    def charge_back(self, share: Row, on: date, lag: int, which: tuple[int, ...]) -> None:
        """Take a payment back: all of its shares are undone on that day, in the same book."""
        self.sum_up(which)
        (entry,) = (row for row in self.book.rows(LedgerEntry) if row["id"] == share["entry_id"])
        mine = [row for row in self.book.rows(Allocation) if row["entry_id"] == entry["id"]]
        assume(entry["kind"] == "payment" and all(row["undoes_id"] is None for row in mine))
        at = later(on, lag, entry, *mine)
        back = _related("chargeback", entry, entry["amount_minor"], on, at)
        undone = [(Allocation, rows.undoing(row, on, at)) for row in mine]
        self.book.write((LedgerEntry, back), *undone)

    @rule(share=shares, minor=amounts, on=days, lag=lags)
    def recover(self, share: Row, minor: int, on: date, lag: int) -> None:
        (entry,) = (row for row in self.book.rows(LedgerEntry) if row["id"] == share["entry_id"])
        assume(entry["kind"] == "write_off")
        # The segment of what comes back is asked of the write-off, wherever that is known.
        at = later(on, lag, entry, share)
        self.book.write((LedgerEntry, _related("recovery", entry, minor, on, at)))

    @rule(target=disputes, invoice=invoices, minor=st.none() | amounts, on=days, lag=lags)
    def contest(self, invoice: Row, minor: int | None, on: date, lag: int) -> Row:
        row = rows.dispute(invoice, on, minor, later(on, lag, invoice))
        self.book.write((Dispute, row))
        return row

    @rule(dispute=disputes, after=st.integers(0, 40), lag=lags, which=stores_summed)
    def agree(self, dispute: Row, after: int, lag: int, which: tuple[int, ...]) -> None:
        self.sum_up(which)
        ended = {row["dispute_id"] for row in self.book.rows(DisputeEnd)}
        assume(dispute["id"] not in ended)
        on = moved(dispute["disputed_from"], after)
        row = {"dispute_id": dispute["id"], "disputed_to": on}
        self.book.write((DisputeEnd, row | {"recorded_at": later(on, lag, dispute)}))

    @rule(which=stores_summed)
    def sum_up(self, which: tuple[int, ...]) -> None:
        for place in which:
            self._write(self.stores[place], sum_up)

    @rule(which=stores_summed, again=st.booleans())
    def forget(self, which: tuple[int, ...], again: bool) -> None:  # noqa: FBT001 - drawn
        for place in which:
            self._write(self.stores[place], forget_sums)
        if again:
            self.sum_up(which)

    @rule(as_of=st.sampled_from(AS_OF), known_on=known_days, listed=st.sampled_from(LISTED),
          segment=st.sampled_from([None, "north"]))  # fmt: skip
    def read(self, as_of: date, known_on: date | None, listed: str, segment: str | None) -> None:
        one, other = (read_series(store, self.book, as_of, known_on) for store in self.stores)
        assert csv_of(one) == csv_of(other)
        for row in one.rows:
            if row.segment == "ALL":
                self._control(row, end_of(known_on) if known_on else None)
        check_parts(self.book, listed, as_of, known_on, segment)
        if known_on:
            check_as_then(self.book, known_on, as_of)

    @rule(as_of=st.sampled_from(AS_OF) | days, weeks=st.integers(1, 9),
          segment=st.sampled_from([None, "north"]))  # fmt: skip
    def foresee(self, as_of: date, weeks: int, segment: str | None) -> None:
        """Forecast by what is kept and carried on, and by a process that kept nothing."""
        asked = {"client_id": self.book.client_id, "as_of": as_of, "weeks": weeks, "now": FOUNDED}
        told = []
        for store in self.stores:
            for asking in (store, Store(store.engine, b"")):
                with asking.read(CALLER) as session:
                    told.append(forecast(session, **asked))  # type: ignore[arg-type] # as named
                check_outsets(asking, self.book, as_of, segment)
        assert all(one == told[0] for one in told)

    @rule()
    def prove(self) -> None:
        for store in self.stores:
            with store.read(CALLER) as session:
                assert differing(session, client_id=self.book.client_id) == []

    def teardown(self) -> None:
        """Prove all of it once more, from stored sums alone."""
        self.prove()
        self.sum_up((0, 1))
        self.prove()
        for known_on in KNOWN:
            check_as_then(self.book, known_on, LAST)

    def _control(self, row: SeriesRow, known: datetime | None) -> None:
        """Hold a row of the whole against a plain reading of what is written."""
        plain = PlainReading(self.book, row.currency, row.as_of, known)
        measures = zip(METRIC_IDS, row.measures, strict=True)
        plain.check({name: int(it.value or 0) for name, it in measures})

    def _write(self, store: Store, act: Callable[..., Any]) -> None:
        with store.begin(CALLER, steady=True) as session:
            act(session, client_id=self.book.client_id, now=FOUNDED)


def _related(kind: str, to: Row, minor: int, on: date, recorded_at: datetime) -> Row:
    more = {"currency": to["currency"], "related_id": to["id"]}
    return rows.entry(kind, minor, on, recorded_at=recorded_at, **more)


class TestSums:
    def test_are_exact_whatever_comes_in_between_readings(
        self, both_stores: tuple[Store, Store]
    ) -> None:
        class Mine(Machine):
            stores = both_stores

        run_state_machine_as_test(  # type: ignore[no-untyped-call] # hypothesis has no types here
            Mine,
            settings=settings(
                max_examples=max(STEPS // STEPS_A_BOOK, BOOKS),
                stateful_step_count=STEPS_A_BOOK,
                derandomize=not STEPS,
                deadline=None,
                suppress_health_check=list(HealthCheck),
                phases=PHASES,
            ),
        )
