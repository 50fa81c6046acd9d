"""How many statements a request takes: no more than was measured, and a list takes no more for more rows."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import event

from app.dev.town import Town
from tests.attachments.samples import TEXT, metadata
from tests.contract.conftest import Place, Settle, new_person
from tests.factories import sections

ROWS = 50
SLACK = 2
# What a list takes, whatever its length: who reads, which, statements.
LISTS = {
    "referrals": ("nurse", "/v1/referrals", 8),
    "referrals of the sender": ("employment", "/v1/referrals", 5),
    "worklist": ("nurse", "/v1/worklist?list=team", 9),
    "pathways": ("nurse", "/v1/pathways", 4),
    "clients": ("nurse", "/v1/clients", 5),
    "assessments": ("nurse", "/v1/assessments", 4),
    "meetings": ("nurse", "/v1/meetings", 4),
    "decisions": ("nurse", "/v1/routing-decisions", 5),
    "consents": ("nurse", "/v1/clients/{aino}/consents", 5),
    "representatives": ("nurse", "/v1/clients/{aino}/representatives", 5),
    "contacts": ("nurse", "/v1/clients/{aino}/contacts", 9),
    "notes": ("nurse", "/v1/pathways/{path}/notes", 6),
    "attachments": ("nurse", "/v1/referrals/{files}/attachments", 7),
    "record requests": ("nurse", "/v1/record-requests", 4),
    "use log": ("dpo", "/v1/clients/{aino}/use-log", 5),
    "preinformation": ("nurse", "/v1/preinformation", 4),
    "answered instruments": ("nurse", "/v1/responses", 4),
    "directory": ("nurse", "/v1/directory", 6),
    "history": ("nurse", "/v1/referrals/{told}/history", 7),
    "follow-ups": ("nurse", "/v1/follow-ups", 7),
    "stuck cases": ("nurse", "/v1/stuck-cases", 10),
    "numbers of stuck cases": ("nurse", "/v1/stuck-cases/counts", 7),
    "timeline of a client": ("nurse", "/v1/clients/{aino}/timeline", 5),
    "timeline of a path": ("nurse", "/v1/pathways/{path}/timeline", 5),
}
WHOLE = ("directory", "numbers of stuck cases")  # not paged
# Tables whose row of the story is copied, so that their lists are long.
COPIED = (
    "pathways", "assessments", "meetings", "consents", "representatives", "follow_ups",
    "contacts", "notes", "record_requests", "preinformation_forms", "instrument_responses", "referral_events",
)  # fmt: skip
# What a step of the main job takes, in the order it is done. One or two more are let pass (`SLACK`).
STEPS = {
    "who am I": 1,
    "preflight": 14,
    "create referral": 37,
    "create referral, again with the same key": 3,
    "get referral": 9,
    "get referral as its sender": 4,
    "accept": 39,
    "get pathway": 18,
    "agree plan": 23,
    "request assessment": 31,
    "get assessment": 5,
    "complete assessment": 20,
    "record outcome": 32,
    "close": 68,
    "give feedback": 24,
    "acknowledge feedback": 11,
    "register client": 14,
    "update client": 6,
    "get client": 4,
    "search client": 4,
    "record consent": 14,
    "withdraw consent": 29,
    "counts": 2,
    "refused without a token": 0,
    "refused without the permission": 1,
}


@contextmanager
def counted(place: Place) -> Iterator[list[str]]:
    """The statements sent to the database meanwhile; BEGIN and COMMIT are not among them."""
    statements: list[str] = []

    def note(_c: Any, _u: Any, statement: str, _p: Any, _x: Any, _many: bool) -> None:
        statements.append(statement)

    event.listen(place.engine.sync_engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(place.engine.sync_engine, "before_cursor_execute", note)


@pytest.fixture(scope="module")
async def crowded(settle: Settle, template: Town) -> AsyncIterator[Place]:
    """Many cases: fifty referrals sent, and rows of the story copied where nothing in them is their own."""
    async with settle(pool_size=4, gate_seconds=60) as place:
        sender = place.who("employment")
        sent = await asyncio.gather(*(sender.post("/v1/referrals", json=new_person(template)) for _ in range(ROWS)))
        assert {answer.status_code for answer in sent} == {201}
        for table in COPIED:
            named = await place.sql(
                "SELECT attname FROM pg_attribute WHERE attrelid = CAST(:t AS regclass) AND attnum > 0", t=table
            )
            columns = [row[0] for row in named]
            values = ", ".join("gen_random_uuid()" if column == "id" else f"o.{column}" for column in columns)
            await place.sql(
                f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM"
                f" (SELECT * FROM {table} WHERE client_id = :aino LIMIT 1) o, generate_series(1, {ROWS})",
                aino=template.clients["aino"],
            )
        late = "UPDATE referrals SET submitted_at = submitted_at - interval '30 days' WHERE state = 'received'"
        await place.sql(late)
        await documents(place, template)
        yield place


async def documents(place: Place, template: Town) -> None:
    """Fifty documents on one referral. Not copied: what is sealed opens only in its own row."""
    sent = await place.who("employment").post("/v1/referrals", json=new_person(template))
    path = f"/v1/referrals/{sent.json()['id']}/attachments"
    given = metadata(TEXT, "text/plain", register="health")
    for _ in range(ROWS):
        assert (await place.who("nurse").post(path, json=given)).status_code == 201


MOST_FILES = (
    "SELECT referral_id FROM attachments WHERE referral_id IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"
)

MOST_TOLD = "SELECT referral_id FROM referral_events WHERE client_id = :aino GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"


@pytest.mark.parametrize("name", LISTS)
async def test_a_list_takes_as_many_statements_for_five_rows_as_for_fifty(
    crowded: Place, template: Town, name: str
) -> None:
    persona, path, budget = LISTS[name]
    aino = template.clients["aino"]
    noted = await crowded.value("SELECT pathway_id FROM notes WHERE client_id = :aino LIMIT 1", aino=aino)
    files = await crowded.value(MOST_FILES)
    told = await crowded.value(MOST_TOLD, aino=aino)
    url = httpx.URL(path.format(aino=aino, path=noted, files=files, told=told))
    taken, rows = [], []
    for limit in (5, ROWS):
        paged = url.copy_merge_params({"limit": limit, "count": "true"}) if name not in WHOLE else url
        with counted(crowded) as statements:
            answer = await crowded.who(persona).get(paged)
        assert answer.status_code == 200, answer.text
        taken.append(len(statements))
        rows.append(len(answer.json().get("items", [])))
    if name not in WHOLE:
        assert rows == [5, ROWS]
    assert taken[0] == taken[1], f"{name}: {taken}"
    assert taken[1] <= budget + 1, f"{name} takes {taken[1]}"


async def test_the_main_job_keeps_its_budgets(crowded: Place, template: Town) -> None:
    taken: dict[str, int] = {}
    nurse, sender = crowded.who("nurse"), crowded.who("employment")

    async def step(
        name: str, client: httpx.AsyncClient, method: str, path: str, body: Any = None, status: int = 200, key: str = ""
    ) -> dict[str, Any]:
        headers = {"Idempotency-Key": key, "If-Match": "*"} if key else {}
        with counted(crowded) as statements:
            answer = await client.request(method, path, headers=headers, **({} if body is None else {"json": body}))
        assert answer.status_code == status, f"{name}: {answer.text}"
        taken[name] = len(statements)
        found: dict[str, Any] = answer.json()
        return found

    async def act(name: str, path: str, body: Any, status: int = 200) -> dict[str, Any]:
        return await step(name, nurse, "POST", path, body, status, str(uuid4()))

    await step("who am I", nurse, "GET", "/v1/me")
    given, key = new_person(template), str(uuid4())
    await step("preflight", sender, "POST", "/v1/referrals/preflight", given)
    await step("create referral", sender, "POST", "/v1/referrals", given, 201, key)
    again = "create referral, again with the same key"
    referral = await step(again, sender, "POST", "/v1/referrals", given, 201, key)
    here = f"/v1/referrals/{referral['id']}"
    await step("get referral", nurse, "GET", here)
    await step("get referral as its sender", sender, "GET", here)
    path = f"/v1/pathways/{(await act('accept', f'{here}/accept', {'template': 'heinola'}))['id']}"
    await step("get pathway", nurse, "GET", path)
    await act("agree plan", f"{path}/agree-plan", {"goals": [{"description": "Mornings.", "agreedWithClient": True}]})
    asked = await act("request assessment", f"{path}/assessments", {"kind": "health_check"}, 201)
    await step("get assessment", nurse, "GET", f"/v1/assessments/{asked['id']}")
    check = {
        "informedOfPurposeAt": "2026-01-01T00:00:00Z",
        "minutes": 100,
        "sections": sections(),
        "measures": {"heightCm": 170},
    }
    done = {"conclusion": "undetermined_needs_more", "workAbility": "Reduced.", "healthCheck": check}
    await act("complete assessment", f"/v1/assessments/{asked['id']}/complete", done)
    await act("record outcome", f"{path}/record-outcome", {"code": "work_trial"})
    await act("give feedback", f"{here}/feedback", {"level": "conclusion", "body": "Half days."}, 201)
    await step("acknowledge feedback", sender, "POST", f"{here}/acknowledge-feedback", {}, 200, str(uuid4()))
    await act("close", f"{path}/close", {"reason": "plan_completed"})
    somebody = {"teamId": str(template.team), "givenName": "A", "familyName": "B", "municipality": "111"}
    client = f"/v1/clients/{(await act('register client', '/v1/clients', somebody, 201))['id']}"
    await step("update client", nurse, "PATCH", client, {"phone": "+358 50 12345"}, 200, str(uuid4()))
    await step("get client", nurse, "GET", client)
    await step("search client", nurse, "POST", "/v1/clients/search", {"familyName": "Henkilö"})
    terms = given["permission"] | {"kind": "permission"}
    consent = await act("record consent", f"{client}/consents", terms, 201)
    await act("withdraw consent", f"/v1/consents/{consent['id']}/withdraw", {})
    await step("counts", nurse, "GET", "/v1/worklist/counts")
    await step("refused without a token", crowded.who(""), "GET", client, status=401)
    await step("refused without the permission", crowded.who("admin"), "GET", client, status=403)
    assert taken.keys() == STEPS.keys()
    assert {name: (n, STEPS[name]) for name, n in taken.items() if n > STEPS[name] + SLACK} == {}


async def test_a_path_of_two_hundred_steps_takes_as_many_statements_as_one_of_eight(
    crowded: Place, template: Town
) -> None:
    sent = await crowded.who("employment").post("/v1/referrals", json=new_person(template))
    accept = f"/v1/referrals/{sent.json()['id']}/accept"
    nurse = crowded.who("nurse")
    path = (await nurse.post(accept, json={"template": "heinola"}, headers={"If-Match": "*"})).json()
    columns = [
        row[0]
        for row in await crowded.sql(
            "SELECT attname FROM pg_attribute WHERE attrelid = 'pathway_steps'::regclass AND attnum > 0"
            " AND NOT attisdropped"
        )
    ]
    new = {"id": "gen_random_uuid()", "key": "'more_' || n", "position": "1000 + n", "after": "ARRAY['health_check']"}
    values = ", ".join(new.get(column, f"s.{column}") for column in columns)
    taken, shown = [], []
    for more in (0, 200 - len(path["steps"])):
        await crowded.sql(
            f"INSERT INTO pathway_steps ({', '.join(columns)})"
            f" SELECT {values} FROM generate_series(1, {more}) n,"
            " (SELECT * FROM pathway_steps WHERE pathway_id = CAST(:id AS uuid) LIMIT 1) s",
            id=path["id"],
        )
        with counted(crowded) as statements:
            answer = await nurse.get(f"/v1/pathways/{path['id']}")
        taken.append(len(statements))
        shown.append(len(answer.json()["steps"]))
    assert shown == [len(path["steps"]), 200]
    assert taken[0] == taken[1], taken
