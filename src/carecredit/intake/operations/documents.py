"""Absorbing invoices, payments, credit notes and write-offs; a document is never rewritten."""

from typing import Any

import msgspec

from carecredit.customers.operations import lock_gates_of
from carecredit.intake.operations.absorbing import Absorbed, Desk, first_difference
from carecredit.intake.operations.contested import Contested
from carecredit.intake.operations.people import customers_named
from carecredit.intake.operations.reading import Line
from carecredit.intake.rules import EntryRow, InvoiceRow
from carecredit.kernel.ids import AllocationId, EntryId, InvoiceId, new_id
from carecredit.receivables import operations as receivables
from carecredit.receivables import queries
from carecredit.receivables.rules import EntryKind

_INVOICE_COLUMNS = {
    "customer_id": "customer_id",
    "invoiced_on": "invoice_date",
    "due_on": "due_date",
    "currency": "currency",
    "gross_minor": "gross_amount",
    "tax_minor": "tax_amount",
    "segment": "segment",
    "recorded_at": "recorded_at",
}
_ENTRY_COLUMNS = {
    EntryKind.PAYMENT: ("payment_id", "payment_date", "amount"),
    EntryKind.CREDIT_NOTE: ("credit_note_id", "credit_date", "gross_amount"),
    EntryKind.WRITE_OFF: ("write_off_id", "write_off_date", "amount"),
}
_NEVER_REWRITTEN = (
    "it is in the ledger already and says otherwise here; a document is never rewritten: send the "
    "row as it was, or correct it with a credit note or an entry of its own"
)
_TWICE = "it stands twice in these rows, differently; keep the one that is right"


def absorb_invoices(desk: Desk, lines: list[Line]) -> Absorbed:
    """Store the new invoices of a chunk, and what is new about disputes of the others."""
    done = Absorbed()
    unique = _unique(done, lines, "invoice_id")
    customers = customers_named(desk, (line.row.customer for line in unique.values()))
    stored = queries.invoices_by_number(desk.session, client_id=desk.client.id, numbers=unique)
    contested = Contested(desk)
    fresh: list[dict[str, Any]] = []
    for number, line in unique.items():
        facts = _invoice_facts(line.row, customers)
        known = stored.get(number)
        if known is None:
            invoice_id = InvoiceId(new_id())
            fresh.append(
                facts
                | _place(desk)
                | {"id": invoice_id, "number": number, "kind": "invoice", "split_payment": False}
            )
            contested.look(invoice_id, line, facts["customer_id"], fresh=True)
            done.sums[f"invoice.{line.row.currency}"] += line.row.gross_minor
        elif different := first_difference(known, facts):
            done.refuse(line, _INVOICE_COLUMNS[different], _NEVER_REWRITTEN)
        else:
            contested.look(known["id"], line, facts["customer_id"], fresh=False)
    receivables.store_invoices(desk.session, rows=fresh)
    done.added = len(fresh)
    done.changed = contested.settle(done)
    return done


def absorb_entries(desk: Desk, lines: list[Line]) -> Absorbed:
    """Store the new payments, credit notes or write-offs of a chunk and their applications."""
    done = Absorbed()
    kind: EntryKind = lines[0].row.kind
    number_column, _, _ = _ENTRY_COLUMNS[kind]
    unique = _unique(done, lines, number_column)
    customers = customers_named(desk, (line.row.customer for line in unique.values()))
    lock_gates_of(desk.session, client_id=desk.client.id, customer_ids=set(customers.values()))
    client_id = desk.client.id
    stored = queries.entries_by_number(desk.session, client_id=client_id, kind=kind, numbers=unique)
    shares = queries.shares_of_entries(
        desk.session, client_id=client_id, entry_ids=[row["id"] for row in stored.values()]
    )
    named = {line.row.invoice for line in unique.values() if line.row.invoice}
    invoices = queries.invoices_by_number(desk.session, client_id=client_id, numbers=named)
    new = _NewEntries()
    for number, line in unique.items():
        row, facts = line.row, _entry_facts(line.row, customers)
        invoice = invoices.get(row.invoice) if row.invoice else None
        known = stored.get(number)
        if row.invoice and (wrong := _wrong_invoice(row, facts, invoice)):
            done.refuse(line, *wrong)
        elif known is None:
            new.add(desk, row, facts, invoice)
            done.sums[f"{kind}.{row.currency}"] += row.amount_minor
        elif different := first_difference(known, facts):
            done.refuse(line, _entry_column(kind, different), _NEVER_REWRITTEN)
        elif invoice and (wrong_share := new.apply_known(desk, row, known, invoice, shares)):
            done.refuse(line, wrong_share, _NEVER_REWRITTEN)
    new.store(desk)
    done.added, done.changed = len(new.entries), new.applied_late
    return done


