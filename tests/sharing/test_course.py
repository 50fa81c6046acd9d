"""Shares: who may, who reads them, what a reply is, what ends one, and the page."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from tests.conftest import As
from tests.factories import (
    ABSENT,
    AINO,
    CODE_WITHIN,
    LACKS,
    NOBODY,
    STALE,
    TOO_LATE,
    UNTAGGED,
    act,
    action,
    code,
    get,
    ok,
    person,
)
from tests.sharing.shared import (
    CLASSES,
    a_document,
    a_path,
    again,
    body,
    here,
    permit,
    share,
    shared,
    there,
)
from tests.world import World


async def test_who_may(who: As, world: World) -> None:
    path = await a_path(who, world)
    await permit(who, world, path)
    made = await shared(who, world, path)
    given = body(world)
    assert code(await share(who, path, given, by="")) == NOBODY
    assert code(await share(who, path, given, by="employment")) == LACKS
    assert code(await share(who, path, given, by="client")) == LACKS
    assert code(await share(who, path, given, by="hollola_nurse")) == ABSENT
    for persona in ("ngo", "kela", "lahti_employment", "employment", "nurse", "hollola_nurse"):
        assert code(await who(persona).get(there(made))) == ABSENT, persona
    for persona in ("client", "admin", "dpo"):
        assert code(await who(persona).get(there(made))) == LACKS, persona
    for persona, expected in (("workshop", LACKS), ("hollola_nurse", ABSENT), ("client", ABSENT)):
        assert code(await who(persona).get(here(made))) == expected, persona
        assert code(await who(persona).get(f"{here(made)}/print")) == expected, persona
    assert (await get(who("hollola_nurse"), "/v1/shares"))["items"] == []


async def test_the_client_reads_what_was_shared_of_them(who: As, world: World, connection: AsyncConnection) -> None:
    path = await a_path(who, world, client=person(identityCode=AINO, givenName="Aino"))
    await permit(who, world, path)
    made = await shared(who, world, path)
    mine = await get(who("client"), here(made))
    assert (mine["message"], mine["recipientOrganisation"]) == ("As agreed.", "Heinolan työpaja Torppa")
    assert mine["allowedActions"] == []
    assert mine["link"] is None
    assert [row["id"] for row in (await get(who("client"), "/v1/shares"))["items"]] == [made["id"]]


async def test_a_conflict_of_interest_hides_it(who: As, world: World) -> None:
    path = await a_path(who, world)
    await permit(who, world, path)
    made = await shared(who, world, path)
    workshop = who("workshop")
    ok(await workshop.get(there(made)))
    conflicted = (await get(workshop, "/v1/me"))["personId"]
    client = await get(who("nurse"), f"/v1/clients/{path['clientId']}")
    headers = {"If-Match": f'"{client["version"]}"'}
    given = {"conflictPersonIds": [conflicted]}
    ok(await who("nurse").patch(f"/v1/clients/{client['id']}", json=given, headers=headers))
    assert code(await workshop.get(there(made))) == ABSENT
    assert (await get(workshop, "/v1/received-shares"))["items"] == []


async def test_a_protected_client(who: As, world: World) -> None:
    path = await a_path(who, world)
    await permit(who, world, path, dataClasses=[*CLASSES, "contact_details"])
    client = await get(who("nurse"), f"/v1/clients/{path['clientId']}")
    made = await shared(who, world, path)
    headers = {"If-Match": f'"{client["version"]}"'}
    ok(await who("nurse").patch(f"/v1/clients/{client['id']}", json={"protected": True}, headers=headers))
    refused = (409, "contacts_protected")
    assert code(await share(who, path, body(world, dataClasses=[*CLASSES, "contact_details"]))) == refused
    assert code(await share(who, path, body(world, channel="link"))) == refused
    row = await again(who, made)
    assert action(row, "make_link")["because"] == "contacts_protected"
    assert code(await act(who("nurse"), f"{here(made)}/links", {}, row)) == refused


async def test_revoking(who: As, world: World) -> None:
    made = await shared(who, world)
    nurse, workshop = who("nurse"), who("workshop")
    assert code(await act(nurse, f"{here(made)}/revoke", {"reason": "not_needed"})) == UNTAGGED
    stale = {"version": made["version"] + 7}
    assert code(await act(nurse, f"{here(made)}/revoke", {"reason": "not_needed"}, stale)) == STALE
    row = ok(await act(nurse, f"{here(made)}/revoke", {"reason": "wrong_recipient"}, made))
    assert (row["state"], row["standing"], row["endedBecause"]) == ("revoked", "revoked", "wrong_recipient")
    assert action(row, "revoke")["because"] == "illegal_move"
    assert code(await act(nurse, f"{here(made)}/revoke", {"reason": "not_needed"}, row)) == TOO_LATE
    assert code(await workshop.get(there(made))) == ABSENT


async def test_a_reply_is_what_was_asked_for(who: As, world: World) -> None:
    path = await a_path(who, world)
    await permit(who, world, path)
    workshop = who("workshop")
    none = await shared(who, world, path, reply="none")
    seen = await get(workshop, there(none))
    assert action(seen, "acknowledge")["because"] == "reply_not_asked"
    assert code(await act(workshop, f"{there(none)}/acknowledge", {}, seen)) == (409, "reply_not_asked")
    only = await shared(who, world, path, reply="acknowledge")
    seen = await get(workshop, there(only))
    assert code(await act(workshop, f"{there(only)}/answer", {"body": "x"}, seen)) == (409, "reply_not_asked")
    assert code(await act(workshop, f"{there(only)}/acknowledge", {})) == UNTAGGED
    ok(await act(workshop, f"{there(only)}/acknowledge", {}, seen))
    asked = await shared(who, world, path)
    seen = await get(workshop, there(asked))
    assert code(await act(workshop, f"{there(asked)}/answer", {"body": "010100A905M"}, seen)) == CODE_WITHIN


async def test_a_reply_on_paper_is_written_down(who: As, world: World) -> None:
    made = await shared(who, world, channel="paper", recipientName="Satu Savola")
    nurse = who("nurse")
    where = f"{here(made)}/record-reply"
    assert code(await act(nurse, where, {"kind": "answer"}, made)) == (422, "reply_words")
    assert code(await act(nurse, where, {"kind": "acknowledge", "body": "x"}, made)) == (422, "reply_words")
    row = ok(await act(nurse, where, {"kind": "answer", "body": "Called back."}, made))
    assert [(r["kind"], r["by"], r["person"]) for r in row["replies"]] == [("answer", "manual", "Hanna Harju")]
    assert not row["replyUnread"]
    assert code(await act(nurse, where, {"kind": "answer", "body": "Again."}, row)) == TOO_LATE


HOSTILE = "<script>alert(1)</script>\"'&<img src=x onerror=y>"


async def test_the_page_escapes_everything(who: As, world: World) -> None:
    path = await a_path(who, world, client={"identityCode": None, "givenName": HOSTILE, "familyName": HOSTILE,
                                            "birthDate": "1980-01-01", "municipality": "111"})  # fmt: skip
    await permit(who, world, path)
    document = await a_document(who, path, title=HOSTILE, fileName=f"{HOSTILE}.txt")
    items = [{"kind": "conclusion", "words": HOSTILE}, {"kind": "attachment", "sourceId": document["id"]}]
    made = await shared(who, world, path, *items, message=HOSTILE, recipientName=HOSTILE)
    page = await who("nurse").get(f"{here(made)}/print", params={"lang": "fi"})
    assert page.status_code == 200
    assert "<script" not in page.text
    assert "<img" not in page.text
    assert page.text.count("&lt;script&gt;") == 6
    assert page.headers["content-security-policy"].startswith("default-src 'none'")
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["content-language"] == "fi"


async def test_the_same_key_shares_once(who: As, world: World) -> None:
    path = await a_path(who, world)
    await permit(who, world, path)
    headers = {"Idempotency-Key": "share-once-1"}
    where = f"/v1/pathways/{path['id']}/shares"
    first = ok(await who("nurse").post(where, json=body(world), headers=headers))
    assert ok(await who("nurse").post(where, json=body(world), headers=headers))["id"] == first["id"]
    assert len((await get(who("nurse"), where))["items"]) == 1
