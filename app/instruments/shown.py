"""The instruments as this installation may show them: with the item texts that its operator holds a licence for."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from app.instruments.wordings import Shelf


def shown(request: Request) -> Shelf:
    found: Shelf = request.app.state.instruments
    return found


Shown = Annotated[Shelf, Depends(shown)]
