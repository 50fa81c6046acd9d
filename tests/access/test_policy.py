"""The policy file: complete against the routes and the code, and read with clear errors."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from app.access import relations
from app.access.policy import SIDES, PolicyFault, policy, read
from app.access.protection import needs
from app.access.routes import declared
from app.security.permissions import GRANTS

APP = Path(__file__).parent.parent.parent / "app"
TEXT = files("app.access").joinpath("policy.json").read_text(encoding="utf-8")


def test_every_operation_is_there_with_the_permission_of_its_route(api: FastAPI) -> None:
    found = declared(api)
    assert len(found) >= 212
    policy().against(found)


def test_what_is_missing_surplus_or_other_is_named(api: FastAPI) -> None:
    found = declared(api)
    with pytest.raises(PolicyFault, match=r"says nothing of: newThing \(client:read\)"):
        policy().against({**found, "newThing": "client:read"})
    with pytest.raises(PolicyFault, match=r"no route has: getClient$"):
        policy().against({name: asked for name, asked in found.items() if name != "getClient"})
    with pytest.raises(PolicyFault, match=r"getClient: the route asks for audit:read, policy.json says client:read"):
        policy().against({**found, "getClient": "audit:read"})


Change = Callable[[dict[str, Any]], object]
FAULTS: list[tuple[Change, str]] = [
    (lambda d: d["resources"]["client"]["relations"].update(friend=[]), "resource client: unknown name 'friend'"),
    (lambda d: d["resources"]["note"]["relations"].update(care_team=["nice"]), "resource note, care_team.*'nice'"),
    (lambda d: d["operations"]["getClient"].update(resource="person_"), "operation getClient: unknown name 'person_'"),
    (lambda d: d["operations"]["getClient"].update(by=["someone"]), "operation getClient, by: unknown name 'someone'"),
    (lambda d: d["operations"]["getClient"].update(opens="everybody"), "operation getClient: it is opened either"),
    (lambda d: d["operations"]["getClient"].pop("permission"), "operation getClient: it is opened either"),
    (lambda d: d["operations"]["getCodeset"].update(opens="anything"), "operation getCodeset: unknown name 'anything'"),
    (lambda d: d["operations"]["getClient"].update(whithin=["team"]), "operation getClient: unknown name 'whithin'"),
    (lambda d: d["relations"]["guest"].update(conzent=True), "relation guest: unknown name 'conzent'"),
    (lambda d: d["roles"]["dpo"].update(kind="robot"), "role dpo: unknown name 'robot'"),
]


@pytest.mark.parametrize(("change", "words"), FAULTS)
def test_a_fault_in_the_file_is_named(change: Change, words: str) -> None:
    data = json.loads(TEXT)
    change(data)
    with pytest.raises(PolicyFault, match=words):
        read(json.dumps(data))


def test_every_name_has_a_function_behind_it() -> None:
    assert relations.RELATIONS.keys() == policy().relations.keys()
    assert relations.SIDES.keys() == set(SIDES)


def test_every_role_is_there() -> None:
    assert policy().roles.keys() == GRANTS.keys()


WORDS = ("visible", "managed", "changeable", "boards")


def functions() -> set[str]:
    """Every `visible_x`, `managed_x` and the like in the code: who sees what is said nowhere else."""
    found = set()
    for file in (*APP.glob("**/queries.py"), *APP.glob("**/queries/*.py")):
        module = ".".join(file.relative_to(APP.parent).with_suffix("").parts).removesuffix(".__init__")
        for node in ast.parse(file.read_text()).body:
            if isinstance(node, ast.FunctionDef) and node.name.split("_")[0] in (
                "visible",
                "managed",
                "changeable",
                "boards",
            ):
                found.add(f"{module}.{node.name}")
    return found


def test_every_function_that_says_who_sees_what_is_named_in_the_policy() -> None:
    named = {resource.function for resource in policy().resources.values() if resource.function}
    assert functions() == named
    for name in named:
        module, _, function = name.rpartition(".")
        assert callable(getattr(import_module(module), function))


def test_a_protected_identity_hides_what_the_rooms_hide() -> None:
    client = policy().resources["client"]
    everything = {name for need in needs().values() for name in need.fields}
    assert set(client.hides) == everything
    assert all(client.shown_to == need.roles for need in needs().values())
