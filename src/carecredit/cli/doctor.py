"""`carecredit doctor`: what is wrong with a set-up, in plain words, and how to mend it."""

import os
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
import rich_click as click
from rich.markup import escape
from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from carecredit import schema
from carecredit import settings as settings_module
from carecredit.cli.context import out, print_json
from carecredit.cli.zone_data import system_folder, told_apart
from carecredit.desk.finance import TAIL_MAX
from carecredit.kernel import clock
from carecredit.kernel.calendars import IANA_VERSION, zone
from carecredit.kernel.errors import CareCreditError
from carecredit.mandates import queries as mandates
from carecredit.metrics.queries.layers import unsummed
from carecredit.settings import Settings
from carecredit.store import audit
from carecredit.store.engine import make_engine
from carecredit.store.keymark import recognise
from carecredit.store.session import Caller, Store

UNWELL = 3
_MARK = {"ok": "[green]ok[/]", "warning": "[yellow]warning[/]", "wrong": "[bold red]wrong[/]"}


class Finding(msgspec.Struct, frozen=True):
    """What was looked at, how it stands, and what to do where it does not stand well."""

    about: str
    state: str
    message: str


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def doctor(as_json: bool) -> None:
    """Look at the set-up and say what is wrong and how to mend it.

    Looks at settings, secrets, database, schema level, row-level rules, audit chain, broker, mail
    server and zone data. Exit code 3 where something is wrong.
    """
    findings = list(examine())
    if as_json:
        print_json(findings)
    else:
        for finding in findings:
            out.print(f"{_MARK[finding.state]} {finding.about}: {escape(finding.message)}")
    if any(finding.state == "wrong" for finding in findings):
        sys.exit(UNWELL)


def examine() -> Iterator[Finding]:
    """Look at everything, one thing after another; a fault in one never hides the others."""
    try:
        settings = settings_module.load(os.environ)
    except CareCreditError as error:
        yield Finding("settings", "wrong", error.message)
        return
    unknown = settings_module.unknown_names(os.environ)
    if unknown:
        yield Finding("settings", "warning", f"nobody reads {', '.join(unknown)}; mistyped?")
    else:
        yield Finding("settings", "ok", "all names are known")
    yield _try("secrets", settings.secret, "the secret key is there")
    if settings.console_guest:
        yield Finding(
            "console",
            "warning",
            "it opens without a sign-in (CARECREDIT_CONSOLE_GUEST): for demos on loopback only",
        )
    yield from _database(settings)
    yield _broker(settings)
    yield _mail(settings)
    yield _zones()


def _try(about: str, look: Callable[[], object], fine: str) -> Finding:
    try:
        look()
    except CareCreditError as error:
        return Finding(about, "wrong", error.message)
    return Finding(about, "ok", fine)


def _database(settings: Settings) -> Iterator[Finding]:
    try:
        engine = make_engine(settings)
    except (CareCreditError, SQLAlchemyError, ImportError) as error:
        yield Finding("database", "wrong", str(error))
        return
    file = engine.url.database or ""
    if engine.dialect.name == "sqlite" and not Path(file).exists():
        yield Finding(
            "database", "wrong", f"there is no file {file} yet; `carecredit db upgrade` makes it"
        )
        return
    try:
        with engine.connect() as connection:
            connection.execute(text("SELECT 1"))
    except (SQLAlchemyError, OSError) as error:
        said = " ".join(str(getattr(error, "orig", error)).split())
        yield Finding(
            "database", "wrong", f"cannot be reached ({said}); check CARECREDIT_DATABASE_URL"
        )
        return
    yield Finding("database", "ok", f"{engine.dialect.name} answers")
    behind = _try("schema", lambda: schema.check(engine), f"at level {schema.head()}")
    yield behind
    if behind.state == "ok":
        yield _role(engine)
        yield _key(settings, engine)
        yield from _chains(settings, engine)
        yield from _sums(settings, engine)
    engine.dispose()


