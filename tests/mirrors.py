"""A book written row by row into several databases at once, and read once more by plain sums."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from itertools import groupby
from typing import Any

from sqlalchemy import insert

from carecredit.customers.model import Customer, Person
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
from carecredit.receivables.operations import close_book, open_book, refresh_standings_of_book
from carecredit.store.session import Store
from ledgers import CALLER, FOUNDED
from rows import Row

Written = tuple[Any, Row]
TABLES = (Invoice, Instalment, LedgerEntry, Allocation, Dispute, DisputeEnd)
SETTLING = ("payment", "credit_note", "write_off", "opening_credit")
TAKING_BACK = ("refund", "chargeback")


class Mirror:
    """The same rows under the same keys in every store, each set of them a book of its own."""

    def __init__(self, *stores: Store) -> None:
        self.stores = stores
        self.client_id, self.customers = ClientId(new_id()), (new_id(), new_id())
        self.written: list[Written] = []
        for store in stores:
            with store.begin(CALLER) as session:
                session.execute(insert(Client), [_client(self.client_id)])
            with store.begin(CALLER) as session:
                for customer_id in self.customers:
                    person = new_id()
                    session.execute(insert(Person), [_person(person)])
                    card = _card(self.client_id, customer_id, person)
                    session.execute(insert(Customer), [card])

    @classmethod
    def of(cls, book: "Mirror", *stores: Store) -> "Mirror":
        """Go on writing a book by other stores, as another process would."""
        other = cls.__new__(cls)
        other.__dict__.update(book.__dict__, stores=stores)
        return other

    def write(self, *rows: Written) -> None:
        """Write a book."""
        told = [(table, row | self._owner(table)) for table, row in rows]
        for store in self.stores:
            with store.begin(CALLER) as session:
                book = {"book_id": open_book(session, client_id=self.client_id, now=FOUNDED)}
                for table, group in groupby(told, key=lambda pair: pair[0]):
                    session.execute(insert(table), [row | book for _, row in group])
                refresh_standings_of_book(session, client_id=self.client_id, **book)
                close_book(session, client_id=self.client_id, **book)
        self.written += told

    def rows(self, table: Any, known: datetime | None = None) -> list[Row]:
        """Give the rows of a table that were recorded by then."""
        return [
            row
            for other, row in self.written
            if other is table and (known is None or row["recorded_at"] <= known)
        ]

    def copy_known_at(self, known: datetime) -> "Mirror":
        """Write what was recorded by then, and nothing else, as another client company's book."""
        copy = Mirror(self.stores[0])
        copy.write(*((table, row) for table in TABLES for row in self.rows(table, known)))
        return copy

    def _owner(self, table: Any) -> Row:
        owner: Row = {"client_id": self.client_id}
        if table in (Invoice, LedgerEntry):
            owner["customer_id"] = self.customers[len(self.written) % len(self.customers)]
        return owner


