"""What goes wrong below the rooms, turned into problems in one place: validation, constraints, a database away."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import StaleDataError

from app.kit.etags import PreconditionFailed
from app.kit.i18n import Text
from app.kit.problems import Conflict, Invalid, Problem, Unavailable, catalogue

DATE = Text("Päivä muodossa 2026-11-23.", "Datum i formen 2026-11-23.", "A date like 2026-11-23.")
# pydantic's error types that a caller meets, in the three languages; the rest are said in general words.
SAID: Mapping[str, Text] = {
    "wrong_json_type": Text("Väärä JSON-tyyppi.", "Fel JSON-typ.", "The wrong JSON type."),
    "datetime_out_of_range": Text(
        "Tätä hetkeä ei ole UTC-ajassa.", "Den här tidpunkten finns inte i UTC.", "There is no such moment in UTC."
    ),
    "missing": Text("Tieto puuttuu.", "Uppgiften saknas.", "This is missing."),
    # Not by its name, which is the caller's own word and may be somebody's.
    "extra_forbidden": Text(
        "Tässä on tuntematon kenttä; kentät ovat skeemassa /v1/openapi.json.",
        "Här finns ett okänt fält; fälten står i schemat /v1/openapi.json.",
        "There is an unknown field here; the schema /v1/openapi.json has the fields.",
    ),
    "string_too_long": Text("Liian pitkä.", "För lång.", "Too long."),
    "string_too_short": Text("Liian lyhyt.", "För kort.", "Too short."),
    "too_long": Text("Liian monta.", "För många.", "Too many."),
    "too_short": Text("Liian vähän.", "För få.", "Too few."),
    "unknown_code": Text(
        "Tuntematon koodi. Koodit: GET /v1/codesets/{codeset}.",
        "Okänd kod. Koderna: GET /v1/codesets/{codeset}.",
        "Unknown code. The codes: GET /v1/codesets/{codeset}.",
    ),
    "enum": Text("Tuntematon koodi.", "Okänd kod.", "Unknown code."),
    "literal_error": Text("Tuntematon arvo.", "Okänt värde.", "Unknown value."),
    "date_from_datetime_parsing": DATE,
    "date_parsing": DATE,
    "day_out_of_range": Text(
        "Päivä on aikaisintaan vuonna 2000 ja enintään kymmenen vuoden päässä.",
        "Dagen är tidigast år 2000 och högst tio år framåt.",
        "The day is not before 2000, and at most ten years ahead.",
    ),
    "not_a_whole_minute": Text(
        "Anna tasaminuutti, ilman sekunteja.", "Ange en hel minut, utan sekunder.", "Give a whole minute, no seconds."
    ),
    "one_owner": Text(
        "Päätöksellä on yksi omistaja: anna vain yksi näistä: role, seatId, personId, organisationId.",
        "Ett beslut har en ägare: ange bara en av role, seatId, personId, organisationId.",
        "A decision has one owner: give exactly one of role, seatId, personId, organisationId.",
    ),
    "timezone_aware": Text("Aikavyöhyke puuttuu.", "Tidszonen saknas.", "The time zone is missing."),
    "uuid_parsing": Text("Tunniste on UUID.", "Identifieraren är ett UUID.", "The id is a UUID."),
}  # fmt: skip
GENERAL = Text("Arvo ei kelpaa.", "Värdet duger inte.", "This value does not fit.")
# SQLSTATE classes of input that only the database can judge.
BAD_INPUT = ("22",)
RETRIED = ("40001", "40P01")
AWAY = ("08", "53", "57", "55")


class ConcurrentChange(Problem):
    """Two requests met twice; trying again helps."""

    status, code = 503, "concurrent_change"
    title = Text("Samanaikainen muutos", "Samtidig ändring", "A change at the same moment")
    detail = Text("Yritä uudelleen.", "Försök igen.", "Try again.")


# A name of our schemas, or the number of an item. Any other part of a place is a key that the caller chose.
OURS = re.compile(r"[a-z][A-Za-z_]{0,40}|(?:evidenceS|s)ha256|[0-9]{1,5}")


def pointer_of(loc: Sequence[int | str], refused: Collection[tuple[int | str, ...]]) -> str:
    """A JSON pointer. In a body every key of the caller's own is `*`: those that were `refused`, and odd ones."""
    place, *rest = [str(part).replace("~", "~0").replace("/", "~1")[:80] for part in loc if part != "[key]"]
    if place == "body":
        known = (tuple(loc[: number + 2]) not in refused and OURS.fullmatch(part) for number, part in enumerate(rest))
        rest = [part if ours else "*" for part, ours in zip(rest, known, strict=True)]
    return "/" + "/".join([place, *rest])


def of_validation(error: RequestValidationError) -> Invalid:
    """JSON pointers, stable codes and our own words; never the input."""
    found = []
    refused = {tuple(item["loc"][:-1]) for item in error.errors() if item["loc"][-1] == "[key]"}
    for item in error.errors():
        pointer = pointer_of(item["loc"], refused)
        if item["type"] == "extra_forbidden":
            pointer = pointer.rsplit("/", 1)[0]
        ours = item.get("ctx", {}).get("problem")
        if isinstance(ours, Problem):
            found.append({"pointer": pointer, "code": ours.code, "detail": ours.detail})
            continue
        said = SAID.get(item["type"], GENERAL)
        if item["type"] == "unknown_code":  # the set's name is ours
            said = said.format(codeset=item["ctx"]["codeset"])
        found.append({"pointer": pointer, "code": item["type"], "detail": said})
    return Invalid(errors=found[:50])


def sqlstate(error: DBAPIError) -> str:
    return str(getattr(error.orig, "sqlstate", None) or getattr(error.orig, "pgcode", None) or "")


def constraint_of(error: DBAPIError) -> str | None:
    cause: Any = getattr(error.orig, "__cause__", None)
    return getattr(cause, "constraint_name", None)


def of_database(error: Exception) -> Problem | None:
    """The problem a database error means, or None when it is our own fault."""
    if isinstance(error, StaleDataError):
        return PreconditionFailed()
    if isinstance(error, PoolTimeout | InterfaceError | ConnectionError | OSError):
        return Unavailable()
    if not isinstance(error, DBAPIError):
        return None
    state = sqlstate(error)
    named = constraint_of(error)
    if named is not None:
        for problem in catalogue():
            if named in problem.constraints:
                return problem()
    if state in RETRIED:
        return ConcurrentChange(headers={"Retry-After": "1"})
    if isinstance(error, IntegrityError):
        return Conflict(constraint=named) if named else Conflict()
    if state.startswith(BAD_INPUT):
        return Invalid()
    if isinstance(error, OperationalError) or error.connection_invalidated or state.startswith(AWAY):
        return Unavailable()
    return None


HANDLED = (DBAPIError, StaleDataError, PoolTimeout, ConnectionError)
