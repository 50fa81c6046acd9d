"""Seats that tell by themselves: who is sent there has something of that kind (domain 5.3)."""

from __future__ import annotations

PHYSICIANS = frozenset({
    "physician_mental_substance_neuro", "physician_msk_somatic", "work_ability_physician", "occupational_physician",
    "rehab_unit_chief_physician",
})  # fmt: skip
TELLING_SEATS = PHYSICIANS | {"psychiatric_nurse", "substance_worker", "memory_nurse"}
