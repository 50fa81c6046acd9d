"""What in a new schema would break a caller of the old one. Inputs may only widen, outputs may only narrow or grow."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

Schema = dict[str, Any]
Direction = Literal["input", "output"]
METHODS = ("get", "put", "post", "delete", "patch", "head", "options", "trace")
# Whether a larger number is tighter.
LOWER = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
UPPER = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")


class Change(NamedTuple):
    """One breaking change: what kind, where, and what it was and is."""

    kind: str
    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.where}: {self.what}"


def breaking_changes(old: Schema, new: Schema) -> list[Change]:
    """Every breaking change from one published schema to the next; empty when old callers need not care."""
    return list(dict.fromkeys(Comparison(old, new).paths()))


class Comparison:
    """Walks two documents side by side. Recursive schemas are entered once per direction."""

    def __init__(self, old: Schema, new: Schema) -> None:
        self.old, self.new = old, new
        self.entered: set[tuple[str, str, Direction]] = set()

    def paths(self) -> Iterator[Change]:
        for path, item in self.old["paths"].items():
            if path not in self.new["paths"]:
                yield Change("removed path", path, "it is gone")
                continue
            for method in METHODS:
                if method in item:
                    where = f"{method.upper()} {path}"
                    there = self.new["paths"][path].get(method)
                    if there is None:
                        yield Change("removed operation", where, "it is gone")
                    else:
                        self.entered.clear()
                        yield from self.operation(where, item[method], there)

    def operation(self, where: str, old: Schema, new: Schema) -> Iterator[Change]:
        if old.get("operationId") != new.get("operationId"):
            yield Change("changed operationId", where, f"{old.get('operationId')} is {new.get('operationId')}")
        if not old.get("security") and new.get("security"):
            yield Change("new required input", where, "it needs a token now")
        yield from self.parameters(where, old, new)
        yield from self.request(where, old.get("requestBody"), new.get("requestBody"))
        for status, answer in old["responses"].items():
            if status.startswith("2"):
                yield from self.response(f"{where} {status}", answer, new["responses"].get(status))

    def parameters(self, where: str, old: Schema, new: Schema) -> Iterator[Change]:
        before, after = ({(p["in"], p["name"]): p for p in side.get("parameters", ())} for side in (old, new))
        for key, parameter in before.items():
            place = f"{where} {' '.join(key)}"
            if key not in after:
                # Unknown query parameters are refused, so one less is one refusal more. A path names its own.
                if key[0] != "path":
                    yield Change("removed property", place, "the parameter is gone")
                continue
            if after[key].get("required") and not parameter.get("required"):
                yield Change("new required input", place, "it was optional")
            yield from self.schemas(place, parameter["schema"], after[key]["schema"], "input")
        for key, parameter in after.items():
            if key not in before and parameter.get("required") and key[0] != "path":
                yield Change("new required input", f"{where} {' '.join(key)}", "a new parameter")

    def request(self, where: str, old: Schema | None, new: Schema | None) -> Iterator[Change]:
        where = f"{where} body"
        if new is not None and new.get("required") and not (old or {}).get("required"):
            yield Change("new required input", where, "the body was not required")
        if old is None:
            return
        if new is None:
            yield Change("removed property", where, "the body is gone")
            return
        yield from self.contents(where, old, new, "input")

    def response(self, where: str, old: Schema, new: Schema | None) -> Iterator[Change]:
        if new is None:
            yield Change("widened output", where, "the status is gone")
            return
        yield from self.contents(where, old, new, "output")
        for header in old.get("headers", {}):
            if header not in new.get("headers", {}):
                yield Change("removed property", where, f"the header {header} is gone")

    def contents(self, where: str, old: Schema, new: Schema, direction: Direction) -> Iterator[Change]:
        for media, content in old.get("content", {}).items():
            if media not in new.get("content", {}):
                yield Change(named(direction), where, f"{media} is gone")
            else:
                yield from self.schemas(where, content["schema"], new["content"][media]["schema"], direction)

    def schemas(self, where: str, old: Schema, new: Schema, direction: Direction) -> Iterator[Change]:
        """Compare two schemas by their variants: a union is the list of what it admits."""
        if "$ref" in old and "$ref" in new:
            pair = (old["$ref"], new["$ref"], direction)
            if pair in self.entered:
                return
            self.entered.add(pair)
        before, after = self.variants(self.old, old), self.variants(self.new, new)
        # Whatever stands on the left must be admitted by something on the right.
        left, right = (before, after) if direction == "input" else (after, before)
        for variant in left:
            kin = [other for other in right if related(variant, other)]
            if not kin:
                yield Change(named(direction), where, f"{kind_of(variant)} {GONE[direction]}")
                continue
            pairs = [(variant, other) if direction == "input" else (other, variant) for other in kin]
            yield from min((list(self.members(where, a, b, direction)) for a, b in pairs), key=len)

    def variants(self, document: Schema, schema: Schema) -> list[Schema]:
        """The schemas of a union, references followed and parts of `allOf` merged."""
        if "$ref" in schema:
            return self.variants(document, find(document, schema["$ref"]))
        for union in ("anyOf", "oneOf"):
            if union in schema:
                return [found for part in schema[union] for found in self.variants(document, part)]
        if "allOf" in schema:
            return [merged([found for part in schema["allOf"] for found in self.variants(document, part)])]
        kinds = schema.get("type")
        return [{**schema, "type": kind} for kind in kinds] if isinstance(kinds, list) else [schema]

    def members(self, where: str, old: Schema, new: Schema, direction: Direction) -> Iterator[Change]:
        yield from limits(where, old, new, direction)
        yield from values(where, old, new, direction)
        if "items" in old and "items" in new:
            yield from self.schemas(f"{where}/items", old["items"], new["items"], direction)
        before, after = old.get("properties", {}), new.get("properties", {})
        for name, member in before.items():
            if name in after:
                yield from self.schemas(f"{where}/{name}", member, after[name], direction)
            elif direction == "output" or new.get("additionalProperties") is False:
                yield Change("removed property", f"{where}/{name}", "it is gone")
        was, must = set(old.get("required", ())), set(new.get("required", ()))
        if direction == "input":
            for name in sorted(must - was):
                yield Change("new required input", f"{where}/{name}", "it was optional or not there")
            if new.get("additionalProperties") is False and old.get("additionalProperties") is not False:
                yield Change("narrowed input", where, "unknown members are refused now")
        else:
            for name in sorted((was - must) & after.keys()):
                yield Change("widened output", f"{where}/{name}", "it may be absent now")


GONE: dict[Direction, str] = {"input": "is not taken any more", "output": "may come now"}


def named(direction: Direction) -> str:
    return "narrowed input" if direction == "input" else "widened output"


def limits(where: str, old: Schema, new: Schema, direction: Direction) -> Iterator[Change]:
    """Bounds of an input that are tighter. Looser bounds of an output are no promise broken."""
    if direction == "output":
        return
    for keyword in (*LOWER, *UPPER):
        was, now = old.get(keyword), new.get(keyword)
        if now is not None and (was is None or (now > was if keyword in LOWER else now < was)):
            yield Change("tighter limit", where, f"{keyword} was {was}, is {now}")
    for keyword in ("pattern", "multipleOf", "uniqueItems"):
        if new.get(keyword) and new[keyword] != old.get(keyword):
            yield Change("tighter limit", where, f"{keyword} was {old.get(keyword)}, is {new[keyword]}")


def values(where: str, old: Schema, new: Schema, direction: Direction) -> Iterator[Change]:
    """Types, formats and enums. An extensible list may grow in an output, and may not shrink in an input."""
    if old.get("format") != new.get("format") and (new if direction == "input" else old).get("format"):
        yield Change(named(direction), where, f"format was {old.get('format')}, is {new.get('format')}")
    was, now = enumerated(old), enumerated(new)
    if direction == "input":
        if now is not None and (was is None or set(was) - set(now)):
            yield Change("narrowed input", where, f"enum was {was}, is {now}")
        if gone := set(old.get("x-extensible-enum", ())) - set(new.get("x-extensible-enum", ())):
            yield Change("narrowed input", where, f"the codes {sorted(gone)} are gone")
    elif was is not None and (now is None or set(now) - set(was)):
        yield Change("widened output", where, f"enum was {was}, is {now}")


def enumerated(schema: Schema) -> list[Any] | None:
    found: list[Any] | None = [schema["const"]] if "const" in schema else schema.get("enum")
    return found


def kind_of(schema: Schema) -> str:
    return str(schema.get("type", "anything"))


def related(left: Schema, right: Schema) -> bool:
    """Whether a value of the left kind can be one of the right; an integer is a number, and anything takes all."""
    pair = kind_of(left), kind_of(right)
    return pair[0] == pair[1] or pair[1] == "anything" or pair == ("integer", "number")


def find(document: Schema, target: str) -> Schema:
    found: Any = document
    for part in target.removeprefix("#/").split("/"):
        found = found[part]
    schema: Schema = found
    return schema


def merged(parts: list[Schema]) -> Schema:
    made: Schema = {}
    for part in parts:
        properties = {**made.get("properties", {}), **part.get("properties", {})}
        required = [*made.get("required", ()), *part.get("required", ())]
        made = {**made, **part, "properties": properties, "required": required}
    return made