def _role(engine: Engine) -> Finding:
    if engine.dialect.name != "postgresql":
        return Finding("row-level rules", "ok", "kept by the session on SQLite")
    with engine.connect() as connection:
        free = connection.execute(
            text("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
        ).scalar_one()
    if free:
        return Finding(
            "row-level rules",
            "wrong",
            "the database role is a superuser or has BYPASSRLS, so nothing keeps client companies "
            "apart below the program; run as a role of its own: CREATE ROLE carecredit LOGIN "
            "NOSUPERUSER NOBYPASSRLS",
        )
    return Finding("row-level rules", "ok", "the role is bound by them")


def _key(settings: Settings, engine: Engine) -> Finding:
    return _try(
        "key",
        lambda: recognise(Store(engine, settings.secret())),
        "the secret key is the one this database was begun with",
    )


def _chains(settings: Settings, engine: Engine) -> Iterator[Finding]:
    try:
        store = Store(engine, settings.secret())
    except CareCreditError:
        return
    with store.read(Caller("doctor")) as session:
        chains = [None, *(client.id for client in mandates.clients(session))]
        broken = {chain: next(audit.breaks(session, client_id=chain), None) for chain in chains}
    bad = [str(chain or "centre") for chain, at in broken.items() if at is not None]
    if bad:
        yield Finding(
            "audit",
            "wrong",
            f"the chain of {', '.join(bad)} does not verify: rows were changed or taken away, or "
            "the secret key is another than they were written with",
        )
    else:
        yield Finding("audit", "ok", f"{len(broken)} chains verify")


def _sums(settings: Settings, engine: Engine) -> Iterator[Finding]:
    try:
        store = Store(engine, settings.secret())
    except CareCreditError:
        return
    with store.read(Caller("doctor")) as session:
        found = {one.code: len(unsummed(session, client_id=one.id))
                 for one in mandates.clients(session)}  # fmt: skip
    tails = [f"{code}: {books}" for code, books in found.items() if books > TAIL_MAX]
    if tails:
        yield Finding(
            "sums",
            "warning",
            f"many books wait to be summed by day ({', '.join(tails)}), which makes reading slow; "
            "run `carecredit db sum-up`",
        )
    else:
        waiting = sum(found.values())
        yield Finding(
            "sums",
            "ok",
            f"{waiting} books wait to be summed by day; `carecredit report verify --client CODE` "
            "proves the sums from the entries",
        )


def _broker(settings: Settings) -> Finding:
    if settings.broker_url == "memory:":
        return Finding("broker", "ok", "in process (memory:); one process does it all")
    return _reach(
        "broker", settings.broker_url, {"redis": 6379, "rediss": 6379, "amqp": 5672, "amqps": 5671}
    )


def _mail(settings: Settings) -> Finding:
    if not settings.smtp_url:
        return Finding(
            "mail",
            "warning",
            "no mail server: e-mails will wait; set CARECREDIT_SMTP_URL, such as smtp://host:25",
        )
    return _reach("mail", settings.smtp_url, {"smtp": 25, "smtps": 465, "smtp+starttls": 587})


def _reach(about: str, url: str, ports: dict[str, int]) -> Finding:
    try:
        parts = urlsplit(url)
        address = (parts.hostname or "localhost", parts.port or ports[parts.scheme])
        with closing(socket.create_connection(address, timeout=3)):
            return Finding(about, "ok", f"{address[0]}:{address[1]} answers")
    except (OSError, KeyError, ValueError) as error:
        return Finding(about, "wrong", f"cannot be reached ({error}); check its address")


def _zones() -> Finding:
    zone("Europe/Rome")
    folder = system_folder()
    apart = None if folder is None else told_apart(folder, clock.now())
    if apart is not None:
        return Finding("zones", "warning", apart)
    return Finding("zones", "ok", f"IANA {IANA_VERSION} from the pinned package")
