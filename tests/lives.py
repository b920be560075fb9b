"""Lives of customers for the stories: a desk, a clock that the story moves, and what was told."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, time, timedelta
from typing import Any

import servers
import worlds
from carecredit.desk import CareCredit
from carecredit.desk.cases import Cases
from carecredit.kernel.calendars import at_local
from carecredit.kernel.ids import ClientId, ContactId, CustomerId
from carecredit.outreach.views import Closed
from carecredit.receivables.queries import invoices_by_number
from carecredit.settings import Settings
from carecredit.store.session import Caller
from carecredit.worklist.views import Taken

KNOWN = ("customer_number", "birth_date")
TALKED: dict[str, Any] = {"disposition": "right_party", "identified_by": KNOWN}
YEAR = 2026


def day(month: int, of_month: int) -> date:
    """Give a day of the year in which the stories play."""
    return date(YEAR, month, of_month)


class Life:
    """A desk over one database, with a client company that calls gently."""

    def __init__(self, url: str) -> None:
        self.now = at_local(day(5, 2), time(9), worlds.ROME)
        settings = Settings(database_url=url, secret_key=servers.SECRET.decode())
        self.desk = CareCredit(settings, caller=Caller("Anna Bianchi"), clock=lambda: self.now)
        self.clients: dict[str, ClientId] = {}
        self.found("ACQ")

    def found(self, code: str) -> None:
        """Found a client company whose contact rules a person has approved."""
        self.clients[code] = self.desk.add_client(
            code, f"Azienda {code}", profiles=("house_gentle",), by="Anna Bianchi"
        ).id

    def on(self, month: int, of_month: int, hour: int = 9, minute: int = 0) -> None:
        """Let it be a time of a day in Rome."""
        self.now = at_local(day(month, of_month), time(hour, minute), worlds.ROME)

    def customer(
        self, number: str = "K-1", *, client: str = "ACQ", phone: str = "+390255550101", **card: Any
    ) -> None:
        """Register somebody who is reached by phone alone."""
        worlds.add_customer(
            self.desk.store, self.clients[client], number, phone=phone, now=self.now, **card
        )

    def owe(
        self, number: str, gross: str, due_on: date, *, customer: str = "K-1", client: str = "ACQ"
    ) -> None:
        """Bill somebody, thirty days before it is due."""
        issued = due_on - timedelta(days=30)
        self.desk.ledger(client=client).invoice(
            number, customer=customer, gross=gross, invoiced_on=issued, due_on=due_on
        )

    def pay(self, number: str, amount: str, *, customer: str = "K-1", **facts: Any) -> None:
        """Let money come in today."""
        facts = {"received_on": self.now.astimezone(worlds.ROME).date()} | facts
        self.desk.ledger(client="ACQ").payment(number, customer=customer, amount=amount, **facts)

    @property
    def cases(self) -> Cases:
        """Give the cases of the client company."""
        return self.desk.cases(client="ACQ")

    def morning(self) -> None:
        """Live through the pulse of a morning; what is due to be said goes to the worklist."""
        self.desk.pulse()
        for rung in worlds.ring_due(self.desk.store, now=self.now):
            worlds.answer(self.desk.store, rung, now=self.now)

    def each_day(self, *days: tuple[int, int]) -> list[str]:
        """Live through some mornings; say on which somebody would have been called."""
        called = []
        for month, of_month in days:
            self.on(month, of_month, 10, 30)
            self.morning()
            if self.next_call() is not None:
                called.append(f"{of_month}.{month}.")
        return called

    def next_call(self, client: str = "ACQ") -> Taken | None:
        """Take the next call, if there is one."""
        return self.desk.take_next(client=client)

    def call(self, client: str = "ACQ") -> Taken:
        """Take the next call; there is one."""
        taken = self.next_call(client)
        assert taken is not None
        return taken

    def after_call(self, taken: Taken, **outcome: Any) -> Closed:
        """Close a call in which we spoke with the right person."""
        return self.desk.wrap_up(taken, **(TALKED | outcome))

    def calls_us(self, customer: str = "K-1", **outcome: Any) -> Closed:
        """Let a customer call us, be recognised, and say something."""
        contacts = self.desk.contacts(client="ACQ")
        contact: ContactId = contacts.receive(customer, channel="voice")
        contacts.confirm(contact, identified_by=KNOWN)
        return contacts.wrap_up(contact, **({"disposition": "right_party"} | outcome))

    def invoice(self, number: str) -> str:
        """Give the id of an invoice."""
        with self.desk.store.read(self.desk.caller) as session:
            found = invoices_by_number(session, client_id=self.clients["ACQ"], numbers=[number])
        return str(found[number]["id"])

    def code(self, customer: str = "K-1", client: str = "ACQ") -> str:
        """Say what comes next for a customer, or why nothing does."""
        return self.desk.plan(client=client, customer=customer).code

    def id_of(self, customer: str = "K-1", client: str = "ACQ") -> CustomerId:
        """Give the id of a customer."""
        with self.desk.store.read(self.desk.caller) as session:
            return worlds.customer_numbered(session, self.clients[client], customer)

    def touches(self, customer: str = "K-1", client: str = "ACQ") -> list[str]:
        """List how a customer's touches stand, oldest first."""
        found = worlds.touches(self.desk.store, self.clients[client], self.id_of(customer, client))
        return [f"{one.step_key.partition(':')[0]}:{one.status}" for one in reversed(found)]

    def live_about(self, customer: str = "K-1") -> set[str]:
        """Name the invoices about which something is planned, offered or said just now."""
        found = worlds.touches(self.desk.store, self.clients["ACQ"], self.id_of(customer))
        return {
            str(one.invoice_id)
            for one in found
            if one.status in {"planned", "ringing", "dispatching", "offered", "taken"}
        }

    def tone(self, taken: Taken) -> str:
        """Say in which tone a call that was taken is to be made."""
        client_id = taken.call.client_id
        return str(worlds.touch(self.desk.store, client_id, taken.call.touch_id).tone)

    def held(self, customer: str = "K-1", client: str = "ACQ") -> list[tuple[str, str | None]]:
        """List what is held, and why."""
        standing = self.desk.wishes(client=client, customer=customer).holds()
        return sorted(
            ((one.reason, str(one.invoice_id) if one.invoice_id else None) for one in standing),
            key=str,
        )

    def story(
        self, language: str, *, customer: str = "K-1", client: str = "ACQ", **options: Any
    ) -> list[str]:
        """Tell a customer's story, oldest first (kinds=... for a part of it)."""
        page = self.desk.timeline(client=client, customer=customer, limit=200, **options)
        return [line.sentence[language].replace("\xa0", " ") for line in reversed(page.lines)]


@contextmanager
def lived(url: str) -> Iterator[Life]:
    """Live over a database; afterwards every audit chain must verify."""
    life = Life(url)
    yield life
    assert worlds.broken_chains(life.desk.store) == {}
    life.desk.close()
