"""Random books, written and read in turn: every reading is exact, whatever came late or before it.

Each step goes into SQLite and PostgreSQL alike, and the sums are stored now in one, now in the
other. `make machine STEPS=5000` goes on for longer, by another way each time.
"""

import io
import os
from collections.abc import Callable
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

from hypothesis import HealthCheck, Phase, assume, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    rule,
    run_state_machine_as_test,
)

import rows
from carecredit.metrics.operations import forget_sums, sum_up
from carecredit.metrics.queries import metric, parts, series
from carecredit.metrics.queries.layers import recomputed, sheets
from carecredit.metrics.queries.proof import differing, unlike
from carecredit.metrics.rules.care import CARE
from carecredit.metrics.rules.catalogue import METRIC_IDS, resolve
from carecredit.metrics.views import Series, SeriesRow
from carecredit.metrics.wide import wide_csv
from carecredit.receivables.model import (
    Allocation,
    Dispute,
    DisputeEnd,
    Instalment,
    Invoice,
    LedgerEntry,
)
from carecredit.store.session import Store
from ledgers import CALLER, FOUNDED, start_of
from mirrors import Mirror, PlainReading
from rows import Row, later, moved

STEPS = int(os.environ.get("CARECREDIT_MACHINE_STEPS", "0"))
STEPS_A_BOOK, BOOKS = 40, 6
# To explain what is left after shrinking takes minutes, with two databases.
PHASES = (Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink)
FIRST, LAST = date(2023, 11, 20), date(2024, 4, 10)
AS_OF = (date(2024, 1, 31), date(2024, 2, 29), date(2024, 3, 17), LAST)
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


def end_of(day: date) -> datetime:
    return start_of(moved(day, 1)) - timedelta(microseconds=1)


