"""What a contact is about where nobody says: service before the due date, debt after it."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from carecredit.kernel.calendars import local_date, zone
from carecredit.kernel.ids import ClientId, CustomerId, InvoiceId
from carecredit.mandates import queries as mandates
from carecredit.receivables import queries as receivables
from carecredit.receivables.views import OpenInvoice


def purpose_of(
    session: Session,
    *,
    client_id: ClientId,
    customer_id: CustomerId,
    debts: Sequence[InvoiceId],
    now: datetime,
) -> str:
    """Say what a contact with a customer is about: debt collection once something is past due.

    Where invoices are named they alone decide. A customer who owes something late is not reassured
    by the rules of a service contact.
    """
    client = mandates.client(session, client_id=client_id)
    today = local_date(now, zone(client.zone))
    about = (
        named_invoices(
            session, client_id=client_id, customer_id=customer_id, debts=debts, today=today
        )
        if debts
        else receivables.open_invoices(
            session, client_id=client_id, customer_ids=[customer_id], today=today
        ).get(customer_id, [])
    )
    late = any(invoice.open_minor > 0 and invoice.due_on < today for invoice in about)
    return "debt_collection" if late else "service"


def named_invoices(
    session: Session,
    *,
    client_id: ClientId,
    customer_id: CustomerId,
    debts: Sequence[InvoiceId],
    today: date,
) -> list[OpenInvoice]:
    """Read invoices of a customer by id; one that is another's, or is not, is refused."""
    found = receivables.invoices_by_id(
        session, client_id=client_id, invoice_ids=set(debts), today=today
    )
    ours = [each for each in found.values() if each.customer_id == customer_id]
    if len(ours) < len(set(debts)):
        raise receivables.UnknownInvoice("no such invoice of this customer", field="debt")
    return ours
