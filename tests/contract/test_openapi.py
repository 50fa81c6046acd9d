"""The published schema: what is committed is what the code says, and what the contract promises."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from app.dev.openapi import COMMAND, FOLDER, NAME, compare, files, made
from app.kit.problems import MEDIA_TYPE
from app.site.problem_docs import by_code
from app.site.router import BY_CALENDAR_LINK, BY_LINK, BY_SHARE_LINK, PUBLIC
from app.site.schema import operations, walk
from app.site.tags import AUDIENCES, TAGS, resolve

Schema = dict[str, Any]
ALL_FILES = (NAME, *(f"openapi.v1.{audience}.json" for audience in AUDIENCES))


@pytest.fixture(scope="module")
def schema() -> Schema:
    return made()


def committed(name: str = NAME) -> Schema:
    document: Schema = json.loads((FOLDER / name).read_bytes())
    return document


def each_operation(schema: Schema) -> list[tuple[str, Schema]]:
    found = list(operations(schema))
    assert len(found) >= 10
    return found


def test_the_committed_files_are_what_the_code_says(schema: Schema) -> None:
    made_now = files(schema)
    assert set(made_now) == set(ALL_FILES)
    stale = [name for name, content in made_now.items() if (FOLDER / name).read_bytes() != content]
    assert not stale, f"{', '.join(stale)}: run `{COMMAND}` and commit what it writes"


def test_the_schema_is_valid_openapi() -> None:
    validate(committed())


@pytest.mark.parametrize("name", sorted(set(ALL_FILES) - {NAME}))
def test_a_slice_is_a_part_of_the_schema(name: str) -> None:
    """Valid with it: every operation and every component is the schema's own, and nothing it refers to is missing."""
    document, whole = committed(name), committed()
    assert document["openapi"].startswith("3.1")
    for path, item in document["paths"].items():
        assert item.items() <= whole["paths"][path].items(), path
    for kind, members in document["components"].items():
        assert all(whole["components"][kind][made] == members[made] for made in members), kind
    for target in set(re.findall(r'"#/components/([^"]+)"', json.dumps(document))):
        kind, made = target.split("/", 1)
        assert made in document["components"][kind], target


def test_the_last_release_is_not_broken(schema: Schema) -> None:
    assert not compare(schema, FOLDER), "see the changes above; callers of the last release would break"


def test_every_operation_says_what_it_is(schema: Schema) -> None:
    ids = [operation["operationId"] for _, operation in each_operation(schema)]
    assert len(ids) == len(set(ids))
    for where, operation in each_operation(schema):
        assert re.fullmatch(r"[a-z]+[A-Z][A-Za-z0-9]*", operation["operationId"]), f"{where}: a verb and a noun"
        assert operation.get("summary") or operation.get("description"), where
        assert len(operation["tags"]) == 1, where
        assert operation["tags"][0] in TAGS, where
    assert {tag["name"] for tag in schema["tags"]} == {op["tags"][0] for _, op in each_operation(schema)}
    assert all(tag["description"] for tag in schema["tags"])


def test_public_is_what_the_list_says_and_nothing_else(schema: Schema) -> None:
    opened = {where.split()[1] for where, operation in each_operation(schema) if not operation["security"]}
    assert opened
    assert opened <= PUBLIC
    assert schema["components"]["securitySchemes"].keys() == {"bearerAuth", "formToken", "shareToken", "calendarToken"}
    ways = {where: operation["security"] for where, operation in each_operation(schema)}
    by_form = {where.split()[1] for where, way in ways.items() if way == [{"formToken": []}]}
    by_share = {where.split()[1] for where, way in ways.items() if way == [{"shareToken": []}]}
    by_calendar = {where.split()[1] for where, way in ways.items() if way == [{"calendarToken": []}]}
    assert by_share == BY_SHARE_LINK
    assert by_calendar == BY_CALENDAR_LINK
    assert by_form == BY_LINK - BY_SHARE_LINK - BY_CALENDAR_LINK
    known = ("bearerAuth", "formToken", "shareToken", "calendarToken")
    assert all(way in ([], *([{one: []}] for one in known)) for way in ways.values())


def answers_of(schema: Schema, operation: Schema) -> dict[str, Schema]:
    return {s: resolve(schema, a["$ref"]) if "$ref" in a else a for s, a in operation["responses"].items()}


def test_every_operation_documents_its_refusals(schema: Schema) -> None:
    for where, operation in each_operation(schema):
        expected = {"400", "414", "422"}
        if operation["security"]:
            known = {"bearerAuth": []} in operation["security"]
            # A link to a share, or to a calendar, answers one thing, whatever ended it.
            refused = {"404", "410"} if {"formToken": []} in operation["security"] else {"404"}
            expected |= {"503"} | ({"401", "403"} if known else refused)
        if where.startswith(("POST", "PUT", "PATCH")):
            expected |= {"408", "413", "415"}
        assert expected <= operation["responses"].keys(), where
        for status, answer in answers_of(schema, operation).items():
            assert "X-Request-Id" in answer["headers"], f"{where} {status}"
            if int(status) < 400:
                continue
            assert set(answer["content"]) == {MEDIA_TYPE}, f"{where} {status}"
            content = answer["content"][MEDIA_TYPE]
            assert content["schema"] == {"$ref": "#/components/schemas/Problem"}
            for code in content["examples"]:
                assert by_code()[code].status == int(status), f"{where}: {code} is not a {status}"


