"""Strong ETags from the row version, and the If-Match that every change of an existing resource needs."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Header, Response
from pydantic import BaseModel

from app.kit.db import Root
from app.kit.i18n import Text
from app.kit.problems import Invalid, Problem

TAG = re.compile(r'^"(\d{1,18})"$')


class PreconditionRequired(Problem):
    status, code = 428, "precondition_required"
    title = Text("If-Match puuttuu", "If-Match saknas", "If-Match is missing")
    detail = Text(
        "Lähetä If-Match-otsakkeessa se ETag, jonka sait kun luit tiedon.",
        "Skicka i If-Match den ETag som du fick när du läste uppgiften.",
        "Send in If-Match the ETag you got when you read it.",
    )


class PreconditionFailed(Problem):
    """Someone changed it since. `etag` and `current` tell how it is now.

    `reads` are the rows (kind, id, client) of client data that `current` shows: to be logged before it is answered.
    """

    reads: tuple[tuple[str, UUID, UUID | None], ...] = ()
    status, code = 412, "precondition_failed"
    title = Text("Tieto on muuttunut", "Uppgiften har ändrats", "It has changed since you read it")
    detail = Text(
        "Joku muutti tietoa sillä välin. Lue se uudelleen, tarkista ja yritä sitten.",
        "Någon ändrade uppgiften under tiden. Läs den på nytt, kontrollera och försök sedan.",
        "Somebody changed it meanwhile. Read it again, check, then try.",
    )


def etag(version: int) -> str:
    return f'"{version}"'


class Expected:
    """The version the caller believes in."""

    def __init__(self, header: str | None) -> None:
        self.header = header

    async def check(self, row: Root, current: Callable[[], Awaitable[BaseModel]] | None = None) -> None:
        """Raises 428 without If-Match, 412 with the current representation when it is another version."""
        if self.header is None:
            raise PreconditionRequired()
        if self.header.strip() == "*":
            return
        if self.header.strip() != etag(row.version):
            extra: dict[str, Any] = {"etag": etag(row.version)}
            if current is not None:
                extra["current"] = (await current()).model_dump(mode="json", by_alias=True)
            refusal = PreconditionFailed(headers={"ETag": etag(row.version)}, **extra)
            kind = row.__tablename__
            if current is not None and (kind == "clients" or hasattr(row, "client_id")):
                refusal.reads = ((kind, row.id, row.id if kind == "clients" else getattr(row, "client_id", None)),)
            raise refusal


async def expected(
    if_match: Annotated[str | None, Header(max_length=200, description="The ETag you read.", examples=['"3"'])] = None,
) -> Expected:
    if if_match is not None and if_match.strip() != "*" and not TAG.match(if_match.strip()):
        raise Invalid(
            errors=[
                {
                    "pointer": "/header/If-Match",
                    "code": "malformed_etag",
                    "detail": Text(
                        "ETag on numero lainausmerkeissä.",
                        "ETag är ett tal inom citattecken.",
                        'An ETag looks like "3".',
                    ),
                }
            ]
        )
    return Expected(if_match)


IfMatch = Annotated[Expected, Depends(expected)]


def stamp(response: Response, version: int) -> None:
    response.headers["ETag"] = etag(version)
