"""Addresses: old records asked of other places, until they arrive."""

from __future__ import annotations

from app.kit.routes import room

router = room("Record requests")