class PlainReading:
    """What stands at the end of a day in a currency, straight from rows known by an instant."""

    def __init__(self, mirror: Mirror, currency: str, day: date, known: datetime | None) -> None:
        self._mirror, self._day, self._known, self._currency = mirror, day, known, currency
        entries = self._seen(LedgerEntry, "effective_on")
        self.invoices = self._seen(Invoice, "invoiced_on")
        self.settled = sum(row["amount_minor"] for row in entries if row["kind"] in SETTLING)
        self.taken_back = sum(row["amount_minor"] for row in entries if row["kind"] in TAKING_BACK)
        seen, own = {row["id"] for row in self.invoices}, {row["id"] for row in entries}
        self.applied: defaultdict[Any, int] = defaultdict(int)
        for share in mirror.rows(Allocation, known):
            stands = share["applied_on"] <= day and share["entry_id"] in own
            if stands and share["invoice_id"] in seen:
                self.applied[share["invoice_id"]] += share["amount_minor"]

    @property
    def gross(self) -> int:
        """All that was ever asked for by then."""
        return sum(row["gross_minor"] for row in self.invoices)

    @property
    def open(self) -> int:
        """The sum of open items."""
        return sum(self.open_of(row) for row in self.invoices)

    @property
    def unapplied(self) -> int:
        """What settles less what is applied, less what was taken back, and what is in excess."""
        excess = self.open - (self.gross - sum(self.applied.values()))
        return self.settled - sum(self.applied.values()) - self.taken_back + excess

    @property
    def disputed(self) -> int:
        """What is open and contested, nothing of it twice."""
        return sum(self._disputed(row) for row in self.invoices)

    def check(self, found: dict[str, int]) -> None:
        """Hold the numbers of a day (in minor units) against this reading."""
        assert found["receivables.open"] == self.open
        assert found["receivables.unapplied"] == self.unapplied
        assert found["receivables.disputed"] == self.disputed
        # No cent is lost: asked for, less what settled, and what was taken back again.
        net = found["receivables.net"]
        assert net == self.open - self.unapplied
        assert net == self.gross - self.settled + self.taken_back
        aging = self.aging_by_due()
        for bucket in ("current", "1_30", "31_60", "61_90", "91_plus"):
            assert found[f"aging.due.{bucket}"] == aging[bucket]
        for kind in ("due", "invoice"):
            columns = [name for name in found if name.startswith(f"aging.{kind}.")]
            assert sum(found[name] for name in columns) == net

    def open_of(self, invoice: Row) -> int:
        """Gross less applied, kept from changing its sign."""
        rest: int = invoice["gross_minor"] - self.applied[invoice["id"]]
        return min(rest, 0) if invoice["gross_minor"] < 0 else max(rest, 0)

    def aging_by_due(self) -> dict[str, int]:
        """Put what is open of each due date into its bucket."""
        buckets: defaultdict[str, int] = defaultdict(int)
        for invoice in self.invoices:
            for due, minor in self._open_by_due(invoice):
                buckets[_bucket((self._day - due).days)] += minor
        return buckets

    def _open_by_due(self, invoice: Row) -> Iterator[tuple[date, int]]:
        rows = self._mirror.rows(Instalment, self._known)
        dues = [
            (row["due_on"], row["amount_minor"])
            for row in rows
            if row["invoice_id"] == invoice["id"]
        ]
        left = self.open_of(invoice)
        for due, amount in sorted(dues, reverse=True)[:-1]:
            yield due, min(left, amount)
            left -= min(left, amount)
        first = min(dues)[0] if dues else invoice["due_on"] or invoice["invoiced_on"]
        yield first, left

    def _disputed(self, invoice: Row) -> int:
        ends = {row["dispute_id"]: row for row in self._mirror.rows(DisputeEnd, self._known)}
        amounts = []
        for row in self._mirror.rows(Dispute, self._known):
            ended = ends[row["id"]]["disputed_to"] if row["id"] in ends else date.max
            if row["invoice_id"] == invoice["id"] and row["disputed_from"] <= self._day < ended:
                amounts.append(row["amount_minor"])
        rest = self.open_of(invoice)
        if None in amounts:
            return rest
        return max(min(sum(amounts), rest), 0)

    def _seen(self, table: Any, day: str) -> list[Row]:
        return [
            row
            for row in self._mirror.rows(table, self._known)
            if row["currency"] == self._currency and row[day] <= self._day
        ]


def _bucket(age: int) -> str:
    edges = ((0, "current"), (30, "1_30"), (60, "31_60"), (90, "61_90"))
    return next((name for edge, name in edges if age <= edge), "91_plus")


def _client(client_id: ClientId) -> Row:
    return {
        "id": client_id,
        "code": client_id.hex,
        "name": "Acque",
        "country": "IT",
        "currency": "EUR",
        "language": "it",
        "zone": "UTC",
        "created_at": FOUNDED,
    }


def _person(person: Any) -> Row:
    return {"id": person, "name_hash": None, "gate": 0, "created_at": FOUNDED}


def _card(client_id: ClientId, customer_id: Any, person: Any) -> Row:
    return {
        "client_id": client_id,
        "id": customer_id,
        "person_id": person,
        "number": f"K-{customer_id}",
        "name": "Rossi",
        "language": "it",
        "country": "IT",
        "region": None,
        "segment": None,
        "version": 1,
        "created_at": FOUNDED,
    }
