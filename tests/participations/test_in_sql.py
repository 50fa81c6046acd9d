"""What a client, or somebody of elsewhere, cannot write below the API either."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from tests import factories as f
from tests.conftest import As
from tests.factories import act, ok
from tests.participations.cases import TIMELY, a_part, does, part
from tests.world import World

AGAIN = (
    "INSERT INTO {0} SELECT (jsonb_populate_record(t, jsonb_build_object('id', gen_random_uuid()))).*"
    " FROM {0} t WHERE t.client_id = :client LIMIT 1"
)
CONTEXT = (
    "SELECT set_config('app.client', :client, true), set_config('app.person', '', true),"
    " set_config('app.teams', :teams, true), set_config('app.workplaces', :areas, true),"
    " set_config('app.login', gen_random_uuid()::text, true)"
)
TEMPLATE = (
    "INSERT INTO path_templates (id, area_id, code, number, content, state, version, created_at)"
    " VALUES (gen_random_uuid(), :area, 'theirs', 1, '{}', 'draft', 1, now())"
)


async def test_a_client_writes_no_part_of_their_own(who: As, world: World, connection: AsyncConnection) -> None:
    path = (await f.accepted(who, world))[1]
    at, client = f"/v1/pathways/{path['id']}", path["clientId"]
    goals = {"goals": [{"description": "Mornings out.", "agreedWithClient": True}]}
    path = ok(await act(who("nurse"), f"{at}/agree-plan", goals, path))
    row = ok(await does(who, await a_part(who, path, part(world)), "check-timeliness", TIMELY))
    row = ok(await does(who, row, "start"))
    review = {"side": "provider", "answers": [{"criterion": "own_goal", "answer": "met"}]}
    ok(await act(who("nurse"), f"/v1/participations/{row['id']}/quality-reviews", review))
    ok(await act(who("nurse"), f"{at}/after-contacts", {"months": 3}))
    ok(await act(who("nurse"), f"{at}/scores", {"moment": "start", "score": 5, "askedHow": "in_person"}))
    said = {"achievement": "improving", "agreedWithClient": True}
    ok(await act(who("nurse"), f"/v1/goals/{path['goals'][0]['id']}/achievements", said))
    ok(await act(who("nurse"), f"{at}/client-summaries", {}))
    tables = (
        "service_participations", "timeliness_checks", "quality_reviews", "after_contacts", "goal_achievements",
        "pathway_scores", "client_summaries", "client_summary_words",
    )  # fmt: skip
    await connection.execute(text("SET LOCAL ROLE heinola_app"))
    asked = text("SELECT score_stands(:path, 'start')")
    for context, stands in (
        ({"client": "", "teams": "{}", "areas": "{}"}, False),
        ({"client": client, "teams": "{}", "areas": "{}"}, True),
    ):
        await connection.execute(text(CONTEXT), context)
        assert await connection.scalar(asked, {"path": path["id"]}) is stands
    for table in tables:
        assert await connection.scalar(text(f"SELECT count(*) FROM {table} WHERE client_id = :client"), context)
        nested = await connection.begin_nested()
        with pytest.raises(DBAPIError, match="row-level security"):
            await connection.execute(text(AGAIN.format(table)), {"client": client})
        await nested.rollback()
    moved = text("UPDATE service_participations SET place = 'x' WHERE id = :id RETURNING id")
    assert await connection.scalar(moved, {"id": row["id"]}) is None


async def test_a_template_is_written_by_its_area(world: World, connection: AsyncConnection) -> None:
    here, there = str(world.organisations["area"]), str(world.organisations["employment"])
    await connection.execute(text("SET LOCAL ROLE heinola_app"))
    for workplace, wrote in ((here, True), (there, False)):
        await connection.execute(text(CONTEXT), {"client": "", "teams": "{}", "areas": "{" + workplace + "}"})
        if wrote:
            await connection.execute(text(TEMPLATE), {"area": here})
            continue
        nested = await connection.begin_nested()
        with pytest.raises(DBAPIError, match="row-level security"):
            await connection.execute(text(TEMPLATE), {"area": here})
        await nested.rollback()
        retire = text("UPDATE path_templates SET state = 'retired', retired_at = now() RETURNING id")
        assert (await connection.execute(retire)).all() == []
