"""Small ledgers for the tests of numbers: rows in plain words, and a way into a database."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from carecredit.kernel.ids import ClientId, new_id
from carecredit.store.session import Store
from ledger_rows import CALLER, FOUNDED, start_of, write_book

__all__ = ["CALLER", "FOUNDED", "NOW", "Ledger", "ask", "day", "start_of"]
NOW = datetime(2024, 6, 1, tzinfo=UTC)
JUDGED = frozenset({"kept", "partly_kept", "broken"})


@dataclass
class Ledger:
    """What a client company's book holds; amounts in minor units, the client's zone is UTC."""

    currency: str = "EUR"
    zone: str = "UTC"
    invoices: list[dict[str, Any]] = field(default_factory=list)
    entries: list[dict[str, Any]] = field(default_factory=list)
    shares: list[dict[str, Any]] = field(default_factory=list)
    disputes: list[dict[str, Any]] = field(default_factory=list)
    customers: list[dict[str, Any]] = field(default_factory=list)
    contracts: list[dict[str, Any]] = field(default_factory=list)
    promises: list[dict[str, Any]] = field(default_factory=list)
    instalments: list[dict[str, Any]] = field(default_factory=list)

    def instalment(self, invoice: Any, amount: int, due: date) -> None:
        """Add one due date among several of an invoice."""
        (row,) = (row for row in self.invoices if row["id"] == invoice)
        self.instalments.append(
            {
                "invoice_id": invoice,
                "position": len(self.instalments) + 1,
                "due_on": due,
                "amount_minor": amount,
                "recorded_at": row["recorded_at"],
            }
        )

    def invoice(
        self,
        gross: int,
        on: date,
        due: date | None = None,
        *,
        segment: str | None = None,
        currency: str | None = None,
        recorded: datetime | None = None,
        customer: Any = None,
    ) -> Any:
        """Add an invoice and give its key."""
        key = new_id()
        self.invoices.append(
            {
                **({"customer_id": customer} if customer else {}),
                "id": key,
                "gross_minor": gross,
                "invoiced_on": on,
                "due_on": due,
                "segment": segment,
                "currency": currency or self.currency,
                "recorded_at": recorded or start_of(on),
            }
        )
        return key

    def entry(
        self,
        kind: str,
        amount: int,
        on: date,
        *,
        to: Any = None,
        applied: date | None = None,
        share: int | None = None,
        segment: str | None = None,
        currency: str | None = None,
        recorded: datetime | None = None,
    ) -> Any:
        """Add a payment, credit note or write-off, put on an invoice where one is named."""
        key = new_id()
        self.entries.append(
            {
                "id": key,
                "kind": kind,
                "amount_minor": amount,
                "effective_on": on,
                "segment": segment,
                "currency": currency or self.currency,
                "recorded_at": recorded or start_of(on),
            }
        )
        if to is not None:
            self.share(key, to, share or amount, applied or on, recorded=recorded)
        return key

    def payment(self, amount: int, on: date, **more: Any) -> Any:
        """Add a payment."""
        return self.entry("payment", amount, on, **more)

    def share(
        self, entry: Any, invoice: Any, amount: int, on: date, *, recorded: datetime | None = None
    ) -> None:
        """Put a part of an entry on an invoice; minus undoes."""
        self.shares.append(
            {
                "id": new_id(),
                "entry_id": entry,
                "invoice_id": invoice,
                "amount_minor": amount,
                "applied_on": on,
                "recorded_at": recorded or start_of(on),
            }
        )

    def dispute(
        self,
        invoice: Any,
        start: date,
        end: date | None = None,
        *,
        recorded: datetime | None = None,
        ended_recorded: datetime | None = None,
    ) -> None:
        """Contest an invoice."""
        self.disputes.append(
            {
                "id": new_id(),
                "invoice_id": invoice,
                "disputed_from": start,
                "disputed_to": end,
                "reason": "price",
                "recorded_at": recorded or start_of(start),
                "ended_recorded_at": ended_recorded or (start_of(end) if end else None),
            }
        )

    def customer(
        self,
        start: date | None,
        end: date | None = None,
        *,
        segment: str | None = None,
        value: int | None = None,
        reason: str | None = None,
    ) -> Any:
        """Add a customer with a relationship (or none yet) and give its key."""
        key = new_id()
        self.customers.append(
            {
                "id": key,
                "reason": reason,
                "started_on": start,
                "ended_on": end,
                "segment": segment,
                "monthly_value_minor": value,
            }
        )
        return key

    def promise(
        self,
        amount: int,
        on: date,
        state: str,
        *,
        grace: int = 0,
        kept: int | None = None,
        currency: str | None = None,
    ) -> None:
        """Add a promise to pay."""
        self.promises.append(
            {
                "id": new_id(),
                "amount_minor": amount,
                "promised_on": on,
                "state": state,
                "grace_days": grace,
                "kept_minor": kept,
                "currency": currency or self.currency,
                "judged_at": start_of(on) if state in JUDGED else None,
            }
        )

    def write(self, store: Store) -> ClientId:
        """Write the book as that of a new client company and give its id."""
        return write_book(self, store)

    def contract(
        self,
        customer: Any,
        number: str,
        start: date,
        end: date | None = None,
        *,
        reason: str | None = None,
        value: int | None = None,
        value_from: date | None = None,
        currency: str | None = None,
        recorded: datetime | None = None,
    ) -> None:
        """State a contract of a customer."""
        self.contracts.append(
            {
                "customer_id": customer,
                "number": number,
                "started_on": start,
                "ended_on": end,
                "ended_reason": reason,
                "monthly_value_minor": value,
                "currency": currency or self.currency,
                "value_from": value_from,
                "recorded_at": recorded or start_of(start),
            }
        )


def day(month: int, number: int) -> date:
    """A day of the year these small ledgers live in."""
    return date(2024, month, number)


def ask(store: Store, ledger: Ledger, question: Any, as_of: date, **more: Any) -> Any:
    """Write a ledger and ask its book for a report."""
    client_id = ledger.write(store)
    with store.read(CALLER) as session:
        return question(session, client_id=client_id, as_of=as_of, now=NOW, **more)
