"""From an event to a receiver: signed, in order, tried again, given up, replayed; by whoever may read it then."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest

from app.delivery.sending import queries
from app.dev.receiver import Got, Receiver, Reply
from app.dev.town import Town
from app.kit.ids import new_id
from tests.contract.conftest import Place
from tests.delivery.conftest import Post, answered, deliveries, machine, sent, subscribed, taken
from tests.factories import act, get, ok


async def test_a_sender_is_told_of_what_it_sent(fresh: Place, template: Town, post: Post, receiver: Receiver) -> None:
    login = await machine(fresh, template)
    await post.seal()
    made = await subscribed(fresh, receiver.url, loginId=str(login))
    assert await post.round() == 0, "nothing of before"
    referral = await sent(fresh, template)
    other = await sent(fresh, template, who="kela")
    path = await taken(fresh, referral)
    await answered(fresh, referral, path)
    assert await post.round() == 3
    assert [got.content["type"] for got in receiver.got] == ["referral.received", "referral.accepted", "feedback.given"]
    assert [got.position for got in receiver.got] == sorted(got.position for got in receiver.got)
    for got in receiver.got:
        assert got.signed_by(made["secret"])
        data = got.content["data"]
        assert data.keys() == {
            "id", "position", "kind", "at", "subjectType", "subjectId", "clientId", "disclosureId",
        }  # fmt: skip
        assert (data["subjectType"], data["subjectId"], data["clientId"]) == ("referrals", referral["id"], None)
        assert other["id"] not in got.body.decode()
        assert abs(int(got.headers["webhook-timestamp"]) - post.now().timestamp()) < 60
        assert "host" in got.headers
    given = receiver.got[-1].content["data"]["disclosureId"]
    assert await fresh.value("SELECT count(*) FROM disclosures WHERE id = :id", id=given) == 1
    assert await post.round() == 0
    assert [d["state"] for d in await deliveries(fresh, made)] == ["sent"] * 3
    log = await get(fresh.who("admin"), f"/v1/deliveries/{(await deliveries(fresh, made))[0]['id']}/attempts")
    assert [(a["number"], a["outcome"], a["status"]) for a in log["items"]] == [(1, "delivered", 204)]


async def test_a_team_lead_is_told_of_the_team_and_an_outsider_of_nothing(
    fresh: Place, template: Town, post: Post, receiver: Receiver
) -> None:
    await post.seal()
    kinds = ["referral.received", "referral.withdrawn", "work.routed", "meeting.planned", "consent.withdrawn"]
    made = await subscribed(fresh, receiver.url, *kinds, who="lead")
    async with Receiver() as elsewhere:
        away = await machine(fresh, template, "workshop")
        await subscribed(fresh, elsewhere.url, *kinds, "feedback.given", loginId=str(away))
        referral = await sent(fresh, template)
        await post.round()
        assert elsewhere.got == []
    seen = {got.content["type"]: got.content["data"] for got in receiver.got}
    assert seen["referral.received"]["subjectId"] == referral["id"]
    assert seen["referral.received"]["clientId"] is not None
    # Each leaves a line of the use log, as the feed does, in the name of whoever is told.
    lines = await fresh.sql(
        "SELECT u.resource_id::text, u.client_id::text, p.name FROM use_log u JOIN persons p ON p.id = u.person_id"
        " WHERE u.request_id LIKE 'webhook-%' ORDER BY 1"
    )
    told = sorted((d["eventId"], d["position"]) for d in (await deliveries(fresh, made, who="lead")))
    assert [line[0] for line in lines] == [event for event, _ in told]
    assert {(line[1], line[2]) for line in lines} == {(seen["referral.received"]["clientId"], "Tuula Tammi")}


async def test_a_team_filters_for_those_who_sit_in_it(
    fresh: Place, template: Town, post: Post, receiver: Receiver
) -> None:
    """To anybody else the filter would tell which team has a case."""
    login = await machine(fresh, template)
    await post.seal()
    made = await subscribed(fresh, receiver.url, loginId=str(login), teamId=str(template.team))
    await sent(fresh, template)
    await post.round()
    assert (receiver.got, await deliveries(fresh, made)) == ([], [])


async def test_a_membership_that_ended_stops_it(fresh: Place, template: Town, post: Post, receiver: Receiver) -> None:
    login = await machine(fresh, template)
    await post.seal()
    made = await subscribed(fresh, receiver.url, loginId=str(login))
    receiver.answer = lambda _: Reply(500)
    await sent(fresh, template)
    await post.round()
    assert len(receiver.got) == 1
    person = "(SELECT person_id FROM logins WHERE subject = 'machine')"
    await fresh.sql(
        f"UPDATE memberships SET valid_from = '2020-01-01', valid_to = '2020-01-02' WHERE person_id = {person}"
    )
    receiver.answer = lambda _: Reply()
    post.later = timedelta(minutes=1)
    await post.round()
    assert [(d["state"], d["lastOutcome"]) for d in await deliveries(fresh, made)] == [("stopped", "not_readable")]
    await sent(fresh, template)
    await post.round()
    assert len(receiver.got) == 1
    row = await get(fresh.who("admin"), f"/v1/subscriptions/{made['id']}")
    assert (row["state"], row["disabledBecause"]) == ("disabled", "not_enrolled")
    assert await fresh.value("SELECT count(*) FROM outbox_events WHERE kind = 'subscription.disabled'") == 1


FAILURES = {
    "error": (Reply(500), "http_error"),
    "redirect": (Reply(301, {"Location": "http://169.254.169.254/"}), "redirected"),
    "closed": (Reply(None), "connection_failed"),
    "nonsense": (Reply(raw=b"\x00\x01garbage\r\n\r\n"), "connection_failed"),
    "busy": (Reply(429, {"Retry-After": "600"}), "rate_limited"),
}


@pytest.mark.parametrize("name", FAILURES)
async def test_a_failure_is_tried_again_in_order(
    fresh: Place, template: Town, post: Post, receiver: Receiver, name: str
) -> None:
    reply, outcome = FAILURES[name]
    login = await machine(fresh, template)
    await post.seal()
    made = await subscribed(fresh, receiver.url, loginId=str(login))
    receiver.answer = lambda _: reply
    first, second = await sent(fresh, template), await sent(fresh, template)
    assert await post.round() == 0
    assert len(receiver.got) == 1, "the second waits for the first"
    found = await deliveries(fresh, made)
    assert [(d["state"], d["attempts"], d["lastOutcome"]) for d in found] == [("due", 1, outcome), ("due", 0, None)]
    assert await post.round() == 0
    assert len(receiver.got) == 1, "not before its time"
    receiver.answer = lambda _: Reply()
    if name == "busy":
        post.later = timedelta(minutes=9)
        await post.round()
        assert len(receiver.got) == 1, "the receiver asked for ten minutes"
    post.later = timedelta(minutes=11)
    assert await post.round() == 2
    assert [got.content["data"]["subjectId"] for got in receiver.got] == [first["id"], first["id"], second["id"]]
    assert receiver.got[0].id == receiver.got[1].id
    assert receiver.got[0].body == receiver.got[1].body


async def test_bodies_of_answers_are_not_waited_for(
    fresh: Place, template: Town, post: Post, receiver: Receiver
) -> None:
    login = await machine(fresh, template)
    await post.seal()
    await subscribed(fresh, receiver.url, loginId=str(login))
    for reply in (Reply(200, endless=True), Reply(200, slow=True)):
        receiver.answer = always(reply)
        await sent(fresh, template)
        assert await asyncio.wait_for(post.round(), 20) == 1


async def test_a_dead_letter_can_be_sent_again(fresh: Place, template: Town, post: Post, receiver: Receiver) -> None:
    login = await machine(fresh, template)
    await post.seal()
    made = await subscribed(fresh, receiver.url, loginId=str(login))
    receiver.answer = lambda _: Reply(503)
    await sent(fresh, template)
    await post.round()
    post.later = timedelta(days=3, minutes=1)
    assert await post.round() == 1
    [dead] = await deliveries(fresh, made, state="dead")
    assert (dead["attempts"], dead["lastStatus"], dead["state"]) == (2, 503, "dead")
    waiting = ok(await act(fresh.who("admin"), f"/v1/deliveries/{dead['id']}/retry"))
    assert waiting["state"] == "due"
    refused = await act(fresh.who("admin"), f"/v1/deliveries/{dead['id']}/retry")
    assert (refused.status_code, refused.json()["code"]) == (409, "illegal_move")
    receiver.answer = lambda _: Reply()
    assert await post.round() == 1
    assert {got.id for got in receiver.got} == {dead["messageId"]}
    post.later = timedelta(days=9)
    receiver.answer = lambda _: Reply(503)
    await sent(fresh, template)
    await post.round()
    post.later = timedelta(days=14, minutes=1)
    await post.round()
    row = await get(fresh.who("admin"), f"/v1/subscriptions/{made['id']}")
    assert (row["state"], row["disabledBecause"]) == ("disabled", "failing")


async def test_gone_disables_it_and_its_owner_is_told(
    fresh: Place, template: Town, post: Post, receiver: Receiver
) -> None:
    await post.seal()
    made = await subscribed(fresh, receiver.url, "referral.received", who="lead")
    receiver.answer = lambda _: Reply(410)
    await sent(fresh, template)
    await post.round()
    row = await get(fresh.who("lead"), f"/v1/subscriptions/{made['id']}")
    assert (row["state"], row["disabledBecause"]) == ("disabled", "gone")
    assert await post.round() == 0
    assert len(receiver.got) == 1
    feed = await get(fresh.who("lead"), "/v1/events", after=0, limit=200)
    assert [e["subjectId"] for e in feed["items"] if e["kind"] == "subscription.disabled"] == [made["id"]]
    others = await get(fresh.who("supervisor"), "/v1/events", after=0, limit=200)
    assert "subscription.disabled" not in {e["kind"] for e in others["items"]}
    receiver.answer = lambda _: Reply()
    ok(await act(fresh.who("lead"), f"/v1/subscriptions/{made['id']}/enable", {}, row))
    post.later = timedelta(minutes=1)
    assert await post.round() == 1


async def test_a_subscription_that_fails_holds_no_other_up(
    fresh: Place, template: Town, post: Post, receiver: Receiver
) -> None:
    login = await machine(fresh, template)
    await post.seal()
    async with Receiver(lambda _: Reply(after=8)) as slow:
        await subscribed(fresh, slow.url, loginId=str(login))
        await subscribed(fresh, receiver.url, loginId=str(login))
        await sent(fresh, template)
        running = asyncio.create_task(post.round())
        async with asyncio.timeout(7):
            while not receiver.got:  # noqa: ASYNC110  another task's doing
                await asyncio.sleep(0.02)
        assert not running.done()
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_a_replay_sends_the_same_messages_again(
    fresh: Place, template: Town, post: Post, receiver: Receiver
) -> None:
    login = await machine(fresh, template)
    await post.seal()
    made = await subscribed(fresh, receiver.url, loginId=str(login))
    for _ in range(3):
        await sent(fresh, template)
    assert await post.round() == 3
    row = await get(fresh.who("admin"), f"/v1/subscriptions/{made['id']}")
    again = {"fromPosition": receiver.got[1].position}
    ok(await act(fresh.who("admin"), f"/v1/subscriptions/{made['id']}/replay", again, row))
    assert await post.round() == 2
    ids = [got.id for got in receiver.got]
    assert ids[3:] == ids[1:3]
    assert [got.body for got in receiver.got[3:]] == [got.body for got in receiver.got[1:3]]


async def test_a_crash_between_sending_and_noting_sends_it_once_more(
    fresh: Place, template: Town, post: Post, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    login = await machine(fresh, template)
    await post.seal()
    await subscribed(fresh, receiver.url, loginId=str(login))
    await sent(fresh, template)
    await post.seal()

    async def crash(*_: object) -> bool:
        raise KeyboardInterrupt

    worker = post.deliverer()
    monkeypatch.setattr(worker, "keep", crash)
    with pytest.raises(KeyboardInterrupt):
        await worker.serve(*(await claimed(post)))
    assert len(receiver.got) == 1
    post.later = timedelta(minutes=2)
    assert await post.round() == 1
    assert receiver.got[0].id == receiver.got[1].id


def always(reply: Reply) -> Callable[[Got], Reply]:
    return lambda _: reply


async def claimed(post: Post) -> tuple[UUID, UUID, UUID]:
    token, at = new_id(), post.now()
    async with post.transaction(at) as session:
        [(id, login)] = await queries.claim(session, at, at + timedelta(minutes=1), token, 4)
    return id, login, token


async def test_two_workers_never_send_to_one_receiver_at_once(
    fresh: Place, template: Town, post: Post, receiver: Receiver
) -> None:
    login = await machine(fresh, template)
    await post.seal()
    await subscribed(fresh, receiver.url, loginId=str(login))
    receiver.answer = lambda _: Reply(after=0.05)
    for _ in range(6):
        await sent(fresh, template)
    await post.seal()
    done = await asyncio.gather(*(post.deliverer().run() for _ in range(4)))
    assert sum(done) == 6
    assert receiver.most_at_once == 1
    assert len({got.id for got in receiver.got}) == len(receiver.got) == 6
