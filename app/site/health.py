"""Whether the process lives, and whether it can work."""

from __future__ import annotations

import asyncio
from typing import Literal

from fastapi import Request
from pydantic import Field
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from app.kit.i18n import Text
from app.kit.problems import Problem, Unavailable
from app.kit.routes import problems, room
from app.kit.schemas import Output
from app.migrate import head
from app.site import queries

router = room("Service", "/health")
SECONDS = 3.0
LATE_SECONDS = 60.0  # the job process says every ten seconds that it works


class NotReady(Problem):
    """The database is of another schema than this program. Never migrated by itself: an operator decides when."""

    status, code = 503, "not_ready"
    title = Text("Tietokanta ei ole ajan tasalla", "Databasen är inte aktuell", "The database is not up to date")
    detail = Text(
        "Tietokanta on versiossa {found} ja ohjelma tarvitsee version {expected}. Aja: {command}. "
        "Jos tietokanta on uudempi, käynnistä uudempi ohjelma.",
        "Databasen har versionen {found} och programmet behöver {expected}. Kör: {command}. "
        "Om databasen är nyare, starta det nyare programmet.",
        "The database is at {found} and this program needs {expected}. Run: {command}. "
        "If the database is the newer one, start the newer program.",
    )

    def __init__(self, found: str) -> None:
        command = "python -m app migrate"
        super().__init__(headers={"Retry-After": "10"}, found=found, expected=head(), command=command)


class NotGranted(Problem):
    """The schema is there, but the login of the service is not a member of the role that requests work as."""

    status, code = 503, "not_granted"
    title = Text("Tietokannan oikeus puuttuu", "Databasrättighet saknas", "A database right is missing")
    detail = Text(
        "DATABASE_URL-kirjautuminen ei kuulu rooliin heinola_app. Omistajana: {command}.",
        "Inloggningen i DATABASE_URL hör inte till rollen heinola_app. Som ägare: {command}.",
        "The login of DATABASE_URL is not a member of heinola_app. As the owner: {command}.",
    )

    def __init__(self) -> None:
        super().__init__(headers={"Retry-After": "10"}, command="GRANT heinola_app TO <login>")


class Alive(Output):
    status: Literal["live"] = Field(examples=["live"])


class Ready(Output):
    status: Literal["ready", "degraded"] = Field(
        description="degraded: requests are answered, and the jobs do not run.", examples=["ready"]
    )
    revision: str = Field(description="The newest migration of the database.", examples=["0015_operating"])
    jobs: Literal["running", "late", "absent"] = Field(
        description="The job process: `late` when it said nothing for a minute, `absent` when it never did.",
        examples=["running"],
    )


@router.get("/live")
async def get_liveness() -> Alive:
    """The process answers. It says nothing about the database: restarting would not mend that."""
    return Alive(status="live")


@router.get("/ready", responses=problems(NotReady, NotGranted, Unavailable))
async def get_readiness(request: Request) -> Ready:
    """The database answers and has the schema of this program. Without the job process it is degraded, and ready."""
    try:
        async with asyncio.timeout(SECONDS):
            found, age = await seen(request)
    except (DBAPIError, OSError, TimeoutError, PoolTimeout):
        raise Unavailable(retry_after=5) from None
    if found != head():
        raise NotReady(found or "-")
    jobs: Literal["running", "late", "absent"] = (
        "absent" if age is None else "late" if age > LATE_SECONDS else "running"
    )
    return Ready(status="ready" if jobs == "running" else "degraded", revision=found, jobs=jobs)


async def seen(request: Request) -> tuple[str | None, float | None]:
    """Where the database is (None where nothing was ever migrated), and the age of the jobs' heartbeat."""
    try:
        async with request.app.state.engine.connect() as connection:
            found = await queries.revision(connection)
            return found, await queries.heartbeat(connection) if found == head() else None
    except DBAPIError as error:
        # No such table, or no such role yet: reachable, but empty.
        state = getattr(error.orig, "sqlstate", None)
        if state in ("42P01", "22023"):
            return None, None
        if state == "42501":
            raise NotGranted() from None
        raise
