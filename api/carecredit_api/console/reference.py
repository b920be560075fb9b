"""An OpenAPI document turned into what its reference page shows: groups, operations, schemas."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

METHODS = ("get", "post", "put", "patch", "delete")

Node = Mapping[str, Any]


class Field(NamedTuple):
    """A parameter or a property: name, where it stands, type, what may be written."""

    name: str
    where: str
    kind: "Kind"
    required: bool
    description: str
    limits: tuple[tuple[str, str], ...]


class Kind(NamedTuple):
    """A type in words; the schemas it names can be followed."""

    text: str
    links: tuple[str, ...]


class Answer(NamedTuple):
    """One status with its meaning, its schema and an example where the document has one."""

    status: str
    description: str
    kind: Kind
    example: str


class Operation(NamedTuple):
    """One request of the service."""

    anchor: str
    method: str
    path: str
    summary: str
    description: str
    deprecated: bool
    parameters: list[Field]
    body: Answer | None
    answers: list[Answer]


class Schema(NamedTuple):
    """One named shape: its fields, or its type where it has none."""

    name: str
    description: str
    kind: Kind
    fields: list[Field]


class Group(NamedTuple):
    """The requests that share a tag."""

    name: str
    anchor: str
    description: str
    operations: list[Operation]


class Reference(NamedTuple):
    """The whole document, ready to be laid out."""

    title: str
    version: str
    description: str
    groups: list[Group]
    schemas: list[Schema]


def reference_of(openapi: Node, *, other: str) -> Reference:
    """Read a document; requests without a tag stand under the given name."""
    info = openapi.get("info", {})
    tags: dict[str, list[Operation]] = {}
    for path, item in openapi.get("paths", {}).items():
        for method in METHODS:
            if method in item:
                operation = _operation(openapi, path, method, item)
                tag = (item[method].get("tags") or [other])[0]
                tags.setdefault(tag, []).append(operation)
    described = {tag["name"]: tag.get("description", "") for tag in openapi.get("tags", [])}
    shapes = openapi.get("components", {}).get("schemas", {})
    return Reference(
        title=str(info.get("title", "")),
        version=str(info.get("version", "")),
        description=str(info.get("description") or ""),
        groups=[
            Group(name, f"tag-{_slug(name)}", described.get(name) or "", operations)
            for name, operations in sorted(tags.items(), key=lambda tag: (tag[0] == other, tag[0]))
        ],
        schemas=[_schema(name, node) for name, node in sorted(shapes.items())],
    )


def _operation(openapi: Node, path: str, method: str, item: Node) -> Operation:
    node = item[method]
    declared = [*item.get("parameters", []), *node.get("parameters", [])]
    body = _resolved(openapi, node["requestBody"]) if "requestBody" in node else None
    return Operation(
        anchor=_slug(f"{method}-{path}"),
        method=method.upper(),
        path=path,
        summary=node.get("summary") or node.get("operationId") or path,
        description=node.get("description") or "",
        deprecated=bool(node.get("deprecated")),
        parameters=[_parameter(_resolved(openapi, each)) for each in declared],
        body=_answer("", body) if body is not None else None,
        answers=[
            _answer(status, _resolved(openapi, each))
            for status, each in sorted(node.get("responses", {}).items())
        ],
    )


def _parameter(node: Node) -> Field:
    shape = node.get("schema", {})
    return Field(
        name=node.get("name", ""),
        where=node.get("in", ""),
        kind=_kind(shape),
        required=bool(node.get("required")),
        description=node.get("description") or shape.get("description") or "",
        limits=tuple(_limits(shape)),
    )


def _answer(status: str, node: Node) -> Answer:
    media = next(iter(node.get("content", {}).items()), None)
    shape = media[1].get("schema", {}) if media else {}
    return Answer(
        status=status,
        description=node.get("description") or "",
        kind=_kind(shape) if media else Kind("", ()),
        example=_example(media[1]) if media else "",
    )


def _example(media: Node) -> str:
    """Find the first example a body has, its own or its schema's, and write it as JSON."""
    named = [each.get("value") for each in media.get("examples", {}).values()]
    listed = media.get("schema", {}).get("examples", [])
    # OpenAPI 3.1 lists a schema's examples; some generators keep the named form there too.
    listed = list(listed.values()) if isinstance(listed, Mapping) else list(listed)
    found = [media["example"]] if "example" in media else [*named, *listed]
    return json.dumps(found[0], indent=2, ensure_ascii=False, default=str) if found else ""


def _schema(name: str, node: Node) -> Schema:
    required = set(node.get("required", []))
    fields = [
        Field(
            name=field,
            where="",
            kind=_kind(shape),
            required=field in required,
            description=shape.get("description") or "",
            limits=tuple(_limits(shape)),
        )
        for field, shape in node.get("properties", {}).items()
    ]
    kind = Kind("", ()) if fields else _kind(node)
    return Schema(name, node.get("description") or "", kind, fields)


def _kind(node: Node) -> Kind:
    """Say a type in words: string (date), array of Invoice, Promise or null."""
    if "$ref" in node:
        name = node["$ref"].rpartition("/")[2]
        return Kind(name, (name,))
    for union in ("oneOf", "anyOf", "allOf"):
        if union in node:
            kinds = [_kind(each) for each in node[union]]
            joined = (" & " if union == "allOf" else " | ").join(kind.text for kind in kinds)
            return Kind(joined, tuple(dict.fromkeys(link for kind in kinds for link in kind.links)))
    if node.get("type") == "array":
        inner = _kind(node.get("items", {}))
        return Kind(f"[{inner.text}]", inner.links)
    if "const" in node:
        return Kind(json.dumps(node["const"]), ())
    if node.get("properties"):
        return Kind("{" + ", ".join(node["properties"]) + "}", ())
    named = node.get("type", "any")
    text = " | ".join(named) if isinstance(named, list) else str(named)
    return Kind(f"{text} ({node['format']})" if "format" in node else text, ())


def _limits(node: Node) -> Iterator[tuple[str, str]]:
    """List what narrows a value: the words allowed and what stands if it is missing."""
    allowed = node.get("enum")
    if allowed:
        yield "allowed", ", ".join(str(each) for each in allowed if each is not None)
    if node.get("default") is not None:
        yield "default", json.dumps(node["default"], ensure_ascii=False, default=str)


def _resolved(openapi: Node, node: Node) -> Node:
    """Follow a reference inside the document; one that leads nowhere is shown empty."""
    if "$ref" not in node:
        return node
    found: Any = openapi
    for part in node["$ref"].removeprefix("#/").split("/"):
        found = found.get(part, {}) if isinstance(found, Mapping) else {}
    return found if isinstance(found, Mapping) else {}


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
