"""Reading by column says what reading by row says, or nothing at all."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import astuple
from sqlalchemy import select

import worlds
from carecredit.intake.operations.reading import Chunk
from carecredit.intake.rules import FILES, Cells, EntryColumns, FileKind, InvoiceColumns, Place
from carecredit.intake.rules.oddities import oddities
from carecredit.kernel.calendars import zone
from carecredit.kernel.errors import Invalid
from carecredit.kernel.ids import ClientId
from carecredit.receivables.model import Allocation, Invoice, LedgerEntry
from carecredit.store.session import Store

PLACE = Place(zone("Europe/Rome"), "IT", "EUR")
KINDS = {kind.name: kind for kind in FILES}
DAYS = ["2026-04-01", "2026-03-29", " 2024-02-29 "]
NO_DAYS = ["2026-02-30", "2026-W22-7", "01/04/2026", "1899-12-31", "x"]
AMOUNTS = ["120.00", "0.01", "7", "12.5", "12.500", "999999999999.99", " 3.00"]
NO_AMOUNTS = ["1,00", "1.2.3", "-", "1e3", "٣.00", "9999999999999999.00"]
CURRENCIES, NO_CURRENCIES = ["EUR", "EUR", "JPY", "KWD"], ["eur", "EURO"]
WORDS, NO_WORDS = ["Nord", "città", ' "x" '], ["a\tb", "y" * 201, "no\u2028line", "\udcec"]
INSTANTS = ["2026-04-01", "2026-04-01T10:00:00+02:00", "2026-04-01T10:00"]
GOOD: dict[str, Sequence[str]] = {
    "day": DAYS, "amount": AMOUNTS, "signed": [*AMOUNTS, "-5.00", "0.00"],
    "currency": CURRENCIES, "word": WORDS, "instant": INSTANTS, "yes": ["yes", "no", "0"],
    "kind": ["invoice", "opening_balance"],
}  # fmt: skip
BAD: dict[str, Sequence[str]] = {
    "day": NO_DAYS, "amount": [*NO_AMOUNTS, "0", "-1.00"], "signed": NO_AMOUNTS,
    "currency": NO_CURRENCIES, "word": NO_WORDS, "instant": [*NO_DAYS, "2026-04-01T25:00"],
    "yes": ["maybe"], "kind": ["thing"],
}  # fmt: skip
INVOICES = {
    "customer_id": "word", "invoice_date": "day", "due_date": "day", "currency": "currency",
    "gross_amount": "signed", "tax_amount": "signed", "split_payment": "yes", "kind": "kind",
    "recorded_at": "instant", "disputed_from": "day", "disputed_to": "day", "segment": "word",
}  # fmt: skip
PAYMENTS = {
    "customer_id": "word", "currency": "currency", "payment_date": "day", "amount": "amount",
    "invoice_id": "word", "applied_date": "day", "recorded_at": "instant", "reason": "word",
    "related_id": "word", "segment": "word",
}  # fmt: skip
CREDIT_NOTES = {
    "customer_id": "word", "currency": "currency", "credit_date": "day", "gross_amount": "amount",
    "tax_amount": "signed", "invoice_id": "word", "applied_date": "day", "recorded_at": "instant",
}  # fmt: skip
OF = {"invoices.csv": INVOICES, "payments.csv": PAYMENTS, "credit_notes.csv": CREDIT_NOTES}
SELDOM = frozenset({"kind", "split_payment", "disputed_from", "disputed_to", "related_id"})


@st.composite
def tables(draw: st.DrawFn) -> tuple[FileKind, list[str], list[list[str]]]:
    """Draw a file's rows: mostly good, some cells empty, at times a bad one or a number twice."""
    name = draw(st.sampled_from(sorted(OF)))
    kind, columns = KINDS[name], OF[name]
    kept = [one for one in columns if one in kind.required or draw(st.booleans())]
    header = [kind.required[0], *kept]
    bad = draw(st.sampled_from([None, None, None, *kept]))
    rows = []
    for index in range(draw(st.integers(1, 6))):
        row = [f"N-{index if draw(st.integers(0, 30)) else 0}"]
        for column in kept:
            pool = list(GOOD[columns[column]])
            if column not in kind.required:
                pool += [""] * (20 if column in SELDOM else 1)
            if column == bad:
                pool += [*BAD[columns[column]], ""]
            row.append(draw(st.sampled_from(pool)))
        rows.append(row)
    return kind, header, rows


