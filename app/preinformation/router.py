"""Addresses: the form a client fills before the health check."""

from __future__ import annotations

from app.kit.routes import room

router = room("Pre-information")
