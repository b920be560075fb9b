"""`carecredit demo`: a made centre, its API, its workers and its ticker in one process."""

import importlib
import logging
import secrets
import tempfile
from datetime import date, datetime
from pathlib import Path

import msgspec
import rich_click as click
import uvicorn
from rich.console import Console

from carecredit import schema
from carecredit.demo.loading import load
from carecredit.demo.rehearsal import make_due, rehearse
from carecredit.demo.world import make_world
from carecredit.desk import CareCredit
from carecredit.kernel import clock
from carecredit.kernel.calendars import local_date, zone
from carecredit.kernel.errors import Refused
from carecredit.mandates import queries as mandates
from carecredit.metrics.queries import summary
from carecredit.metrics.views import MetricAnswer
from carecredit.outreach.channels.mail import way_out
from carecredit.settings import Settings
from carecredit.store.session import Caller
from carecredit_workers.ports import check_free
from carecredit_workers.service import Service

API = "carecredit_api.app"
"""The door is another package's; it is named here by a string and met only in this process."""
FOLDER = Path(".carecredit-demo")
HOME = "Europe/Rome"
SHOWN = 3
REPORTED = {
    "dso.simple.p3m": "DSO over three months",
    "dso.countback.month": "DSO by count-back",
    "receivables.past_due": "past due",
    "churn.customer.p1m": "customers lost in a month",
}
out = Console(soft_wrap=True, highlight=False)


class Card(msgspec.Struct, frozen=True):
    """What a demo folder holds; another card means that it is made anew."""

    seed: int
    made_on: date
    level: str
    key: str


@click.command()
@click.option("--once", is_flag=True, help="No server: one pulse, a short report, and done.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to serve on.")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True, help="Another seed, another world.")
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=FOLDER,
    show_default=True,
    help="Where the demo keeps its database, key and written messages.",
)
def demo(once: bool, host: str, port: int, seed: int, folder: Path) -> None:  # noqa: FBT001 - a command's flags are its arguments
    """See CareCredit at work: two made-up companies, two years of invoices, today's worklist.

    Needs nothing set up and touches no other database. It is made anew each day.
    """
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s: %(message)s")
    if once:
        with tempfile.TemporaryDirectory() as temporary:
            _once(Path(temporary), seed)
        return
    check_free(host, port)
    _serve(folder, host, port, seed)


def _once(folder: Path, seed: int) -> None:
    settings, card = _prepare(folder, seed, pulse=False)
    desk = CareCredit(settings, caller=Caller("demo"))
    now = desk.now()
    for pulse in desk.pulse(now=now):
        silent = sum(pulse.silent.values())
        out.print(
            f"{pulse.client}: {pulse.planned} touches newly planned, {pulse.kept} stand, {silent} "
            "customers are left in peace"
        )
    for one in desk.worklist(limit=SHOWN):
        out.print(f"  to call: {one.customer_name}. {one.sentence['en']}")
    _report(desk, now)
    desk.close()
    out.print(f"Seed {card.seed}. `carecredit demo` serves this world.")


def _serve(folder: Path, host: str, port: int, seed: int) -> None:
    settings, card = _prepare(folder, seed)
    settings = msgspec.structs.replace(settings, console_guest=card.key)
    service = Service(settings, threads=2)
    app = importlib.import_module(API).create_app(settings)
    address = f"http://{host}:{port}"
    out.print(f"\nOpen {address}/ - the API reference is at {address}/docs")
    out.print(f"Key for the API: {card.key}")
    out.print(f'Try: curl -H "Authorization: Bearer {card.key}" {address}/api/v1/worklist')
    out.print("Ctrl+C ends it.\n")
    service.start()
    try:
        uvicorn.run(
            app,
            host=host,
            port=port,
            log_level="warning",
            proxy_headers=False,
            server_header=False,
            lifespan="on",
        )
    finally:
        service.stop()


def _prepare(folder: Path, seed: int, *, pulse: bool = True) -> tuple[Settings, Card]:
    """Find the world of this day in its folder, or make it there."""
    folder.mkdir(parents=True, exist_ok=True)
    today = local_date(clock.now(), zone(HOME))
    settings = Settings(
        database_url=f"sqlite:///{folder.absolute() / 'demo.db'}",
        secret_key=_secret(folder / "secret"),
        smtp_url=f"file://{folder.absolute() / 'mail'}",
        mail_from="care@demo.example.org",
    )
    file = folder / "card.json"
    if file.exists():
        card = msgspec.json.decode(file.read_bytes(), type=Card)
        if (card.seed, card.made_on, card.level) == (seed, today, schema.head()):
            return settings, card
    return settings, _make(folder, settings, seed, today, pulse=pulse)


def _make(folder: Path, settings: Settings, seed: int, today: date, *, pulse: bool) -> Card:
    for old in folder.glob("demo.db*"):
        old.unlink()
    (folder / "card.json").unlink(missing_ok=True)
    out.print("Making the demo centre (a minute or so) ...")
    desk = CareCredit(settings, caller=Caller("demo"), prepare=True)
    world = make_world(seed, today)
    load(desk, world, tell=lambda line: out.print(f"  {line}"))
    mail = way_out(settings.smtp_url, timeout_seconds=settings.send_seconds)
    made = rehearse(desk, world, mail)
    out.print(f"  the last days: {made['messages']} messages written, {made['calls']} calls made")
    if pulse:
        now = desk.now()
        desk.pulse(now=now)
        make_due(desk, mail, now)
    key = desk.add_key(name="Demo", role="admin").secret
    desk.close()
    card = Card(seed=seed, made_on=today, level=schema.head(), key=key)
    (folder / "card.json").write_bytes(msgspec.json.encode(card))
    return card


def _secret(file: Path) -> str:
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_hex(32), encoding="ascii")
    found = file.read_text(encoding="ascii").strip()
    if not found:
        raise Refused(f"{file} is empty; remove its folder and start again")
    return found


def _report(desk: CareCredit, now: datetime) -> None:
    with desk.store.read(desk.caller) as session:
        for client in mandates.clients(session):
            answers = summary(
                session,
                client_id=client.id,
                metric_ids=REPORTED,
                as_of=local_date(now, zone(client.zone)),
                now=now,
            )
            for answer in answers:
                out.print(f"{client.name}: {REPORTED[answer.id]} {_told(answer)}")


def _told(answer: MetricAnswer) -> str:
    """Write a number as one says it."""
    if answer.value is None:
        return f"undefined ({answer.status})"
    if answer.unit == "money":
        return f"{answer.value} {answer.currency}"
    if answer.unit == "fraction":
        return f"{float(answer.value):.1%} ({answer.numerator} of {answer.denominator})"
    return f"{float(answer.value):.1f} {answer.unit}"
