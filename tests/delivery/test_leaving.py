"""What may still leave is asked at the moment it leaves; and no sender learns how something ended."""

from __future__ import annotations

import ast
import asyncio
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from app.consents.consequences import WHEN_ENDED
from app.delivery.kinds import AUDIENCES, kinds_for
from app.delivery.service import QUEUED, queued_for_consent, stop_for_consent
from app.dev.receiver import Receiver, Reply
from app.dev.town import Town
from app.kit.codesets import codeset
from tests.contract.conftest import Place
from tests.delivery.conftest import Post, answered, deliveries, machine, sent, subscribed, taken
from tests.factories import Json, act, get, ok

APP = Path(__file__).parents[2] / "app"


async def given_feedback(place: Place, town: Town, post: Post, receiver: Receiver) -> tuple[Json, Json, Any]:
    """A subscription, the referral and its consent, when feedback waits to be sent."""
    login = await machine(place, town)
    await post.seal()
    made = await subscribed(place, receiver.url, "feedback.given", loginId=str(login))
    referral = await sent(place, town)
    path = await taken(place, referral)
    await answered(place, referral, path)
    client = await place.value("SELECT client_id FROM referrals WHERE id = :id", id=referral["id"])
    [consent] = (await get(place.who("nurse"), f"/v1/clients/{client}/consents"))["items"]
    return made, consent, client


async def test_what_was_withdrawn_meanwhile_does_not_leave(
    fresh: Place, template: Town, post: Post, receiver: Receiver
) -> None:
    made, consent, _ = await given_feedback(fresh, template, post, receiver)
    receiver.answer = lambda _: Reply(503)
    assert await post.round() == 0
    assert len(receiver.got) == 1, "while it is permitted it is tried"
    ok(await act(fresh.who("nurse"), f"/v1/consents/{consent['id']}/withdraw", {}, consent))
    # Whoever withdraws does not have to stop it: it is asked of the consents once more.
    await fresh.sql("UPDATE deliveries SET state = 'due', finished_at = NULL")
    receiver.answer = lambda _: Reply()
    post.later = timedelta(minutes=1)
    assert await post.round() == 1
    assert len(receiver.got) == 1
    [delivery] = await deliveries(fresh, made)
    assert (delivery["state"], delivery["lastOutcome"]) == ("stopped", "not_readable")
    log = await get(fresh.who("admin"), f"/v1/deliveries/{delivery['id']}/attempts")
    assert [a["outcome"] for a in log["items"]] == ["not_readable", "http_error"]
    # To the partner it goes on waiting: when it was stopped is not told before the notice to cease.
    partner, at = fresh.who("machine"), f"/v1/subscriptions/{made['id']}/deliveries"
    [waits] = (await get(partner, at))["items"]
    assert (waits["state"], waits["finishedAt"], waits["lastOutcome"]) == ("due", None, None)
    assert (await get(partner, at, state="stopped"))["items"] == []
    assert [one["id"] for one in (await get(partner, at, state="due"))["items"]] == [waits["id"]]
    log = await get(partner, f"/v1/deliveries/{waits['id']}/attempts")
    assert [a["outcome"] for a in log["items"]] == ["http_error"]


async def test_one_message_at_a_time_leaves_under_a_clients_lock(
    fresh: Place, template: Town, post: Post, receiver: Receiver
) -> None:
    """Slow receivers of the same client follow each other: whoever withdraws waits for one of them at most."""
    login = await machine(fresh, template)
    await post.seal()
    for _ in range(3):
        await subscribed(fresh, receiver.url, "feedback.given", loginId=str(login))
    referral = await sent(fresh, template)
    await answered(fresh, referral, await taken(fresh, referral))
    receiver.answer = lambda _: Reply(after=0.5)
    for tries in range(1, 7):
        await post.round()
        post.later = timedelta(seconds=5 * tries)
    assert (len(receiver.got), receiver.most_at_once) == (3, 1)


async def test_a_withdrawal_waits_for_what_is_leaving(
    fresh: Place, template: Town, post: Post, receiver: Receiver
) -> None:
    made, consent, _ = await given_feedback(fresh, template, post, receiver)
    answered_at: list[float] = []
    loop = asyncio.get_running_loop()
    receiver.answer = lambda _: Reply(after=1.5)
    await post.seal()
    running = asyncio.create_task(post.deliverer().run())
    async with asyncio.timeout(10):
        while not receiver.got:  # noqa: ASYNC110  another task's doing
            await asyncio.sleep(0.02)
    withdrawing = asyncio.create_task(act(fresh.who("nurse"), f"/v1/consents/{consent['id']}/withdraw", {}, consent))
    withdrawing.add_done_callback(lambda _: answered_at.append(loop.time()))
    assert await running == 1
    sent_at = loop.time()
    ok(await withdrawing)
    assert answered_at[0] >= sent_at - 0.5
    assert [d["state"] for d in await deliveries(fresh, made)] == ["sent"]


async def test_the_lock_is_held_while_it_is_sent(fresh: Place, template: Town, post: Post, receiver: Receiver) -> None:
    _, _, client = await given_feedback(fresh, template, post, receiver)
    receiver.answer = lambda _: Reply(after=1.5)
    await post.seal()
    running = asyncio.create_task(post.deliverer().run())
    async with asyncio.timeout(10):
        while not receiver.got:  # noqa: ASYNC110  another task's doing
            await asyncio.sleep(0.02)
    alone = text("SELECT id FROM clients WHERE id = :id FOR UPDATE SKIP LOCKED")
    async with fresh.root.connect() as connection:
        assert (await connection.execute(alone, {"id": client})).all() == []
        await running
        assert len((await connection.execute(alone, {"id": client})).all()) == 1


