"""Entries of the contact log to start from, of somebody on a path."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import httpx

from tests.conftest import As
from tests.factories import Json, accepted, act, get, ok
from tests.world import World


@dataclass
class Case:
    """A client of Heinola on a path: what their log is about."""

    client: str
    referral: Json
    path: Json

    @property
    def log(self) -> str:
        return f"/v1/clients/{self.client}/contacts"

    @property
    def notes(self) -> str:
        return f"/v1/pathways/{self.path['id']}/notes"


async def a_case(who: As, world: World, **over: Any) -> Case:
    referral, path = await accepted(who, world, **over)
    return Case(path["clientId"], referral, path)


def call(**over: Any) -> Json:
    return {"direction": "outgoing", "channel": "phone", "result": "no_answer", **over}


def note(**over: Any) -> Json:
    return {"dataRegister": "operational", "body": "Lives with a sister.", **over}


async def logged(who: As, case: Case, by: str = "nurse", **over: Any) -> Json:
    return ok(await act(who(by), case.log, call(**over)))


async def written(who: As, case: Case, by: str = "nurse", **over: Any) -> Json:
    return ok(await act(who(by), case.notes, note(**over)))


async def state(http: httpx.AsyncClient, case: Case) -> Json:
    return await get(http, f"/v1/clients/{case.client}/contact-state")
