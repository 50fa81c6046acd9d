"""Makes hostile bodies out of a valid one: every field in turn, by the type that the published schema gives it."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from fastapi import FastAPI

from tests.hostile import values
from tests.hostile.bodies import Valid
from tests.hostile.judge import CANARY, Case
from tests.hostile.wire import Raw, dump

Schema = dict[str, Any]
Place = tuple[str | int, ...]


@dataclass(frozen=True)
class Operation:
    """An operation of the schema, and the schema of its body."""

    method: str
    path: str
    body: Schema
    schemas: dict[str, Schema]

    def resolve(self, schema: Schema) -> tuple[Schema, bool]:
        """What it refers to, and whether null will do."""
        if "$ref" in schema:
            return self.resolve(self.schemas[schema["$ref"].rsplit("/", 1)[1]])
        if "anyOf" in schema:
            kinds = [kind for kind in schema["anyOf"] if kind.get("type") != "null"]
            return self.resolve(kinds[0])[0], len(kinds) < len(schema["anyOf"])
        return schema, False


def operations_with_body(app: FastAPI) -> dict[str, Operation]:
    """By operationId."""
    document = app.openapi()
    schemas = document["components"]["schemas"]
    found = {}
    for path, item in document["paths"].items():
        for method, operation in item.items():
            content = operation.get("requestBody", {}).get("content", {})
            if "application/json" in content:
                body = content["application/json"]["schema"]
                found[operation["operationId"]] = Operation(method.upper(), path, body, schemas)
    return found


def request_of(name: str, operation: Operation, valid: Valid, body: Any, *, refuse: bool = True) -> Case:
    headers = [*valid.headers]
    if valid.version is not None:
        headers.append((b"if-match", f'"{valid.version}"'.encode()))
    content = body if isinstance(body, bytes) else dump(body)
    return Case(
        name, operation.method, valid.path.encode(), content, valid.persona, headers, refuse, bool(valid.persona)
    )


def hostile_requests(name: str, operation: Operation, valid: Valid) -> Iterator[tuple[str, Callable[[], Case]]]:
    """All of one operation: its name, which says operation, place and value, and the request, made when called."""

    def case(title: str, make: Callable[[], Any], *, refuse: bool = True) -> tuple[str, Callable[[], Case]]:
        return title, lambda: request_of(title, operation, valid, make(), refuse=refuse)

    for what, value, place, refuse in changes(operation, valid.body):
        yield case(f"{name} {pointer(place)} = {what}", partial(put, valid.body, place, value), refuse=refuse)
    for what, document in values.DOCUMENTS.items():
        yield case(f"{name} document: {what}", partial(bytes, document))
    schema, _ = operation.resolve(operation.body)
    for required in schema.get("required", ()):
        yield case(f"{name} without {required}", partial(without, valid.body, required))
    for member in list(valid.body)[:2]:
        twice = dump(valid.body)[:-1] + b"," + dump({member: CANARY})[1:]
        yield case(f"{name} {member} twice", partial(bytes, twice))
    for extra in ("isAdmin", "__proto__", CANARY, "version", "state", "", "a/b~c"):
        yield case(f"{name} with a member {extra!r}", partial(dict, {**valid.body, extra: CANARY}))


def without(body: Schema, name: str) -> Schema:
    return {key: value for key, value in body.items() if key != name}


def changes(operation: Operation, body: Any) -> Iterator[tuple[str, Any, Place, bool]]:
    """What to put where, and whether it must be refused."""
    for place, schema, nullable, needed in fields(operation, operation.body, body):
        if not place:
            continue
        always, sometimes = suited(schema, place)
        if not nullable and needed:
            always = {**always, "null": None}
        for what, value in {**values.ALWAYS, **always}.items():
            if what == "object" and schema.get("type") == "object":
                continue
            yield what, value, place, True
        for what, value in sometimes.items():
            yield what, value, place, False


def fields(
    operation: Operation, schema: Schema, value: Any, place: Place = (), needed: bool = True
) -> Iterator[tuple[Place, Schema, bool, bool]]:
    """Every place of a valid body that the schema knows: itself, its members, the first item of each list."""
    resolved, nullable = operation.resolve(schema)
    yield place, resolved, nullable, needed
    if isinstance(value, dict):
        for name, member in resolved.get("properties", {}).items():
            if name in value:
                inner = (*place, name)
                yield from fields(operation, member, value[name], inner, name in resolved.get("required", ()))
    elif isinstance(value, list) and value:
        yield from fields(operation, resolved.get("items", {}), value[0], (*place, 0))


def suited(schema: Schema, place: Place) -> tuple[values.Named, values.Named]:
    """Values that this type must refuse, and values that it may take."""
    kind = schema.get("type")
    if kind == "array":
        return {**values.LIST, **too_many(schema)}, {"empty": []}
    if kind == "object":
        return values.OBJECT, {}
    if kind == "boolean":
        return values.BOOLEAN, {}
    if kind in ("integer", "number"):
        return {**values.NUMBER, **out_of_bounds(schema)}, {"half": 1.5, "negative zero": Raw("-0.0")}
    form = schema.get("format")
    if form == "date":
        return values.DATE, values.DATE_MAYBE
    if form == "date-time":
        return values.INSTANT, values.INSTANT_MAYBE
    if form == "uuid":
        return (values.ID | values.OWN_ID, {}) if place == ("id",) else (values.ID, values.ID_MAYBE)
    if "enum" in schema or "const" in schema or "x-extensible-enum" in schema:
        return values.CODED, {}
    longest = schema.get("maxLength", 300)
    return {**values.NOT_TEXT, "too long": CANARY + "x" * longest}, values.TEXT


def too_many(schema: Schema) -> values.Named:
    return {"none": []} if schema.get("minItems") else {}


def out_of_bounds(schema: Schema) -> values.Named:
    found: values.Named = {}
    if "minimum" in schema:
        found["under the least"] = schema["minimum"] - 1
    if "maximum" in schema:
        found["over the most"] = schema["maximum"] + 1
    return found


def put(body: Any, place: Place, value: Any) -> Any:
    """The body with another value at `place`."""
    changed = copy.deepcopy(body)
    inner = changed
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = value
    return changed


def pointer(place: Place) -> str:
    return "/" + "/".join(map(str, place))
