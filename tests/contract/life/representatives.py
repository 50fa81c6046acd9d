"""Somebody who acts for Aino."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.dev.town import Town

if TYPE_CHECKING:
    from tests.contract.conftest import Place


async def live(place: Place, town: Town) -> None:
    given = {
        "name": "Raija Esimerkki",
        "relation": "close_person",
        "mandate": "written_authorisation",
        "scopes": ["receive_information", "give_consent"],
        "evidence": "Signed on paper, seen.",
    }
    answer = await place.who("nurse").post(f"/v1/clients/{town.clients['aino']}/representatives", json=given)
    assert answer.status_code == 201, answer.text
