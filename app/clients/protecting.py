"""A protected identity (turvakielto): what of the client is hidden from whom, in fields and in words."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from app.access.protection import concealed, concealed_answers, without
from app.clients import queries
from app.kit.i18n import Text
from app.kit.problems import Forbidden
from app.people.actor import Actor

# Details that are words, and may stand in other texts; codes may not.
WRITTEN = ("phone", "email", "address", "own_care_team")


class ProtectionNotYours(Forbidden):
    """Only somebody who may read the hidden details takes the protection away, or changes them."""

    code = "protection_not_yours"
    detail = Text(
        "Asiakkaalla on turvakielto. Yhteystietoja ja turvakieltoa muuttaa vain se, joka saa lukea ne.",
        "Klienten har spärrmarkering. Kontaktuppgifter och spärren ändras bara av den som får läsa dem.",
        "The client's identity is protected. Only those who may read the contact details change them, or it.",
    )


def hidden_of(actor: Actor, protected: bool) -> tuple[str, ...]:
    """The fields of a client of this protection that are hidden from the caller."""
    return concealed(actor.roles, protected)


def hidden_answers(actor: Actor, protected: bool) -> frozenset[str]:
    """Items of the pre-information form of a client of this protection that are hidden from the caller."""
    return concealed_answers(actor.roles, protected)


async def blot(
    session: AsyncSession, actor: Actor | None, shown: Sequence[tuple[UUID | None, BaseModel]], *names: str
) -> None:
    """What somebody wrote freely, as it is shown of a client: the details of a protected one are blotted out of the
    fields of these names, where a row has them, unless the caller may read them; without an actor nobody may. It holds
    also for what was written before the protection."""
    hidden = [name for name in concealed(actor.roles if actor else (), True) if name in WRITTEN]
    clients = {client for client, _ in shown if client is not None}
    if not hidden or not clients:
        return
    details = {
        client.id: [getattr(client, name) for name in hidden]
        for client in await queries.protected_clients(session, clients)
    }
    for client, row in shown:
        if client in details:
            for name in names:
                said = getattr(row, name, None)
                if isinstance(said, str):
                    setattr(row, name, without(said, details[client]))
                elif isinstance(said, list):
                    setattr(row, name, [without(line, details[client]) for line in said])
