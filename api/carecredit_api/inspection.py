"""The strict front door: what a request may carry before anybody reads it.

One way to say each thing: named query parameters once each, JSON only as JSON, UTF-8, no NUL,
shallow. Whatever else comes is refused with the place named.
"""

import re
from typing import Any

from litestar.handlers import HTTPRouteHandler
from litestar.handlers.base import BaseRouteHandler
from litestar.params import ParameterKwarg
from litestar.types import Method

from carecredit.kernel.errors import Invalid
from carecredit_api.security import BODY_TYPE, FORM, Connection

BODY_BYTES_MAX = 1_000_000
DEPTH_MAX = 32
BODY = "carecredit.body"
_WITH_BODY: frozenset[Method] = frozenset({"POST", "PUT", "PATCH"})
_STRING = re.compile(r'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)', re.DOTALL)
_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")


class RequestUnreadable(Invalid):
    """The request cannot be read as it stands."""

    code = "request_unreadable"


class QueryUnknown(Invalid):
    """A query parameter is not one of this address, or is there twice."""

    code = "query_parameter_unknown"


class MediaTypeUnsupported(Invalid):
    """The body is not declared as what it must be."""

    code = "media_type_unsupported"


async def inspect(connection: Connection, handler: BaseRouteHandler) -> None:
    """Look at a request's query and body before they are parsed."""
    _check_query(connection, handler)
    if connection.scope.get("method") in _WITH_BODY and isinstance(handler, HTTPRouteHandler):
        request: Any = connection
        body: bytes = await request.body()
        connection.scope["state"][BODY] = body
        _check_body(connection, handler, body)


def check_json(text: str) -> None:
    """Refuse a text that is deeper than any body of ours, or carries a NUL."""
    if "\0" in text or _NUL.search(text):
        raise RequestUnreadable("a text may not carry a NUL character")
    depth = 0
    for sign in _STRING.sub("", text):
        if sign in "[{":
            depth += 1
            if depth > DEPTH_MAX:
                raise RequestUnreadable(f"the body is nested deeper than {DEPTH_MAX} levels")
        elif sign in "]}":
            depth -= 1


def _check_query(connection: Connection, handler: BaseRouteHandler) -> None:
    given = [name for name, _ in connection.query_params.multi_items()]
    allowed = _query_names(handler)
    for name in given:
        if name not in allowed:
            known = ", ".join(sorted(allowed)) or "none"
            raise QueryUnknown(
                f"{name!r} is no query parameter here; known: {known}", field=name[:100]
            )
        if given.count(name) > 1:
            raise QueryUnknown(f"{name!r} may be given once", field=name)
    if any("\0" in value for _, value in connection.query_params.multi_items()):
        raise RequestUnreadable("a query parameter may not carry a NUL character")


def _query_names(handler: BaseRouteHandler) -> frozenset[str]:
    injected = handler.resolve_dependencies()  # what the house hands in is no word of an address
    return frozenset(
        definition.name or name
        for name, field in handler.parsed_fn_signature.parameters.items()
        if name not in injected
        and isinstance(definition := field.kwarg_definition, ParameterKwarg)
        and definition.param_type == "query"
    ) | frozenset(handler.opt.get("query", ()))


def _check_body(connection: Connection, handler: HTTPRouteHandler, body: bytes) -> None:
    declared = connection.headers.get("content-type", "").partition(";")[0].strip().lower()
    file_type = handler.opt.get(BODY_TYPE)
    if file_type:  # read by the import itself, which names what it cannot read
        if declared != file_type:
            raise MediaTypeUnsupported(f"the body must be declared as Content-Type: {file_type}")
        return
    if "data" not in handler.parsed_fn_signature.parameters:
        if body.strip() not in {b"", b"{}"}:
            raise RequestUnreadable("this address takes no body; leave it out")
        return
    wanted = "application/x-www-form-urlencoded" if handler.opt.get(FORM) else "application/json"
    if declared != wanted:
        raise MediaTypeUnsupported(f"the body must be declared as Content-Type: {wanted}")
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise RequestUnreadable("the body is no valid UTF-8") from error
    check = _check_form if handler.opt.get(FORM) else check_json
    check(text)


def _check_form(text: str) -> None:
    if "\0" in text or "%00" in text:
        raise RequestUnreadable("a text may not carry a NUL character")
