"""A webhook's secret: changed with an overlap, so that no receiver misses a message."""

from __future__ import annotations

from datetime import timedelta

from app.dev.receiver import Got, Receiver
from app.dev.town import Town
from tests.contract.conftest import Place
from tests.delivery.conftest import Post, subscribed
from tests.factories import act, ok


async def test_a_secret_is_changed_with_an_overlap(
    fresh: Place, template: Town, post: Post, receiver: Receiver
) -> None:
    made = await subscribed(fresh, receiver.url, "referral.received", who="lead")
    await post.seal()
    new = ok(await act(fresh.who("lead"), f"/v1/subscriptions/{made['id']}/rotate-secret", {}, made))
    assert new["secret"] != made["secret"]

    async def ping() -> Got:
        ok(await act(fresh.who("lead"), f"/v1/subscriptions/{made['id']}/test"))
        assert await post.round() >= 1
        return next(got for got in reversed(receiver.got) if got.content["type"] == "ping")

    both = await ping()
    assert both.signed_by(new["secret"])
    assert both.signed_by(made["secret"])
    post.later = timedelta(hours=25)
    only = await ping()
    assert only.signed_by(new["secret"])
    assert not only.signed_by(made["secret"])
