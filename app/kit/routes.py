"""How a router of this API is made: once per room, the same everywhere."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi.routing import APIRoute
from sqlalchemy.exc import DBAPIError

from app.kit.failures import RETRIED, sqlstate
from app.kit.problems import MEDIA_TYPE, Invalid, Problem, Unauthenticated, camel
from app.kit.query_guard import known_query


class TriedTwice(APIRoute):
    """A route whose whole transaction is done once more when the database chose it to break a deadlock."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def twice(request: Request) -> Response:
            try:
                return await handle(request)
            except DBAPIError as error:
                if sqlstate(error) not in RETRIED:
                    raise
            # Its session is closed only with the request: what is pending in it must not be written then.
            if (session := getattr(request.state, "session", None)) is not None:
                await session.rollback()
            return await handle(request)

        return twice


def operation_id(route: APIRoute) -> str:
    """camelCase verb and noun, from the function name."""
    return camel(route.name)


def problems(*named: type[Problem]) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route: which problems it may answer with, by status, their codes in the description."""
    by_status: dict[int, list[type[Problem]]] = {}
    every: tuple[type[Problem], ...] = (Invalid, Unauthenticated, *named)
    for problem in every:
        by_status.setdefault(problem.status, []).append(problem)
    return {
        status: {
            "description": "; ".join(f"`{p.code}`: {p.title.en}" for p in dict.fromkeys(found)),
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status, found in sorted(by_status.items())
    }


def room(tag: str, prefix: str = "") -> APIRouter:
    """The router of one resource."""
    return APIRouter(
        prefix=prefix,
        tags=[tag],
        route_class=TriedTwice,
        generate_unique_id_function=operation_id,
        dependencies=[Depends(known_query)],
    )
