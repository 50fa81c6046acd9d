"""Teams and holders as a lead writes them, and an area that is not ours."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from tests.people.conftest import elsewhere as elsewhere

TODAY, YESTERDAY, TOMORROW = "2026-11-23", "2026-11-22", "2026-11-24"
ANY = {"If-Match": "*"}


def team(**over: Any) -> dict[str, Any]:
    return {"code": "orimattila", "name": "Orimattila", "template": "small_municipality_light", **over}


def holding(person: UUID | str, **over: Any) -> dict[str, Any]:
    return {"personId": str(person), "validFrom": TODAY, **over}
