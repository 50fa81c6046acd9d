"""Pure rules of assessments: which content a kind takes, who may conclude what, what a health check must say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from app.assessments.kinds import PHYSICIANS_KINDS
from app.kit.codesets import codeset
from app.teams.telling import PHYSICIANS

# C-16: work incapacity is never concluded from the nurse's check alone, only by a physician.
PHYSICIAN_ONLY = frozenset({"work_incapacity_indicated"})
# C-14: the source says an hour and a half to two hours, and recording besides; how long that is, is our own design.
MINUTES_USUAL = range(90, 121)
RECORDING_MINUTES = 30


def may_conclude(kind: str, conclusion: str, roles: frozenset[str]) -> bool:
    """`roles` are those of the concluder's memberships of today: a seat stood in for makes nobody a physician."""
    return conclusion not in PHYSICIAN_ONLY or (kind in PHYSICIANS_KINDS and bool(roles & PHYSICIANS))


def missing_sections(said: Iterable[str]) -> list[str]:
    """Sections that every health check says, done or not (need `always`), and this one does not (C-15)."""
    needed = [code.code for code in codeset("health_check_section") if code.facts["need"] == "always"]
    there = set(said)
    return [section for section in needed if section not in there]


def ordered(baseline: bool, added: Iterable[str], removed: Iterable[str]) -> list[str]:
    """The tests of an order, in the order of the code set."""
    wanted = {code.code for code in codeset("lab") if baseline and code.facts["baseline"]} | set(added)
    wanted -= set(removed)
    return [code.code for code in codeset("lab") if code.code in wanted]


def merged(saved: Mapping[str, Any], sent: Mapping[str, Any]) -> dict[str, Any]:
    """What was saved with what is sent now on top: sections one by one, everything else as a whole."""
    found = {**saved, **sent}
    if saved.get("sections") and sent.get("sections"):
        by_name = {section["section"]: section for section in (*saved["sections"], *sent["sections"])}
        found["sections"] = list(by_name.values())
    return found


def contradictions(content: Mapping[str, Any]) -> list[str]:
    """Sections said to be left undone that have content, and measures said to be done of which there are none."""
    done = {section["section"]: section["done"] for section in content["sections"]}
    measures = content["measures"] or {}
    has = {
        "measures": any(measures.get(name) for name in ("heightCm", "weightKg", "bloodPressure")),
        "laboratory": content["laboratory"] is not None,
        "guidance": bool(content["guidance"]),
    }
    undone = [name for name, there in has.items() if there and not done.get(name, True)]
    return undone + (["measures"] if done.get("measures") and not has["measures"] else [])
