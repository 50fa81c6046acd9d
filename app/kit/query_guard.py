"""Unknown query parameters are refused: a misspelt filter must not answer with everything."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from fastapi import Request
from fastapi.dependencies.models import Dependant

from app.kit.i18n import Text
from app.kit.problems import Invalid

UNKNOWN = Text("Tuntematon hakuehto.", "Okänt sökvillkor.", "Unknown query parameter.")


@lru_cache(maxsize=1024)
def known_names(route: Any) -> frozenset[str]:
    """The query parameters of a route, those of its dependencies included."""
    found: set[str] = set()

    def walk(dependant: Dependant) -> None:
        for field in dependant.query_params:
            model = getattr(field.field_info, "annotation", None)
            fields = getattr(model, "model_fields", None)
            if fields is None:
                found.add(field.alias)
            else:
                found.update(info.alias or name for name, info in fields.items())
        for inner in dependant.dependencies:
            walk(inner)

    walk(route.dependant)
    return frozenset(found)


async def known_query(request: Request) -> None:
    """Raises `Invalid` (422) naming no value, only the place."""
    if not request.query_params:
        return
    known = known_names(request.scope["route"])
    unknown = [name for name in request.query_params if name not in known]
    if unknown:
        raise Invalid(
            errors=[{"pointer": "/query", "code": "unknown_parameter", "detail": UNKNOWN}],
            known=sorted(known),
        )
