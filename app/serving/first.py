"""Production's first start: the area and its administrator, from the command line."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import async_sessionmaker

import app.models  # noqa: F401  every table is known before the first query
from app import bootstrap as making
from app.audit.trail import AuditedSession
from app.bootstrap import Bootstrapped, BootstrapRefused
from app.config import Settings
from app.kit.db import create_engine
from app.migrate import head
from app.security.development import DEVELOPMENT_ISSUER
from app.serving import database
from app.serving.faults import Fault


async def bootstrap(
    settings: Settings, dsn: str, *, area: str, administrator: str, issuer: str, subject: str, add_login: bool = False
) -> Bootstrapped:
    """The first area and its administrator; with `add_login` another login for the administrator who is there.

    Works as the app role, as requests do. Raises `Fault`; nothing is half made.
    """
    known = {one.issuer for one in settings.issuers} | ({DEVELOPMENT_ISSUER} if settings.mode == "demo" else set())
    if issuer not in known:
        raise Fault(
            f"nobody could sign in: {issuer} is not an issuer in HEINOLA_ISSUERS; write it exactly as its tokens say "
            f"`iss`: {', '.join(sorted(known)) or 'none is set'}"
        )
    seen = await database.look(dsn)
    if seen.revision != head():
        raise Fault(f"the database is at {seen.revision or 'nothing'} and {head()} is needed: python -m app migrate")
    engine = create_engine(settings, dsn)
    sessions = async_sessionmaker(engine, sync_session_class=AuditedSession, expire_on_commit=False)
    at = datetime.now(UTC)
    try:
        async with sessions.begin() as session:
            session.info.update(request_id="bootstrap", settings=settings, at=at)
            make = making.add_login if add_login else making.bootstrap
            return await make(
                session, area_name=area, administrator_name=administrator, issuer=issuer, subject=subject, at=at
            )
    except BootstrapRefused as refused:
        raise Fault(f"nothing was made: {refused}") from None
    except (OSError, DBAPIError) as error:
        raise database.unreachable(error) from None
    finally:
        await engine.dispose()
