"""Addresses: who acts for a client, on which mandate."""

from __future__ import annotations

from app.kit.routes import room

router = room("Representatives")
