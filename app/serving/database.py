"""The database of a process: the embedded one, ours to migrate, or an external one, which is an operator's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from pydantic import SecretStr
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine

from app import embedded
from app.config import Settings
from app.serving import home
from app.serving.faults import Fault
from app.serving.words import Say

OLDEST = 15
DRIVER = "postgresql+asyncpg"


class Unreachable(Fault):
    """The database does not answer, or refuses the login."""


class TooOld(Fault):
    """A PostgreSQL older than what the schema needs."""


@dataclass(frozen=True)
class Login:
    """Whose rights are looked at: the variable that names it, and the role it must be a member of."""

    variable: str
    role: str


SERVICE = Login("DATABASE_URL", "heinola_app")
WORKER = Login("HEINOLA_JOBS_URL (absent: DATABASE_URL)", "heinola_job")
BACKUP = Login("HEINOLA_BACKUP_URL", "pg_read_all_data")


@dataclass(frozen=True)
class Seen:
    """A database as it is: major version, and the newest migration (None: none was ever run)."""

    major: int
    revision: str | None


@contextmanager
def embedded_server(settings: Settings, say: Say) -> Iterator[embedded.Server]:
    """The embedded PostgreSQL of this installation, stopped afterwards. Raises `Fault`."""
    try:
        ours = home.of(settings)
        ours.prepare()
        server = embedded.start(ours.database, say=say)
    except embedded.EmbeddedError as error:
        raise Fault(str(error)) from None
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def as_owner(settings: Settings, say: Say) -> Iterator[str]:
    """The address to migrate by: `HEINOLA_MIGRATION_URL`, `DATABASE_URL`, or the embedded PostgreSQL's."""
    given = settings.migration_url or settings.database_url
    if given is not None:
        yield address(given, "HEINOLA_MIGRATION_URL" if settings.migration_url else "DATABASE_URL")
    else:
        with embedded_server(settings, say) as server:
            yield server.dsn()


@contextmanager
def as_backup(settings: Settings, say: Say) -> Iterator[str]:
    """The address to dump by: `HEINOLA_BACKUP_URL`, or as `as_owner`."""
    if settings.backup_url is not None:
        yield address(settings.backup_url, "HEINOLA_BACKUP_URL")
    else:
        with as_owner(settings, say) as dsn:
            yield dsn


@contextmanager
def as_jobs(settings: Settings, say: Say) -> Iterator[str]:
    """The address that jobs work by: `HEINOLA_JOBS_URL`, `DATABASE_URL`, or the embedded PostgreSQL's."""
    if settings.jobs_url is not None:
        yield address(settings.jobs_url, "HEINOLA_JOBS_URL")
    else:
        with as_app(settings, say) as dsn:
            yield dsn


@contextmanager
def watched(settings: Settings, say: Say) -> Iterator[tuple[str, Callable[[], bool]]]:
    """As `as_app`, and whether a server of ours still runs (somebody else's is not ours to watch)."""
    if settings.database_url is not None:
        yield address(settings.database_url, "DATABASE_URL"), lambda: True
    else:
        with embedded_server(settings, say) as server:
            yield server.dsn(), server.alive


@contextmanager
def as_app(settings: Settings, say: Say) -> Iterator[str]:
    """The address that requests work by: `DATABASE_URL`, or the embedded PostgreSQL's."""
    with watched(settings, say) as (dsn, _):
        yield dsn


def address(given: SecretStr, name: str) -> str:
    """An address that our driver can read. Raises `Fault` without repeating it: it may hold a password."""
    try:
        url = make_url(given.get_secret_value())
    except (ArgumentError, ValueError):
        raise Fault(f"{name} is not an address: write {DRIVER}://login:password@host/database") from None
    if url.drivername != DRIVER:
        raise Fault(f"{name} begins with {url.drivername}: write {DRIVER}://…") from None
    return given.get_secret_value()


async def look(dsn: str, login: Login = SERVICE) -> Seen:
    """Raises `Unreachable`."""
    engine = create_async_engine(dsn, hide_parameters=True, connect_args={"timeout": 5})
    try:
        async with engine.connect() as connection:
            major = int(await connection.scalar(text("SHOW server_version_num")) or 0) // 10_000
            if await connection.scalar(text("SELECT to_regclass('alembic_version')")) is None:
                return Seen(major, None)
            return Seen(major, await connection.scalar(text("SELECT version_num FROM alembic_version")))
    except (OSError, DBAPIError, ValueError) as error:
        raise unreachable(error, login) from None
    finally:
        await engine.dispose()


def not_allowed(error: BaseException) -> bool:
    """Whether PostgreSQL lets the login in and forbids what it asks for."""
    return getattr(getattr(error, "orig", None) or error, "sqlstate", None) == "42501"


def unreachable(error: BaseException, login: Login = SERVICE) -> Unreachable:
    if not_allowed(error):
        return Unreachable(
            f"the login of {login.variable} is not a member of {login.role}: "
            f"as a login that may, run in the database: GRANT {login.role} TO <that login>"
        )
    cause = getattr(error, "orig", None) or error
    words = (str(getattr(cause, "__cause__", None) or cause).splitlines() or [type(error).__name__])[0]
    return Unreachable(f"the database does not let us in: see that it runs and that the address is right\n{words}")


def check_version(seen: Seen) -> None:
    """Raises `TooOld`."""
    if seen.major < OLDEST:
        raise TooOld(f"this is PostgreSQL {seen.major}, and {OLDEST} or newer is needed: upgrade it, or use another")