def by_row(kind: FileKind, header: list[str], row: list[str]) -> Any:
    try:
        return kind.parse(Cells(dict(zip(header, row, strict=True))), PLACE)
    except Invalid:
        return None


def by_column(columns: InvoiceColumns | EntryColumns) -> list[tuple[Any, ...]]:
    if isinstance(columns, EntryColumns):
        _, *values = astuple(columns)
        return [(columns.kind, *row) for row in zip(*values, strict=True)]
    *values, kind = astuple(columns)
    return [(kind, *row) for row in zip(*values, strict=True)]


def facts(row: Any) -> tuple[Any, ...]:
    if hasattr(row, "gross_minor"):
        return (
            row.kind, row.number, row.customer, row.invoiced_on, row.due_on, row.currency,
            row.gross_minor, row.tax_minor, row.segment, row.recorded_at, row.recorded_said,
        )  # fmt: skip
    return (
        row.kind, row.number, row.customer, row.invoice, row.effective_on, row.applied_on,
        row.currency, row.amount_minor, row.tax_minor, row.segment, row.reason, row.recorded_at,
        row.recorded_said,
    )  # fmt: skip


class TestReadingByColumn:
    @settings(max_examples=400, deadline=None)
    @given(tables())
    def test_says_what_reading_by_row_says(
        self, table: tuple[FileKind, list[str], list[list[str]]]
    ) -> None:
        kind, header, rows = table
        assert kind.plain is not None

        read = kind.plain(header, rows, PLACE)

        if read is None:
            return
        others = [row for index, row in enumerate(rows) if index not in read.rest]
        told = [by_row(kind, header, row) for row in others]
        assert by_column(read.columns) == [facts(one) for one in told]
        odd = [said for one in told for said in oddities(one)]
        assert sorted(read.columns.odd.elements()) == sorted(odd)

    @settings(max_examples=200, deadline=None)
    @given(tables())
    def test_leaves_no_row_out(self, table: tuple[FileKind, list[str], list[list[str]]]) -> None:
        kind, header, rows = table
        assert kind.plain is not None
        read = kind.plain(header, rows, PLACE)
        numbers = [row[0].strip() for row in rows]
        good = all(by_row(kind, header, row) is not None for row in rows)

        if read is not None:
            assert len(read.columns.numbers) + len(read.rest) == len(rows)
        elif good and len(set(numbers)) == len(numbers):
            # Good rows with numbers of their own are read by column, unless each is a special one.
            special = [header.index(name) for name in SELDOM if name in header]
            assert all(any(row[at].strip() for at in special) for row in rows)

    def test_leaves_ragged_rows_to_be_named(self) -> None:
        kind = KINDS["payments.csv"]
        assert kind.plain is not None
        header = list(kind.required)

        assert kind.plain(header, [["P-1", "K-1", "EUR", "2026-04-01"]], PLACE) is None


