"""Every route is opened by exactly one permission, and the matrix of permissions has neither holes nor dead ends."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from app.kit.codesets import codeset
from app.security.permissions import GRANTS, Permission
from app.site.router import BY_CALENDAR_LINK, BY_LINK, BY_SHARE_LINK, PUBLIC


def declared(dependant: Any) -> list[Permission]:
    """The permissions that a route asks for, itself or through whatever it depends on."""
    found = [dependant.call.permission] if hasattr(dependant.call, "permission") else []
    return found + [permission for child in dependant.dependencies for permission in declared(child)]


def capabilities(dependant: Any) -> list[str]:
    """The other ways in that a route depends on."""
    found = [dependant.call.capability] if hasattr(dependant.call, "capability") else []
    return found + [way for child in dependant.dependencies for way in capabilities(child)]


def routes(api: FastAPI) -> Iterator[tuple[str, list[Permission]]]:
    for route in iter_route_contexts(api.routes):
        if hasattr(route, "dependant"):
            for method in sorted(route.methods or ()):
                yield f"{method} {route.path}", declared(route.dependant)


def test_every_route_is_opened_by_exactly_one_permission(api: FastAPI) -> None:
    found = dict(routes(api))
    versioned = [where for where in found if where.split()[1].startswith("/v1/")]
    assert len(versioned) > 80
    public = {where for where in found if where.split()[1] in PUBLIC}
    assert {where.split()[1] for where in public} == PUBLIC, "the list of open paths names what is not there"
    links = {where for where in found if where.split()[1] in BY_LINK}
    assert {where.split()[1] for where in links} == BY_LINK, "the list of paths by a link names what is not there"
    assert not public & links
    assert [where for where in found if where not in public | links and len(found[where]) != 1] == []
    assert [where for where in public | links if found[where]] == []


def test_a_link_opens_the_routes_that_are_listed_and_no_others(api: FastAPI) -> None:
    opened = [
        (str(route.path), capabilities(route.dependant))
        for route in iter_route_contexts(api.routes)
        if hasattr(route, "dependant") and (capabilities(route.dependant) or route.path in BY_LINK)
    ]
    assert len(opened) == 11
    assert {path for path, _ in opened} == BY_LINK
    by = {way: {path for path, ways in opened if ways == [way]} for way in ("form_link", "share_link", "calendar_link")}
    by_form = BY_LINK - BY_SHARE_LINK - BY_CALENDAR_LINK
    assert by == {"form_link": by_form, "share_link": BY_SHARE_LINK, "calendar_link": BY_CALENDAR_LINK}


def test_every_permission_is_granted_and_used(api: FastAPI) -> None:
    granted = frozenset().union(*GRANTS.values())
    assert set(Permission) - granted == set(), "nobody may do it"
    used = {permission for _, permissions in routes(api) for permission in permissions}
    assert set(Permission) - used == set(), "nothing is opened by it"


def test_the_matrix_knows_every_role_and_no_other() -> None:
    roles = set(codeset("role").codes)
    assert len(roles) > 20
    assert GRANTS.keys() - roles == set()
    assert roles - GRANTS.keys() == set()


@pytest.mark.parametrize("role", ["dpo", "admin", "team_lead", "employment_expert", "kela_work_ability_adviser"])
def test_who_gives_no_care_writes_no_care(role: str) -> None:
    care = {Permission.CLIENT_REVEAL, Permission.ASSESSMENT_WRITE, Permission.PATHWAY_WRITE, Permission.FEEDBACK_GIVE}
    assert not GRANTS[role] & care
