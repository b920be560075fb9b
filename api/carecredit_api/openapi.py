"""The description of the API (OpenAPI 3.1): what each operation refuses, and an example of each."""

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from importlib.metadata import version
from typing import Any

import msgspec
from litestar import Litestar, Request, Response, Router
from litestar.exceptions import NotFoundException
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme

from carecredit_api.examples import BODIES, PEOPLE
from carecredit_api.examples_of_moves import FIELDS, MOVES
from carecredit_api.problems import MEDIA_TYPE, TYPE, Problem
from carecredit_api.security import ANY_KEY, PUBLIC, inventory, needs
from carecredit_api.wire import ID

Node = dict[str, Any]
BY_FORMAT = {"uuid": ID, "date": "2026-06-08", "date-time": "2026-06-08T07:00:00Z"}
BY_TYPE = {"boolean": True, "integer": 1, "number": 1, "string": "text", "null": None}
REFUSALS = {
    400: "The request cannot be read, or a query parameter is unknown.",
    401: "No valid key came with the request.",
    403: "The key's role may not do this.",
    404: "No such thing, or none that the key may see.",
    409: "It cannot be done as things stand.",
    413: "The body is larger than is taken here: 1 MB, a file 32 MB.",
    415: "The body is not declared as application/json.",
    422: "A value does not say what it must; each is named.",
    500: "Something went wrong on our side; the instance is a reference to quote.",
    503: "The database does not answer at the moment; try again.",
}
CASES = {
    400: ("query_parameter_unknown", "'clinet' is no query parameter here; known: client, limit"),
    401: ("key_needed", "send a valid key in the header `Authorization: Bearer KEY`"),
    403: ("right_missing", "a key with the role finance may not do this"),
    404: ("client_unknown", "no client company 'ACX'; known: ACQ"),
    409: ("call_not_yours", "this call is not in your hands: take it first"),
    413: ("body_too_large", "the body is larger than 1 MB, which is what is taken here"),
    415: (
        "media_type_unsupported",
        "the body must be declared as Content-Type: application/json",
    ),
    422: ("client_needed", "say which client company: ?client=CODE; known: ACQ, NRD"),
    500: ("unforeseen", "we did not foresee this; quote the instance when you ask us about it"),
    503: ("database_unavailable", "the database does not answer at the moment; try again"),
}
"""One case of each refusal, for the examples."""
CLOSED = frozenset({"InvoiceIn", "PaymentIn", "FindingIn", "WrapUp", "PromiseGiven"})
"""Bodies that take no field beyond their own; the framework does not say so by itself."""
GIVEN: Node = (
    {
        "WrapUp": {
            "disposition": "right_party",
            "non_payment_reason": "forgotten",
            "note": "Had overlooked it; pays on the 20th.",
            "promise": {"amount": "1250.00", "currency": "EUR", "promised_on": "2026-06-20"},
        },
        "MetricAnswer": {
            "id": "dso.simple.p3m",
            "value": "26.8000000000",
            "unit": "days",
            "status": "ok",
            "numerator": "5725.06",
            "denominator": "19653.19",
            "days": 92,
            "window": "p3m",
            "window_first": "2012-10-01",
            "window_last": "2012-12-31",
            "as_of": "2012-12-31",
            "known_at": "2026-06-08T07:00:00Z",
            "currency": "EUR",
            "rate_set": None,
            "filters": {"client": "ACQ"},
            "definition_version": "1",
            "warnings": [],
            "data_through": "2013-12-31",
            "interval": None,
            "n": None,
        },
        "Definition": {
            "id": "receivables.net",
            "name": {"en": "Balance", "it": "Saldo"},
            "meaning": {
                "en": "What customers owe: what is open less what is received and not yet applied.",
                "it": "Quanto devono i clienti: l’aperto meno ciò che è ricevuto e non ancora "
                "abbinato.",
            },
            "unit": "money",
            "formula": "open - unapplied",
            "convention": "The balance of every formula here.",
            "source": "House rule; the control account",
            "example": {"given": "open 120.00, unapplied 40.00", "answer": "80.00"},
            "version": "1",
        },
    }
    | PEOPLE
    | MOVES
)
"""Examples of what the library's own values look like."""
DEEP = 12
"""Deeper than any answer of ours: where an example stops."""
DESCRIPTION = (
    "Customer care and gentle credit collection. Amounts are text in major units beside their "
    "currency, days and instants are ISO 8601. Errors are problem documents (RFC 9457) with a "
    "stable code. Send an Idempotency-Key with whatever writes, and a repeated request acts once."
)


class Document(JsonRenderPlugin):
    """Serves the description with what the framework leaves out."""

    def render(self, request: Request[Any, Any, Any], openapi_schema: Node) -> bytes:
        """Write the whole description."""
        return msgspec.json.encode(complete(openapi_schema, request.app))


