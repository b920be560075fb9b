"""Small worlds for the tests, in the words of the trade; each builder is its own transaction."""

from datetime import UTC, date, datetime
from typing import Any

from carecredit.customers.operations import Card, CardPoint, register
from carecredit.kernel.ids import ClientId, CustomerId, InvoiceId
from carecredit.kernel.money import Money
from carecredit.mandates.operations import NewClient, add_client
from carecredit.receivables.operations import record_invoice
from carecredit.receivables.operations.documents import NewInvoice
from carecredit.store.session import Caller, Store

NOW = datetime(2026, 6, 8, 7, 0, tzinfo=UTC)
"""A Monday, nine in the morning in Rome."""
TODAY = date(2026, 6, 8)
CENTRE_CALLER = Caller("tests")
"""May see every client company."""


def only(*clients: ClientId, name: str = "one of them") -> Caller:
    """Give a caller that may see these client companies and no others."""
    return Caller(name, frozenset(clients))


def found_client(store: Store, code: str = "ACQ", *, now: datetime = NOW, **card: Any) -> ClientId:
    """Found a client company (an Italian water works unless the card says otherwise)."""
    with store.begin(CENTRE_CALLER) as session:
        client = NewClient(code=code, **{"name": f"Acque {code}"} | card)
        return add_client(session, client=client, now=now).id


def add_customer(
    store: Store,
    client_id: ClientId,
    number: str = "K-1",
    *,
    email: str | None = None,
    phone: str | None = None,
    now: datetime = NOW,
    **card: Any,
) -> CustomerId:
    """Register a customer, with an e-mail address or a telephone number where given."""
    points = [CardPoint("email", email, email)] if email else []
    points += [CardPoint("phone", phone, phone)] if phone else []
    facts = {"name": f"Cliente {number}"} | card
    with store.begin(CENTRE_CALLER) as session:
        registered = register(
            session,
            client_id=client_id,
            cards=[Card(number=number, points=tuple(points), **facts)],
            language="it",
            country="IT",
            now=now,
        )
    return registered.ids[number]


def add_invoice(
    store: Store,
    client_id: ClientId,
    customer_id: CustomerId,
    number: str = "F-1",
    *,
    gross_minor: int = 12_000,
    currency: str = "EUR",
    invoiced_on: date = date(2026, 4, 1),
    due_on: date | None = date(2026, 5, 1),
    now: datetime = NOW,
) -> InvoiceId:
    """Record an invoice; unless told otherwise it is five weeks overdue at `TODAY`."""
    invoice = NewInvoice(
        customer_id=customer_id,
        number=number,
        invoiced_on=invoiced_on,
        due_on=due_on,
        gross=Money(gross_minor, currency),
    )
    with store.begin(CENTRE_CALLER) as session:
        return record_invoice(session, client_id=client_id, invoice=invoice, now=now)
