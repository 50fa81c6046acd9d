"""From `app.openapi()` to the schema we publish: what FastAPI cannot know, and what client generators trip over."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from app.site import problem_docs
from app.site.examples import Examples, NoExample
from app.site.problem_docs import FOR_ALL, FOR_BODIES, FOR_SIGNED_IN, KEY_REUSED, codes_in, refusal
from app.site.tags import TAGS, prune, resolve

Schema = dict[str, Any]
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
WITH_BODY = ("POST ", "PUT ", "PATCH ")
NAME = re.compile(r"[A-Z][A-Za-z0-9]*")
OPERATION_ID = re.compile(r"[a-z][A-Za-z0-9]*")
SENT_BACK = {"ETag": "ETag", "Link": "Link", "Idempotency-Replayed": "IdempotencyReplayed", "X-Request-Id": "RequestId"}
MEANING = {"200": "The answer.", "201": "Made.", "202": "Taken; it will be done.", "204": "Done."}
# Keywords of a schema that hold schemas: a mapping, a list, or one.
MAPS = ("properties", "patternProperties", "$defs", "dependentSchemas")
LISTS = ("anyOf", "oneOf", "allOf", "prefixItems")
SINGLES = ("items", "additionalProperties", "not", "contains", "propertyNames", "if", "then", "else")
DESCRIPTION = """\
Work-ability support on the Heinola model: referrals, consent, routing to named professionals, service paths and
feedback to the referrer.

