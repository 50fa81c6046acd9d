"""Addresses: barriers, small steps and the follow-up plan of a path."""

from __future__ import annotations

from app.kit.routes import room

router = room("Plans")
