"""Absorbing the due dates of invoices that have several; together they are what is owed."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import islice

from carecredit.intake.operations.absorbing import NEVER_REWRITTEN, Absorbed, Desk
from carecredit.intake.operations.reading import Line
from carecredit.kernel.errors import Invalid
from carecredit.kernel.ids import InvoiceId
from carecredit.kernel.money import major
from carecredit.receivables import operations as receivables
from carecredit.receivables import queries
from carecredit.receivables.rules import NOTHING_FALLS_DUE, check_due_dates

_CHUNK = 10_000
Amiss = tuple[InvoiceId, str, str, int, int, date]
_LATE = (
    "the invoice came in before without this instalment, and a document is never rewritten: "
    "correct it with a credit note and a new invoice, or record a promise to pay"
)


def absorb_instalments(desk: Desk, lines: list[Line]) -> Absorbed:
    """Store the due dates of invoices of this book; those of earlier ones stand as they are."""
    done = Absorbed()
    client_id = desk.client.id
    numbers = list({line.row.invoice for line in lines})
    invoices = queries.invoices_by_number(desk.session, client_id=client_id, numbers=numbers)
    stored = queries.instalments_of(
        desk.session, client_id=client_id, invoice_ids=[one["id"] for one in invoices.values()]
    )
    rows = []
    for line in lines:
        row, invoice = line.row, invoices.get(line.row.invoice)
        if invoice is None:
            done.no_invoice(line)
            continue
        minor = done.minor(line, invoice["currency"])
        mine = stored.setdefault(invoice["id"], [])
        if minor is None:
            continue
        if invoice["gross_minor"] <= 0:
            done.refuse(line, "invoice_id", NOTHING_FALLS_DUE)
        elif minor <= 0:
            done.refuse(line, "amount", "an instalment is above zero; leave an empty one out")
        elif invoice["book_id"] == desk.book_id:
            mine.append((row.due_on, minor))
            known_at = row.recorded_at or invoice["recorded_at"]
            place = client_id, invoice["id"], len(mine), desk.book_id
            rows.append((*place, row.due_on, minor, known_at))
        elif (row.due_on, minor) not in mine:
            done.refuse(line, "due_date", NEVER_REWRITTEN if mine else _LATE)
    receivables.load_instalments(desk.session, rows=rows)
    done.added = len(rows)
    return done


def check_instalments(desk: Desk, again: Iterable[Line]) -> Absorbed:
    """Take out again what does not add up to its invoice; `again` reads the file once more."""
    done = Absorbed()
    amiss = queries.instalments_amiss(desk.session, client_id=desk.client.id, book_id=desk.book_id)
    if not amiss:
        return done
    told = dict(_why(desk, amiss))
    for invoice_ids in _by_chunk(one for one, number, *_ in amiss if number in told):
        done.added -= receivables.drop_instalments(
            desk.session,
            client_id=desk.client.id,
            book_id=desk.book_id,
            invoice_ids=invoice_ids,
        )
    for line in again:
        if line.row is not None and line.row.invoice in told:
            done.refuse(line, *told[line.row.invoice])
    return done


def _why(desk: Desk, amiss: Sequence[Amiss]) -> Iterator[tuple[str, tuple[str, str]]]:
    """Say what is wrong with the instalments of each invoice, by the ledger's own rule."""
    due = queries.instalments_of(
        desk.session, client_id=desk.client.id, invoice_ids=[one for one, *_ in amiss]
    )
    for invoice_id, number, currency, total, gross, first in amiss:
        if total != gross:
            told = (
                f"the instalments of this invoice add up to {major(total, currency)} and "
                f"{major(gross, currency)} is owed for it (where payment is split, the total less "
                "the VAT); make them add up"
            )
            yield number, ("amount", told)
            continue
        try:
            check_due_dates(due[invoice_id], owed_minor=gross, first=first)
        except Invalid as error:
            yield number, ("due_date", error.message)


def _by_chunk(ids: Iterator[InvoiceId]) -> Iterator[list[InvoiceId]]:
    while chunk := list(islice(ids, _CHUNK)):
        yield chunk
