"""Fixtures every test may ask for; a server that does not start fails the run, it never skips."""

import ipaddress
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import hypothesis
import pytest
import redis

import servers
import worlds
from carecredit.store.session import Store

# A shared machine has slow moments; a slow example is not a wrong one.
hypothesis.settings.register_profile("carecredit", deadline=None)
hypothesis.settings.load_profile("carecredit")

LEFT_OUT = pytest.StashKey[int]()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file; tests work on copies."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    servers.migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[servers.Cluster]:
    """A PostgreSQL of this process, with a migrated template database."""
    with servers.postgresql() as cluster:
        yield cluster


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A migrated, empty SQLite database."""
    return servers.copy_database(sqlite_template, tmp_path / "carecredit.db")


@pytest.fixture
def postgres_url(postgres_cluster: servers.Cluster) -> Iterator[str]:
    """A migrated, empty PostgreSQL database, owned by an ordinary role."""
    with postgres_cluster.lent() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A migrated, empty database on each of the two."""
    name = "sqlite_url" if request.param == "sqlite" else "postgres_url"
    url: str = request.getfixturevalue(name)
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def bare_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without a single table, on each of the two."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'bare.db'}"
        return
    cluster: servers.Cluster = request.getfixturevalue("postgres_cluster")
    with cluster.bare() as url:
        yield url


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """A store on a migrated, empty database, on each of the two."""
    with servers.opened(database_url) as opened:
        yield opened


@pytest.fixture
def sqlite_store(sqlite_url: str) -> Iterator[Store]:
    """A store on SQLite alone."""
    with servers.opened(sqlite_url) as opened:
        yield opened


@pytest.fixture
def postgres_store(postgres_url: str) -> Iterator[Store]:
    """A store on PostgreSQL alone."""
    with servers.opened(postgres_url) as opened:
        yield opened


@pytest.fixture
def chains_hold(store: Store) -> Iterator[None]:
    """Walk every audit chain when a test is over: each must verify."""
    yield
    assert worlds.broken_chains(store) == {}


@pytest.fixture(scope="session")
def valkey_server() -> Iterator[Any]:
    """A Valkey of this process."""
    with servers.valkey() as server:
        yield server


@pytest.fixture
def valkey_url(valkey_server: Any) -> str:
    """The address of an empty Valkey."""
    with redis.Redis.from_url(valkey_server.connection_url) as client:
        client.flushall()
    url: str = valkey_server.connection_url
    return url


@pytest.fixture
def amqp_url() -> str:
    """The address of a RabbitMQ; it is shared, so a test names queues that nobody else has."""
    if not servers.amqp_address():
        pytest.fail("this test needs a RabbitMQ: set CARECREDIT_TEST_AMQP_URL")
    return servers.amqp_address()


@pytest.fixture
def smtp_sink() -> Iterator[servers.MailSink]:
    """A real mail server: `url`, what it `received`, and `answers` to refuse with."""
    with servers.mail_sink() as sink:
        yield sink


@pytest.fixture(autouse=True)
def _loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every connection that leaves this machine."""
    for name in ("connect", "connect_ex"):
        monkeypatch.setattr(socket.socket, name, _guarded(getattr(socket.socket, name)))


def _guarded(connect: Any) -> Any:
    def connect_nearby(self: socket.socket, address: Any) -> Any:
        if self.family != socket.AF_UNIX and not _nearby(str(address[0])):
            raise PermissionError(f"a test may not connect to {address[0]}: only loopback")
        return connect(self, address)

    return connect_nearby


def _nearby(host: str) -> bool:
    if host in {"localhost", urlsplit(servers.amqp_address()).hostname}:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what needs RabbitMQ; leave it out, and say so, where there is none."""
    needing = [item for item in items if "amqp_url" in getattr(item, "fixturenames", ())]
    for item in needing:
        item.add_marker("amqp")
    if servers.amqp_address() or servers.amqp_required():
        return
    left_out = [item for item in items if item.get_closest_marker("amqp")]
    config.stash[LEFT_OUT] = len(left_out)
    if hasattr(config, "workeroutput"):
        config.workeroutput["left_out"] = len(left_out)
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: Any) -> None:  # noqa: ARG001 - xdist's signature
    """Take over from a worker process of xdist how many tests it left out (each sees all)."""
    node.config.stash[LEFT_OUT] = getattr(node, "workeroutput", {}).get("left_out", 0)


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Say plainly what was not run."""
    left_out = config.stash.get(LEFT_OUT, 0)
    if left_out:
        terminalreporter.write_line(
            f"RabbitMQ tests were NOT RUN: {left_out}, because CARECREDIT_TEST_AMQP_URL is not set",
            yellow=True,
        )
