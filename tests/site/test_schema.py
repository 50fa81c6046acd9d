"""What `polish` makes of what FastAPI gives, and what it refuses to publish."""

from __future__ import annotations

import re
from copy import deepcopy
from typing import Any, Literal
from uuid import UUID

import pytest
from fastapi import FastAPI
from jsonschema import Draft202012Validator
from pydantic import BaseModel, Field

from app.kit.etags import IfMatch, PreconditionFailed, PreconditionRequired
from app.kit.ownid import IdTaken
from app.kit.problems import NotFound
from app.kit.routes import problems, room
from app.site.examples import Examples, NoExample
from app.site.schema import SchemaFault, in_order, polish

Schema = dict[str, Any]


class Plan(BaseModel):
    """A property of every awkward kind."""

    title: str
    id: UUID
    version: int = Field(ge=3)
    parent: Plan | None = None
    children: list[Plan]


def polished(**options: Any) -> Schema:
    """The schema of one route in a tag that is known."""
    api = FastAPI(version="1")
    router = room("Clients", "/plans")
    path = options.pop("path", "/{plan_id}")

    async def show_plan(plan_id: UUID, expected: IfMatch, state: Literal["a", "b"] | None = None) -> Plan:
        raise NotFound()

    router.get(path, **{"responses": problems(NotFound, PreconditionRequired, PreconditionFailed), **options})(
        show_plan
    )
    api.include_router(router)
    return polish(api.openapi())


def test_polish_is_pure_and_says_the_same_twice() -> None:
    api = FastAPI()
    given = {**api.openapi(), "paths": {}}
    before = deepcopy(given)
    first = polish(given)
    assert given == before
    assert polish(given) == first == in_order(first)


def test_titles_go_and_a_property_called_title_stays() -> None:
    plan = polished()["components"]["schemas"]["Plan"]
    assert "title" in plan["properties"]
    assert "title" not in plan
    assert "title" not in plan["properties"]["title"]


def test_headers_are_spelt_as_usual_and_null_is_not_offered_in_an_address() -> None:
    operation = polished()["paths"]["/plans/{plan_id}"]["get"]
    parameters = {parameter["name"]: parameter for parameter in operation["parameters"]}
    assert set(parameters) == {"plan_id", "state", "If-Match"}
    assert parameters["state"]["schema"]["enum"] == ["a", "b"]
    assert "anyOf" not in parameters["state"]["schema"]
    assert parameters["If-Match"]["required"] is True
    assert parameters["If-Match"]["schema"]["maxLength"] == 200
    assert operation["operationId"] == "showPlan"


def test_refusals_are_problems_and_shared_where_nothing_is_special() -> None:
    document = polished()
    answers = document["paths"]["/plans/{plan_id}"]["get"]["responses"]
    assert answers["422"] == {"$ref": "#/components/responses/InvalidRequest"}
    assert answers["404"] == {"$ref": "#/components/responses/NotFound"}
    shared = document["components"]["responses"]["NotFound"]["content"]
    assert set(shared) == {"application/problem+json"}
    assert set(shared["application/problem+json"]["examples"]) == {"not_found"}
    special = polished(responses=problems(IdTaken, NotFound))["paths"]["/plans/{plan_id}"]["get"]["responses"]["409"]
    assert set(special["content"]["application/problem+json"]["examples"]) == {"id_taken"}
    assert "401" not in answers, "nobody needs a token here"
    assert set(answers["200"]["headers"]) == {"ETag", "X-Request-Id"}
    assert "Retry-After" not in str(answers)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"tags": ["Unheard of"]}, "app/site/tags.py"),
        ({"responses": {409: {"description": "Somehow wrong"}}}, "names no problem"),
        ({"responses": {409: {"description": "`no_such_code`: x"}}}, "no_such_code"),
        ({"operation_id": "show_plan"}, "not camelCase"),
    ],
)
def test_what_we_would_not_publish_is_refused_and_says_where(options: Schema, told: str) -> None:
    with pytest.raises(SchemaFault, match=re.escape(told)) as fault:
        polished(**options)
    assert "/plans/{plan_id}" in str(fault.value)


@pytest.mark.parametrize("name", ["Plan-Input", "PlanOutput", "Page_Plan_", "app__teams__Label"])
def test_names_that_generators_trip_over_are_refused(name: str) -> None:
    given = {"info": {"version": "1"}, "paths": {}, "components": {"schemas": {name: {"type": "object"}}}}
    with pytest.raises(SchemaFault, match=name):
        polish(given)


def test_two_operations_of_one_name_are_refused() -> None:
    given = {"tags": ["Clients"], "operationId": "listThings", "responses": {}}
    with pytest.raises(SchemaFault, match="are both listThings"):
        polish({"info": {"version": "1"}, "paths": {"/a": {"get": given}, "/b": {"get": {**given}}}})


def test_a_stream_of_events_becomes_valid_3_1() -> None:
    stream = {"text/event-stream": {"itemSchema": {"type": "object"}}}
    given = {
        "tags": ["Clients"],
        "operationId": "followThings",
        "responses": {"200": {"description": "x", "content": stream}},
    }
    document = polish({"info": {"version": "1"}, "paths": {"/a": {"get": given}}})
    content = document["paths"]["/a"]["get"]["responses"]["200"]["content"]
    assert content == {"text/event-stream": {"schema": {"type": "string"}}}


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "string", "minLength": 12, "maxLength": 14},
        {"type": "string", "maxLength": 3},
        {"type": "string", "pattern": "^[0-9]{3}$"},
        {"type": "string", "pattern": "^[0-9]{5}$"},
        {"type": "string", "format": "uuid"},
        {"type": "string", "format": "date-time"},
        {"type": "string", "format": "date"},
        {"type": "integer", "minimum": 5, "maximum": 9},
        {"type": "integer", "maximum": -2, "minimum": -9},
        {"type": "number", "exclusiveMinimum": 0, "maximum": 1},
        {"type": ["null", "boolean"]},
        {"type": "array", "items": {"type": "integer"}, "minItems": 3, "maxItems": 4},
        {"anyOf": [{"type": "null"}, {"type": "string", "enum": ["x"]}]},
        {"type": "object", "additionalProperties": {"type": "string"}},
        {"allOf": [{"properties": {"a": {"const": 4}}, "required": ["a"]}, {"$ref": "#/components/schemas/Tree"}]},
        {"$ref": "#/components/schemas/Tree"},
    ],
)  # fmt: skip
def test_an_example_fits_its_schema_and_is_always_the_same(schema: Schema) -> None:
    tree = {
        "type": "object",
        "properties": {
            "left": {"anyOf": [{"$ref": "#/components/schemas/Tree"}, {"type": "null"}]},
            "leaves": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}},
        },
        "required": ["left", "leaves"],
    }
    made = Examples({"Tree": tree}).make(schema, "thing")
    assert made == Examples({"Tree": tree}).make(schema, "thing")
    whole = {**schema, "components": {"schemas": {"Tree": tree}}}
    Draft202012Validator(whole, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(made)


def test_where_no_example_can_be_made_the_field_is_named() -> None:
    body = {"type": "object", "properties": {"odd": {"type": "string", "pattern": "^[q]{7}[^q]$"}}}
    with pytest.raises(NoExample, match=r"Strange/odd"):
        Examples({"Strange": body}).of("Strange")
