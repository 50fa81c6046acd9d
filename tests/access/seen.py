"""What everybody reads through every operation of a life: the matrix as it really is."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any

import httpx
from fastapi import FastAPI

from app.access.matrix import matrix
from tests.access import life, probe
from tests.conftest import As

Answers = dict[str, dict[str, list[httpx.Response]]]  # by operation, by persona
Seen = dict[str, dict[str, dict[str, set[str]]]]  # by operation, by row, by persona: which words


def everybody() -> list[str]:
    return [persona for party in matrix()["parties"].values() for persona in party["personas"]]


async def ask(who: As, app: FastAPI, ids: dict[str, list[str]], bodies: dict[str, list[Any]]) -> Answers:
    """Every reading operation, asked by everybody."""
    found: Answers = defaultdict(dict)
    for persona in everybody():
        for operation in probe.operations(app, "GET"):
            found[operation][persona] = await probe.read(who, operation, persona, ids)
        for operation in bodies:
            found[operation][persona] = await probe.searched(who, operation, persona, ids, bodies)
    return found


# As it stands in a text, and as it stands in JSON that is itself text in JSON.
WRITTEN = {
    row: {name: tuple({word, json.dumps(word)[1:-1]}) for name, word in words.items()}
    for row, words in life.WORDS.items()
}


def words_in(text: str) -> dict[str, set[str]]:
    """Which words of which rows stand in a text."""
    found = {
        row: {name for name, ways in words.items() if any(way in text for way in ways)}
        for row, words in WRITTEN.items()
    }
    return {row: names for row, names in found.items() if names}


def read_of(answers: Answers) -> Seen:
    """Words, and of rows that have none whether the operation answers at all, and with anything."""
    seen: Seen = defaultdict(lambda: defaultdict(dict))
    by_answer = {row: one["answers"] for row, one in matrix()["rows"].items() if "answers" in one}
    for operation, of in answers.items():
        for persona, given in of.items():
            for row, names in words_in("\n".join(map(probe.told, given))).items():
                seen[operation][row][persona] = names
            for row, which in by_answer.items():
                name, _, asked = which.partition("?")
                mine = [one for one in given if asked in str(one.url)] if name == operation else []
                if any(one.is_success and has_content(one) for one in mine):
                    seen[operation][row][persona] = {""}
    return seen


def has_content(answer: httpx.Response) -> bool:
    body = answer.json()
    return bool(body.get("items", True))


def parties_of(personas: dict[str, set[str]]) -> list[str]:
    """The parties of which somebody is among these personas, in the order of the matrix."""
    return [name for name, party in matrix()["parties"].items() if set(party["personas"]) & personas.keys()]
