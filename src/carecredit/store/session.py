"""The transaction: who calls, for which client companies, and what may be read and written.

On PostgreSQL the list of permitted client companies is a setting of the transaction that
row-level rules read; on SQLite every mapped read gets the same condition. A session without a
caller cannot be had.
"""

import hashlib
import hmac
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.orm import ORMExecuteState, Session, with_loader_criteria

from carecredit.kernel.ids import ClientId
from carecredit.store.base import Base, owned_by_client
from carecredit.store.engine import READ_ONLY
from carecredit.store.keeping import KEPT, Kept

SETTING = "carecredit.client_ids"
CENTRE = ClientId(UUID(int=0))
"""Stands for no client company: the centre's own audit chain is kept under it."""


class Caller(msgspec.Struct, frozen=True):
    """Who acts, in words the audit keeps, and for which client companies (None: all of them)."""

    name: str
    clients: frozenset[ClientId] | None = None


class Store:
    """A database with its keys: hands out transactions, one writer at a time on SQLite."""

    def __init__(self, engine: Engine, secret: bytes = b"") -> None:
        self.engine = engine
        self._sqlite = engine.dialect.name == "sqlite"
        # One look at the book: a reader's statements all see the same moment, as on SQLite.
        one_look = {} if self._sqlite else {"isolation_level": "REPEATABLE READ"}
        read_only = {} if self._sqlite else {"postgresql_readonly": True}
        self._reader = engine.execution_options(**{READ_ONLY: True}, **one_look, **read_only)
        self._steady = engine.execution_options(**one_look)
        self._secret = secret
        self._kept = Kept()
        # Threads of one process queue here; SQLite's own busy back-off would eat the gain.
        self._writer = threading.Lock()

    @contextmanager
    def begin(
        self, caller: Caller, *, steady: bool = False, unhurried: bool = False
    ) -> Iterator[Session]:
        """Open the one transaction of a request, message or command; it commits at the end.

        A steady one sees the database as it was when it began, whatever others commit meanwhile;
        an unhurried one may take as long as a large book does.
        """
        lock: AbstractContextManager[Any] = self._writer if self._sqlite else nullcontext()
        engine = self._steady if steady else self.engine
        with lock, Session(engine, autoflush=False, expire_on_commit=False) as session:
            self._introduce(session, caller)
            with session.begin():
                self._let_take_its_time(session, unhurried=unhurried)
                yield session

    @contextmanager
    def read(self, caller: Caller, *, unhurried: bool = False) -> Iterator[Session]:
        """Open a transaction that only reads; it never waits for writers on SQLite."""
        with Session(self._reader, autoflush=False, expire_on_commit=False) as session:
            self._introduce(session, caller)
            session.info[KEPT] = self._kept
            with session.begin():
                self._let_take_its_time(session, unhurried=unhurried)
                yield session

    def _let_take_its_time(self, session: Session, *, unhurried: bool) -> None:
        if unhurried and not self._sqlite:
            session.execute(text("SET LOCAL statement_timeout = 0"))

    def dispose(self) -> None:
        """Close every connection."""
        self.engine.dispose()

    def _introduce(self, session: Session, caller: Caller) -> None:
        session.info["caller"] = caller
        session.info["secret"] = self._secret
        if self._sqlite:
            event.listen(session, "do_orm_execute", _narrow)
        else:
            event.listen(session, "after_begin", _announce)


def caller_of(session: Session) -> Caller:
    """Say who acts in this transaction."""
    caller: Caller = session.info["caller"]
    return caller


def widen(session: Session, client_id: ClientId) -> None:
    """Let the transaction that founds a client company write that company's first rows."""
    caller = caller_of(session)
    if caller.clients is not None:
        session.info["caller"] = Caller(caller.name, caller.clients | {client_id})
    session.info["permitted"] = {*session.info.get("permitted", ()), client_id}
    if session.get_bind().dialect.name == "postgresql":
        _set_clients(session.connection(), session.info["permitted"])


@contextmanager
def beyond(session: Session) -> Iterator[None]:
    """Look past the caller's client companies, to decide whether more than theirs is concerned.

    What is found inside is never shown: it only says whether the caller may act.
    """
    caller = caller_of(session)
    if caller.clients is None:
        yield
        return
    session.info["caller"] = Caller(caller.name)
    connection = session.connection()
    on_postgresql = connection.dialect.name == "postgresql"
    try:
        if on_postgresql:
            every = connection.execute(text("SELECT id FROM clients")).scalars()
            _set_clients(connection, set(every))
        yield
    finally:
        session.info["caller"] = caller
        if on_postgresql:
            _set_clients(connection, session.info["permitted"])


def keyed_hash(session: Session, purpose: str, value: str) -> bytes:
    """Hash a value under a key that lives outside the database, one key for each purpose."""
    secret: bytes = session.info["secret"]
    if not secret:
        raise RuntimeError("this store was opened without its secret key")
    key = hmac.digest(secret, f"carecredit:{purpose}".encode(), "sha256")
    return hmac.new(key, value.encode(), hashlib.sha256).digest()


def _announce(session: Session, _transaction: Any, connection: Connection) -> None:
    if "permitted" not in session.info:
        clients = caller_of(session).clients
        if clients is None:
            rows = (
                connection.execute(text("SELECT id FROM clients")) if _founded(connection) else ()
            )
            clients = frozenset(ClientId(row[0]) for row in rows)
            clients |= {CENTRE}
        session.info["permitted"] = set(clients)
    _set_clients(connection, session.info["permitted"])


def _founded(connection: Connection) -> bool:
    found = connection.execute(text("SELECT to_regclass('clients') IS NOT NULL")).scalar_one()
    return bool(found)


def _set_clients(connection: Connection, clients: set[ClientId]) -> None:
    listed = ",".join(sorted(str(client) for client in clients))
    connection.execute(
        text("SELECT set_config(:name, :listed, true)"), {"name": SETTING, "listed": listed}
    )


def _narrow(state: ORMExecuteState) -> None:
    permitted = caller_of(state.session).clients
    if permitted is None or not (state.is_select or state.is_update or state.is_delete):
        return
    state.statement = state.statement.options(
        *(
            with_loader_criteria(
                mapper.class_, mapper.class_.client_id.in_(permitted), include_aliases=True
            )
            for mapper in state.all_mappers
            if owned_by_client(mapper.local_table)
        )
    )


def client_tables() -> list[str]:
    """List the tables whose rows belong to one client company each, for policies and lint."""
    return sorted(table.name for table in Base.metadata.tables.values() if owned_by_client(table))


def permitted_clients(session: Session) -> frozenset[ClientId] | None:
    """Say which client companies this transaction may see (None: all)."""
    return caller_of(session).clients


__all__ = [
    "CENTRE",
    "SETTING",
    "Caller",
    "Store",
    "beyond",
    "caller_of",
    "client_tables",
    "keyed_hash",
    "permitted_clients",
    "widen",
]
