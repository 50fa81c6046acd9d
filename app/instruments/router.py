"""Addresses: instruments as data, and their bands."""

from __future__ import annotations

from app.kit.routes import room

router = room("Instruments")
