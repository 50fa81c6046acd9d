"""Stuck cases in tests: the row of a state, its action against the schema, and the action taken."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from tests.conftest import As
from tests.factories import Json, get, ok

SCHEMA: Json = json.loads((Path(__file__).parents[2] / "openapi/openapi.v1.json").read_text("utf-8"))
ADDRESSES = {
    (re.sub(r"\{\w+\}", "*", path), method.upper()): said["operationId"]
    for path, methods in SCHEMA["paths"].items()
    for method, said in methods.items()
    if isinstance(said, dict) and "operationId" in said
}
REQUIRED = {
    said["operationId"]: tuple(schema.get("required", ()))
    for methods in SCHEMA["paths"].values()
    for said in methods.values()
    if isinstance(said, dict) and "requestBody" in said
    for content in [said["requestBody"]["content"].get("application/json", {}).get("schema", {})]
    for schema in [SCHEMA["components"]["schemas"].get(str(content.get("$ref", "")).rpartition("/")[2], {})]
}
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")


async def stuck(who: As, by: str = "nurse", **params: Any) -> list[Json]:
    return list((await get(who(by), "/v1/stuck-cases", **params))["items"])


async def codes(who: As, case: Json, by: str = "nurse") -> set[str]:
    return {row["code"] for row in await stuck(who, by, limit=200) if row["caseId"] == case["id"]}


async def only(who: As, code: str, by: str = "nurse") -> Json:
    [row] = await stuck(who, by, code=code)
    return row


async def ends(who: As, code: str, operation: str, body: Json, by: str = "nurse", words: str = "") -> Json:
    """The state has one row; what it names is in the schema, this reader may do it, and done, the row is gone."""
    row = await only(who, code, by)
    action = row["action"]
    assert action["operationId"] == operation
    assert ADDRESSES[ID.sub("*", action["path"]), action["method"]] == operation
    assert (action["allowed"], action["because"]) == (True, None)
    assert set(action["required"]) <= body.keys()
    assert words in row["remedy"] != ""
    done = await who(by).request(action["method"], action["path"], json=body, headers={"If-Match": "*"})
    ok(done)
    assert await stuck(who, by, code=code) == []
    return row
