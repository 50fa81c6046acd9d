"""Unknown query parameters are refused: a misspelt filter must not answer with everything."""

from __future__ import annotations

from fastapi import Request
from fastapi.dependencies.models import Dependant

from app.kit.i18n import Text
from app.kit.problems import Invalid

UNKNOWN = Text("Tuntematon hakuehto.", "Okänt sökvillkor.", "Unknown query parameter.")


KNOWN: dict[int, tuple[Dependant, frozenset[str]]] = {}
"""By the identity of a route's dependant, which is kept here so that the identity stays its own."""


def known_names(dependant: Dependant) -> frozenset[str]:
    """The query parameters of a route, those of its dependencies included."""
    kept = KNOWN.get(id(dependant))
    if kept is not None:
        return kept[1]
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

    walk(dependant)
    KNOWN[id(dependant)] = (dependant, frozenset(found))
    return frozenset(found)


async def known_query(request: Request) -> None:
    """Raises `Invalid` (422) naming no value, only the place."""
    if not request.query_params:
        return
    known = known_names(request.scope["route"].dependant)
    unknown = [name for name in request.query_params if name not in known]
    if unknown:
        raise Invalid(
            errors=[{"pointer": "/query", "code": "unknown_parameter", "detail": UNKNOWN}],
            known=sorted(known),
        )
