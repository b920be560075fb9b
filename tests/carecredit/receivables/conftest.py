"""A client company with a customer, and short words for the operations on its ledger."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest

import worlds
from carecredit.kernel.ids import ClientId, CustomerId, InvoiceId
from carecredit.kernel.money import Money
from carecredit.mandates.operations import NewClient, Terms, add_client
from carecredit.receivables import operations, queries, views
from carecredit.receivables.operations import NewInstalment, NewInvoice
from carecredit.receivables.rules import InvoiceKind, Share
from carecredit.store.session import Store
from worlds import CENTRE_CALLER, NOW, TODAY


class Book:
    """One customer's account; amounts in cents, days counted back from today."""

    def __init__(self, store: Store, **terms: Any) -> None:
        self.store = store
        with store.begin(CENTRE_CALLER) as session:
            client = add_client(
                session, client=NewClient("ACQ", "Acque"), terms=Terms(**terms), now=NOW
            )
        self.client_id: ClientId = client.id
        self.customer_id: CustomerId = worlds.add_customer(store, self.client_id)

    def do(self, operation: Callable[..., Any], **words: Any) -> Any:
        with self.store.begin(CENTRE_CALLER) as session:
            return operation(session, client_id=self.client_id, **{"now": NOW} | words)

    def ask(self, query: Callable[..., Any], **words: Any) -> Any:
        with self.store.read(CENTRE_CALLER) as session:
            return query(session, client_id=self.client_id, **words)

    def invoice(
        self,
        number: str = "F-1",
        minor: int = 10_000,
        *,
        ago: int = 60,
        due: int | None = 30,
        parts: tuple[tuple[int, int], ...] = (),
        currency: str = "EUR",
        **more: Any,
    ) -> InvoiceId:
        """Record an invoice of some days ago; `due` and `parts` are days ago too."""
        kind = InvoiceKind(more.pop("kind", "invoice"))
        invoice = NewInvoice(
            customer_id=more.pop("customer_id", self.customer_id),
            number=number,
            invoiced_on=ago_on(ago),
            due_on=None if due is None or parts else ago_on(due),
            gross=Money(minor, currency),
            kind=kind,
            instalments=tuple(NewInstalment(ago_on(day), cents) for day, cents in parts),
            **more,
        )
        found: InvoiceId = self.do(operations.record_invoice, invoice=invoice)
        return found

    def pay(
        self, number: str, minor: int, *, ago: int = 20, on: dict[InvoiceId, int] | None = None
    ) -> views.Receipt:
        """Record a payment of some days ago, with the customer's instruction where there is one."""
        found: views.Receipt = self.do(
            operations.record_payment,
            customer_id=self.customer_id,
            number=number,
            amount=Money(minor, "EUR"),
            received_on=ago_on(ago),
            shares=[Share(key, cents) for key, cents in (on or {}).items()],
        )
        return found

    def open(self, invoice_id: InvoiceId, ago: int = 0) -> int:
        """Say what an invoice has open at the end of a day."""
        found: views.OpenInvoice = self.ask(
            queries.invoice, invoice_id=invoice_id, today=ago_on(ago)
        )
        return found.open_minor

    def balance(self, ago: int = 0, **words: Any) -> views.Balance:
        """Read the balance in euro."""
        found = self.ask(queries.balance, customer_id=self.customer_id, today=ago_on(ago), **words)
        euro = [one for one in found if one.currency == "EUR"]
        return euro[0] if euro else views.Balance("EUR", 0, 0, 0, 0, 0)


def ago_on(days: int) -> date:
    return TODAY - timedelta(days=days)


@pytest.fixture
def book(store: Store) -> Iterator[Book]:
    """An empty account on each of the two databases; its audit chain must verify afterwards."""
    yield Book(store)
    assert worlds.broken_chains(store) == {}


@pytest.fixture
def booked(store: Store) -> Callable[..., Book]:
    """Make an empty account under other terms."""
    return lambda **terms: Book(store, **terms)
