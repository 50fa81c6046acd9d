"""Representatives of Aino: one to change, one to end."""

from __future__ import annotations

from tests.hostile.bodies import WORDS, Valid
from tests.hostile.stage import Hands, Stage

GIVEN = {
    "id": None, "name": "Raija Esimerkki", "relation": "close_person", "mandate": "written_authorisation",
    "scopes": ["book_and_cancel", "give_consent"], "validFrom": "2026-11-01", "validTo": "2027-11-01",
    "phone": "+358 40 0000 001", "email": "raija@heinola.example", "language": "sv", "evidence": WORDS,
}  # fmt: skip


async def set_up(hands: Hands) -> None:
    path = f"/v1/clients/{hands.stage.ids['client']}/representatives"
    hands.keep("representative", await hands.send("nurse", "POST", path, GIVEN))


def bodies(stage: Stage) -> dict[str, Valid]:
    ids, version = stage.ids, stage.versions["representative"]
    row = f"/v1/representatives/{ids['representative']}"
    reached = {name: GIVEN[name] for name in ("phone", "email", "language")}
    return {
        "recordRepresentative": Valid("nurse", f"/v1/clients/{ids['client']}/representatives", GIVEN),
        "updateRepresentative": Valid("nurse", row, reached, version),
        "endRepresentative": Valid("client", f"{row}/end", {"reason": "client_ended"}, version),
        "markRepresentativeEnteredInError": Valid("nurse", f"{row}/mark-entered-in-error", {"reason": WORDS}, version),
    }