def test_headers_that_matter_are_documented(schema: Schema) -> None:
    found = set()
    for where, operation in each_operation(schema):
        names = {parameter["name"] for parameter in operation.get("parameters", ())}
        for status, answer in answers_of(schema, operation).items():
            if status.startswith("2"):
                found |= set(answer["headers"])
                assert ("Idempotency-Key" in names) == ("Idempotency-Replayed" in answer["headers"]), where
                assert ("cursor" in names) == ("Link" in answer["headers"]), where
        if "If-Match" in names:
            assert {"412", "428"} <= operation["responses"].keys(), f"{where} takes If-Match"
    assert {"ETag", "Link", "Idempotency-Replayed"} <= found


def test_nothing_of_fastapis_own_is_left(schema: Schema) -> None:
    assert not {"HTTPValidationError", "ValidationError"} & schema["components"]["schemas"].keys()
    for name, body in schema["components"]["schemas"].items():
        assert re.fullmatch(r"[A-Z][A-Za-z0-9]*", name)
        assert not [inner for inner in walk(body) if isinstance(inner.get("title"), str)], name
    assert schema["servers"] == [{"url": "/"}]
    assert schema["info"]["license"]["identifier"] == "EUPL-1.2"


def examples(schema: Schema) -> Iterator[tuple[str, Schema, Any]]:
    """Every example with the schema it is one of."""
    for name, body in schema["components"]["schemas"].items():
        for inner in walk(body):
            for value in inner.get("examples", ()):
                yield name, inner, value
    for where, operation in operations(schema):
        for parameter in operation.get("parameters", ()):
            for value in parameter["schema"]["examples"]:
                yield f"{where} {parameter['name']}", parameter["schema"], value
    for name, header in schema["components"]["headers"].items():
        for value in header["schema"]["examples"]:
            yield name, header["schema"], value
    for name, example in schema["components"]["examples"].items():
        yield name, {"$ref": "#/components/schemas/Problem"}, example["value"]


def test_every_example_is_one(schema: Schema) -> None:
    assert not [name for name, body in schema["components"]["schemas"].items() if not body.get("examples")]
    wrong, count = [], 0
    for where, body, value in examples(schema):
        count += 1
        check = Draft202012Validator(
            {**body, "components": schema["components"]}, format_checker=Draft202012Validator.FORMAT_CHECKER
        )
        wrong += [f"{where}: {error.json_path}: {error.message}" for error in check.iter_errors(value)]
    assert count > 100
    assert not wrong, "\n".join(wrong)


def reached(schema: Schema, start: list[Any]) -> set[str]:
    """The component schemas that are reached from here."""
    names: set[str] = set()
    while start:
        for inner in walk(start.pop()):
            name = inner.get("$ref", "").rpartition("/")[2]
            if name and name not in names:
                names.add(name)
                start.append(schema["components"]["schemas"][name])
    return names


def test_outputs_are_complete_and_open(schema: Schema) -> None:
    bodies = [
        media["schema"]
        for _, operation in each_operation(schema)
        for status, answer in answers_of(schema, operation).items()
        if status.startswith("2")
        for media in answer.get("content", {}).values()
    ]
    names = reached(schema, bodies)
    assert len(names) > 10
    for name in names:
        body = schema["components"]["schemas"][name]
        optional = set(body.get("properties", ())) - set(body.get("required", ()))
        assert not optional, f"{name}: {optional} may be absent; outputs have no defaults"
        assert body.get("additionalProperties") is not False, f"{name} is an output and may grow"


def test_inputs_are_closed_and_bounded(schema: Schema) -> None:
    bodies = [
        media["schema"]
        for _, operation in each_operation(schema)
        for media in operation.get("requestBody", {}).get("content", {}).values()
    ]
    names = reached(schema, bodies)
    assert len(names) > 5
    loose = []
    for name in names:
        body = schema["components"]["schemas"][name]
        if body.get("type") == "object" and body.get("additionalProperties") is not False:
            loose.append(f"{name} is open")
        for field, member in body.get("properties", {}).items():
            loose += [f"{name}.{field}: {fault}" for inner in walk(member) if (fault := unbounded(inner))]
    assert not loose, "\n".join(loose)


def unbounded(schema: Schema) -> str | None:
    kind = schema.get("type")
    if kind == "string" and not {"maxLength", "pattern", "format", "enum", "const"} & schema.keys():
        return "a string without maxLength"
    if kind == "array" and "maxItems" not in schema and "prefixItems" not in schema:
        return "a list without maxItems"
    if kind in ("integer", "number") and not (
        {"minimum", "exclusiveMinimum", "enum", "const"} & schema.keys()
        and {"maximum", "exclusiveMaximum", "enum", "const"} & schema.keys()
    ):
        return "a number without bounds"
    return None


@pytest.mark.parametrize("audience", AUDIENCES)
def test_a_slice_holds_its_tags_and_refers_to_nothing_outside(audience: str) -> None:
    whole, part = committed(), committed(f"openapi.v1.{audience}.json")
    for where, operation in operations(part):
        method, path = where.split()
        assert whole["paths"][path][method.lower()] == operation
        assert any(audience in TAGS[tag].audiences for tag in operation["tags"])
    kept = {where for where, _ in operations(part)}
    for where, operation in operations(whole):
        assert where in kept or not any(audience in TAGS[tag].audiences for tag in operation["tags"])
    for target in set(re.findall(r'"\$ref": "([^"]+)"', json.dumps(part))):
        resolve(part, target)
    assert sorted(part["components"]["schemas"]) == list(part["components"]["schemas"])
