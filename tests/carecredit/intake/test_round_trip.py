"""What is written to files and brought in is what stands in the ledger, to the cent."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

import worlds
from carecredit.intake.views import Report
from carecredit.kernel.money import major
from carecredit.receivables.model import Allocation, Instalment, Invoice, LedgerEntry
from carecredit.store.session import Store
from csv_ledgers import entry_row, share_row
from worlds import CENTRE_CALLER, invoice_row

FIRST = date(2026, 1, 1)
CENTS = st.integers(1, 50_000)
DAYS = st.integers(0, 90).map(lambda days: FIRST + timedelta(days=days))


def eur(minor: int) -> str:
    return major(minor, "EUR")


@st.composite
def ledgers(draw: st.DrawFn) -> dict[str, Any]:
    """Draw documents, due dates, entries and shares that fit each other."""
    files: dict[str, list[dict[str, object]]] = {
        "invoices": [], "instalments": [], "entries": [], "allocations": [],
    }  # fmt: skip
    gross = draw(st.lists(CENTS, min_size=1, max_size=5))
    for index, minor in enumerate(gross):
        on = draw(DAYS)
        row = invoice_row(f"F-{index}", invoice_date=on, gross_amount=eur(minor))
        files["invoices"].append(row)
        if minor > 1 and draw(st.booleans()):
            part = draw(st.integers(1, minor - 1))
            apart = draw(st.lists(st.integers(0, 60), min_size=2, max_size=2, unique=True))
            files["instalments"] += [
                {"invoice_id": f"F-{index}", "due_date": on + timedelta(days=days),
                 "amount": eur(one)}
                for days, one in zip(apart, (part, minor - part), strict=True)
            ]  # fmt: skip
    kinds = st.sampled_from(["payment", "credit_note", "write_off", "opening_credit"])
    for index, (kind, minor) in enumerate(draw(st.lists(st.tuples(kinds, CENTS), max_size=5))):
        number, day, left = f"E-{index}", draw(DAYS), minor
        files["entries"].append(entry_row(kind, number, date=day, amount=eur(minor)))
        for invoice in draw(st.sets(st.integers(0, len(gross) - 1), max_size=3)):
            share = draw(st.integers(0, left))
            left -= share
            if share:
                shared = share_row(number, f"F-{invoice}", kind=kind, amount=eur(share))
                files["allocations"].append(shared | {"applied_date": day})
    return {name: rows for name, rows in files.items() if rows}


def stored(store: Store, code: str) -> dict[str, list[tuple[Any, ...]]]:
    """Read the ledger back as the files would write it."""
    with store.read(CENTRE_CALLER) as session:
        client_id = worlds.mandates.client_by_code(session, code=code).id
        invoices = select(Invoice.number, Invoice.invoiced_on, Invoice.gross_minor)
        due = select(Invoice.number, Instalment.due_on, Instalment.amount_minor).join(
            Invoice, Invoice.id == Instalment.invoice_id
        )
        entries = select(
            LedgerEntry.kind, LedgerEntry.number, LedgerEntry.effective_on, LedgerEntry.amount_minor
        )
        shares = (
            select(LedgerEntry.number, Invoice.number, Allocation.applied_on,
                   Allocation.amount_minor)
            .join(Invoice, Invoice.id == Allocation.invoice_id)
            .join(LedgerEntry, LedgerEntry.id == Allocation.entry_id)
        )  # fmt: skip
        asked = {
            "invoices": invoices.where(Invoice.client_id == client_id),
            "instalments": due.where(Instalment.client_id == client_id),
            "entries": entries.where(LedgerEntry.client_id == client_id),
            "allocations": shares.where(Allocation.client_id == client_id),
        }
        return {
            name: sorted((*row[:-1], eur(row[-1])) for row in session.execute(query))
            for name, query in asked.items()
        }


def stated(files: dict[str, Any]) -> dict[str, list[tuple[Any, ...]]]:
    columns = {
        "invoices": ("invoice_id", "invoice_date", "gross_amount"),
        "instalments": ("invoice_id", "due_date", "amount"),
        "entries": ("kind", "entry_id", "date", "amount"),
        "allocations": ("entry_id", "invoice_id", "applied_date", "amount"),
    }
    return {
        name: sorted(tuple(row[one] for one in wanted) for row in files.get(name, []))
        for name, wanted in columns.items()
    }


class TestALedgerInFiles:
    @settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(files=ledgers())
    def test_comes_back_as_it_was_written_and_only_once(
        self, store: Store, files: dict[str, Any]
    ) -> None:
        with TemporaryDirectory() as folder:
            code = f"C{abs(hash(folder)) % 10**9}"
            client_id = worlds.found_client(store, code)
            ledger = worlds.write_ledger(Path(folder) / "ledger", **files)

            worlds.bring(store, client_id, ledger)

            assert stored(store, code) == stated(files)
            assert not worlds.bring(store, client_id, ledger).changed

    def test_leaves_nothing_behind_where_its_import_is_interrupted(
        self, store: Store, bring: Callable[..., Report], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        before = worlds.row_counts(store)

        def stop(*_: object, **__: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr("carecredit.intake.operations.ledger.settle_returns", stop)
        with pytest.raises(KeyboardInterrupt):
            bring(invoices=[invoice_row()], entries=[entry_row("payment", "P-1")])

        assert worlds.row_counts(store) == before
