"""Small ledgers for the tests of numbers: rows in plain words, and a way into a database."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import insert

from carecredit.arrangements.model import PromiseToPay
from carecredit.customers.model import Customer, Person, Relationship
from carecredit.kernel.ids import ClientId, new_id
from carecredit.mandates.model import Client
from carecredit.receivables.model import (
    Allocation,
    Dispute,
    DisputeEnd,
    Instalment,
    Invoice,
    LedgerEntry,
)
from carecredit.receivables.operations import open_book, refresh_standings_of_book
from carecredit.store.session import Caller, Store

CALLER = Caller("tests")
FOUNDED = datetime(2020, 1, 1, tzinfo=UTC)
NOW = datetime(2024, 6, 1, tzinfo=UTC)


def start_of(day: date) -> datetime:
    """The first instant of a day, where the zone is UTC."""
    return datetime.combine(day, time.min, UTC)


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
                "judged_at": start_of(on) if state in {"kept", "broken"} else None,
            }
        )

    def write(self, store: Store) -> ClientId:
        """Write the book as that of a new client company and give its id."""
        client_id, person, payer = ClientId(new_id()), new_id(), new_id()
        who = {"client_id": client_id, "customer_id": payer}
        card = {"person_id": person, "language": "it", "country": "IT", "version": 1}
        card |= {"client_id": client_id, "created_at": FOUNDED}
        cards = [{"id": payer, "segment": None}, *self.customers]
        with store.begin(CALLER) as session:
            session.execute(insert(Client), [self._client(client_id)])
            session.info.pop("permitted", None)
        with store.begin(CALLER) as session:
            session.execute(
                insert(Person),
                [{"id": person, "name_hash": None, "gate": 0, "created_at": FOUNDED}],
            )
            book_id = open_book(session, client_id=client_id, now=FOUNDED)
            mine = {"client_id": client_id, "book_id": book_id}
            for table, rows in (
                (Customer, [card | _named(row) for row in cards]),
                (Relationship, [{"client_id": client_id} | it for it in self._statements()]),
                (Invoice, [who | mine | _INVOICE | row | _numbered(row) for row in self.invoices]),
                (Instalment, [mine | row for row in self.instalments]),
                (LedgerEntry, [who | mine | _ENTRY | row | _numbered(row) for row in self.entries]),
                (Allocation, [mine | self._share(row) for row in self.shares]),
                (Dispute, [mine | _dispute(row) for row in self.disputes]),
                (DisputeEnd, [mine | _end(row) for row in self.disputes if row["disputed_to"]]),
                (PromiseToPay, [who | _PROMISE | row for row in self.promises]),
            ):
                if rows:
                    session.execute(insert(table), rows)
            refresh_standings_of_book(session, client_id=client_id, book_id=book_id)
        return client_id

    def _statements(self) -> Iterator[dict[str, Any]]:
        """State a start when it happened, and an end when it did."""
        for row in self.customers:
            said = {
                "customer_id": row["id"],
                "number": "",
                "started_on": row["started_on"],
                "ended_on": None,
                "ended_reason": None,
                "monthly_value_minor": row["monthly_value_minor"],
                "currency": self.currency,
                "value_from": None,
            }
            if row["started_on"]:
                yield said | {"id": new_id(), "recorded_at": start_of(row["started_on"])}
            if row["ended_on"]:
                end = {"ended_on": row["ended_on"], "ended_reason": row["reason"]}
                known_on = max(row["ended_on"], row["started_on"] or row["ended_on"])
                yield said | end | {"id": new_id(), "recorded_at": start_of(known_on)}
        for row in self.contracts:
            yield row | {"id": new_id()}

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

    def _client(self, client_id: ClientId) -> dict[str, Any]:
        return {
            "id": client_id,
            "code": client_id.hex,
            "name": "Acque",
            "country": "IT",
            "currency": self.currency,
            "language": "it",
            "zone": self.zone,
            "created_at": FOUNDED,
        }

    def _share(self, row: dict[str, Any]) -> dict[str, Any]:
        days = {entry["id"]: entry["effective_on"] for entry in self.entries}
        return row | {"effective_on": days[row["entry_id"]], "undoes_id": None}


_INVOICE = {"kind": "invoice", "tax_minor": None, "split_payment": False}
_ENTRY = {"tax_minor": None, "related_id": None, "reason": None}
_PROMISE = {"given_at": FOUNDED, "given_to": "Anna"}


def _dispute(row: dict[str, Any]) -> dict[str, Any]:
    names = ("id", "invoice_id", "disputed_from", "reason", "recorded_at")
    return {name: row[name] for name in names} | {"amount_minor": row.get("amount_minor")}


def _end(row: dict[str, Any]) -> dict[str, Any]:
    known = {"recorded_at": row["ended_recorded_at"], "disputed_to": row["disputed_to"]}
    return {"dispute_id": row["id"]} | known


def _numbered(row: dict[str, Any]) -> dict[str, Any]:
    return {"number": str(row["id"])}


def _named(row: dict[str, Any]) -> dict[str, Any]:
    named = {"number": str(row["id"]), "name": "Rossi", "region": None}
    return named | {"id": row["id"], "segment": row["segment"]}


def day(month: int, number: int) -> date:
    """A day of the year these small ledgers live in."""
    return date(2024, month, number)


def ask(store: Store, ledger: Ledger, question: Any, as_of: date, **more: Any) -> Any:
    """Write a ledger and ask its book for a report."""
    client_id = ledger.write(store)
    with store.read(CALLER) as session:
        return question(session, client_id=client_id, as_of=as_of, now=NOW, **more)
