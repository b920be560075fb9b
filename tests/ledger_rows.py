"""The way of a small ledger into a database: its rows, as those of a new client company."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any

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

if TYPE_CHECKING:
    from ledgers import Ledger

CALLER = Caller("tests")
FOUNDED = datetime(2020, 1, 1, tzinfo=UTC)
_INVOICE = {"kind": "invoice", "tax_minor": None, "split_payment": False}
_ENTRY = {"tax_minor": None, "related_id": None, "reason": None}
_PROMISE = {
    "given_at": FOUNDED,
    "given_to": "Anna",
    "given_by": "",
    "method": "other",
    "remind": False,
}


def start_of(day: date) -> datetime:
    """The first instant of a day, where the zone is UTC."""
    return datetime.combine(day, time.min, UTC)


def write_book(book: Ledger, store: Store) -> ClientId:
    """Write the book as that of a new client company and give its id."""
    client_id, person, payer = ClientId(new_id()), new_id(), new_id()
    who = {"client_id": client_id, "customer_id": payer}
    card = {"person_id": person, "language": "it", "country": "IT", "version": 1}
    card |= {"client_id": client_id, "created_at": FOUNDED}
    days = {entry["id"]: entry["effective_on"] for entry in book.entries}
    cards = [{"id": payer, "segment": None}, *book.customers]
    with store.begin(CALLER) as session:
        session.execute(insert(Client), [_client(book, client_id)])
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
            (Relationship, [{"client_id": client_id} | it for it in _statements(book)]),
            (Invoice, [who | mine | _INVOICE | row | _numbered(row) for row in book.invoices]),
            (Instalment, [mine | row for row in book.instalments]),
            (LedgerEntry, [who | mine | _ENTRY | row | _numbered(row) for row in book.entries]),
            (Allocation, [mine | _share(row, days) for row in book.shares]),
            (Dispute, [mine | _dispute(row) for row in book.disputes]),
            (DisputeEnd, [mine | _end(row) for row in book.disputes if row["disputed_to"]]),
            (PromiseToPay, [who | _PROMISE | row for row in book.promises]),
        ):
            if rows:
                session.execute(insert(table), rows)
        refresh_standings_of_book(session, client_id=client_id, book_id=book_id)
    return client_id


def _statements(book: Ledger) -> Iterator[dict[str, Any]]:
    """State a start when it happened, and an end when it did."""
    for row in book.customers:
        said = {
            "customer_id": row["id"],
            "number": "",
            "started_on": row["started_on"],
            "ended_on": None,
            "ended_reason": None,
            "monthly_value_minor": row["monthly_value_minor"],
            "currency": book.currency,
            "value_from": None,
        }
        if row["started_on"]:
            yield said | {"id": new_id(), "recorded_at": start_of(row["started_on"])}
        if row["ended_on"]:
            end = {"ended_on": row["ended_on"], "ended_reason": row["reason"]}
            known_on = max(row["ended_on"], row["started_on"] or row["ended_on"])
            yield said | end | {"id": new_id(), "recorded_at": start_of(known_on)}
    for row in book.contracts:
        yield row | {"id": new_id()}


def _client(book: Ledger, client_id: ClientId) -> dict[str, Any]:
    return {
        "id": client_id,
        "code": client_id.hex,
        "name": "Acque",
        "country": "IT",
        "currency": book.currency,
        "language": "it",
        "zone": book.zone,
        "created_at": FOUNDED,
    }


def _share(row: dict[str, Any], days: dict[Any, date]) -> dict[str, Any]:
    return row | {"effective_on": days[row["entry_id"]], "undoes_id": None}


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
