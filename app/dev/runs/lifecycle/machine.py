"""The state machine: a sequence of moves on one town, each tried over HTTP, and everything asked after each."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from app.dev.runs.life.place import Place, filled, parsed
from app.dev.runs.lifecycle.invariants import ASKED_FOR, INVARIANTS, MISSING, broken, fingerprint
from app.dev.runs.lifecycle.move import Move
from app.dev.runs.lifecycle.moves import MOVES, WALKS, Step

MOST_ROWS = 1000
ONE_WALK_IN = 12  # moves


class Broken(AssertionError):
    """Something that must hold does not; the last line is what was tried last."""


@dataclass
class Figures:
    """What a run did. `refused` is by problem code."""

    sequences: int = 0
    tried: Counter[str] = field(default_factory=Counter)
    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    listed: int = 0  # answers that were compared with `allowedActions`
    checked: int = 0
    failure: str | None = None
    story: list[str] = field(default_factory=list)


@dataclass
class Ground:
    """The town that every sequence starts from, and is taken back to."""

    place: Place
    ids: dict[str, str]
    run: Callable[[Coroutine[Any, Any, Any]], Any]
    figures: Figures = field(default_factory=Figures)
    tick: Callable[[], None] = lambda: None


def allowed(shown: Any, move: Move, id: str) -> bool | None:
    """What the row says of this move; None where it says nothing."""
    row = shown if isinstance(shown, dict) else {}
    if move.inside:
        row = next((one for one in row.get(move.inside, []) if one["id"] == id), {})
    listed = {one["action"]: one["allowed"] for one in row.get("allowedActions", [])}
    return listed.get(move.verb)


class Life:
    """One sequence on its own savepoint: what is drawn for each move is a number, so that sequences shrink."""

    def __init__(self, ground: Ground) -> None:
        self.ground, self.place, self.story = ground, ground.place, list[str]()
        self.undone = self.place.undone()

    async def begin(self) -> None:
        await self.undone.__aenter__()
        self.before = await fingerprint(self.place)

    async def end(self) -> None:
        await self.undone.__aexit__(None, None, None)

    async def rows(self, moves: Sequence[Move]) -> dict[str, list[dict[str, str]]]:
        """What there is to try something on, by the query that finds it."""
        found: dict[str, list[dict[str, str]]] = {"": [{}]}
        for query in dict.fromkeys(move.rows for move in moves if move.rows):
            told = await self.place.sql(f"SELECT to_jsonb(found) FROM ({query} LIMIT {MOST_ROWS}) found")
            found[query] = [{name: str(value) for name, value in row.items()} for (row,) in told]
        return found

    async def attempt(self, move: Move, persona: str, row: dict[str, str], place: int, body: Any) -> None:
        """Do it as this persona, and hold the answer against what the row said before."""
        figures, ids = self.ground.figures, self.ground.ids | row
        said = None
        if move.read:
            shown = await self.place.send(persona, "GET", filled(move.read, ids))
            unseen = None if move.unseen else False
            said = allowed(parsed(shown), move, row["id"]) if shown.is_success else unseen
        given = filled(body, ids)
        if move.preview:
            plan = await self.place.send(persona, "POST", filled(move.preview, ids), given)
            given = {**given, "moves": moves_of(parsed(plan)) if plan.is_success else []}
        answer = await self.place.send(persona, move.method, filled(move.path, ids), given, dict(move.headers))
        code = code_of(answer)
        self.story.append(f"{persona} {move.name} #{place} {body}: {answer.status_code} {code}".strip())
        figures.tried[move.name] += 1
        figures.listed += said is not None
        after = await fingerprint(self.place)
        self.judge(move, answer, code, said, after)
        self.before = after
        figures.checked += len(INVARIANTS)
        if found := await broken(self.place):
            raise Broken("; ".join(found))

    async def walk(self, steps: Sequence[Step], moves: Mapping[str, Move]) -> None:
        """One after the other, as far as there is something to do each on; what is refused does not end it."""
        for persona, name, body in steps:
            move = moves[name]
            rows = choice(move, (await self.rows([move]))[move.rows], likely=True)
            if not rows:
                return
            await self.attempt(move, persona, rows[0], 0, move.bodies[body])

    def judge(self, move: Move, answer: httpx.Response, code: str, said: bool | None, after: Any) -> None:
        if answer.is_success:
            self.ground.figures.done[move.name] += 1
            if said is False:
                raise Broken(f"{move.name} was not allowed, and was done")
            return
        self.ground.figures.refused[code] += 1
        if not 400 <= answer.status_code < 500 or not code:
            raise Broken(f"{move.name} was answered {answer.status_code} {answer.text[:300]}")
        if said and code not in move.may:
            raise Broken(f"{move.name} was allowed, and refused: {answer.text[:500]}")
        changed = {new[0] for old, new in zip(self.before, after, strict=True) if old != new}
        if changed - (ASKED_FOR if code in MISSING else frozenset()):
            raise Broken(f"{move.name} was refused ({code}), and changed {', '.join(sorted(changed))}")


def choice(move: Move, rows: list[dict[str, str]], *, likely: bool) -> list[dict[str, str]]:
    """The rows to choose from: all there are, or those in which the move is usually allowed."""
    return [row for row in rows if row["state"] in move.states] if likely and move.states else rows


def code_of(answer: httpx.Response) -> str:
    """The code of a problem; of an invalid body, of its first error."""
    body = parsed(answer)
    if answer.is_success or not isinstance(body, dict):
        return ""
    first: dict[str, Any] = next(iter(body.get("errors", [])), {})
    return str(first.get("code") or body.get("code", ""))


def moves_of(plan: dict[str, Any]) -> list[dict[str, Any]]:
    """Every move as the plan proposes it."""
    return [
        {"workItemId": row["workItemId"], "version": row["version"], "personId": row["proposal"]["holderId"]}
        for row in plan["items"]
    ]


def machine(ground: Ground, moves: tuple[Move, ...] = MOVES) -> type[RuleBasedStateMachine]:
    """A class that Hypothesis makes sequences with: of single moves, and now and then a walk to the end."""
    named = {move.name: move for move in moves}
    walks = [walk for walk in WALKS if all(name in named for _, name, _ in walk)]

    class LifeOfCases(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.life = Life(ground)
            ground.run(self.life.begin())
            ground.figures.sequences += 1

        @rule(data=st.data())
        def move(self, data: st.DataObject) -> None:
            if walks and data.draw(st.integers(0, ONE_WALK_IN - 1), label="walk") == ONE_WALK_IN - 1:
                chosen = data.draw(st.sampled_from(walks), label="which")
                return self.tried(self.life.walk(chosen, named))
            there = ground.run(self.life.rows(moves))
            likely = data.draw(st.integers(0, 3), label="likely") > 0
            open_to = {move.name: choice(move, there[move.rows], likely=likely) for move in moves}
            weighed = [move for move in moves if open_to[move.name] for _ in range(move.weight)]
            move = data.draw(st.sampled_from(weighed), label="move")
            rows = open_to[move.name]
            usual = move.by[:1] * len(move.by) if likely else ()
            persona = data.draw(st.sampled_from((*usual, *move.by)), label="as")
            place = data.draw(st.integers(0, len(rows) - 1), label="row")
            body = data.draw(st.sampled_from(move.bodies), label="body")
            return self.tried(self.life.attempt(move, persona, rows[place], place, body))

        def tried(self, what: Coroutine[Any, Any, None]) -> None:
            ground.tick()
            try:
                ground.run(what)
            except Broken as fault:
                ground.figures.failure, ground.figures.story = str(fault), list(self.life.story)
                raise

        def teardown(self) -> None:
            ground.run(self.life.end())

    return LifeOfCases


def loop() -> asyncio.Runner:
    """A loop of its own, which leaves the thread's alone."""
    return asyncio.Runner(loop_factory=asyncio.new_event_loop)
