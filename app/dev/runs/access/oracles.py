"""What must be true of every answer, judged without asking the code that gave it.

A caller with no relation to the case gets 401, 403 or 404 on its rows, the same as for rows that are not there, and no
word and no id of the client, in whatever operation: lists, counts, searches and refusals included.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass

import httpx

from app.dev.runs.life.case import Case
from app.dev.runs.life.operations import Try
from app.dev.runs.life.place import Place

REFUSED = frozenset({401, 403, 404})
REQUEST = "census-request-0001"  # the same id in every request, so that answers can be compared byte by byte
# Whose task goes across the teams of the area, and by which operations. Such a caller is answered, ids included, and
# still not a word about the client comes.
ACROSS_TEAMS = {
    ("listClientUseLog", "dpo"): "the data protection officer reads the use logs of the whole area",
    **{
        (f"{verb}WorkItem{more}", role): "who leads teams routes the work of the area, and sees no client in it"
        for role in ("team_lead", "supervisor")
        for verb, more in (("route", "Again"), ("confirm", ""), ("decline", ""))
    },
}
CLIENT_TABLES = """
SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
 WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
   AND a.attname = 'client_id' AND NOT a.attisdropped
   AND EXISTS (SELECT FROM pg_attribute i WHERE i.attrelid = c.oid AND i.attname = 'id')
 ORDER BY 1
"""


@dataclass(frozen=True)
class Secrets:
    """Every word about a client, and every id of the client's rows."""

    words: tuple[str, ...]
    ids: frozenset[str]

    def found_in(self, text: str, asked: str) -> list[str]:
        """Which of them stand in a text, those apart that the caller said themself."""
        lower, said = text.lower(), asked.lower()
        return [secret for secret in (*self.words, *self.ids) if secret.lower() in lower and secret.lower() not in said]


async def secrets_of(place: Place, case: Case, tables: Iterable[str]) -> Secrets:
    """As the database has them now."""
    each = " UNION ALL ".join(f"SELECT id::text FROM {table} WHERE client_id = :client" for table in tables)
    rows = await place.sql(each, client=case.ids["client_id"])
    words = [*case.who.words(), *(json.dumps(word)[1:-1] for word in case.who.words() if not word.isascii())]
    return Secrets(tuple(words), frozenset({case.ids["client_id"], *(row[0] for row in rows)}))


def asked_by(request: Try) -> str:
    """Everything the caller said."""
    return f"{request.path} {json.dumps(request.body, ensure_ascii=False)} {json.dumps(request.headers)}"


def whole(answer: httpx.Response) -> str:
    """All that came back."""
    headers = "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
    return f"{answer.status_code}\n{headers}\n{answer.content.decode(errors='replace')}"


UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)


def alike(answer: httpx.Response, path: str, twin: httpx.Response, other: str) -> bool:
    """Whether two answers are the same byte by byte, the ids of the two paths apart."""

    def plain(text: str, path: str) -> str:
        for number, id in enumerate(UUID.findall(path)):
            text = text.replace(id, f"<{number}>")
        return text

    return plain(whole(answer), path) == plain(whole(twin), other)


def told(answer: httpx.Response, request: Try, secrets: Secrets, *, about: bool) -> list[str]:
    """What is wrong with an answer to somebody who may see nothing. `about`: the address is of the client's row."""
    wrong = []
    if about and answer.status_code not in REFUSED:
        wrong.append(f"answered {answer.status_code}")
    if found := secrets.found_in(whole(answer), asked_by(request)):
        wrong.append(f"answered {answer.status_code} with {', '.join(sorted(found)[:3])}")
    return wrong