Inputs are closed: an unknown field or query parameter is a 422. Outputs are open: new members may come, and clients
ignore what they do not know. Codes with `x-extensible-enum` may get new values; their labels are in
`/v1/codesets/{id}`. Failures are RFC 9457 problem documents; decide by `code`. The guides are at `/guides`.
"""


class SchemaFault(ValueError):
    """The code of a room gives a schema we would not publish; the message says where and what to do."""


def polish(schema: Schema) -> Schema:
    """The published schema, keys sorted. Pure. Raises `SchemaFault`."""
    made = deepcopy(schema)
    made["info"] = {
        "title": "Heinola",
        "version": made["info"]["version"],
        "summary": "Work-ability support on the Heinola model",
        "description": DESCRIPTION,
        "license": {"name": "European Union Public Licence 1.2", "identifier": "EUPL-1.2"},
    }
    made["servers"] = [{"url": "/"}]
    components = made.setdefault("components", {})
    # FastAPI's own validation schemas are dropped with whatever else nothing refers to.
    schemas = components["schemas"] = components.get("schemas", {}) | deepcopy(problem_docs.SCHEMAS)
    components["headers"] = deepcopy(problem_docs.HEADERS)
    components["responses"] = problem_docs.shared()
    components["examples"] = {code: problem_docs.example_of(found) for code, found in problem_docs.by_code().items()}
    check_names(schemas)
    for body in schemas.values():
        for inner in walk(body):
            untitle(inner)
    seen: dict[str, str] = {}
    for where, operation in operations(made):
        polish_operation(made, where, operation)
        if seen.setdefault(operation["operationId"], where) != where:
            raise SchemaFault(f"{where} and {seen[operation['operationId']]} are both {operation['operationId']}")
    made["tags"] = [{"name": name, "description": TAGS[name].text} for name in sorted(used_tags(made))]
    prune(made)
    give_examples(made)
    found: Schema = in_order(made)
    return found


def operations(schema: Schema) -> Iterator[tuple[str, Schema]]:
    """Every operation with its method and path."""
    for path, item in schema["paths"].items():
        for method, operation in item.items():
            if method in METHODS:
                yield f"{method.upper()} {path}", operation


def walk(schema: Any) -> Iterator[Schema]:
    """A schema and every schema inside it. Values of examples, defaults and enums are data and are not entered."""
    if not isinstance(schema, dict):
        return
    yield schema
    for keyword in MAPS:
        for inner in schema.get(keyword, {}).values():
            yield from walk(inner)
    for keyword in LISTS:
        for inner in schema.get(keyword, ()):
            yield from walk(inner)
    for keyword in SINGLES:
        yield from walk(schema.get(keyword))


def untitle(schema: Schema) -> None:
    """Drop the title: FastAPI makes it from the name of the field, and generators make classes of it."""
    if isinstance(schema.get("title"), str):
        del schema["title"]


def check_names(schemas: dict[str, Schema]) -> None:
    wrong = [name for name in schemas if not NAME.fullmatch(name) or name.endswith(("Input", "Output"))]
    if wrong:
        raise SchemaFault(
            f"{', '.join(wrong)}: give every model a name of its own: XCreate and XRead instead of one X for "
            "both ways, XPage for pages, and no name that another room has"
        )


def polish_operation(schema: Schema, where: str, operation: Schema) -> None:
    id = operation.get("operationId", "")
    if not OPERATION_ID.fullmatch(id):
        raise SchemaFault(f"{where}: the operationId {id!r} is not camelCase; make the router by room()")
    if unknown := [tag for tag in operation.get("tags", ["(none)"]) if tag not in TAGS]:
        raise SchemaFault(f"{where}: describe the tag {', '.join(unknown)} in app/site/tags.py")
    schemes = {name for one in operation.get("security", ()) for name in one}
    operation["security"] = [{name: []} for name in sorted(schemes)]
    names = set()
    for parameter in operation.get("parameters", ()):
        polish_parameter(parameter)
        names.add(parameter["name"])
        if parameter["name"] == "If-Match" and "428" in operation["responses"]:
            parameter["required"] = True
    for media in operation.get("requestBody", {}).get("content", {}).values():
        for inner in walk(media.get("schema")):
            untitle(inner)
    refusals = {status: set[str]() for status in FOR_ALL}
    refusals |= {status: set() for status in FOR_SIGNED_IN if "bearerAuth" in schemes}
    refusals |= {status: set() for status in (429, 503) if schemes}
    refusals |= {status: set() for status in FOR_BODIES if where.startswith(WITH_BODY)}
    if "Idempotency-Key" in names:
        refusals[422].add(KEY_REUSED)
    answers: dict[str, Schema] = {}
    for status, answer in operation["responses"].items():
        if status == "401" and "bearerAuth" not in schemes:
            continue
        if status.isdecimal() and int(status) >= 400:
            refusals.setdefault(int(status), set()).update(named_codes(where, status, answer))
        else:
            answers[status] = polish_answer(schema, status, answer, names)
    try:
        answers |= {str(status): refusal(status, codes) for status, codes in refusals.items()}
    except KeyError as error:
        raise SchemaFault(f"{where} answers with the code {error}, which no problem has") from None
    operation["responses"] = answers


def named_codes(where: str, status: str, answer: Schema) -> set[str]:
    """The codes of a documented refusal. FastAPI's own 422 names none; anybody else's must."""
    codes = codes_in(answer.get("description", ""))
    if not codes and answer.get("description") != "Validation Error":
        raise SchemaFault(f"{where}: the {status} names no problem; write responses=problems(…)")
    return codes


def polish_parameter(parameter: Schema) -> None:
    """Headers in their usual spelling; no `null`, which an address or a header cannot carry."""
    if parameter["in"] == "header":
        parameter["name"] = "-".join(word.capitalize() for word in parameter["name"].split("-"))
    schema = parameter["schema"]
    variants = [variant for variant in schema.get("anyOf", ()) if variant.get("type") != "null"]
    if len(variants) == 1:
        del schema["anyOf"]
        schema |= {**variants[0], **schema}
    for inner in walk(schema):
        untitle(inner)
    if "description" in parameter:
        schema.pop("description", None)


def polish_answer(schema: Schema, status: str, answer: Schema, parameters: set[str]) -> Schema:
    """What it means and which headers it has: a version is an ETag, a cursor is a Link."""
    headers = {"X-Request-Id"} | set(answer.get("headers", ()))
    for media in answer.get("content", {}).values():
        if "itemSchema" in media:
            # Server-sent events: the keyword is of OpenAPI 3.2; in 3.1 a stream is text.
            media.pop("itemSchema")
            media["schema"] = {"type": "string"}
        for inner in walk(media.get("schema")):
            untitle(inner)
        members = members_of(schema, media.get("schema", {}))
        headers |= {name for member, name in (("version", "ETag"), ("nextCursor", "Link")) if member in members}
    if "Idempotency-Key" in parameters and status.startswith("2"):
        headers.add("Idempotency-Replayed")
    said = answer.get("description", "")
    return {
        **answer,
        "description": MEANING.get(status, said) if said == "Successful Response" else said,
        "headers": {
            name: {"$ref": f"#/components/headers/{SENT_BACK[name]}"} if name in SENT_BACK else answer["headers"][name]
            for name in headers
        },
    }


def members_of(schema: Schema, body: Schema) -> set[str]:
    found: Schema = resolve(schema, body["$ref"]) if "$ref" in body else body
    return set(found.get("properties", ()))


def used_tags(schema: Schema) -> set[str]:
    return {tag for _, operation in operations(schema) for tag in operation["tags"]}


def give_examples(schema: Schema) -> None:
    """An example in every component, parameter and body of its own. Raises `SchemaFault` where none can be made."""
    schemas = schema["components"]["schemas"]
    examples = Examples(schemas)
    try:
        made = {name: examples.of(name) for name in schemas}
        for name, example in made.items():
            schemas[name].setdefault("examples", [example])
        for where, operation in operations(schema):
            for parameter in operation.get("parameters", ()):
                example = examples.make(parameter["schema"], parameter["name"], where)
                parameter["schema"].setdefault("examples", [example])
    except (NoExample, RecursionError) as error:
        raise SchemaFault(f"no example: {error}") from None


def in_order(node: Any) -> Any:
    if isinstance(node, dict):
        return {key: in_order(node[key]) for key in sorted(node)}
    return [in_order(item) for item in node] if isinstance(node, list) else node