def config() -> OpenAPIConfig:
    """Set the description up; it is served to whoever has a key or a session."""
    return OpenAPIConfig(
        title="CareCredit",
        version=version("carecredit"),
        description=DESCRIPTION,
        use_handler_docstrings=True,
        components=Components(
            security_schemes={"key": SecurityScheme(type="http", scheme="bearer")}
        ),
        security=[{"key": []}],
        render_plugins=[Document(path="/openapi.json")],
        openapi_router=Router(
            "/schema",
            route_handlers=[],
            include_in_schema=False,
            opt=needs(ANY_KEY, page=True),
            after_request=_as_problem,
        ),
    )


def description(app: Litestar) -> Node:
    """Give the whole description of an application."""
    return complete(app.openapi_schema.to_schema(), app)


def complete(schema: Mapping[str, Any], app: Litestar) -> Node:
    """Add to a generated description its refusals, its examples and what is public."""
    found: Node = msgspec.json.decode(msgspec.json.encode(schema))
    schemas = found.setdefault("components", {}).setdefault("schemas", {})
    _, parts = msgspec.json.schema_components([Problem], ref_template="#/components/schemas/{name}")
    schemas.update(msgspec.json.decode(msgspec.json.encode(parts)))
    public = {(method, path) for method, path, need in inventory(app) if need == PUBLIC}
    for path, methods in found.get("paths", {}).items():
        for method, operation in methods.items():
            is_public = (method.upper(), path) in public
            if is_public:
                operation["security"] = []
            _refusals(operation, with_body=method in {"post", "put"}, is_public=is_public)
            operation.update(BODIES.get(operation["operationId"], {}))
            for media in _bodies(operation):
                media.setdefault("example", _example(media.get("schema", {}), schemas))
    for name, node in schemas.items():
        if name in CLOSED:
            node["additionalProperties"] = False
    return found


def _refusals(operation: Node, *, with_body: bool, is_public: bool) -> None:
    """Declare what an operation may refuse; all of it in the one shape."""
    answers = operation.setdefault("responses", {})
    unfit = {401, 403, 404} if is_public else set()
    unfit |= set() if with_body else {409, 413, 415}
    for status, sentence in REFUSALS.items():
        declared = status == HTTPStatus.SERVICE_UNAVAILABLE and str(status) in answers
        if status in unfit or declared:
            continue
        code, detail = CASES[status]
        answers[str(status)] = {
            "description": sentence,
            "content": {
                MEDIA_TYPE: {
                    "schema": {"$ref": "#/components/schemas/Problem"},
                    "example": {
                        "type": TYPE + code,
                        "title": sentence,
                        "status": status,
                        "detail": detail,
                        "code": code,
                    },
                }
            },
        }


def _bodies(operation: Node) -> Iterator[Node]:
    yield from operation.get("requestBody", {}).get("content", {}).values()
    for answer in operation.get("responses", {}).values():
        yield from answer.get("content", {}).values()


def _example(node: Node, schemas: Node, depth: int = 0) -> Any:
    """Put an example together out of those that the fields carry."""
    listed = node.get("examples")
    if listed:
        # The framework keeps a schema's examples in a named form too.
        first = next(iter(listed.values())) if isinstance(listed, dict) else listed[0]
        return first["value"] if isinstance(first, dict) and "value" in first else first
    if "$ref" in node:
        name = node["$ref"].rpartition("/")[2]
        made = GIVEN.get(name) or _example(schemas.get(name, {}), schemas, depth + 1)
        return made | FIELDS[name] if name in FIELDS else made
    for union in ("oneOf", "anyOf"):
        if union in node:
            kinds = [each for each in node[union] if each.get("type") != "null"]
            return _example(kinds[0] if kinds else {"type": "null"}, schemas, depth + 1)
    return _of_type(node, schemas, depth)


def _of_type(node: Node, schemas: Node, depth: int) -> Any:
    if "const" in node or "default" in node:
        return node.get("const", node.get("default"))
    if node.get("enum"):
        return node["enum"][0]
    if "properties" in node:
        return {
            name: _example(each, schemas, depth + 1) for name, each in node["properties"].items()
        }
    kind = node.get("type", "object")
    kind = (
        next((each for each in kind if each != "null"), "null") if isinstance(kind, list) else kind
    )
    if kind == "array":
        inner = node.get("items") or {}
        return [_example(inner, schemas, depth + 1)] if inner and depth < DEEP else []
    if kind == "object":
        return {}
    return BY_FORMAT.get(node.get("format", ""), BY_TYPE.get(kind))


async def _as_problem(response: Response[Any]) -> Response[Any]:
    if response.status_code == HTTPStatus.NOT_FOUND:
        raise NotFoundException
    return response
