"""Who calls and what they may do: keys, rights, and the rule that a route says who may use it.

A route that declares nothing stops the application from starting. Nothing is left out of the
check by a pattern of addresses.
"""

import asyncio
from collections.abc import Iterator
from typing import Any, Literal, cast

from litestar import Litestar
from litestar.connection import ASGIConnection
from litestar.handlers.base import BaseRouteHandler
from litestar.routes import HTTPRoute

from carecredit.kernel.errors import Misconfigured, Refused
from carecredit.store.session import Caller, Store
from carecredit.team import queries as team
from carecredit.team.rules import Right, may
from carecredit.team.views import Key
from carecredit_api.sessions import Sessions

Connection = ASGIConnection[Any, Any, Any, Any]
Need = Right | Literal["public", "any_key"]
PUBLIC: Need = "public"
ANY_KEY: Need = "any_key"
NEED, PAGE, FORM, BODY_TYPE = "need", "page", "form", "body_type"
DOOR = Caller("door", frozenset())
"""Recognises keys; it may see no client company."""
SCHEME = "bearer "


class KeyNeeded(Refused):
    """No valid key came with the request."""

    code = "key_needed"


class RightMissing(Refused):
    """The key is valid and its role may not do this."""

    code = "right_missing"


def needs(
    need: Need, *, page: bool = False, form: bool = False, body: str | None = None
) -> dict[str, Any]:
    """Declare who may use a route; a page also knows the session of a browser.

    `body` is the media type of a body that the route reads by itself, such as a file.
    """
    return {NEED: need, PAGE: page, FORM: form, BODY_TYPE: body}


async def authorize(connection: Connection, handler: BaseRouteHandler) -> None:
    """Let a request through if its key has the right that the route declares."""
    need = handler.opt.get(NEED)
    if need == PUBLIC or (need is None and connection.scope.get("method") == "OPTIONS"):
        return
    key = await _key(connection, page=bool(handler.opt.get(PAGE)))
    if key is None:
        raise KeyNeeded("send a valid key in the header `Authorization: Bearer KEY`")
    if need != ANY_KEY and not (isinstance(need, Right) and may(key.role, need)):
        raise RightMissing(f"a key with the role {key.role} may not do this")
    connection.scope["auth"] = key


def key_of(connection: Connection) -> Key:
    """Give the key that the request was let through with."""
    return cast("Key", connection.scope["auth"])


async def key_on_page(connection: Connection) -> Key | None:
    """Recognise who looks at a page: the session's key, or the guest's where one is set up."""
    return await _key(connection, page=True)


def undeclared(app: Litestar) -> list[str]:
    """List the routes and methods that do not say who may use them (none is right)."""
    return [f"{method} {path}" for method, path, need in inventory(app) if need is None]


def inventory(app: Litestar) -> Iterator[tuple[str, str, Need | None]]:
    """List every route and method with the need it declares."""
    for route in app.routes:
        if not isinstance(route, HTTPRoute):
            yield "ANY", route.path, None
            continue
        for handler in route.route_handlers:
            for method in sorted(handler.http_methods):
                if method != "OPTIONS":  # the framework's own: it lists the methods, no more
                    yield method, route.path_format, handler.opt.get(NEED)


def refuse_undeclared(app: Litestar) -> None:
    """Stop an application that has a route open to nobody knows whom."""
    open_routes = undeclared(app)
    if open_routes:
        raise Misconfigured(f"these routes do not say who may use them: {', '.join(open_routes)}")


async def _key(connection: Connection, *, page: bool) -> Key | None:
    store: Store = connection.app.state.store
    sessions: Sessions = connection.app.state.sessions
    header = connection.headers.get("authorization", "")
    session = connection.cookies.get(sessions.cookie, "") if page else ""
    guest: str = connection.app.state.settings.console_guest if page else ""

    def look() -> Key | None:
        if header:
            known = header[: len(SCHEME)].lower() == SCHEME
            return _by_secret(store, header[len(SCHEME) :].strip()) if known else None
        key_id = sessions.key_in(session, now=connection.app.state.clock()) if session else None
        if key_id is not None:
            with store.read(DOOR) as reading:
                found = team.key_by_id(reading, key_id=key_id)
            if found is not None:
                return found
        return _by_secret(store, guest) if guest else None

    return await asyncio.get_running_loop().run_in_executor(None, look)


def _by_secret(store: Store, secret: str) -> Key | None:
    with store.read(DOOR) as reading:
        return team.key_by_secret(reading, secret=secret)
