"""The side roads as stories over HTTP: what happens when it does not go straight. `python -m app.dev story --help`.

A road is told to a `Scene` and raises `StoryBroken` where the API answers otherwise than the road goes. Nothing of
the application is imported: whatever a road does, any client can do.
"""

from __future__ import annotations

from app.dev.roads import (
    answers,
    arrivals,
    asking,
    assessing,
    consulting,
    endings,
    instruments,
    leaving,
    meanwhile,
    meeting_roads,
    networks,
    receptions,
    visits,
)
from app.dev.roads.scene import ROADS, Road, Scene

__all__ = [
    "ROADS",
    "Road",
    "Scene",
    "answers",
    "arrivals",
    "asking",
    "assessing",
    "consulting",
    "endings",
    "instruments",
    "leaving",
    "meanwhile",
    "meeting_roads",
    "networks",
    "receptions",
    "visits",
]
