"""Errors told over HTTP (RFC 9457): the only place that knows a status code."""

import logging
import re
from http import HTTPStatus
from typing import Annotated, Any

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException, SerializationException, ValidationException
from litestar.handlers import HTTPRouteHandler
from litestar.response import Redirect
from msgspec import Meta
from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from carecredit.intake.operations import RowsRefused
from carecredit.intake.views import Problem as RowProblem
from carecredit.kernel.errors import CareCreditError, Invalid, Misconfigured, NotFound, Refused
from carecredit.kernel.ids import new_id
from carecredit.metrics.rules.catalogue import UnknownMetric
from carecredit_api.console.pages import measures_page, render_problem
from carecredit_api.console.views import ProblemPage
from carecredit_api.console.words import language_of
from carecredit_api.inspection import (
    BODY_BYTES_MAX,
    MediaTypeUnsupported,
    QueryUnknown,
    RequestUnreadable,
)
from carecredit_api.security import KeyNeeded, RightMissing
from carecredit_api.wire import PATTERNS

log = logging.getLogger("carecredit.api")
MEDIA_TYPE = "application/problem+json"
TYPE = "urn:carecredit:problem:"
MEGABYTE = 1_000_000
ROWS_TOLD_MAX = 100
"""How many bad rows of a file an answer names."""
_MACHINES = ("/api/", "/health/", "/schema/")
_STATUS: tuple[tuple[type[Exception], HTTPStatus], ...] = (
    (KeyNeeded, HTTPStatus.UNAUTHORIZED),
    (RightMissing, HTTPStatus.FORBIDDEN),
    (MediaTypeUnsupported, HTTPStatus.UNSUPPORTED_MEDIA_TYPE),
    (RequestUnreadable, HTTPStatus.BAD_REQUEST),
    (QueryUnknown, HTTPStatus.BAD_REQUEST),
    (NotFound, HTTPStatus.NOT_FOUND),
    (Invalid, HTTPStatus.UNPROCESSABLE_ENTITY),
    (Refused, HTTPStatus.CONFLICT),
    (Misconfigured, HTTPStatus.SERVICE_UNAVAILABLE),
)
"""By kind, the special before the general."""
_MISSING = re.compile(r"Missing required (?P<kind>\w+) parameter '(?P<name>[\w-]+)'")
_CODES = {
    HTTPStatus.BAD_REQUEST: "request_unreadable",
    HTTPStatus.UNAUTHORIZED: "key_needed",
    HTTPStatus.FORBIDDEN: "right_missing",
    HTTPStatus.NOT_FOUND: "not_found",
    HTTPStatus.METHOD_NOT_ALLOWED: "method_not_allowed",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "body_too_large",
    HTTPStatus.UNPROCESSABLE_ENTITY: "invalid",
    HTTPStatus.SERVICE_UNAVAILABLE: "unavailable",
}
_WORDS = {
    HTTPStatus.BAD_REQUEST: "the request cannot be read",
    HTTPStatus.NOT_FOUND: "nothing lives at this address",
    HTTPStatus.METHOD_NOT_ALLOWED: "this address does not take this method",
}


class FieldProblem(msgspec.Struct, frozen=True):
    """What is wrong with one value, and where it stands."""

    pointer: Annotated[
        str,
        Meta(description="Where: a JSON pointer, or a parameter.", examples=["/promise/amount"]),
    ]
    code: Annotated[str, Meta(description="A code that never changes.", examples=["invalid"])]
    message: Annotated[
        str, Meta(description="What to change.", examples=["write digits with a decimal point"])
    ]


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """Why a request was not carried out, and the way out."""

    type: Annotated[
        str, Meta(description="Names the kind of problem.", examples=[TYPE + "customer_unknown"])
    ]
    title: Annotated[str, Meta(description="The kind in words.", examples=["No such customer."])]
    status: Annotated[int, Meta(description="The HTTP status.", examples=[404])]
    detail: Annotated[
        str, Meta(description="This very case in words.", examples=["no such customer"])
    ]
    code: Annotated[
        str,
        Meta(description="The library's stable code.", examples=["customer_unknown"]),
    ]
    errors: Annotated[
        tuple[FieldProblem, ...], Meta(description="The values at fault, where there are any.")
    ] = ()
    instance: Annotated[
        str | None,
        Meta(description="Reference to quote when asking us.", examples=["urn:uuid:0198c0de"]),
    ] = None


