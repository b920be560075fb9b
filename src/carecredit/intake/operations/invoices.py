"""Absorbing documents that ask for payment; one that stands in the ledger is never rewritten."""

from collections.abc import Mapping, Sequence
from typing import Any

from carecredit.intake.operations.absorbing import (
    NEVER_REWRITTEN,
    Absorbed,
    Desk,
    first_difference,
    store_new,
)
from carecredit.intake.operations.contested import Claim, Contested
from carecredit.intake.operations.people import customers_named
from carecredit.intake.operations.reading import Line
from carecredit.intake.rules import InvoiceRow
from carecredit.kernel.ids import CustomerId, new_ids
from carecredit.receivables import operations as receivables
from carecredit.receivables import queries

_COLUMN_OF = {
    "customer_id": "customer_id",
    "invoiced_on": "invoice_date",
    "due_on": "due_date",
    "currency": "currency",
    "gross_minor": "gross_amount",
    "tax_minor": "tax_amount",
    "segment": "segment",
    "recorded_at": "recorded_at",
    "kind": "kind",
    "split_payment": "split_payment",
}
_OF_ENTRIES = {"invoiced_on": "date", "gross_minor": "amount"}
"""What entries.csv calls otherwise."""


def absorb_invoices(desk: Desk, lines: list[Line]) -> Absorbed:
    """Store the new documents of a chunk, and what is new about disputes of the others."""
    done = Absorbed()
    in_entries = "entry_id" in lines[0].header
    unique = done.unique(lines, "entry_id" if in_entries else "invoice_id")
    customers = customers_named(desk, (line.row.customer for line in unique.values()))
    rows = {
        number: _values(desk, line.row, invoice_id, customers[line.row.customer])
        for (number, line), invoice_id in zip(unique.items(), new_ids(len(unique)), strict=True)
    }
    known = store_new(
        desk,
        "invoice",
        rows,
        receivables.load_invoices,
        lambda: queries.invoices_by_number(
            desk.session, client_id=desk.client.id, numbers=list(rows)
        ),
    )
    contested = Contested(desk)
    for number, line in unique.items():
        row, values = line.row, rows[number]
        stored = known.get(number)
        if stored is None:
            done.sums[f"{row.kind}.{row.currency}"] += row.gross_minor
        elif different := first_difference(stored, _facts(values), recorded_said=row.recorded_said):
            names = _COLUMN_OF | _OF_ENTRIES if in_entries else _COLUMN_OF
            done.refuse(line, names[different], NEVER_REWRITTEN)
            continue
        if row.disputed_from is not None:
            contested.look(_claim(desk, line, values, stored), fresh=stored is None)
    done.added = len(rows) - len(known)
    done.changed = sum(contested.settle(done))
    return done


def _values(desk: Desk, row: InvoiceRow, invoice_id: Any, customer_id: CustomerId) -> Sequence[Any]:
    return (
        desk.client.id,
        invoice_id,
        customer_id,
        desk.book_id,
        row.kind,
        row.number,
        row.invoiced_on,
        row.due_on,
        row.currency,
        row.gross_minor,
        row.tax_minor,
        row.split_payment,
        row.segment,
        row.recorded_at,
    )


def _facts(values: Sequence[Any]) -> dict[str, Any]:
    facts = dict(zip(receivables.INVOICE_COLUMNS, values, strict=True))
    return {name: facts[name] for name in _COLUMN_OF}


def _claim(
    desk: Desk, line: Line, values: Sequence[Any], stored: Mapping[str, Any] | None
) -> Claim:
    """Read the dispute that an invoice's own row states: of all that is open, known with the row.

    One that comes with an invoice stored before is known from now on only.
    """
    row = line.row
    return Claim(
        line=line,
        invoice_id=values[1] if stored is None else stored["id"],
        customer_id=values[2],
        disputed_from=row.disputed_from,
        disputed_to=row.disputed_to,
        amount_minor=None,
        reason=None,
        recorded_at=row.recorded_at if stored is None else desk.now,
        ended_recorded_at=row.recorded_at if stored is None else desk.now,
        latest=True,
    )
