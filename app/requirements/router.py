"""Addresses: what a team needs to know in a referral."""

from __future__ import annotations

from app.kit.routes import room

router = room("Requirements")
