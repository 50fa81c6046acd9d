"""Ids of telling work that a reader outside the health register cannot join with the worklist.

A plan says to whom work goes and not whose it is; the worklist says whose it is and not who has it. One id in both
would tell what a client is treated for. So in a plan such a row has an id and a version of its own, made with a key for
each reader: one block of AES is a permutation of ids, and reads back. Moves name them, and so do refusals. Where a team
has one such piece of work open, its kind alone still tells which it is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from sqlalchemy.ext.asyncio import AsyncSession

from app.handovers import queries
from app.handovers.reading import telling
from app.handovers.schemas import Move, Moved
from app.kit.problems import Problem
from app.people.actor import Actor
from app.work.models import WorkItem

LARGEST = 2**31 - 1  # versions are whole numbers from 1 to this


class Veil:
    """The ids of one reader."""

    def __init__(self, session: AsyncSession, actor: Actor) -> None:
        vault = session.info["vault"]
        key: bytes = vault.index(f"plan rows of {actor.login_id}")
        # One block and no message: the mode does nothing, and the same id is always the same.
        self.cipher = Cipher(algorithms.AES256(key), modes.ECB())  # noqa: S305
        self.vault, self.session, self.actor = vault, session, actor
        self.given: dict[UUID, UUID] = {}  # by id, as which it was given
        self.mine: set[UUID] = set()  # telling work given by its own id

    def covers(self, item: WorkItem) -> bool:
        """Who holds it themself knows whose it is."""
        return telling(self.actor, item) and item.holder_id != self.actor.person_id

    def hide(self, id: UUID) -> UUID:
        made = self.cipher.encryptor()
        return UUID(bytes=made.update(id.bytes) + made.finalize())

    def find(self, id: UUID) -> UUID:
        """What was hidden as this; of any other id another one, which is nothing's."""
        made = self.cipher.decryptor()
        return UUID(bytes=made.update(id.bytes) + made.finalize())

    def shift(self, id: UUID) -> int:
        return int.from_bytes(self.vault.index(f"version {self.hide(id)}")[:8]) % LARGEST

    def shown(self, item: WorkItem) -> tuple[UUID, int]:
        """Id and version as this reader sees them in a plan."""
        if not self.covers(item):
            return item.id, item.version
        return self.hide(item.id), (item.version - 1 + self.shift(item.id)) % LARGEST + 1

    async def read(self, team_id: UUID, moves: Sequence[Move]) -> list[Move]:
        """The moves with the ids and versions of the work, asked in the team's own view of it."""
        found = {item.id: item for item in await self.of(team_id, (self.find(move.work_item_id) for move in moves))}
        named = await self.of(team_id, (move.work_item_id for move in moves))
        self.mine = {item.id for item in named if self.covers(item)}
        return [self.opened(move, found.get(self.find(move.work_item_id))) for move in moves]

    def opened(self, move: Move, item: WorkItem | None) -> Move:
        if item is None or not self.covers(item):
            return move
        self.given[item.id] = move.work_item_id
        version = (move.version - 1 - self.shift(item.id)) % LARGEST + 1
        return move.model_copy(update={"work_item_id": item.id, "version": version})

    async def of(self, team_id: UUID, ids: Iterable[UUID]) -> list[WorkItem]:
        return await queries.works(self.session, team_id, set(ids))

    def told(self, moved: Sequence[Moved], items: Collection[WorkItem], moves: Sequence[Move]) -> list[Moved]:
        """What became of the moves. Of telling work named by its own id only what the mover chose: who has it now by
        the rules would stand beside whose it is."""
        chose = {move.work_item_id for move in moves if move.person_id is not None}
        by_id = {item.id: item for item in items}
        return [self.one(row, by_id[row.work_item_id], row.work_item_id in chose) for row in moved]

    def one(self, row: Moved, item: WorkItem, chosen: bool) -> Moved:
        if item.id in self.given:
            return row.model_copy(
                update={"work_item_id": self.given[item.id], "version": self.version(item.id, row.version)}
            )
        if item.id in self.mine and not chosen:
            queue = row.queue and row.queue.partition(":")[0]
            hidden = {"holder_id": None, "seat_role": None, "decision_id": None, "queue": queue}
            return row.model_copy(update=hidden)
        return row

    def version(self, id: UUID, version: int) -> int:
        return (version - 1 + self.shift(id)) % LARGEST + 1

    async def refused(self, team_id: UUID, problem: Problem) -> Problem:
        """The same refusal, naming work as this reader sees it."""
        extra: dict[str, Any] = problem.extra
        named = [*extra.get("work_item_ids", []), *([extra["work_item_id"]] if "work_item_id" in extra else [])]
        items = await self.of(team_id, map(UUID, map(str, named)))
        names = {str(i.id): str(self.hide(i.id)) for i in items if self.covers(i) and i.id not in self.mine}
        if "work_item_ids" in extra:
            extra["work_item_ids"] = sorted(names.get(str(id), str(id)) for id in extra["work_item_ids"])
        if "work_item_id" in extra:
            extra["work_item_id"] = names.get(str(extra["work_item_id"]), extra["work_item_id"])
        return problem
