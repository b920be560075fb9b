"""Absorbing what was read by column: documents that are all new; others are compared by row."""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import compress
from typing import Any

from sqlalchemy.exc import IntegrityError

from carecredit.intake.operations.absorbing import Absorbed, Desk
from carecredit.intake.operations.people import customers_named
from carecredit.intake.rules import EntryColumns, InvoiceColumns
from carecredit.kernel.ids import new_keys
from carecredit.receivables import operations as receivables
from carecredit.receivables import queries
from carecredit.receivables.rules import InvoiceKind

Payable = Mapping[str | None, tuple[bytes, bytes, str]]


def absorb_plain_invoices(desk: Desk, it: InvoiceColumns) -> Absorbed | None:
    """Store documents by column; none where one of them may stand in the ledger already."""
    count = len(it.numbers)
    columns: dict[str, Sequence[Any]] = _placed(desk, count) | {
        "id": new_keys(count),
        "customer_id": _customer_keys(desk, it.customers),
        "kind": [it.kind] * count,
        "number": it.numbers,
        "invoiced_on": it.invoiced_on,
        "due_on": it.due_on,
        "currency": it.currencies,
        "gross_minor": it.gross_minor,
        "tax_minor": it.tax_minor,
        "split_payment": [False] * count,
        "segment": it.segments,
        "recorded_at": it.recorded_at,
    }
    if not _store(desk, InvoiceKind.INVOICE.value, {"invoices": columns}):
        return None
    return Absorbed(count, sums=_sums(it.kind, it.currencies, it.gross_minor), odd=it.odd)


def absorb_plain_entries(desk: Desk, it: EntryColumns) -> Absorbed | None:
    """Store movements by column with their shares; none where one is known or fits no invoice."""
    count = len(it.numbers)
    customers = _customer_keys(desk, it.customers)
    invoices: Payable = queries.payable_keys(
        desk.session, client_id=desk.client.id, numbers=set(it.invoices) - {None}
    )
    if not _fit(it, customers, invoices):
        return None
    entry_ids = new_keys(count)
    entries = _placed(desk, count) | {
        "id": entry_ids,
        "kind": [it.kind.value] * count,
        "customer_id": customers,
        "number": it.numbers,
        "effective_on": it.effective_on,
        "currency": it.currencies,
        "amount_minor": it.amount_minor,
        "tax_minor": it.tax_minor,
        "segment": it.segments,
        "reason": it.reasons,
        "recorded_at": it.recorded_at,
    }
    shares = _shares(desk, it, entry_ids, invoices)
    if not _store(desk, it.kind, {"ledger_entries": entries, "allocations": shares}):
        return None
    return Absorbed(count, sums=_sums(it.kind, it.currencies, it.amount_minor), odd=it.odd)


def _fit(it: EntryColumns, customers: Sequence[bytes], invoices: Payable) -> bool:
    """Say whether each entry is in the currency, and of the customer, of its invoice."""
    stated = zip(it.invoices, customers, it.currencies, strict=True)
    known = invoices.get
    return all(
        number is None or ((found := known(number)) is not None and found[1:] == (who, currency))
        for number, who, currency in stated
    )


def _shares(
    desk: Desk, it: EntryColumns, entry_ids: Sequence[bytes], invoices: Payable
) -> dict[str, Sequence[Any]]:
    """Put each entry on the invoice that its own row states, all of it."""
    applied = [number is not None for number in it.invoices]
    count = sum(applied)
    return _placed(desk, count) | {
        "id": new_keys(count),
        "entry_id": list(compress(entry_ids, applied)),
        "invoice_id": [invoices[number][0] for number in compress(it.invoices, applied)],
        "effective_on": list(compress(it.effective_on, applied)),
        "applied_on": list(compress(it.applied_on, applied)),
        "amount_minor": list(compress(it.amount_minor, applied)),
        "recorded_at": list(compress(it.recorded_at, applied)),
    }


def _placed(desk: Desk, count: int) -> dict[str, Sequence[Any]]:
    return {
        "client_id": [desk.client.id.bytes] * count,
        "book_id": [desk.book_id.bytes] * count,
    }


def _customer_keys(desk: Desk, numbers: Sequence[str]) -> list[bytes]:
    known = customers_named(desk, numbers)
    keys = {number: known[number].bytes for number in set(numbers)}
    return [keys[number] for number in numbers]


def _store(desk: Desk, kind: str, tables: Mapping[str, Mapping[str, Sequence[Any]]]) -> bool:
    """Write all rows, or none where a number is taken; then the rows to come are compared too."""
    if kind in desk.met:
        return False
    try:
        with desk.session.begin_nested():
            receivables.load_columns(desk.session, tables=tables)
    except IntegrityError:
        desk.met.add(kind)
        return False
    return True


def _sums(kind: str, currencies: Sequence[str], minors: Sequence[int]) -> Counter[str]:
    sums: Counter[str] = Counter()
    for currency in set(currencies):
        mine = [one == currency for one in currencies]
        sums[f"{kind}.{currency}"] = sum(compress(minors, mine))
    return sums
