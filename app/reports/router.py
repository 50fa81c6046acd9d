"""Addresses: figures without people in them."""

from __future__ import annotations

from app.kit.routes import room

router = room("Reports")
