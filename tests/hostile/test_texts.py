"""Identity codes that are none, and words that mean something to SQL, HTML, terminals or readers of right-to-left."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from tests.hostile import values
from tests.hostile.bodies import NEW_CODE, valid_requests
from tests.hostile.judge import CODE, WORD, Case, Judge
from tests.hostile.stage import AINO, Stage

# Each is wrong in another way; none may be repeated. The first members are of the artificial range throughout.
CODES: dict[str, Any] = {
    "wrong check": "010190-900A", "no check": "010190-900", "century G": "010190G900P", "century *": "010190*900P",
    "century small": "010190a900p", "no sign": "010190900P", "30 February": "300290-900P", "month 13": "011390-900P",
    "day 0": "000190-900P", "day 32": "320190-900P", "number 000": "010190-0009", "number 001": "010190-001A",
    "check I": "010190-900I", "check O": "010190-900O", "blank in the middle": "010190 -900P", "tab": "010190-\t900P",
    "full-width digits": "０１０１９０-９００P", "full-width dash": "010190－900P", "en dash": "010190–900P",
    "minus": "010190−900P", "soft hyphen": "010190\u00ad-900P", "zero width": "010190-\u200b900P",
    "Cyrillic": "010190-900Р", "Arabic digits": "٠١٠١٩٠-900P", "line break": "010190-900P\nX", "two": f"{CODE}{CODE}",
    "bidi": f"\u202e{CODE}", "not yet born": "010130A9007", "real range": "010190-123R", "word": WORD, "empty": "",
    "blank": "   ", "zeros": "000000-0000", "long": CODE + "9" * 10, "longer": CODE * 2000, "number": 10190,
    "bool": True,
    "list": [CODE], "object": {"value": CODE}, "percent": "%%%%%%-%%%%", "SQL": f"{CODE}' OR 1=1",
}  # fmt: skip
# What LIKE, a shell or a regular expression would read as more than letters.
PATTERNS = ("%%", "__", "%sim", "E%i", "E_", "Es_m", "\\%\\%", "Esim\\", "' OR ''='", "*?", "(?i)", "..", "Es%%%%%")
# The same code written as people write it: taken, and never shown again whole.
WELL_MEANT = (NEW_CODE, f"  {NEW_CODE} ", NEW_CODE.lower(), f"\t{NEW_CODE}\n")


async def test_identity_codes(judge: Judge, stage: Stage) -> None:
    """Everywhere a code goes in, the wrong ones are refused without being repeated."""
    requests = valid_requests(stage)
    search = {"identityCode": None}
    places: dict[str, tuple[str, str, Any, tuple[str, ...]]] = {
        "register": ("nurse", "/v1/clients", requests["registerClient"].body, ("identityCode",)),
        "search": ("nurse", "/v1/clients/search", search, ("identityCode",)),
        "refer": ("employment", "/v1/referrals", requests["createReferral"].body, ("client", "identityCode")),
        "preflight": ("employment", "/v1/referrals/preflight", requests["createReferral"].body,
                      ("client", "identityCode")),
        "find": ("employment", "/v1/referrals/search", search, ("identityCode",)),
    }  # fmt: skip
    for place, (persona, target, body, where) in places.items():
        for name, code in CODES.items():
            content = json.dumps(with_value(body, where, code)).encode()
            answer = await judge.hear(Case(f"{place}: {name}", "POST", target.encode(), content, persona))
            if isinstance(code, str) and len(code) > 3 and code.strip() and code in answer.body.decode():
                judge.wrong.append(f"{place}: {name}: repeated")
        for code in WELL_MEANT:
            content = json.dumps(with_value(body, where, code)).encode()
            case = Case(f"{place}: {code!r}", "POST", target.encode(), content, persona, refuse=False)
            answer = await judge.hear(case)
            heard = "\n".join(judge.ears.heard)
            if answer.status >= 400 or NEW_CODE in answer.body.decode() or NEW_CODE in heard:
                judge.wrong.append(f"{case.name}: {answer.status} {answer.body[:200]!r}")
    judge.verdict(least=200)


async def test_a_stored_code_is_shown_nowhere(judge: Judge, stage: Stage) -> None:
    """Not in any read of the client whose code it is, nor in a log; only where it is asked for with a purpose."""
    client = stage.ids["client"]
    for target in (f"/v1/clients/{client}", "/v1/clients", f"/v1/referrals/{stage.ids['of_aino']}", "/v1/referrals",
                   f"/v1/clients/{client}/consents", "/v1/worklist", "/v1/me"):  # fmt: skip
        answer = await judge.hear(Case(target, "GET", target.encode(), refuse=False))
        assert answer.status == 200
        assert AINO not in answer.body.decode() + "\n".join(judge.ears.heard), target
    purpose = b'{"purpose": "work_ability_assessment"}'
    case = Case("reveal", "POST", f"/v1/clients/{client}/reveal-identity-code".encode(), purpose, refuse=False)
    answer = await judge.hear(case)
    assert answer.json()["identityCode"] == AINO
    assert AINO not in "\n".join(judge.ears.heard)
    judge.verdict(least=8)


async def test_texts_come_back_as_they_went_in(judge: Judge, stage: Stage) -> None:
    """Stored to the letter, but for blanks at the ends; or refused. Never run, never unpacked, never cut."""
    requests = valid_requests(stage)
    fields = {
        "createTeam": "name", "createUnit": "name", "createOrganisation": "name", "createPerson": "name",
        "registerClient": "givenName", "updateClient": "address", "updatePathway": "nextAction",
        "requestAssessment": "question", "planMeeting": "agenda", "recordConsent": "evidenceNote",
        "createReferral": "reason",
    }  # fmt: skip
    same = 0
    for operation, field in fields.items():
        valid = requests[operation]
        method = "PATCH" if operation.startswith("update") else "POST"
        headers = [] if valid.version is None else [(b"if-match", f'"{valid.version}"'.encode())]
        for name, value in values.TEXT.items():
            if not isinstance(value, str) or name == "a canary":
                continue
            content = json.dumps({**valid.body, field: value}).encode()
            case = Case(
                f"{operation} {field}: {name}", method, valid.path.encode(), content, valid.persona, headers,
                refuse=not value.strip(),
            )  # fmt: skip
            answer = await judge.hear(case)
            if answer.status < 300:
                same += 1
                if answer.json()[field] != value.strip():
                    judge.wrong.append(f"{case.name}: came back as {answer.json()[field]!r}")
    assert same > 80
    judge.verdict(least=120)


async def test_wildcards_find_nothing(judge: Judge, stage: Stage, connection: AsyncConnection) -> None:
    """What LIKE reads as a pattern is a letter like any other in a search."""
    for name in PATTERNS:
        content = json.dumps({"familyName": name}).encode()
        case = Case(f"search {name}", "POST", b"/v1/clients/search", content, refuse=False)
        answer = await judge.hear(case)
        if answer.status != 200 or answer.json()["items"]:
            judge.wrong.append(f"search {name}: {answer.status} {answer.body[:300]!r}")
    found = await judge.hear(
        Case("search Esim", "POST", b"/v1/clients/search", b'{"familyName": "Esim"}', refuse=False)
    )
    assert found.json()["items"], "the search finds what is there"
    assert await connection.scalar(text("SELECT to_regclass('clients') IS NOT NULL"))
    judge.verdict(least=12)


def with_value(body: Any, where: tuple[str, ...], value: Any) -> Any:
    head, *rest = where
    return {**body, head: with_value(body[head], tuple(rest), value) if rest else value}
