"""An example for every schema: from the examples of its fields, else made from their types; always the same one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

Schema = dict[str, Any]

NAMED: dict[str, str] = {
    "givenName": "Aino",
    "familyName": "Esimerkki",
    "name": "Aino Esimerkki",
    "email": "aino.esimerkki@example.org",
    "phone": "+358401234567",
    "municipality": "111",
    "language": "fi",
}
"""Values of fields by their name, where a made-up word would mislead."""

FORMATS: dict[str, str] = {
    "date-time": "2026-11-23T10:00:00Z",
    "date": "2026-11-23",
    "time": "10:00:00",
    "duration": "PT45M",
    "email": "aino.esimerkki@example.org",
    "uri": "https://example.org/",
    "binary": "",
}
# Tried in turn where a string has a pattern.
TRIED = (
    "example", "Example", "example_code", "EXAMPLE", "111", "18100", "+358401234567", "aino.esimerkki@example.org",
    "2026", "2026-11", "10:00", "1.2.246.10.1234567.10.0", "M54.5", "b280", "1", "1.5", "A1", '"3"',
    "example-0001",
)  # fmt: skip


class NoExample(ValueError):
    """A schema for which no example can be made: its field needs `examples=[…]`."""


class Examples:
    """Makes examples from the component schemas of one document."""

    def __init__(self, schemas: dict[str, Schema]) -> None:
        self.schemas = schemas
        self.making: list[str] = []

    def of(self, name: str) -> Any:
        """The example of a component. Raises `NoExample`."""
        return self.make({"$ref": f"#/components/schemas/{name}"}, name)

    def make(self, schema: Schema, name: str, where: str = "") -> Any:
        """A value that fits `schema`; `name` is that of the field. Raises `NoExample` saying where."""
        where = f"{where}/{name}"
        for given in given_values(schema):
            return given
        if "$ref" in schema:
            return self.referred(schema["$ref"].rsplit("/", 1)[1], where)
        if "allOf" in schema:
            merged: Any = {}
            for part in schema["allOf"]:
                value = self.make(part, name, where)
                merged = {**merged, **value} if isinstance(value, dict) else value
            return merged
        for union in ("anyOf", "oneOf"):
            if union in schema:
                return self.first(schema[union], name, where)
        return self.typed(schema, name, where)

    def referred(self, target: str, where: str) -> Any:
        if target not in self.schemas:
            raise NoExample(f"{where} refers to {target}, which is not there")
        if target in self.making:
            raise RecursionError(target)
        self.making.append(target)
        try:
            return self.make(self.schemas[target], target)
        finally:
            self.making.pop()

    def first(self, variants: list[Schema], name: str, where: str) -> Any:
        """The first variant that is not null and does not lead back to itself."""
        failure: Exception = NoExample(where)
        for variant in sorted(variants, key=lambda v: v.get("type") == "null"):
            try:
                return self.make(variant, name, where)
            except RecursionError as error:
                failure = error
        raise failure

    def typed(self, schema: Schema, name: str, where: str) -> Any:
        kind = schema.get("type")
        if isinstance(kind, list):
            kind = next(k for k in kind if k != "null")
        if kind == "string":
            return text(schema, name, where)
        if kind in ("integer", "number"):
            return number(schema, kind)
        if kind == "array":
            return self.items(schema, name, where)
        if kind == "object" or "properties" in schema:
            return self.members(schema, where)
        return {"boolean": False, "null": None}.get(str(kind), {})

    def items(self, schema: Schema, name: str, where: str) -> list[Any]:
        if "prefixItems" in schema:
            return [self.make(item, name, where) for item in schema["prefixItems"]]
        try:
            item = self.make(schema.get("items", {}), name.removesuffix("s"), where)
            return [item] * max(1, schema.get("minItems", 1))
        except RecursionError:
            return []

    def members(self, schema: Schema, where: str) -> dict[str, Any]:
        made = {}
        for name, member in schema.get("properties", {}).items():
            try:
                made[name] = self.make(member, name, where)
            except RecursionError:
                if name in schema.get("required", ()):
                    raise
        return made


def given_values(schema: Schema) -> Iterator[Any]:
    """What the schema itself offers, the best first. An empty default says nothing."""
    yield from schema.get("examples", [])[:1]
    if "const" in schema:
        yield schema["const"]
    if schema.get("default") not in (None, "", [], {}):
        yield schema["default"]
    yield from schema.get("enum", [])[:1]
    yield from schema.get("x-extensible-enum", [])[:1]


def text(schema: Schema, name: str, where: str) -> str:
    form = str(schema.get("format", ""))
    if form == "uuid":
        return uuid7_of(name)
    if form in FORMATS:
        return FORMATS[form]
    least, most = schema.get("minLength", 0), schema.get("maxLength", 10_000)
    pattern = schema.get("pattern")
    candidates = (NAMED.get(name, "example"), *(TRIED if pattern else ()))
    for candidate in candidates:
        fitted: str = candidate if pattern else candidate.ljust(least, "-")[:most]
        if least <= len(fitted) <= most and (pattern is None or re.search(pattern, fitted)):
            return fitted
    raise NoExample(f"{where}: no example fits the pattern {pattern}; give the field examples=[…]")


def number(schema: Schema, kind: str) -> int | float:
    low = schema.get("minimum", schema.get("exclusiveMinimum", 0) + ("exclusiveMinimum" in schema))
    high = schema.get("maximum", schema.get("exclusiveMaximum", low + 1) - ("exclusiveMaximum" in schema))
    chosen = min(max(1, low), max(high, low))
    return int(chosen) if kind == "integer" else float(chosen)


def uuid7_of(name: str) -> str:
    """A UUID of version 7 made on 23 November 2026, another one for each name."""
    digits = sha256(name.encode()).hexdigest()
    return f"01a207d9-2100-7{digits[:3]}-8{digits[3:6]}-{digits[6:18]}"
