"""Cases for the tests: opened, moved and read, each its own transaction."""

from datetime import date, datetime
from typing import Any

import worlds
from carecredit.cases import operations, queries, views
from carecredit.cases.operations import About, Move, NewCase
from carecredit.cases.rules import CaseKind, Explained, Hours, Party, Resolution
from carecredit.holds import queries as holds
from carecredit.kernel.calendars import at_local
from carecredit.kernel.ids import CaseId, ClientId, CustomerId, InvoiceId, OperatorId
from carecredit.receivables import queries as receivables
from carecredit.store.session import Store
from carecredit.team.operations import add_operator, add_squad
from worlds import CENTRE_CALLER, NOW, ROME, TODAY

NINE_TO_FIVE = Hours(
    "Europe/Rome", dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), ("09:00-17:00",))
)


def rome(text: str) -> datetime:
    """Read a wall-clock time in Rome."""
    told = datetime.fromisoformat(text)
    return at_local(told.date(), told.time(), ROME)


class Desk:
    """A client company with one customer and whatever its cases need."""

    def __init__(self, store: Store, *, code: str = "ACQ", now: datetime = NOW) -> None:
        self.store = store
        self.client_id: ClientId = worlds.found_client(store, code, now=now)
        self.customer_id: CustomerId = worlds.add_customer(
            store, self.client_id, email="k1@example.org", now=now
        )

    def operator(self, name: str = "Anna") -> OperatorId:
        """Write down an operator."""
        with self.store.begin(CENTRE_CALLER) as session:
            return add_operator(session, name=name, now=NOW)

    def squad(self, name: str = "Billing", captain: str = "Carla") -> None:
        """Found a squad."""
        captain_id = self.operator(captain)
        with self.store.begin(CENTRE_CALLER) as session:
            add_squad(session, name=name, captain_id=captain_id, now=NOW)

    def invoice(self, number: str = "F-1", **facts: Any) -> InvoiceId:
        """Record an invoice, five weeks past due unless told otherwise."""
        return worlds.add_invoice(self.store, self.client_id, self.customer_id, number, **facts)

    def act(self, operation: Any, *, now: datetime = NOW, **told: Any) -> Any:
        """Run an operation in its transaction."""
        with self.store.begin(CENTRE_CALLER) as session:
            return operation(session, client_id=self.client_id, now=now, **told)

    def act_plain(self, operation: Any, **told: Any) -> Any:
        """Run an operation that asks for no instant."""
        with self.store.begin(CENTRE_CALLER) as session:
            return operation(session, client_id=self.client_id, **told)

    def read(self, query: Any, **told: Any) -> Any:
        """Run a query."""
        with self.store.read(CENTRE_CALLER) as session:
            return query(session, client_id=self.client_id, **told)

    def open(
        self,
        kind: CaseKind = CaseKind.QUESTION,
        *invoices: InvoiceId,
        now: datetime = NOW,
        **facts: Any,
    ) -> views.Case:
        """Open a case of the customer's."""
        about = tuple(About(one, facts.pop("amount_minor", None)) for one in invoices)
        told = {"subject": "The bill is wrong", "proof": "call of today"} | facts
        case = NewCase(self.customer_id, kind, invoices=about, **told)
        found: views.Case = self.act(operations.open_case, case=case, now=now)
        return found

    def move(self, case: CaseId, event: str, *, now: datetime = NOW, **facts: Any) -> views.Case:
        """Write that something happened."""
        version = facts.pop("version", None)
        found: views.Case = self.act(
            operations.move, case_id=case, move=Move(event, **facts), version=version, now=now
        )
        return found

    def resolve(
        self, case: CaseId, *, now: datetime = NOW, party: Party = Party.OPERATOR
    ) -> views.Case:
        """Resolve a case."""
        found: views.Case = self.act(
            operations.resolve,
            case_id=case,
            resolution=Resolution.SOLVED,
            solution="The bill was put right.",
            version=None,
            now=now,
            party=party,
        )
        return found

    def explain(self, case: CaseId, *, now: datetime = NOW) -> dict[str, list[Explained]]:
        """Explain a case's deadlines, by kind."""
        found: dict[str, list[Explained]] = {}
        for one in self.read(queries.explain, case_id=case, now=now):
            found.setdefault(one.deadline.kind.value, []).append(one)
        return found

    def held(self, *, at: datetime = NOW) -> dict[InvoiceId | None, list[str]]:
        """List what is held and why."""
        found: dict[InvoiceId | None, list[str]] = {}
        for hold in self.read(holds.standing, customer_id=self.customer_id, at=at):
            found.setdefault(hold.invoice_id, []).append(hold.reason)
        return found

    def calendar(
        self, hours: Hours = NINE_TO_FIVE, *, since: str = "1970-01-01", now: datetime = NOW
    ) -> views.Saved:
        """Save the working calendar."""
        saved: views.Saved = self.act(
            operations.save_calendar, key="standard", hours=hours, since=rome(since), now=now
        )
        return saved


def open_overdue(desk: Desk, *invoices: InvoiceId, now: datetime = NOW) -> Any:
    """Open the overdue case of the customer, or give the one that is open."""
    whom = {"customer_id": desk.customer_id, "invoice_ids": list(invoices)}
    return desk.act(operations.open_overdue, now=now, **whom)


def disputed(desk: Desk, invoice_id: InvoiceId, *, on: date = TODAY) -> int:
    """Say how much of an invoice is contested."""
    minor: int = desk.read(receivables.invoice, invoice_id=invoice_id, today=on).disputed_minor
    return minor
