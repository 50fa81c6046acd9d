"""Where a road is told: who is there, a new client for each, and the few moves that every road makes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from app.dev.stage import Stage, StoryBroken, test_identity_code

Body = dict[str, Any]
Tell = Callable[["Scene"], Awaitable[None]]


@dataclass(frozen=True)
class Road:
    """A side road: its name on the command line, what it is in one line, and the telling."""

    name: str
    about: str
    tell: Tell


ROADS: dict[str, Road] = {}
HERE = ZoneInfo("Europe/Helsinki")
# What one telling of everything asks of the nurse, and leaves with her.
PLACES = 50


def today(**later: int) -> str:
    """The day in Finland, as the API counts days, or so much later."""
    return str(datetime.now(HERE).date() + timedelta(**later))


def day_of(instant: str) -> str:
    """The day in Finland of a time that the API told."""
    return str(datetime.fromisoformat(instant).astimezone(HERE).date())


def road(name: str, about: str) -> Callable[[Tell], Tell]:
    """Enter a road in the list."""

    def entered(tell: Tell) -> Tell:
        ROADS[name] = Road(name, about, tell)
        return tell

    return entered


def listed(roads: Iterable[Road]) -> str:
    """One line each, the names as wide as the longest."""
    found = list(roads)
    wide = max(len(one.name) for one in found)
    return "\n".join(f"  {one.name:{wide}}  {one.about}" for one in found)


@dataclass
class Scene:
    """A stage and its people; they sign in when they first speak."""

    stage: Stage

    def say(self, text: str) -> None:
        self.stage.say(text)

    def must(self, held: bool, what: str) -> None:
        """Raises `StoryBroken` unless it is so."""
        if not held:
            raise StoryBroken(what)

    async def me(self, who: str) -> Body:
        if who not in self.stage.me:
            await self.stage.sign_in(who)
        return self.stage.me[who]

    async def get(self, who: str, path: str, **params: str) -> Body:
        await self.me(who)
        return await self.stage.get(who, path, **params)

    async def absent(self, who: str, path: str) -> Body:
        """What is answered where there is nothing, or nothing for them."""
        await self.me(who)
        return self.stage.expect(404, await self.stage.http.get(path, headers=self.stage.headers(who)))

    async def post(
        self, who: str, path: str, body: Body | None = None, row: Body | None = None, status: int | None = None
    ) -> Body:
        """`row` is what was read before: its version is the If-Match."""
        await self.me(who)
        return await self.stage.post(who, path, body or {}, version=row["version"] if row else None, status=status)

    async def room(self) -> None:
        """Room for a telling at the nurse's: where earlier ones left few places, the lead lets her hold more."""
        found = await self.get("lead", "/v1/directory", municipality="111")
        seat = next(one for one in found["teams"][0]["seats"] if one["role"] == "unemployed_health_nurse")
        if seat["freePlaces"] is None or seat["freePlaces"] >= PLACES:
            return
        more = {"maxOpen": PLACES + max((one["openWork"] for one in seat["holders"]), default=0)}
        here = f"/v1/seats/{seat['id']}"
        row = await self.get("lead", here)
        headers = self.stage.headers("lead") | {"If-Match": f'"{row["version"]}"'}
        self.stage.expect(200, await self.stage.http.patch(here, json=more, headers=headers))
        self.say(f"-- the nurse had {seat['freePlaces']} places left: the lead lets her hold {more['maxOpen']}")

    async def permission(self, *organisations: str, **over: Any) -> Body:
        """What the client permits to these ids, in writing, informed now."""
        return {
            "recipientIds": list(organisations),
            "dataClasses": ["referral_reason", "work_ability_conclusion", "participation"],
            "purposes": ["work_ability_assessment", "referral_feedback", "network_meeting"],
            "howGiven": "written",
            "informationGivenAt": datetime.now(UTC).isoformat(),
            **over,
        }

    async def referral(self, sender: str = "employment", **over: Any) -> Body:
        """The body of a referral of somebody new to the area."""
        me = await self.me(sender)
        own = me["memberships"][0]["organisationId"]
        client = {
            "identityCode": test_identity_code(),
            "givenName": "Veera",
            "familyName": "Virtanen-Esimerkki",
            "municipality": "111",
            "phone": "+358 40 0000 000",
        }
        return {
            "client": client,
            "reason": "Ten months without work; wishes to find out what is possible.",
            "unemploymentDays": 305,
            "permission": await self.permission(*dict.fromkeys((me["areaId"], own))),
            **over,
        }

    async def sends(self, sender: str = "employment", **over: Any) -> Body:
        """A referral sent, as its sender reads it."""
        return await self.post(sender, "/v1/referrals", await self.referral(sender, **over), status=201)

    async def seen(self, who: str, referral: Body) -> Body:
        """The referral as somebody reads it now."""
        return await self.get(who, f"/v1/referrals/{referral['id']}")

    async def verb(
        self, who: str, referral: Body, verb: str, body: Body | None = None, status: int | None = None
    ) -> Body:
        """One verb on the referral's present version."""
        now = await self.seen(who, referral)
        return await self.post(who, f"/v1/referrals/{referral['id']}/{verb}", body, now, status)

    async def path_verb(self, who: str, path: Body, verb: str, body: Body | None = None) -> Body:
        now = await self.get(who, f"/v1/pathways/{path['id']}")
        return await self.post(who, f"/v1/pathways/{path['id']}/{verb}", body, now)

    def allowed(self, row: Body, action: str) -> bool:
        return any(one["action"] == action and one["allowed"] for one in row["allowedActions"])
