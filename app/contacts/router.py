"""Addresses: the contact log, notes, and who has fallen silent."""

from __future__ import annotations

from app.kit.routes import room

router = room("Contacts")
