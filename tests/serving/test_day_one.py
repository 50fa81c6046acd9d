"""Day one as the guide tells it, by logins that are no superusers: migrate, grants, bootstrap, jobs, and a drill."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from app import embedded
from app.site.guides import guides
from tests.serving.processes import run

ISSUER = {"issuer": "https://login.example.fi", "audience": "heinola", "jwks_url": "https://login.example.fi/keys"}


@pytest.fixture(scope="module")
def server() -> Iterator[embedded.Server]:
    """A cluster in which none of our roles is."""
    with embedded.throwaway() as running:
        yield running


def told(number: int) -> list[str]:
    """The statements of the guide's blocks of SQL."""
    blocks = re.findall(r"```sql\n(.*?)```", guides()["running"], flags=re.S)
    lines = [re.sub(r"--.*", "", line).strip() for line in blocks[number].splitlines()]
    return [line for line in lines if line]


def psql(server: embedded.Server, database: str, *statements: str) -> str:
    commands = [word for statement in statements for word in ("-c", statement)]
    done = server.client("psql", "-XAt", "-v", "ON_ERROR_STOP=1", "-d", database, *commands)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.drill
def test_day_one_and_a_drill(server: embedded.Server, tmp_path: Path) -> None:
    def by(login: str, database: str = "heinola_area") -> str:
        return server.dsn(database).replace("postgres@", f"{login}@", 1)

    given = {
        "HEINOLA_MODE": "production",
        "DATABASE_URL": by("heinola_service"),
        "HEINOLA_MIGRATION_URL": by("heinola_migrate"),
        "HEINOLA_JOBS_URL": by("heinola_worker"),
        "HEINOLA_BACKUP_URL": by("heinola_backup"),
        "HEINOLA_ISSUERS": json.dumps([ISSUER]),
        "HEINOLA_IDENTITY_KEYS": json.dumps({"2026": base64.b64encode(b"1" * 32).decode()}),
        "HEINOLA_INDEX_KEY": base64.b64encode(b"2" * 32).decode(),
    }

    def command(*words: str, code: int = 0, **over: str) -> str:
        done = run("app", *words, data_dir=tmp_path / "none", **given | over)
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout if code == 0 else done.stderr.splitlines()[0]

    psql(server, "postgres", *(line.replace("DATABASE heinola ", "DATABASE heinola_area ") for line in told(0)))
    assert "the database is at an empty database" in command("migrate", "--check", code=1)
    assert "migrated from an empty database" in command("migrate")
    assert command("migrate", "--check").startswith("up to date")
    assert "is not a member of heinola_app" in command("bootstrap", *ANNA, "--subject", "wrong", code=1)
    psql(server, "heinola_area", *told(1))
    command("bootstrap", *ANNA, "--subject", "wrong")
    assert "called Alue already" in command("bootstrap", *ANNA, "--subject", "anna", code=1)
    assert "nobody called Anna Aalto" in command(
        "bootstrap", *ANNA[:2], "--administrator", "Anna Aalto", *ANNA[4:], "--subject", "anna", "--add-login", code=1
    )
    assert "anna of https://login.example.fi" in command("bootstrap", *ANNA, "--subject", "anna", "--add-login")
    assert psql(server, "heinola_area", "SELECT count(DISTINCT person_id) || ' ' || count(*) FROM logins") == "1 2"
    assert "seal" in command("work", "--once")
    file = tmp_path / "heinola.dump"
    assert "is under row security" in command("backup", str(file), code=1, HEINOLA_BACKUP_URL=by("heinola_service"))
    assert "The keys are not in it" in command("backup", str(file))
    refused = command("restore", str(file), "--into", "heinola_trial", code=1)
    assert "may not create databases: create heinola_trial by hand" in refused
    psql(server, "postgres", "CREATE DATABASE heinola_trial OWNER heinola_migrate TEMPLATE template0")
    assert "rows, feed positions (up to 0), rights and identity codes are as they were" in command(
        "restore", str(file), "--into", "heinola_trial"
    )
    assert psql(server, "heinola_trial", "SELECT count(*) FROM logins") == "2"
    wrong = base64.b64encode(b"3" * 32).decode()
    psql(server, "postgres", "CREATE DATABASE heinola_other OWNER heinola_migrate TEMPLATE template0")
    assert "the index key is not the one of this backup" in command(
        "restore", str(file), "--into", "heinola_other", code=1, HEINOLA_INDEX_KEY=wrong
    )


ANNA = ("--area", "Alue", "--administrator", "Anna Aho", "--issuer", "https://login.example.fi")
