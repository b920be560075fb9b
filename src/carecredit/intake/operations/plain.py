"""Absorbing what was read by column: what is new is stored, what stands there already is left.

It is begun, and settled when the rows after it have been read: the database works meanwhile. Where
row says otherwise than what is stored, or fits no invoice, none is taken: the rows are then
compared one by one, where each is told what is wrong with it.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import compress
from typing import Any

from sqlalchemy.exc import IntegrityError

from carecredit.intake.operations.absorbing import Absorbed, Desk
from carecredit.intake.operations.people import customers_named
from carecredit.intake.rules import EntryColumns, InvoiceColumns
from carecredit.kernel.ids import new_keys
from carecredit.receivables import operations as receivables
from carecredit.receivables import queries

Payable = Mapping[str | None, tuple[bytes, bytes, str]]
Columns = Mapping[str, Sequence[Any]]
Settled = Absorbed | None
Begun = Callable[[], Settled]
"""Settles what was begun: what became of it, or nothing where rows are to be compared."""


def absorb_plain_invoices(desk: Desk, it: InvoiceColumns) -> Begun:
    """Begin to store the documents of a chunk that are new; none where one is told differently."""
    count = len(it.numbers)
    stated = {
        "customer_id": _customer_keys(desk, it.customers),
        "invoiced_on": it.invoiced_on,
        "due_on": it.due_on,
        "currency": it.currencies,
        "gross_minor": it.gross_minor,
        "tax_minor": it.tax_minor,
        "segment": it.segments,
        "recorded_at": it.recorded_at,
        "kind": [it.kind] * count,
        "split_payment": [False] * count,
    }
    columns = _placed(desk, it.numbers) | stated
    return _begin(
        desk,
        it.kind,
        {"invoices": columns},
        done=lambda: _told(it, it.gross_minor, None),
        again=lambda: _new_invoices(desk, it, stated, columns),
    )


def _new_invoices(desk: Desk, it: InvoiceColumns, stated: Columns, columns: Columns) -> Settled:
    """Store what is new of documents of which some stand in the ledger already."""
    stored = queries.invoice_facts(
        desk.session, client_id=desk.client.id, numbers=it.numbers, names=list(stated)
    )
    fresh = _new_among(it, stated, stored)
    if fresh is None:
        return None
    receivables.begin_columns(desk.session, tables={"invoices": _kept(columns, fresh)})()
    desk.learn(it.kind, known=len(stored))
    return _told(it, it.gross_minor, fresh)


def absorb_plain_entries(desk: Desk, it: EntryColumns) -> Begun:
    """Begin to store the movements that are new, with their shares; none where one is amiss."""
    customers = _customer_keys(desk, it.customers)
    invoices: Payable = queries.payable_keys(
        desk.session, client_id=desk.client.id, numbers=set(it.invoices) - {None}
    )
    if not _fit(it, customers, invoices):
        return lambda: None
    stated = {
        "customer_id": customers,
        "effective_on": it.effective_on,
        "currency": it.currencies,
        "amount_minor": it.amount_minor,
        "tax_minor": it.tax_minor,
        "segment": it.segments,
        "reason": it.reasons,
        "recorded_at": it.recorded_at,
    }
    entries = _placed(desk, it.numbers) | stated | {"kind": [it.kind.value] * len(customers)}
    tables = {
        "ledger_entries": entries,
        "allocations": _shares(desk, it, entries["id"], invoices),
    }
    return _begin(
        desk,
        it.kind,
        tables,
        done=lambda: _told(it, it.amount_minor, None),
        again=lambda: _new_entries(desk, it, stated, invoices, tables),
    )


def _new_entries(
    desk: Desk, it: EntryColumns, stated: Columns, invoices: Payable, tables: Mapping[str, Columns]
) -> Settled:
    """Store what is new of movements of which some stand in the ledger already."""
    stored = queries.entry_facts(
        desk.session, client_id=desk.client.id, kind=it.kind, numbers=it.numbers, names=list(stated)
    )
    fresh = _new_among(it, stated, stored)
    if fresh is None or not _applied_as_stated(desk, it, invoices, stored):
        return None
    new = [fresh[at] for at, number in enumerate(it.invoices) if number is not None]
    kept = {
        "ledger_entries": _kept(tables["ledger_entries"], fresh),
        "allocations": _kept(tables["allocations"], new),
    }
    receivables.begin_columns(desk.session, tables=kept)()
    desk.learn(it.kind, known=len(stored))
    return _told(it, it.amount_minor, fresh)


def _new_among(
    it: InvoiceColumns | EntryColumns,
    stated: Columns,
    stored: Mapping[str, tuple[bytes, tuple[Any, ...]]],
) -> list[bool] | None:
    """Say of each row whether it is new; nothing where one differs from what is stored."""
    fresh = [number not in stored for number in it.numbers]
    at = list(stated).index("recorded_at")
    told = zip(it.numbers, fresh, it.recorded_said, zip(*stated.values(), strict=True), strict=True)
    for number, is_new, said, row in told:
        if is_new:
            continue
        known = stored[number][1]
        if known != row and (said or known[:at] + known[at + 1 :] != row[:at] + row[at + 1 :]):
            return None
    return fresh


def _applied_as_stated(
    desk: Desk,
    it: EntryColumns,
    invoices: Payable,
    stored: Mapping[str, tuple[bytes, tuple[Any, ...]]],
) -> bool:
    """Say whether each stored entry was put on the invoice that its row states, all of it."""
    wanted = {
        (stored[number][0], invoices[invoice][0], applied_on, minor)
        for number, invoice, applied_on, minor in zip(
            it.numbers, it.invoices, it.applied_on, it.amount_minor, strict=True
        )
        if invoice is not None and number in stored
    }
    found = queries.share_facts(
        desk.session, client_id=desk.client.id, entry_keys={entry for entry, *_ in wanted}
    )
    return wanted <= found


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
    return _placed(desk, list(compress(it.numbers, applied)), numbered=False) | {
        "entry_id": list(compress(entry_ids, applied)),
        "invoice_id": [invoices[number][0] for number in compress(it.invoices, applied)],
        "effective_on": list(compress(it.effective_on, applied)),
        "applied_on": list(compress(it.applied_on, applied)),
        "amount_minor": list(compress(it.amount_minor, applied)),
        "recorded_at": list(compress(it.recorded_at, applied)),
    }


def _placed(
    desk: Desk, numbers: Sequence[str], *, numbered: bool = True
) -> dict[str, Sequence[Any]]:
    count = len(numbers)
    place: dict[str, Sequence[Any]] = {
        "client_id": [desk.client.id.bytes] * count,
        "id": new_keys(count),
        "book_id": [desk.book_id.bytes] * count,
    }
    return place | {"number": numbers} if numbered else place


def _kept(columns: Columns, wanted: Sequence[bool]) -> dict[str, Sequence[Any]]:
    return {name: list(compress(values, wanted)) for name, values in columns.items()}


def _customer_keys(desk: Desk, numbers: Sequence[str]) -> list[bytes]:
    known = customers_named(desk, numbers)
    keys = {number: known[number].bytes for number in set(numbers)}
    return [keys[number] for number in numbers]


def _begin(
    desk: Desk,
    kind: str,
    tables: Mapping[str, Columns],
    *,
    done: Callable[[], Absorbed],
    again: Callable[[], Settled],
) -> Begun:
    """Begin to write all rows, or none where a number is taken: then those to come are compared."""
    if kind in desk.met:
        return again
    nested = desk.session.begin_nested()
    wait = receivables.begin_columns(desk.session, tables=tables)

    def settle() -> Settled:
        try:
            wait()
        except IntegrityError:
            nested.rollback()
            desk.met.add(kind)
            return again()
        nested.commit()
        return done()

    return settle


def _told(
    it: InvoiceColumns | EntryColumns, minors: Sequence[int], fresh: Sequence[bool] | None
) -> Absorbed:
    """Count what was stored (none said: all), and what is odd in any row."""
    wanted = fresh or [True] * len(minors)
    sums: Counter[str] = Counter()
    for currency in set(it.currencies):
        mine = [new and one == currency for new, one in zip(wanted, it.currencies, strict=True)]
        if any(mine):
            sums[f"{it.kind}.{currency}"] = sum(compress(minors, mine))
    return Absorbed(sum(wanted), sums=sums, odd=it.odd)