async def test_the_end_of_a_consent_stops_what_waits(
    fresh: Place, template: Town, post: Post, receiver: Receiver
) -> None:
    made, consent, _ = await given_feedback(fresh, template, post, receiver)
    receiver.answer = lambda _: Reply(503)
    await post.round()
    [waiting] = await deliveries(fresh, made)
    async with post.transaction(post.now()) as session:
        seen = await queued_for_consent(session, consent["id"])
        assert [(str(one.subject_id), one.kind, str(one.recipient_id)) for one in seen] == [
            (waiting["id"], "queued_message", str(template.organisations["employment"]))
        ]
        assert await stop_for_consent(session, consent["id"], post.now()) == seen
    [stopped] = await deliveries(fresh, made)
    assert stopped["state"] == "stopped"
    post.later = timedelta(minutes=5)
    assert await post.round() == 0
    assert len(receiver.got) == 1
    assert WHEN_ENDED[QUEUED].name == "queued_messages"


ENDS = ("running", "withdrawn", "no_show", "silent")


async def test_a_partner_cannot_tell_how_it_goes(fresh: Place, template: Town, post: Post, receiver: Receiver) -> None:
    """A path that runs, a client who withdrew the permission, one who did not come and one who did not answer: the
    partner gets the same kinds of events in the same order."""
    login = await machine(fresh, template)
    await post.seal()
    offered = [code.code for code in codeset("event_kind") if code.facts["to"]]
    await subscribed(fresh, receiver.url, *offered, loginId=str(login))
    nurse, told = fresh.who("nurse"), {}
    for end in ENDS:
        referral = await sent(fresh, template)
        path = await taken(fresh, referral)
        client = await fresh.value("SELECT client_id FROM referrals WHERE id = :id", id=referral["id"])
        ok(await act(nurse, f"/v1/pathways/{path['id']}/assessments", {"kind": "health_check"}))
        if end == "withdrawn":
            [consent] = (await get(nurse, f"/v1/clients/{client}/consents"))["items"]
            ok(await act(nurse, f"/v1/consents/{consent['id']}/withdraw", {}, consent))
        if end in ("no_show", "silent"):
            result = {"no_show": "no_show", "silent": "no_answer"}[end]
            met = {"direction": "out", "channel": "phone", "result": result}
            if end == "no_show":
                met = {"direction": "out", "channel": "visit", "result": "no_show"}
            made = await act(nurse, f"/v1/clients/{client}/contacts", met)
            assert made.status_code in (201, 422), made.text
        told[end] = referral["id"]
    while await post.round():
        pass
    by_subject: dict[str, list[str]] = {}
    for got in receiver.got:
        by_subject.setdefault(got.content["data"]["subjectId"], []).append(got.content["type"])
    assert by_subject.keys() == set(told.values())
    for end, id in told.items():
        assert by_subject[id] == ["referral.received", "referral.accepted"], end


def test_what_a_partner_can_get_is_a_short_list() -> None:
    """Whoever adds a kind here shows first that it follows a change of the sender's own view, whatever the reason."""
    assert set(kinds_for("sender")) == {
        "referral.received", "referral.accepted", "referral.returned", "referral.rejected", "referral.waitlisted",
        "referral.ended", "feedback.given", "feedback.question_answered",
    }  # fmt: skip
    assert set(kinds_for("guest")) == {
        "meeting.invited", "meeting.invitation_cancelled", "meeting.invitation_moved", "meeting.parts_opened",
        "appointment.given",
    }  # fmt: skip
    for code in codeset("event_kind"):
        assert set(code.facts["to"]) <= set(AUDIENCES)


def appended() -> list[tuple[str, str]]:
    """(file, pattern of kinds) of every event of the code base, read from the source."""
    found = []
    for path in sorted(APP.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in TELLERS):
                continue
            if len(node.args) < 2 or ast.unparse(node.args[0]) not in ("session", "self.session"):
                continue
            for part in options(node.args[1]):
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    found.append((path.name, re.escape(part.value)))
                elif isinstance(part, ast.JoinedStr):
                    pieces = (
                        re.escape(str(v.value)) if isinstance(v, ast.Constant) else r"[a-z_]+" for v in part.values
                    )
                    found.append((path.name, "".join(map(str, pieces))))
    return found


TELLERS = {"append", "told", "happened", "tell"}


def options(node: ast.expr) -> list[ast.expr]:
    return [*options(node.body), *options(node.orelse)] if isinstance(node, ast.IfExp) else [node]


def test_every_event_of_the_code_base_is_in_the_catalogue() -> None:
    kinds = [code.code for code in codeset("event_kind")]
    found = [(file, pattern) for file, pattern in appended() if "." in pattern]
    assert len(found) > 60
    missing = [(file, p) for file, p in found if not any(re.fullmatch(p, kind) for kind in kinds)]
    assert missing == []
    # What jobs tell of is named by `kind = "…"`, and rule sets by the last word.
    named = {
        k
        for path in APP.rglob("*.py")
        for k in re.findall(r'kind(?:, today)? = "([a-z_]+\.[a-z_]+)"', path.read_text())
    }
    assert len(named) >= 5
    assert named <= set(kinds)
    everything = "\n".join(path.read_text() for path in APP.rglob("*.py"))
    unused = [k for k in kinds if k not in everything and k.split(".")[1] not in everything]
    assert unused == []


@pytest.mark.parametrize("audience", AUDIENCES)
def test_every_audience_gets_something(audience: str) -> None:
    assert kinds_for(audience)
