"""What a handler is given: who calls, what time it is, and the transaction it may open.

The transaction is opened by the handler, in its own thread, and is over before the answer leaves:
a generator's part before `yield` would run on the event loop and wait there for SQLite's writer.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime
from typing import Annotated, Any, TypeVar

import msgspec
from litestar import Request, Response
from litestar.datastructures import State
from litestar.params import HeaderParameter, QueryParameter
from sqlalchemy.orm import Session

from carecredit.customers import queries as customers
from carecredit.kernel.calendars import local_date, zone
from carecredit.kernel.errors import Invalid
from carecredit.kernel.ids import ClientId, CustomerId
from carecredit.mandates import queries as mandates
from carecredit.mandates.views import Client
from carecredit.store import idempotency
from carecredit.store.session import Caller, Store
from carecredit.team.views import Key
from carecredit_api.inspection import BODY
from carecredit_api.security import key_of
from carecredit_api.wire import read_day

Out = TypeVar("Out", bound=msgspec.Struct)
Read = TypeVar("Read")
REPLAYED = "Idempotency-Replayed"

ClientCode = Annotated[
    str | None,
    QueryParameter(
        name="client",
        description="Code of the client company; a key for a single one may leave it out.",
        max_length=64,
    ),
]
IdempotencyKey = Annotated[
    str | None,
    HeaderParameter(
        name="Idempotency-Key",
        description="Any text of your own; the same key, query and body act once.",
        max_length=idempotency.KEY_LENGTH_MAX,
    ),
]


class ClientNeeded(Invalid):
    """The key serves several client companies, and the request names none."""

    code = "client_needed"


class Visit:
    """One request: its caller, its instant, its transaction."""

    def __init__(self, request: Request[None, Key, State]) -> None:
        self.key = key_of(request)
        self.now: datetime = request.app.state.clock()
        self.caller = Caller(f"api:{self.key.name}"[:200], self.key.clients)
        self.public_url: str = request.app.state.settings.public_url.rstrip("/")
        self._store: Store = request.app.state.store
        self._route = f"{request.method} {request.url.path}"
        self.body: bytes = request.scope["state"].get(BODY, b"")
        self._asked: bytes = request.scope["query_string"] + b"\n" + self.body

    def reading(self) -> AbstractContextManager[Session]:
        """Open the transaction of a request that only reads."""
        return self._store.read(self.caller)

    def writing(self, *, unhurried: bool = False) -> AbstractContextManager[Session]:
        """Open the transaction of a request that writes; it commits when the block ends."""
        return self._store.begin(self.caller, unhurried=unhurried)

    def client(self, session: Session, code: str | None) -> Client:
        """Find the client company that a request is about."""
        if code is not None:
            return mandates.client_by_code(session, code=code)
        found = mandates.clients(session)
        if len(found) == 1:
            return found[0]
        known = ", ".join(client.code for client in found) or "none yet"
        raise ClientNeeded(
            f"say which client company: ?client=CODE; known: {known}", field="client"
        )

    def clients(self, session: Session, code: str | None) -> list[ClientId]:
        """Find the client company named, or all that the key serves."""
        if code is not None:
            return [mandates.client_by_code(session, code=code).id]
        return [client.id for client in mandates.clients(session)]

    def today(self, client: Client) -> date:
        """Give the client company's local day."""
        return local_date(self.now, zone(client.zone))

    def day(self, client: Client, text: str | None) -> date:
        """Read the day a question is asked of; none named: today at the client company."""
        return read_day(text, field="as_of") if text else self.today(client)

    def of_customer(
        self, code: str | None, customer_id: CustomerId, read: Callable[..., Read]
    ) -> Read:
        """Read something of one customer; whoever may not see the customer hears that it is not."""
        with self.reading() as session:
            whose: dict[str, Any] = {
                "client_id": self.client(session, code).id,
                "customer_id": customer_id,
            }
            customers.customer(session, **whose)
            return read(session, **whose)

    def act(
        self, code: str | None, key: str | None, act: Callable[[Session, Client], Out]
    ) -> Response[Out]:
        """Act on a client company's book in the transaction of the request, once for a key."""
        with self.writing() as session:
            found = self.client(session, code)
            return self.once(session, found.id, key, lambda: act(session, found))

    def once(
        self, session: Session, client_id: ClientId, key: str | None, act: Callable[[], Out]
    ) -> Response[Out]:
        """Act, or give back what the same request was answered the first time."""
        if key is None:
            return Response(act())
        ticket = idempotency.claim(
            session,
            client_id=client_id,
            route=self._route,
            key=key,
            body=self._asked,
            now=self.now,
        )
        if ticket.answer is not None:
            kept: Response[Out] = Response(
                msgspec.Raw(ticket.answer),  # type: ignore[arg-type] # the encoded answer itself
                headers={REPLAYED: "true"},
            )
            return kept
        answer = act()
        idempotency.keep(session, ticket, answer=msgspec.json.encode(answer))
        return Response(answer)


def provide_visit(request: Request[None, Key, State]) -> Visit:
    """Make the visit of a request."""
    return Visit(request)