class _NewEntries:
    """What a chunk adds: entries, and applications of entries new and old."""

    def __init__(self) -> None:
        self.entries: list[dict[str, Any]] = []
        self.shares: list[dict[str, Any]] = []
        self.applied_late = 0

    def add(self, desk: Desk, row: EntryRow, facts: dict[str, Any], invoice: Any) -> None:
        entry_id = EntryId(new_id())
        self.entries.append(
            facts
            | _place(desk)
            | {"id": entry_id, "kind": row.kind.value, "number": row.number}
            | {"related_id": None, "reason": None}
        )
        if invoice is not None:
            self._share(desk, row, entry_id, invoice["id"], row.recorded_at)

    def apply_known(
        self, desk: Desk, row: EntryRow, known: dict[str, Any], invoice: dict[str, Any], shares: Any
    ) -> str | None:
        """Apply an entry that came in earlier without an invoice; name the column that clashes."""
        standing = shares.get(known["id"], [])
        if (invoice["id"], row.applied_on, row.amount_minor) in standing:
            return None
        if standing:
            return "invoice_id" if standing[0][0] != invoice["id"] else "applied_date"
        self._share(desk, row, known["id"], invoice["id"], max(desk.now, row.recorded_at))
        self.applied_late += 1
        return None

    def _share(
        self, desk: Desk, row: EntryRow, entry_id: EntryId, invoice_id: InvoiceId, recorded_at: Any
    ) -> None:
        self.shares.append(
            {
                "client_id": desk.client.id,
                "id": AllocationId(new_id()),
                "entry_id": entry_id,
                "invoice_id": invoice_id,
                "book_id": desk.book_id,
                "undoes_id": None,
                "effective_on": row.effective_on,
                "applied_on": row.applied_on,
                "amount_minor": row.amount_minor,
                "recorded_at": recorded_at,
            }
        )

    def store(self, desk: Desk) -> None:
        receivables.store_entries(desk.session, rows=self.entries)
        receivables.store_allocations(desk.session, rows=self.shares)


def _unique(done: Absorbed, lines: list[Line], column: str) -> dict[str, Line]:
    """Keep one line for each number; a second one that says the same is no news."""
    unique: dict[str, Line] = {}
    for line in lines:
        first = unique.setdefault(line.row.number, line)
        if first.row != line.row:
            done.refuse(line, column, _TWICE)
    return unique


def _place(desk: Desk) -> dict[str, Any]:
    return {"client_id": desk.client.id, "book_id": desk.book_id}


def _invoice_facts(row: InvoiceRow, customers: dict[str, Any]) -> dict[str, Any]:
    facts = msgspec.structs.asdict(row)
    return {name: facts.get(name) for name in _INVOICE_COLUMNS} | {
        "customer_id": customers[row.customer]
    }


def _entry_facts(row: EntryRow, customers: dict[str, Any]) -> dict[str, Any]:
    facts = msgspec.structs.asdict(row)
    kept = ("effective_on", "currency", "amount_minor", "tax_minor", "segment", "recorded_at")
    return {name: facts[name] for name in kept} | {"customer_id": customers[row.customer]}


def _entry_column(kind: EntryKind, name: str) -> str:
    _, day, amount = _ENTRY_COLUMNS[kind]
    named = {"effective_on": day, "amount_minor": amount, "tax_minor": "tax_amount"}
    return named.get(name, name)


def _wrong_invoice(
    row: EntryRow, facts: dict[str, Any], invoice: dict[str, Any] | None
) -> tuple[str, str] | None:
    """Say which cell does not fit the invoice the row is applied to, and why."""
    if invoice is None:
        way_out = "bring the invoice in too, or leave the cell empty for money not yet applied"
        return "invoice_id", f"there is no such invoice; {way_out}"
    if invoice["currency"] != row.currency:
        return (
            "currency",
            f"the invoice is in {invoice['currency']}; an entry is applied in its own",
        )
    if invoice["customer_id"] != facts["customer_id"]:
        way_out = "name the invoice's customer, or leave invoice_id empty"
        return "customer_id", f"the invoice is another customer's; {way_out}"
    return None
