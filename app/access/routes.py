"""What the routes of an application declare: by operation, the permission that opens it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts


def permissions_in(dependant: Any) -> Iterator[str]:
    """The permissions that a route asks for, itself or through whatever it depends on."""
    if hasattr(dependant.call, "permission"):
        yield str(dependant.call.permission)
    for child in dependant.dependencies:
        yield from permissions_in(child)


def declared(api: FastAPI) -> dict[str, str | None]:
    """Every operation of the schema with its permission; None for one that is opened otherwise."""
    return {
        str(route.unique_id): next(permissions_in(route.dependant), None)
        for route in iter_route_contexts(api.routes)
        if hasattr(route, "dependant") and getattr(route, "include_in_schema", False)
    }