class Machine(RuleBasedStateMachine):
    """A book of one client company, in two databases."""

    invoices: Bundle[Row] = Bundle("invoices")
    entries: Bundle[Row] = Bundle("entries")
    shares: Bundle[Row] = Bundle("shares")
    disputes: Bundle[Row] = Bundle("disputes")
    stores: tuple[Store, ...] = ()

    @initialize()
    def found(self) -> None:
        self.book = Mirror(*self.stores)

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

    @rule(share=shares, part=st.sampled_from([None, None, 1]), wait=lags, lag=lags)
    def undo(self, share: Row, part: int | None, wait: int, lag: int) -> None:
        on = moved(share["applied_on"], wait)
        self.book.write((Allocation, rows.undoing(share, on, later(on, lag, share), part)))

    @rule(entry=entries, minor=amounts, on=days, lag=lags)
    def give_back(self, entry: Row, minor: int, on: date, lag: int) -> None:
        self.book.write((LedgerEntry, _related("refund", entry, minor, on, later(on, lag, entry))))

    @rule(share=shares, on=days, lag=lags)
    def charge_back(self, share: Row, on: date, lag: int) -> None:
        """Take a payment back: all of its shares are undone on that day, in the same book."""
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

    @rule(dispute=disputes, after=st.integers(0, 40), lag=lags)
    def agree(self, dispute: Row, after: int, lag: int) -> None:
        ended = {row["dispute_id"] for row in self.book.rows(DisputeEnd)}
        assume(dispute["id"] not in ended)
        on = moved(dispute["disputed_from"], after)
        row = {"dispute_id": dispute["id"], "disputed_to": on}
        self.book.write((DisputeEnd, row | {"recorded_at": later(on, lag, dispute)}))

    @rule(which=stores_summed)
    def sum_up(self, which: tuple[int, ...]) -> None:
        for place in which:
            self._write(self.stores[place], sum_up)

    @rule(which=stores_summed)
    def forget(self, which: tuple[int, ...]) -> None:
        for place in which:
            self._write(self.stores[place], forget_sums)

    @rule(as_of=st.sampled_from(AS_OF), known_on=known_days, listed=st.sampled_from(LISTED),
          segment=st.sampled_from([None, "north"]))  # fmt: skip
    def read(self, as_of: date, known_on: date | None, listed: str, segment: str | None) -> None:
        one, other = (self._series(store, as_of, known_on) for store in self.stores)
        assert _csv(one) == _csv(other)
        for row in one.rows:
            if row.segment == "ALL":
                self._control(row, end_of(known_on) if known_on else None)
        self._parts(listed, as_of, known_on, segment)
        if known_on:
            self._as_then(one, as_of, known_on)

    @rule()
    def prove(self) -> None:
        for store in self.stores:
            with store.read(CALLER) as session:
                assert differing(session, client_id=self.book.client_id) == []

    def teardown(self) -> None:
        """Prove all of it once more, from stored sums alone."""
        if hasattr(self, "book"):
            self.prove()
            self.sum_up((0, 1))
            self.prove()

    def _control(self, row: SeriesRow, known: datetime | None) -> None:
        """Hold a row of the whole against a plain reading of what is written."""
        found = {
            name: int(it.value or 0) for name, it in zip(METRIC_IDS, row.measures, strict=True)
        }
        plain = PlainReading(self.book, row.currency, row.as_of, known)
        assert found["receivables.open"] == plain.open
        assert found["receivables.unapplied"] == plain.unapplied
        assert found["receivables.disputed"] == plain.disputed
        # No cent is lost: asked for, less what settled, and what was taken back again.
        net = found["receivables.net"]
        assert net == plain.open - plain.unapplied
        assert net == plain.gross - plain.settled + plain.taken_back
        aging = plain.aging_by_due()
        for bucket in ("current", "1_30", "31_60", "61_90", "91_plus"):
            assert found[f"aging.due.{bucket}"] == aging[bucket]
        for kind in ("due", "invoice"):
            columns = [name for name in METRIC_IDS if name.startswith(f"aging.{kind}.")]
            assert sum(found[name] for name in columns) == net

    def _parts(
        self, metric_id: str, as_of: date, known_on: date | None, segment: str | None
    ) -> None:
        """Add up the documents behind a number."""
        asked: dict[str, Any] = {
            "client_id": self.book.client_id, "metric_id": metric_id, "as_of": as_of,
            "now": FOUNDED, "known_at": known_on, "currency": "EUR",
        }  # fmt: skip
        named = {row["segment"] for row in self.book.rows(Invoice)}
        asked["segment"] = segment if segment in named else None
        with self.stores[0].read(CALLER) as session:
            answer, found = metric(session, **asked), parts(session, **asked, limit=1_000)
        total = sum((Fraction(part.amount) for part in found.parts), Fraction())
        assert total == Fraction(answer.numerator or 0)

    def _as_then(self, found: Series, as_of: date, known_on: date) -> None:
        """Compare with a book that holds the rows known then, and none that came later."""
        then = self.book.copy_known_at(end_of(known_on))
        with self.stores[0].read(CALLER) as session:
            mine, anew = self.book.client_id, recomputed(session, client_id=then.client_id)
            for store in self.stores:
                with store.read(CALLER) as beside:
                    known = end_of(known_on)
                    seen = sheets(beside, client_id=mine, known=known, last=date.max)
                assert unlike(seen, anew) == []
            plain = series(session, client_id=then.client_id, dates=[as_of], by_segment=True)
        now = {(row.segment, row.currency): row.measures for row in found.rows}
        for row in plain.rows:
            assert now.get((row.segment, row.currency), row.measures) == row.measures

    def _series(self, store: Store, as_of: date, known_on: date | None) -> Series:
        with store.read(CALLER) as session:
            return series(
                session,
                client_id=self.book.client_id,
                dates=[as_of],
                known_at=known_on,
                by_segment=True,
            )

    def _write(self, store: Store, act: Callable[..., Any]) -> None:
        with store.begin(CALLER, steady=True) as session:
            act(session, client_id=self.book.client_id, now=FOUNDED)


def _csv(found: Series) -> str:
    file = io.StringIO()
    wide_csv(found, file)
    return file.getvalue()


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
