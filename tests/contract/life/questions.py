"""A forum of the area: a question that waits, one answered and on its way to the library, and a session to come."""

from __future__ import annotations

from app.dev.town import Town
from tests.contract.conftest import Place


async def live(place: Place, town: Town) -> None:
    lead, nurse, physician = place.who("lead"), place.who("nurse"), place.who("physician_mental")
    forum = {
        "kind": "consultation_hour", "name": "Konsultaatiotunti", "askerRoles": ["unemployed_health_nurse"],
        "expertRoles": ["physician_mental_substance_neuro"], "organisationIds": [str(town.organisations["kela"])],
        "convenerId": str(town.persons["coordinator"]),
    }  # fmt: skip
    made = await lead.post("/v1/forums", json=forum)
    assert made.status_code == 201, made.text
    here = f"/v1/forums/{made.json()['id']}"
    asked = {"body": "Who decides?", "themes": ["rehabilitation"], "isCase": True}
    rows = [(await nurse.post(f"{here}/questions", json=asked)).json()["id"] for _ in range(2)]
    answered = f"/v1/forum-questions/{rows[0]}"
    entry = {
        "title": "Who decides", "question": "Who?", "answer": "The client.", "themes": ["rehabilitation"],
        "reviewOn": "2027-11-23",
    }  # fmt: skip
    session = {
        "startsAt": f"2027-01-{len((await nurse.get('/v1/forum-sessions')).json()['items']) + 4:02}T08:00:00Z",
        "place": "Teams", "convenerId": str(town.persons["coordinator"]),
    }  # fmt: skip
    for who, where, body in (
        (physician, f"{answered}/answer", {"body": "The client."}),
        (physician, f"{answered}/library-entries", entry),
        (place.who("coordinator"), f"{here}/sessions", session),
    ):
        answer = await who.post(where, json=body, headers={"If-Match": "*"})
        assert answer.is_success, answer.text
