"""One customer account, a row at a time, and its statement."""

from datetime import date
from typing import Any

from sqlalchemy import insert

import worlds
from carecredit.kernel.ids import ClientId, CustomerId, new_id
from carecredit.receivables import model, operations, queries
from carecredit.receivables.views import Statement, StatementAccount
from carecredit.store.session import Store

IBAN = "IT60X0542811101000000123456"


APRIL, MAY, JUNE = date(2026, 4, 1), date(2026, 5, 1), date(2026, 6, 1)


AS_OF = date(2026, 6, 8)


class Account:
    """One customer's ledger, a row at a time, each in its book."""

    def __init__(self, store: Store, **card: Any) -> None:
        self.store = store
        self.client_id: ClientId = worlds.found_client(store, **card)
        self.customer_id: CustomerId = worlds.add_customer(store, self.client_id, "K-1")

    def add(self, table: Any, **cells: Any) -> Any:
        """Write a row; it was known on the day the tests are of, unless it says otherwise."""
        with self.store.begin(worlds.CENTRE_CALLER) as session:
            book = operations.open_book(session, client_id=self.client_id, now=worlds.NOW)
            row = {"client_id": self.client_id, "book_id": book, "recorded_at": worlds.NOW} | cells
            session.execute(insert(table), [row])
            operations.close_book(session, client_id=self.client_id, book_id=book)
            operations.refresh_standings_of_book(session, client_id=self.client_id, book_id=book)
        return cells.get("id")

    def invoice(self, number: str, gross: int, due: date | None = MAY, **cells: Any) -> Any:
        facts = {
            "id": new_id(), "customer_id": self.customer_id, "kind": "invoice", "number": number,
            "invoiced_on": APRIL, "due_on": due, "currency": "EUR", "gross_minor": gross,
            "tax_minor": None, "split_payment": False, "segment": None,
        }  # fmt: skip
        return self.add(model.Invoice, **facts | cells)

    def instalment(self, invoice: Any, position: int, due: date, minor: int) -> None:
        self.add(model.Instalment, invoice_id=invoice, position=position, due_on=due,
                 amount_minor=minor)  # fmt: skip

    def entry(self, number: str, minor: int, on: date = MAY, **cells: Any) -> Any:
        facts = {
            "id": new_id(), "customer_id": self.customer_id, "kind": "payment", "number": number,
            "effective_on": on, "currency": "EUR", "amount_minor": minor, "related_id": None,
            "tax_minor": None, "segment": None, "reason": None,
        }  # fmt: skip
        return self.add(model.LedgerEntry, **facts | cells)

    def share(self, entry: Any, invoice: Any, minor: int, on: date = MAY, **cells: Any) -> Any:
        facts = {
            "id": new_id(), "entry_id": entry, "invoice_id": invoice, "undoes_id": None,
            "effective_on": on, "applied_on": on, "amount_minor": minor,
        }  # fmt: skip
        return self.add(model.Allocation, **facts | cells)

    def dispute(self, invoice: Any, minor: int | None = None, on: date = MAY) -> Any:
        return self.add(model.Dispute, id=new_id(), invoice_id=invoice, disputed_from=on,
                        amount_minor=minor, reason="price")  # fmt: skip

    def read(self, as_of: date = AS_OF, **asked: Any) -> Statement:
        with self.store.read(worlds.CENTRE_CALLER) as session:
            return queries.statement(
                session, client_id=self.client_id, customer_id=self.customer_id, as_of=as_of,
                now=worlds.NOW, **asked,
            )  # fmt: skip

    def euro(self, as_of: date = AS_OF, **asked: Any) -> StatementAccount:
        (account,) = self.read(as_of, **asked).accounts
        return account


def adds_up(account: StatementAccount) -> bool:
    """The parts of what is open are what is open; less what is loose, it is the balance."""
    parts = account.past_due_minor + account.upcoming_minor + account.disputed_minor
    lines = sum(item.open_minor for item in account.items)
    balance = account.open_minor - account.unapplied_minor
    return parts == account.open_minor == lines and account.balance_minor == balance
