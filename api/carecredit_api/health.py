"""Whether the process lives and whether it may be given work."""

import socket
from contextlib import closing
from typing import Annotated, Any
from urllib.parse import urlsplit

import msgspec
from litestar import Request, Response, get
from litestar.openapi import ResponseSpec
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from carecredit import schema
from carecredit.kernel.errors import CareCreditError
from carecredit.settings import Settings
from carecredit.store.keymark import recognise
from carecredit.store.session import Store
from carecredit_api.security import PUBLIC, needs

_PORTS = {"redis": 6379, "rediss": 6379, "amqp": 5672, "amqps": 5671}
LOOK_SECONDS = 2


class Live(msgspec.Struct, frozen=True):
    """The process answers."""

    status: Annotated[str, msgspec.Meta(description="Always ok.", examples=["ok"])]


class Ready(msgspec.Struct, frozen=True):
    """What the process needs, and how each stands; words only, no addresses."""

    status: Annotated[str, msgspec.Meta(description="ok or not_ready.", examples=["ok"])]
    database: Annotated[str, msgspec.Meta(description="ok or away.", examples=["ok"])]
    schema: Annotated[str, msgspec.Meta(description="ok, behind or unknown.", examples=["ok"])]
    broker: Annotated[
        str, msgspec.Meta(description="ok, away or in_process.", examples=["in_process"])
    ]


@get(
    "/health/live", operation_id="live", tags=["Health"], sync_to_thread=False,
    summary="Say that the process lives", opt=needs(PUBLIC),
)  # fmt: skip
def live() -> Live:
    """Say that the process lives."""
    return Live("ok")


@get(
    "/health/ready", operation_id="ready", tags=["Health"], sync_to_thread=True,
    summary="Say whether the process may be given work", opt=needs(PUBLIC),
    responses={503: ResponseSpec(Ready, description="Something it needs is away.")},
)  # fmt: skip
def ready(request: Request[Any, Any, Any]) -> Response[Ready]:
    """Look at the database, its level and the broker; 503 where one of them is away."""
    store: Store = request.app.state.store
    settings: Settings = request.app.state.settings
    database, level = _database(store)
    broker = _broker(settings.broker_url)
    well = database == "ok" and level == "ok" and broker != "away"
    found = Ready("ok" if well else "not_ready", database, level, broker)
    return Response(found, status_code=200 if well else 503)


def _database(store: Store) -> tuple[str, str]:
    try:
        with store.engine.connect() as connection:
            connection.execute(text("SELECT 1"))
        schema.check(store.engine)
        recognise(store)
    except (SQLAlchemyError, OSError):
        return "away", "unknown"
    except CareCreditError:
        return "ok", "behind"
    return "ok", "ok"


def _broker(url: str) -> str:
    if url == "memory:":
        return "in_process"
    parts = urlsplit(url)
    try:
        address = (parts.hostname or "localhost", parts.port or _PORTS[parts.scheme])
        with closing(socket.create_connection(address, timeout=LOOK_SECONDS)):
            return "ok"
    except (OSError, KeyError, ValueError):
        return "away"


HANDLERS = (live, ready)
