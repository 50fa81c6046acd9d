"""`/metrics`: what an operator's Prometheus reads. Numbers only: no ids, no names, bounded labels."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Iterator
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from time import monotonic
from typing import Annotated, Any

from fastapi import Header, Request, Response
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from app.kit.meter import METER, family, gauge, sample
from app.kit.problems import NotFound, Unauthenticated
from app.kit.routes import room
from app.migrate import head
from app.site import queries

router = room("Service")
MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
SECONDS = 3.0
KEPT_SECONDS = 5.0  # of what is asked of the database: more scrapers cost it no more


@router.get("/metrics", include_in_schema=False)
async def show_metrics(request: Request, authorization: Annotated[str, Header(max_length=500)] = "") -> Response:
    """Not there when it is off. Raises `NotFound`, and `Unauthenticated` without the token where one is set."""
    settings = request.app.state.settings
    if not settings.metrics_on:
        raise NotFound()
    if settings.metrics_token is not None:
        expected = f"Bearer {settings.metrics_token.get_secret_value()}"
        if not hmac.compare_digest(authorization.encode(), expected.encode()):
            raise Unauthenticated()
    known = await figures(request.app.state)
    lines = [*METER.lines(), *of_build(), *of_pool(request.app.state), *of_database(known)]
    return Response("\n".join(lines) + "\n", media_type=MEDIA_TYPE)


async def figures(state: Any) -> dict[str, Any] | None:
    """What the database says, at most a few seconds old; None when it does not answer or has another schema."""
    asked, known = getattr(state, "figures", (0.0, None))
    if known is not None and monotonic() - asked < KEPT_SECONDS:
        return dict(known)
    try:
        async with asyncio.timeout(SECONDS), state.engine.connect() as connection:
            known = {**await queries.figures(connection), "revision": await queries.revision(connection)}
    except (DBAPIError, OSError, TimeoutError, PoolTimeout):
        return None
    state.figures = (monotonic(), known)
    return known


@lru_cache(maxsize=1)
def program() -> str:
    try:
        return version("heinola")
    except PackageNotFoundError:
        return "unknown"


def of_build() -> Iterator[str]:
    name = "heinola_build_info"
    yield from family(name, "gauge", "The version of the program, and the migration it needs.")
    yield sample(name, 1, {"version": program(), "revision": head()})


def of_pool(state: Any) -> Iterator[str]:
    pool = state.engine.pool
    yield from gauge("heinola_pool_size", "Database connections this process may have.", pool.size())
    yield from gauge("heinola_pool_in_use", "Database connections in use.", pool.checkedout())


def of_database(known: dict[str, Any] | None) -> Iterator[str]:
    yield from gauge(
        "heinola_database_up", "1 when the database answered with a schema we know.", int(known is not None)
    )
    if known is None:
        return
    name = "heinola_schema_info"
    yield from family(name, "gauge", "The newest migration of the database.")
    yield sample(name, 1, {"revision": known["revision"]})
    unsealed, alarms = known["unsealed"], known["alarms"]
    yield from gauge("heinola_outbox_position", "Events that have a position.", known["position"])
    yield from gauge("heinola_outbox_unsealed", "Events that have no position yet.", unsealed["count"])
    yield from gauge("heinola_outbox_unsealed_age_seconds", "Age of the oldest of these.", unsealed["age"])
    yield from gauge("heinola_alarms", "Work in a queue that needs somebody to act now.", alarms["count"])
    yield from gauge("heinola_alarm_age_seconds", "Age of the oldest of these.", alarms["age"])
    yield from gauge("heinola_work_held", "Open work that somebody holds.", known["held"])
    yield from gauge("heinola_feedback_owed", "Feedback owed to referrers.", known["feedback"])
    name = "heinola_queue_length"
    yield from family(name, "gauge", "Open work by kind of queue.")
    yield from (sample(name, count, {"queue": queue}) for queue, count in sorted(known["queues"].items()))
    ages, failures = "heinola_job_age_seconds", "heinola_job_failures"
    yield from family(ages, "gauge", "Time since a job last succeeded; `heartbeat` is the job process.")
    yield from (sample(ages, job["age"], {"job": name}) for name, job in sorted(known["jobs"].items()))
    yield from family(failures, "gauge", "Failures of a job in a row.")
    yield from (sample(failures, job["failures"], {"job": name}) for name, job in sorted(known["jobs"].items()))