@pytest.fixture
def by_row_only(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    def switch() -> None:
        monkeypatch.setattr(Chunk, "plain", lambda _self, _place: None)

    return switch


class TestImportingByColumn:
    FILES: Mapping[str, worlds.Rows] = {
        "invoices": [
            worlds.invoice_row("F-1"),
            worlds.invoice_row("F-2", "K-2", disputed_from="2026-05-02"),
            worlds.invoice_row("F-3", kind="opening_balance"),
            worlds.invoice_row("F-4", "K-3", due_date="2026-01-01", gross_amount="0"),
        ],
        "payments": [
            worlds.payment_row("P-1", invoice_id="F-1"),
            worlds.payment_row("P-2", invoice_id=""),
            worlds.payment_row("P-3", "K-3", invoice_id="F-4", applied_date="2026-06-01"),
        ],
    }

    def test_stores_what_importing_by_row_stores(
        self, store: Store, tmp_path: Path, by_row_only: Callable[[], None]
    ) -> None:
        folder = tmp_path / "ledger"
        worlds.write_ledger(folder, **self.FILES)
        first, second = worlds.found_client(store, "ONE"), worlds.found_client(store, "TWO")

        quick = worlds.bring(store, first, folder)
        by_row_only()
        slow = worlds.bring(store, second, folder)

        assert quick.files == slow.files
        assert (quick.sums_minor, quick.notes) == (slow.sums_minor, slow.notes)
        assert stored(store, first) == stored(store, second)

    def test_reads_by_row_where_a_number_is_taken(self, store: Store, tmp_path: Path) -> None:
        client_id = worlds.found_client(store)
        worlds.write_ledger(tmp_path / "one", **self.FILES)
        worlds.bring(store, client_id, tmp_path / "one")
        more = [*self.FILES["invoices"], worlds.invoice_row("F-5", "K-9")]
        worlds.write_ledger(tmp_path / "two", **{**self.FILES, "invoices": more})

        report = worlds.bring(store, client_id, tmp_path / "two")

        assert {one.file: (one.added, one.unchanged) for one in report.files} == {
            "invoices.csv": (1, 4), "payments.csv": (0, 3),
        }  # fmt: skip

    @pytest.mark.parametrize("by_column", [True, False])
    def test_takes_a_row_that_does_not_say_when_it_was_known_for_no_news(
        self, store: Store, tmp_path: Path, by_row_only: Callable[[], None], *, by_column: bool
    ) -> None:
        client_id = worlds.found_client(store)
        said = [worlds.invoice_row(recorded_at="2026-04-09"), worlds.invoice_row("F-2", "K-2")]
        worlds.write_ledger(tmp_path / "one", invoices=said)
        worlds.bring(store, client_id, tmp_path / "one")
        if not by_column:
            by_row_only()
        silent = [worlds.invoice_row(), worlds.invoice_row("F-2", "K-2")]
        worlds.write_ledger(tmp_path / "two", invoices=silent)

        (count,) = worlds.bring(store, client_id, tmp_path / "two").files

        assert (count.added, count.unchanged) == (0, 2)

    def test_reads_no_column_that_is_not_the_file_s_own(self, store: Store, tmp_path: Path) -> None:
        client_id = worlds.found_client(store)
        told = {"reason": "why", "segment": "South", "tax_amount": "100"}
        worlds.write_ledger(
            tmp_path / "one",
            invoices=[worlds.invoice_row()],
            payments=[worlds.payment_row(**told, related_kind="nonsense")],
        )

        report = worlds.bring(store, client_id, tmp_path / "one")

        assert [note for note in report.notes if "was not read" in note]
        with store.read(worlds.CENTRE_CALLER) as session:
            entry = session.execute(
                select(LedgerEntry.reason, LedgerEntry.segment, LedgerEntry.tax_minor)
            ).one()
        assert tuple(entry) == (None, None, None)


def stored(store: Store, client_id: ClientId) -> list[Any]:
    leave_out = {"client_id", "id", "book_id", "customer_id", "entry_id", "invoice_id", "undoes_id"}
    found: list[Any] = []
    with store.read(worlds.CENTRE_CALLER) as session:
        for table in (Invoice, LedgerEntry, Allocation):
            names = [column.name for column in table.__table__.columns]
            rows = session.execute(
                select(*(getattr(table, name) for name in names)).where(
                    table.client_id == client_id  # type: ignore[attr-defined] # each has one
                )
            ).mappings()
            found += sorted(
                repr([row[name] for name in names if name not in leave_out]) for row in rows
            )
    return found
