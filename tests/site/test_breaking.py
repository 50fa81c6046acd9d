"""Each kind of breaking change is found, by its kind and place; what breaks nobody is let through."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from app.dev.breaking import breaking_changes
from app.dev.openapi import made

Schema = dict[str, Any]


def text(**more: Any) -> Schema:
    return {"type": "string", **more}


def thing(**properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "required": ["name"]}


def document() -> Schema:
    """One list and one POST whose input and output share a part."""
    return {
        "paths": {
            "/things": {
                "get": {
                    "operationId": "listThings",
                    "parameters": [
                        {"in": "query", "name": "limit", "schema": {"type": "integer", "minimum": 1, "maximum": 200}},
                        {"in": "query", "name": "state", "schema": text(enum=["open", "closed"])},
                    ],
                    "responses": {
                        "200": {"content": {"application/json": {"schema": ref("Thing")}}, "headers": {"Link": {}}}
                    },
                },
                "post": {
                    "operationId": "makeThing",
                    "security": [{"bearerAuth": []}],
                    "requestBody": {"required": True, "content": {"application/json": {"schema": ref("ThingCreate")}}},
                    "responses": {"201": {"content": {"application/json": {"schema": ref("Thing")}}}},
                },
            }
        },
        "components": {
            "schemas": {
                "Thing": thing(
                    name=text(maxLength=100),
                    state=text(enum=["open", "closed"]),
                    size={"type": "integer"},
                    note={"anyOf": [text(), {"type": "null"}]},
                    code=text(**{"x-extensible-enum": ["a", "b"]}),
                    parts={"type": "array", "items": ref("Thing")},
                ),
                "ThingCreate": thing(
                    name=text(minLength=1, maxLength=100),
                    state=text(enum=["open", "closed"]),
                    size={"type": "number", "minimum": 0, "maximum": 10},
                    note={"anyOf": [text(), {"type": "null"}]},
                    code=text(**{"x-extensible-enum": ["a", "b"]}),
                    tags={"type": "array", "items": text(maxLength=20), "maxItems": 5},
                )
                | {"additionalProperties": False},
            }
        },
    }  # fmt: skip


def ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def at(schema: Schema, *path: str | int) -> Any:
    node: Any = schema
    for part in path:
        node = node[part]
    return node


GET, POST = ("paths", "/things", "get"), ("paths", "/things", "post")
IN = ("components", "schemas", "ThingCreate", "properties")
OUT = ("components", "schemas", "Thing", "properties")
# What is changed (a path; None removes it), what it becomes, which kind is found, and where.
BREAKING: list[tuple[str, tuple[str | int, ...], Any, str, str]] = [
    ("a path goes", ("paths", "/things"), None, "removed path", "/things"),
    ("an operation goes", GET, None, "removed operation", "GET /things"),
    ("an id changes", (*GET, "operationId"), "getThings", "changed operationId", "GET /things"),
    ("a parameter goes", (*GET, "parameters", 1), None, "removed property", "GET /things query state"),
    ("a parameter becomes required", (*GET, "parameters", 0, "required"), True, "new required input", "limit"),
    ("a parameter gets a tighter maximum", (*GET, "parameters", 0, "schema", "maximum"), 100, "tighter limit", "limit"),
    ("a parameter loses a value", (*GET, "parameters", 1, "schema", "enum"), ["open"], "narrowed input", "state"),
    ("a token is needed", (*GET, "security"), [{"bearerAuth": []}], "new required input", "GET /things"),
    ("a header goes", (*GET, "responses", "200", "headers", "Link"), None, "removed property", "GET /things 200"),
    ("a status goes", (*POST, "responses", "201"), None, "widened output", "POST /things 201"),
    ("a body goes", (*POST, "requestBody"), None, "removed property", "POST /things body"),
    ("a media type goes", (*POST, "requestBody", "content", "application/json"), None, "narrowed input", "body"),
    ("an input field goes", (*IN, "size"), None, "removed property", "body/size"),
    ("an input field becomes required", ("components", "schemas", "ThingCreate", "required"), ["name", "size"],
     "new required input", "body/size"),
    ("an input type changes", (*IN, "size", "type"), "string", "narrowed input", "body/size"),
    ("an input type narrows", (*IN, "size", "type"), "integer", "narrowed input", "body/size"),
    ("an input may not be null any more", (*IN, "note"), text(), "narrowed input", "body/note"),
    ("an input enum narrows", (*IN, "state", "enum"), ["open"], "narrowed input", "body/state"),
    ("an input gets an enum", (*IN, "name", "enum"), ["x"], "narrowed input", "body/name"),
    ("a code goes from an input", (*IN, "code", "x-extensible-enum"), ["a"], "narrowed input", "body/code"),
    ("an input gets a format", (*IN, "name", "format"), "uuid", "narrowed input", "body/name"),
    ("an input gets shorter", (*IN, "name", "maxLength"), 50, "tighter limit", "body/name"),
    ("an input must be longer", (*IN, "name", "minLength"), 2, "tighter limit", "body/name"),
    ("an input gets a pattern", (*IN, "name", "pattern"), "^x$", "tighter limit", "body/name"),
    ("an input list gets shorter", (*IN, "tags", "maxItems"), 4, "tighter limit", "body/tags"),
    ("an item of an input gets shorter", (*IN, "tags", "items", "maxLength"), 10, "tighter limit", "body/tags/items"),
    ("an input gets a limit", (*IN, "note"), {"anyOf": [text(maxLength=9), {"type": "null"}]}, "tighter limit", "note"),
    ("an output field goes", (*OUT, "size"), None, "removed property", "200/size"),
    ("an output may be absent", ("components", "schemas", "Thing", "required"), [], "widened output", "200/name"),
    ("an output type widens", (*OUT, "size", "type"), "number", "widened output", "200/size"),
    ("an output may be null", (*OUT, "size", "type"), ["integer", "null"], "widened output", "200/size"),
    ("an output enum widens", (*OUT, "state", "enum"), ["open", "closed", "new"], "widened output", "200/state"),
    ("an output enum opens", (*OUT, "state", "enum"), None, "widened output", "200/state"),
]  # fmt: skip
HARMLESS: list[tuple[str, tuple[str | int, ...], Any]] = [
    ("a new path", ("paths", "/others"), {"get": {"operationId": "listOthers", "responses": {}}}),
    ("a new optional parameter", (*GET, "parameters", 2), {"in": "query", "name": "q", "schema": text()}),
    ("a new optional input", (*IN, "more"), text()),
    ("a new output", (*OUT, "more"), text()),
    ("a longer input", (*IN, "name", "maxLength"), 200),
    ("an input that may be null", (*IN, "size", "type"), ["number", "null"]),
    ("a new input value", (*IN, "state", "enum"), ["open", "closed", "new"]),
    ("a new code in an output", (*OUT, "code", "x-extensible-enum"), ["a", "b", "c"]),
    ("an output that is never null", (*OUT, "note"), text()),
    ("an output enum that narrows", (*OUT, "state", "enum"), ["open"]),
    ("a longer output", (*OUT, "name", "maxLength"), 200),
    ("a new sentence", (*GET, "description"), "Lists them."),
]


def changed(path: tuple[str | int, ...], value: Any) -> Schema:
    new = deepcopy(document())
    holder, last = at(new, *path[:-1]), path[-1]
    if value is None:
        del holder[last]
    elif isinstance(holder, list) and last == len(holder):
        holder.append(value)
    else:
        holder[last] = value
    return new


def test_a_schema_does_not_break_itself() -> None:
    assert breaking_changes(document(), document()) == []
    whole = made()
    assert breaking_changes(whole, deepcopy(whole)) == []


@pytest.mark.parametrize(("path", "value", "kind", "where"), [b[1:] for b in BREAKING], ids=[b[0] for b in BREAKING])
def test_what_breaks_callers_is_found(path: tuple[str | int, ...], value: Any, kind: str, where: str) -> None:
    found = breaking_changes(document(), changed(path, value))
    assert {change.kind for change in found} == {kind}, [str(change) for change in found]
    assert any(change.where.endswith(where) for change in found), [str(change) for change in found]


@pytest.mark.parametrize(("path", "value"), [h[1:] for h in HARMLESS], ids=[h[0] for h in HARMLESS])
def test_what_breaks_nobody_is_let_through(path: tuple[str | int, ...], value: Any) -> None:
    assert breaking_changes(document(), changed(path, value)) == []


def test_a_new_required_parameter_and_a_new_required_body_are_found() -> None:
    given = {"in": "header", "name": "If-Match", "required": True, "schema": text()}
    found = breaking_changes(document(), changed((*GET, "parameters", 2), given))
    assert [(c.kind, c.where) for c in found] == [("new required input", "GET /things header If-Match")]
    body = {"required": True, "content": {"application/json": {"schema": ref("ThingCreate")}}}
    found = breaking_changes(document(), changed((*GET, "requestBody"), body))
    assert [(c.kind, c.where) for c in found] == [("new required input", "GET /things body")]


def test_an_input_that_closes_is_found() -> None:
    old, new = document(), document()
    del old["components"]["schemas"]["ThingCreate"]["additionalProperties"]
    found = breaking_changes(old, new)
    assert [(c.kind, c.where) for c in found] == [("narrowed input", "POST /things body")]


def test_a_renamed_component_is_no_change_for_callers() -> None:
    new = document()
    new["components"]["schemas"]["Item"] = new["components"]["schemas"]["Thing"]
    new["paths"]["/things"]["get"]["responses"]["200"]["content"]["application/json"]["schema"] = ref("Item")
    assert breaking_changes(document(), new) == []


def test_a_change_in_a_shared_part_is_told_for_every_operation() -> None:
    found = breaking_changes(document(), changed((*OUT, "size"), None))
    assert [change.where for change in found] == ["GET /things 200/size", "POST /things 201/size"]
