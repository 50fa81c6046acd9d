"""Addresses: documents of a case, and their content."""

from __future__ import annotations

from app.kit.routes import room

router = room("Attachments")
