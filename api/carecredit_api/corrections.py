"""Putting right over HTTP: a movement taken off all its invoices, an invoice replaced."""

import msgspec
from litestar import Response, delete, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody
from sqlalchemy.orm import Session

from carecredit.holds import operations as holds
from carecredit.kernel.errors import Invalid
from carecredit.kernel.ids import EntryId, InvoiceId
from carecredit.mandates.views import Client
from carecredit.receivables import operations, queries
from carecredit.receivables.operations import NewInvoice
from carecredit_api.allocations import UndoneOn, UndoneOut, undone_out
from carecredit_api.cards import InvoiceOut, invoice_out
from carecredit_api.deps import ClientCode, IdempotencyKey, Visit
from carecredit_api.entries import WRITE
from carecredit_api.receivables import TAGS, InvoiceIn, new_invoice
from carecredit_api.wire import Amount, Day, Number, Reason, amount, checked_day, read_day


class CorrectionIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A mistaken invoice put right: a credit note over all of it, and what takes its place."""

    credit_number: Number
    corrected_on: Day
    reason: Reason
    replacement: InvoiceIn


class CorrectedOut(msgspec.Struct, frozen=True):
    """The credit note over the mistaken invoice, the new one, and what moved over to it."""

    credit_note_id: EntryId
    moved: Amount
    invoice: InvoiceOut


@delete(
    "/entries/{entry_id:uuid}/allocations", operation_id="undo_entry", tags=TAGS,
    summary="Take a movement off its invoices", sync_to_thread=True, status_code=200, opt=WRITE,
)  # fmt: skip
def undo_entry(
    visit: NamedDependency[Visit],
    entry_id: FromPath[EntryId],
    client: ClientCode = None,
    on: UndoneOn = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[UndoneOut]:
    """Take every share of a payment or credit off its invoices from a day on; the past stays."""

    def act(session: Session, found: Client) -> UndoneOut:
        undone_on = visit.today(found) if on is None else read_day(on, field="on")
        undone = operations.undo_entry(
            session, client_id=found.id, entry_id=entry_id, undone_on=undone_on, now=visit.now
        )
        return undone_out(session, found.id, undone)

    return visit.act(client, idempotency_key, act)


@post(
    "/invoices/{invoice_id:uuid}/correct", operation_id="correct_invoice", tags=TAGS,
    summary="Put a mistaken invoice right", sync_to_thread=True, opt=WRITE,
)  # fmt: skip
def correct_invoice(
    visit: NamedDependency[Visit],
    invoice_id: FromPath[InvoiceId],
    data: JSONBody[CorrectionIn],
    client: ClientCode = None,
    idempotency_key: IdempotencyKey = None,
) -> Response[CorrectedOut]:
    """Lower an invoice to zero by a credit note and record another; what was paid moves over."""
    corrected_on = checked_day(data.corrected_on, field="corrected_on")
    replacement = _replacement(data.replacement)

    def act(session: Session, found: Client) -> CorrectedOut:
        done = holds.correct_invoice(
            session,
            client_id=found.id,
            invoice_id=invoice_id,
            credit_number=data.credit_number,
            replacement=replacement,
            corrected_on=corrected_on,
            reason=data.reason,
            now=visit.now,
        )
        today = visit.today(found)
        it = queries.invoice(session, client_id=found.id, invoice_id=done.invoice_id, today=today)
        moved = amount(done.moved_minor, it.currency)
        return CorrectedOut(done.credit_note_id, moved, invoice_out(it, today))

    return visit.act(client, idempotency_key, act)


def _replacement(data: InvoiceIn) -> NewInvoice:
    """Read the new invoice; what is wrong with it is named where it stands."""
    try:
        return new_invoice(data)
    except Invalid as error:
        raise Invalid(error.message, field=f"replacement/{error.field}") from error


HANDLERS = (undo_entry, correct_invoice)
