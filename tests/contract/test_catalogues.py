"""Roles, rights, policies and functions of the database, from its catalogues: what autogenerate never looks at."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.kit.clock import civil_date, utcnow
from app.security.development import DEVELOPMENT_ISSUER
from app.security.permissions import CLIENT_READERS, GRANTS, Permission
from app.teams.service import PARTNER_SEATS
from tests.contract.conftest import Place, seen_by
from tests.contract.test_row_security import OF_CALLERS

# Tables in which no client stands. A new table fails until it is listed here or has its policies.
WITHOUT_CLIENTS = {
    "absences", "alembic_version", "holders", "memberships", "organisations", "persons", "requirement_sets",
    "path_templates", "reception_series", "reservations", "rooms", "rule_sets", "seats", "teams", "units",
    "working_hours",
}  # fmt: skip
OF_JOBS = {"job_runs"}
# Without a client, and not for everybody known to read: an area's own.
OF_AREAS = {
    "service_groups", "forums", "forum_questions", "forum_entries", "forum_sessions", "library_entries",
    "library_reads", "networks", "network_members", "network_meetings", "network_attendances", "meeting_invitations",
}  # fmt: skip
# A professional's own, and nobody else's.
OF_PERSONS = {"blocked_times", "calendar_feeds"}
"""What the job process keeps of its own: the API reads it."""


async def test_every_table_of_clients_is_under_forced_row_security(place: Place, client_tables: list[str]) -> None:
    rows = await place.sql(
        "SELECT relname, relrowsecurity AND relforcerowsecurity FROM pg_class c"
        " WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition"
    )
    tables = {row[0]: row[1] for row in rows}
    assert len(client_tables) > 15
    assert set(client_tables) | OF_CALLERS | WITHOUT_CLIENTS | OF_JOBS | OF_AREAS | OF_PERSONS == tables.keys()
    assert not set(client_tables) & WITHOUT_CLIENTS
    held = tables.keys() - {"alembic_version"}
    assert [name for name in sorted(held) if not tables[name]] == []
    policies = await place.sql("SELECT tablename FROM pg_policies WHERE 'heinola_app' = ANY (roles)")
    assert held - {row[0] for row in policies} == set()
    loose = await place.sql(
        "SELECT tablename, policyname FROM pg_policies"
        " WHERE roles && ARRAY['heinola_app', 'public', 'heinola_owner']::name[]"
        " AND (qual = 'true' OR with_check = 'true')"
    )
    assert {(row[0], row[1]) for row in loose} == {(name, "app_read") for name in held & (WITHOUT_CLIENTS | OF_JOBS)}


async def test_a_transaction_in_nobodys_name_changes_no_organisation_and_nobodys_role(place: Place) -> None:
    for table in sorted(WITHOUT_CLIENTS - {"alembic_version"}):
        for persona, expected in ((None, False), ("nurse", True)):
            async with seen_by(place, persona) as connection:
                if (await connection.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one():
                    column = "released_at" if table == "reservations" else "created_at"
                    changed = await connection.execute(text(f"UPDATE {table} SET {column} = now()"))
                    assert bool(changed.rowcount) is expected, (table, persona)
    again = "INSERT INTO memberships SELECT (jsonb_populate_record(m, jsonb_build_object('id', gen_random_uuid()))).*"
    login = "INSERT INTO logins SELECT (jsonb_populate_record(m, jsonb_build_object('id', gen_random_uuid(), 'subject', 'x'))).*"  # noqa: E501
    for statement, table in ((again, "memberships"), (login, "logins")):
        async with seen_by(place, None) as connection:
            with pytest.raises(DBAPIError, match="row-level security"):
                await connection.execute(text(f"{statement} FROM {table} m LIMIT 1"))


async def test_a_line_of_the_log_names_who_wrote_it(place: Place) -> None:
    copy = "INSERT INTO use_log SELECT (jsonb_populate_record(u, jsonb_build_object('id', gen_random_uuid(), 'login_id', ctx_login(), 'person_id', CAST(:p AS uuid)))).* FROM use_log u LIMIT 1"  # noqa: E501
    nurse, other = [
        await place.value("SELECT person_id FROM logins WHERE subject = :s", s=s) for s in ("nurse", "nurse_deputy")
    ]
    async with seen_by(place, "nurse") as connection:
        await connection.execute(text(copy), {"p": nurse})
        with pytest.raises(DBAPIError, match="row-level security"):
            await connection.execute(text(copy), {"p": other})


@pytest.mark.parametrize("column", ["client_id", "pathway_id"])
async def test_a_referral_stays_with_its_client_and_path(place: Place, column: str) -> None:
    another = "(SELECT id FROM clients c WHERE c.id <> referrals.client_id LIMIT 1)"
    for value in ("NULL", another if column == "client_id" else "gen_random_uuid()"):
        async with seen_by(place, "nurse") as connection:
            with pytest.raises(DBAPIError, match="stays with its client"):
                await connection.execute(text(f"UPDATE referrals SET {column} = {value} WHERE {column} IS NOT NULL"))


async def test_the_database_knows_the_same_roles_as_the_matrix(place: Place) -> None:
    assert set(await place.value("SELECT client_reading_roles()")) == CLIENT_READERS
    assert set(await place.value("SELECT partner_seats()")) == PARTNER_SEATS
    managing = {role for role, granted in GRANTS.items() if Permission.TEAM_MANAGE in granted}
    assert set(await place.value("SELECT team_managing_roles()")) == managing


async def test_partitions_of_the_log_are_behind_their_parent(place: Place) -> None:
    partitions = [r[0] for r in await place.sql("SELECT relname FROM pg_class WHERE relispartition AND relkind = 'r'")]
    assert len(partitions) >= 4
    readable = await place.sql(
        "SELECT p FROM unnest(CAST(:names AS text[])) p, unnest(ARRAY['heinola_app', 'heinola_job']) who"
        " WHERE has_table_privilege(who, p, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE')",
        names=partitions,
    )
    assert readable == []
    async with seen_by(place, "dpo") as connection:
        assert (await connection.execute(text("SELECT count(*) FROM use_log"))).scalar_one() > 0
        with pytest.raises(DBAPIError, match="permission denied"):
            await connection.execute(text("SELECT count(*) FROM use_log_2026"))


async def test_the_api_works_as_a_role_that_owns_and_bypasses_nothing(place: Place) -> None:
    async with seen_by(place, None) as connection:
        assert (await connection.execute(text("SELECT current_user"))).scalar_one() == "heinola_app"
    roles = await place.sql(
        "SELECT rolname FROM pg_roles WHERE rolname LIKE 'heinola%'"
        " AND (rolsuper OR rolbypassrls OR rolcanlogin OR rolinherit OR rolcreaterole OR rolcreatedb)"
    )
    assert roles == []
    members = await place.sql(
        "SELECT m.member::regrole::text FROM pg_auth_members m"
        " WHERE m.member = 'heinola_app'::regrole OR m.roleid = 'heinola_app'::regrole"
    )
    assert members == []
    owned = await place.sql(
        "SELECT relname FROM pg_class WHERE relowner = 'heinola_app'::regrole UNION ALL"
        " SELECT proname FROM pg_proc WHERE proowner = 'heinola_app'::regrole"
    )
    assert owned == []
    owners = await place.sql(
        "SELECT DISTINCT relowner::regrole::text FROM pg_class"
        " WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND relname <> 'alembic_version'"
    )
    assert [row[0] for row in owners] == ["heinola_owner"]


async def test_nothing_is_deleted_and_nobody_else_has_rights(place: Place) -> None:
    destroying = await place.sql(
        "SELECT relname, who FROM pg_class, unnest(ARRAY['heinola_app', 'heinola_job', 'heinola_definer']) who"
        " WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
        " AND has_table_privilege(who, oid, 'DELETE, TRUNCATE, REFERENCES, TRIGGER')"
    )
    assert {tuple(row) for row in destroying} == {
        (table, "heinola_definer") for table in ("deliveries", "delivery_attempts", "idempotency_keys", "notices")
    }, "only kept answers and logs of deliveries, by one function each"
    public = await place.sql(
        "SELECT relname FROM pg_class, aclexplode(relacl) a"
        " WHERE relnamespace = 'public'::regnamespace AND a.grantee = 0"
    )
    assert public == []


ADDED_ONLY = ["goal_achievements", "time_entries"]
ADDED_ONLY += ["use_log", "disclosures", "outcomes", "problem_records", "routing_decisions", "goals", "involvements"]


@pytest.mark.parametrize("table", ADDED_ONLY)
async def test_what_is_only_added_to_is_not_changed_by_the_api(place: Place, table: str) -> None:
    assert await place.value(f"SELECT count(*) FROM {table}") > 0
    async with seen_by(place, "nurse") as connection:
        with pytest.raises(DBAPIError, match="permission denied"):
            await connection.execute(text(f"UPDATE {table} SET id = id"))


@pytest.mark.parametrize("role", ["heinola_owner", "postgres"])
@pytest.mark.parametrize("table", ["use_log", "disclosures"])
@pytest.mark.parametrize("change", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
async def test_the_logs_refuse_change_even_from_their_owner(place: Place, role: str, table: str, change: str) -> None:
    """FORCE lets the owner see no rows, so nothing would be changed even without the trigger; a superuser meets it."""
    before = await place.value(f"SELECT count(*) FROM {table}")
    assert before > 0
    async with place.root.connect() as connection:
        await connection.execute(text(f"SET LOCAL ROLE {role}"))
        if role == "postgres" or change.startswith("TRUNCATE"):
            with pytest.raises(DBAPIError, match="is only added to"):
                await connection.execute(text(change.format(table)))
        else:
            assert (await connection.execute(text(change.format(table)))).rowcount == 0
        await connection.rollback()
    assert await place.value(f"SELECT count(*) FROM {table}") == before


JOBS_ONLY = {
    "end_quiet_relationships",
    "extend_use_log",
    "forget_answers",
    "forget_deliveries",
    "team_touches",
}


async def test_functions_that_see_more_are_few_and_fenced(place: Place) -> None:
    rows = await place.sql(
        "SELECT proname, proowner::regrole::text, proconfig, prorettype = 'trigger'::regtype,"
        " has_function_privilege('heinola_app', oid, 'EXECUTE'),"
        " EXISTS (SELECT FROM aclexplode(COALESCE(proacl, acldefault('f', proowner))) a WHERE a.grantee = 0)"
        " FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace ORDER BY 1"
    )
    assert [row[0] for row in rows] == [
        "calendar_of",
        "ctx_audits",
        "ctx_consulted",
        "ctx_consulted_on_permission",
        "ctx_guest",
        "ctx_guest_meetings",
        "ctx_guest_parts",
        "ctx_manages",
        "ctx_permitted_here",
        "ctx_told_here",
        "end_quiet_relationships",
        "end_relationship",
        "enter_form",
        "enter_request",
        "enter_response",
        "enter_share",
        "extend_use_log",
        "forget_answers",
        "forget_deliveries",
        "hold_relationship",
        "holder_touches",
        "operating_figures",
        "owner_changes",
        "path_waits",
        "refuse_after_contact_of_nobody",
        "refuse_close_with_feedback_owed",
        "refuse_close_without_score",
        "refuse_close_without_summary",
        "refuse_end_with_open_work",
        "refuse_over_capacity",
        "refuse_over_members",
        "refuse_who_is_not_there",
        "refuse_words_of_offered",
        "report_appointments",
        "report_consultations",
        "report_guidance",
        "report_referral_quality",
        "report_team_routing",
        "response_attends",
        "score_stands",
        "seat_figures",
        "service_group_counts",
        "share_in_conflict",
        "share_permitted",
        "share_stands",
        "team_touches",
        "try_share_link",
    ]
    for name, owner, configuration, is_trigger, callable_by_app, callable_by_public in rows:
        assert owner == ("heinola_owner" if name == "extend_use_log" else "heinola_definer"), name
        assert configuration == ["search_path=public, pg_temp"], name
        assert callable_by_public is False, name
        assert callable_by_app is (not is_trigger and name not in JOBS_ONLY), name
    # Nobody plants a table or function in front of theirs.
    creators = await place.sql(
        "SELECT who FROM unnest(ARRAY['heinola_app', 'heinola_job', 'public']) who"
        " WHERE has_schema_privilege(who, 'public', 'CREATE')"
    )
    assert creators == []


async def test_a_seat_shows_rows_only_to_whom_the_area_lets_read(place: Place) -> None:
    """An employment expert on the team's seat, and in the area in a role that gives no access of its own."""
    join = (
        "INSERT INTO memberships SELECT m.person_id, o.area_id, NULL, :role, 'none', m.valid_from, NULL, 1, now(),"
        " gen_random_uuid() FROM memberships m JOIN organisations o ON o.id = m.organisation_id"
        " JOIN logins l ON l.person_id = m.person_id WHERE l.subject = 'employment'"
    )
    sit = (
        "INSERT INTO holders SELECT s.id, p.id, s.no, p.no, 'holder', :on, NULL, 1, now(), gen_random_uuid()"
        " FROM seats s, persons p JOIN logins l ON l.person_id = p.id"
        " WHERE l.subject = 'employment' AND s.role = 'work_ability_coordinator'"
    )
    today = civil_date(utcnow())
    for role, seated, teams in (
        ("experience_expert", False, 0),
        ("experience_expert", True, 0),
        ("work_ability_coordinator", False, 0),
        ("work_ability_coordinator", True, 3),
    ):
        async with place.root.connect() as root:
            await root.execute(text(join), {"role": role})
            if seated:
                await root.execute(text(sit), {"on": today})
            entered = text("SELECT enter_request(:issuer, 'employment', :on) -> 'teams'")
            found = await root.execute(entered, {"issuer": DEVELOPMENT_ISSUER, "on": today})
            assert len(found.scalar_one()) == teams, (role, seated)
            await root.rollback()
