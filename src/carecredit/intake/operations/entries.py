"""Absorbing what settles: payments, credits, write-offs, and the invoice each was put on."""

from collections.abc import Mapping, Sequence
from typing import Any

from carecredit.intake.operations.absorbing import (
    NEVER_REWRITTEN,
    Absorbed,
    Desk,
    first_difference,
    store_new,
)
from carecredit.intake.operations.people import customers_named
from carecredit.intake.operations.reading import Line
from carecredit.intake.rules import EntryRow
from carecredit.kernel.ids import CustomerId, EntryId, new_id, new_ids
from carecredit.receivables import operations as receivables
from carecredit.receivables import queries
from carecredit.receivables.rules import EntryKind

_FACTS = (
    "effective_on", "currency", "amount_minor", "tax_minor", "segment", "recorded_at",
    "customer_id", "related_id", "reason",
)  # fmt: skip
_ID_AT = receivables.ENTRY_COLUMNS.index("id")
_COLUMNS_OF = {
    "payments.csv": ("payment_id", "payment_date", "amount"),
    "credit_notes.csv": ("credit_note_id", "credit_date", "gross_amount"),
    "write_offs.csv": ("write_off_id", "write_off_date", "amount"),
    "entries.csv": ("entry_id", "date", "amount"),
}
Payable = Mapping[str, tuple[Any, ...]]


def absorb_entries(desk: Desk, lines: list[Line]) -> Absorbed:
    """Store the new entries of a chunk, kind by kind, and their applications."""
    done = Absorbed()
    for kind in dict.fromkeys(line.row.kind for line in lines):
        _absorb(desk, kind, [line for line in lines if line.row.kind == kind], done)
    return done


def _absorb(desk: Desk, kind: EntryKind, lines: Sequence[Line], done: Absorbed) -> None:
    unique = done.unique(lines, _COLUMNS_OF[lines[0].file][0])
    customers = customers_named(desk, (line.row.customer for line in unique.values()))
    invoices = queries.payable_by_number(
        desk.session,
        client_id=desk.client.id,
        numbers=list({line.row.invoice for line in unique.values() if line.row.invoice}),
    )
    rows: dict[str, Sequence[Any]] = {}
    for (number, line), entry_id in zip(unique.items(), new_ids(len(unique)), strict=True):
        customer_id = customers[line.row.customer]
        if wrong := _wrong_invoice(line.row, customer_id, invoices):
            done.refuse(line, *wrong)
        else:
            rows[number] = entry_values(desk, line.row, entry_id, customer_id, None)
    known = store_new(
        desk,
        kind,
        rows,
        receivables.load_entries,
        lambda: queries.entries_by_number(
            desk.session, client_id=desk.client.id, kind=kind, numbers=list(rows)
        ),
    )
    fresh = [(unique[one].row, rows[one]) for one in rows if one not in known]
    for row, _ in fresh:
        done.sums[f"{kind}.{row.currency}"] += row.amount_minor
    applied = [(row, values[_ID_AT]) for row, values in fresh if row.invoice]
    shares = [
        share_values(desk, row, (share_id, entry_id, invoices[row.invoice][0]), row.recorded_at)
        for (row, entry_id), share_id in zip(applied, new_ids(len(applied)), strict=True)
    ]
    met = [(unique[one], rows[one], known[one]) for one in rows if one in known]
    late = _apply_known(desk, met, invoices, done) if met else []
    receivables.load_allocations(desk.session, rows=shares + late)
    done.added += len(fresh)
    done.changed += len(late)


def _apply_known(
    desk: Desk,
    met: Sequence[tuple[Line, Sequence[Any], dict[str, Any]]],
    invoices: Payable,
    done: Absorbed,
) -> list[Sequence[Any]]:
    """Apply entries that came in earlier without an invoice; what differs is put aside."""
    applied = queries.shares_of_entries(
        desk.session,
        client_id=desk.client.id,
        entry_ids=[stored["id"] for line, _, stored in met if line.row.invoice],
    )
    late: list[Sequence[Any]] = []
    for line, values, stored in met:
        row: EntryRow = line.row
        if different := first_difference(
            stored, entry_facts(values), recorded_said=row.recorded_said
        ):
            done.refuse(line, entry_column(line, different), NEVER_REWRITTEN)
            continue
        if row.invoice is None:
            continue
        invoice_id, standing = invoices[row.invoice][0], applied.get(stored["id"], [])
        if not standing:
            known_at = max(desk.now, row.recorded_at)
            late.append(share_values(desk, row, (new_id(), stored["id"], invoice_id), known_at))
        elif (invoice_id, row.applied_on, row.amount_minor) not in standing:
            column = "invoice_id" if standing[0][0] != invoice_id else "applied_date"
            done.refuse(line, column, NEVER_REWRITTEN)
    return late


def entry_values(
    desk: Desk,
    row: EntryRow,
    entry_id: Any,
    customer_id: CustomerId,
    related_id: EntryId | None,
) -> Sequence[Any]:
    """Write an entry by position."""
    return (
        desk.client.id,
        entry_id,
        str(row.kind),
        customer_id,
        desk.book_id,
        related_id,
        row.number,
        row.effective_on,
        row.currency,
        row.amount_minor,
        row.tax_minor,
        row.segment,
        row.reason,
        row.recorded_at,
    )


def share_values(
    desk: Desk, row: EntryRow, ids: tuple[Any, Any, Any], recorded_at: Any
) -> Sequence[Any]:
    """Write the application that an entry's own row states: all of it."""
    share_id, entry_id, invoice_id = ids
    return (
        desk.client.id,
        share_id,
        entry_id,
        invoice_id,
        desk.book_id,
        None,
        row.effective_on,
        row.applied_on,
        row.amount_minor,
        recorded_at,
    )


def entry_facts(values: Sequence[Any]) -> dict[str, Any]:
    """Name the facts by which an entry is compared with what is stored."""
    facts = dict(zip(receivables.ENTRY_COLUMNS, values, strict=True))
    return {name: facts[name] for name in _FACTS}


def entry_column(line: Line, fact: str) -> str:
    """Say in which column of its file a fact stands."""
    _, day, amount = _COLUMNS_OF[line.file]
    named = {"effective_on": day, "amount_minor": amount, "tax_minor": "tax_amount"}
    return named.get(fact, fact)


def _wrong_invoice(
    row: EntryRow, customer_id: CustomerId, invoices: Payable
) -> tuple[str, str] | None:
    """Say which cell does not fit the invoice the row is applied to, and why."""
    if row.invoice is None:
        return None
    found = invoices.get(row.invoice)
    if found is None:
        way_out = "bring the invoice in too, or leave the cell empty for money not yet applied"
        return "invoice_id", f"there is no such invoice; {way_out}"
    _, holder_id, currency = found
    if currency != row.currency:
        return "currency", f"the invoice is in {currency}; an entry is applied in its own"
    if holder_id != customer_id:
        way_out = "name the invoice's customer, or leave invoice_id empty"
        return "customer_id", f"the invoice is another customer's; {way_out}"
    return None
