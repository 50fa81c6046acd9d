"""The Dockerfile, read as Docker reads it: instructions with their words, by stage."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from pathlib import Path

from tests.serving.processes import ROOT


@dataclass
class Stage:
    """`FROM` and what follows it."""

    base: str
    steps: list[tuple[str, str]] = field(default_factory=list)

    def all(self, instruction: str) -> list[str]:
        return [words for name, words in self.steps if name == instruction]

    def one(self, instruction: str) -> str:
        (words,) = self.all(instruction)
        return words

    def command(self, instruction: str) -> list[str]:
        """The exec form: a shell between us and the signals would swallow them."""
        words: list[str] = json.loads(self.one(instruction))
        return words


def stages(path: Path = ROOT / "Dockerfile") -> list[Stage]:
    text = re.sub(r"^#.*\n", "", path.read_text(), flags=re.M).replace("\\\n", " ")
    found: list[Stage] = []
    for line in filter(None, map(str.strip, text.splitlines())):
        instruction, _, words = line.partition(" ")
        if instruction == "FROM":
            found.append(Stage(words))
        else:
            found[-1].steps.append((instruction, words.strip()))
    return found