def answer(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """Tell any error: to a browser as a page, to a machine as a problem document."""
    problem, headers = told(error, limit=_limit(request))
    if problem.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        log.error(
            "%s %s: %s", problem.instance or problem.code, request.scope["path"], problem.code,
            exc_info=error if problem.instance else None,
        )  # fmt: skip
    if _wants_page(request) and isinstance(error, KeyNeeded):
        asked = request.scope["path"]
        return Redirect("/sign-in", status_code=303, query_params={"next": asked})
    if _wants_page(request):
        language = language_of(
            request.query_params.get("lang"), request.headers.get("accept-language")
        )
        page = ProblemPage(problem.status, reference=(problem.instance or "").rpartition(":")[2])
        if isinstance(error, UnknownMetric):
            page = measures_page(page, request.query_params, language)
        html = render_problem(page, language=language)
        return Response(html, status_code=problem.status, media_type="text/html", headers=headers)
    return Response(problem, status_code=problem.status, media_type=MEDIA_TYPE, headers=headers)


def told(error: Exception, *, limit: int = BODY_BYTES_MAX) -> tuple[Problem, dict[str, str]]:
    """Put an error as a problem document, with the headers that go with it.

    The limit is how large a body the address takes.
    """
    if isinstance(error, CareCreditError):
        return _of_ours(error)
    if isinstance(error, ValidationException):
        return _of_values(error), {}
    if isinstance(error, RecursionError | UnicodeDecodeError | SerializationException):
        return _plain(HTTPStatus.BAD_REQUEST), {}
    if isinstance(error, HTTPException):
        return _of_http(error, limit)
    if isinstance(error, SQLAlchemyError):
        return _of_database(error)
    return _unforeseen(), {}


def _of_ours(error: CareCreditError) -> tuple[Problem, dict[str, str]]:
    kind = type(error)
    status = next(
        (status for known, status in _STATUS if isinstance(error, known)),
        HTTPStatus.INTERNAL_SERVER_ERROR,
    )
    if status is HTTPStatus.SERVICE_UNAVAILABLE:
        # What is missing in the set-up is for whoever runs it (doctor, ready), not for callers.
        return _plain(status, "the service is not ready"), {"Retry-After": "30"}
    errors: tuple[FieldProblem, ...] = ()
    if error.field is not None:
        pointer = "/" + error.field.replace(".", "/")
        errors = (FieldProblem(pointer, error.code, error.message),)
    if isinstance(error, RowsRefused):
        errors = tuple(_of_row(error, bad) for bad in error.report.problems[:ROWS_TOLD_MAX])
    title = (kind.__doc__ or status.phrase).splitlines()[0]
    problem = Problem(TYPE + error.code, title, status, error.message, error.code, errors)
    return problem, {"WWW-Authenticate": "Bearer"} if status is HTTPStatus.UNAUTHORIZED else {}


def _of_row(error: RowsRefused, bad: RowProblem) -> FieldProblem:
    """Name a bad row by its line and column; of several files by its file, too."""
    file = f"/{bad.file}" if len(error.report.files) > 1 else ""
    message = f"{bad.value!r}: {bad.message}" if bad.value else bad.message
    column = f"/{bad.column}" if bad.column else ""  # a row that is broken has no column at fault
    return FieldProblem(f"{file}/{bad.line}{column}", error.code, message)


def _of_values(error: ValidationException) -> Problem:
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    listed = error.extra if isinstance(error.extra, list) else _missing(error.detail)
    errors = tuple(
        FieldProblem(
            "/" + str(each.get("key", "")).removeprefix("data").strip(".").replace(".", "/"),
            "invalid",
            _plainly(str(each.get("message", ""))),
        )
        for each in listed
    )
    detail = "; ".join(f"{each.pointer.strip('/') or 'body'}: {each.message}" for each in errors)
    code = _CODES[status]
    title = "A value does not say what it must."
    return Problem(TYPE + code, title, status, detail or "a value is not valid", code, errors)


def _plainly(message: str) -> str:
    """Say in words what a pattern asks for: nobody reads patterns to mend a value."""
    return next((told for pattern, told in PATTERNS.items() if repr(pattern) in message), message)


def _missing(detail: str) -> list[dict[str, str]]:
    """Name the parameter that the framework found missing; it says so in a sentence alone."""
    found = _MISSING.search(detail)
    if found is None:
        return []
    message = f"this {found['kind']} parameter must be given"
    return [{"key": found["name"], "message": message}]


def _of_http(error: HTTPException, limit: int) -> tuple[Problem, dict[str, str]]:
    status = HTTPStatus(error.status_code)
    if status is HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        larger = f"the body is larger than {limit // MEGABYTE} MB, which is what is taken here"
        return _plain(status, larger), {}
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return _unforeseen(), {}
    return _plain(status), dict(error.headers or {})


def _of_database(error: SQLAlchemyError) -> tuple[Problem, dict[str, str]]:
    if isinstance(error, IntegrityError):
        # Two requests at once for the same thing; the database's own words may carry values.
        detail = "somebody else wrote the same at the same moment; read again and decide anew"
        return _plain(HTTPStatus.CONFLICT, detail, "conflict"), {}
    if isinstance(error, PoolTimeout) or (isinstance(error, DBAPIError) and _away(error)):
        detail = "the database does not answer at the moment; try again"
        status = HTTPStatus.SERVICE_UNAVAILABLE
        return _plain(status, detail, "database_unavailable"), {"Retry-After": "5"}
    return _unforeseen(), {}


def _away(error: DBAPIError) -> bool:
    return error.connection_invalidated or type(error).__name__ in {
        "OperationalError",
        "InterfaceError",
        "InternalError",
    }


def _plain(status: HTTPStatus, detail: str = "", code: str = "") -> Problem:
    code = code or _CODES.get(status, status.name.lower())
    words = detail or _WORDS.get(status, status.phrase)
    return Problem(TYPE + code, status.phrase, status, words, code)


def _unforeseen() -> Problem:
    """Tell an error that we did not foresee: nothing of its inside, and a reference to quote."""
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    return Problem(
        type=TYPE + "unforeseen",
        title="Something went wrong on our side.",
        status=status,
        detail="we did not foresee this; quote the instance when you ask us about it",
        code="unforeseen",
        instance=f"urn:uuid:{new_id()}",
    )


def _limit(request: Request[Any, Any, Any]) -> int:
    """Say how large a body the address takes; an address that is none has no handler."""
    handler = request.scope.get("route_handler")
    found = handler.resolve_request_max_body_size() if isinstance(handler, HTTPRouteHandler) else 0
    return found or BODY_BYTES_MAX


def _wants_page(request: Request[Any, Any, Any]) -> bool:
    if request.scope["path"].startswith(_MACHINES):
        return False
    return "text/html" in request.headers.get("accept", "")
