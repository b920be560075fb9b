"""`carecredit serve`: the door, open until told to stop."""

import errno
import logging
import os
import socket
from contextlib import closing
from typing import Any

import rich_click as click
import uvicorn
from rich.console import Console

from carecredit import schema, settings
from carecredit.kernel.errors import Misconfigured
from carecredit.settings import Settings
from carecredit.store.engine import make_engine
from carecredit.store.keymark import recognise
from carecredit.store.session import Store

APP = "carecredit_api.app:create_app"
GRACE_SECONDS = 20
"""How long what is at hand may take to finish when told to stop."""
WAITING_MAX = 256
"""Requests at hand beyond this are answered 503 at once; each thread has a few waiting."""
WORKERS_MAX = 64
PORTS = click.IntRange(1, 65_535)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=PORTS, default=8000, show_default=True, help="Port to listen on.")
@click.option(
    "--workers",
    type=click.IntRange(1, WORKERS_MAX),
    default=1,
    show_default=True,
    help="Serving processes.",
)
@click.option(
    "--server",
    type=click.Choice(["uvicorn", "granian"]),
    default="uvicorn",
    show_default=True,
    help="What serves; granian comes with `pip install carecredit[granian]`.",
)
def serve(host: str, port: int, workers: int, server: str) -> None:
    """Serve the API and the pages until told to stop (Ctrl+C, SIGTERM)."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s: %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)  # a look at the level is no news
    look(settings.load(os.environ), host=host, port=port)
    Console(stderr=True, soft_wrap=True).print(f"CareCredit serves http://{host}:{port}/")
    if server == "granian":
        _granian(host, port, workers)
        return
    uvicorn.run(APP, workers=workers, **uvicorn_options(host, port))


def look(found: Settings, *, host: str, port: int) -> None:
    """Say in plain words what would keep the door shut, before a server says it in its own."""
    found.secret()
    engine = make_engine(found)
    try:
        schema.check(engine)
        recognise(Store(engine, found.secret()))
    finally:
        engine.dispose()
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with closing(socket.socket(family)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Misconfigured(_refused(error, host, port), field="port") from error


def uvicorn_options(host: str, port: int) -> dict[str, Any]:
    """Give the options under which uvicorn serves us; the demo uses the same."""
    return {
        "host": host,
        "port": port,
        "factory": True,
        # A forwarded address is believed by default, from whoever sits on this machine.
        "proxy_headers": False,
        "server_header": False,
        "access_log": False,
        "log_config": None,
        "limit_concurrency": WAITING_MAX,
        "timeout_graceful_shutdown": GRACE_SECONDS,
        "ws": "none",
    }


def _refused(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} of {host} is taken by another program: choose one with --port"
    if error.errno == errno.EACCES:
        return f"port {port} is for the system: choose one above 1023 with --port"
    return f"{host}:{port} cannot be listened on ({error.strerror or error}): check --host"


def _granian(host: str, port: int, workers: int) -> None:
    try:
        from granian import Granian  # noqa: PLC0415 - an extra that many do without
        from granian.constants import Interfaces  # noqa: PLC0415 - the same
    except ImportError as error:
        raise Misconfigured(
            "granian is not installed: `pip install 'carecredit[granian]'`, or leave --server out",
            field="server",
        ) from error
    Granian(
        APP,
        address=host,
        port=port,
        workers=workers,
        interface=Interfaces.ASGI,
        factory=True,
        log_access=False,
        websockets=False,
    ).serve()
