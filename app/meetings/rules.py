"""Which data a part of a meeting is, and what a partner must be permitted to be told to see it: pure.

An invitation tells of participation alone. A part of the agenda tells its data class, a part of the notes that it is
from the notes as well (domain 5.3).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

# What a part of a register may be; the first is what it is unless it is said.
CLASSES: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "operational": ("meeting_notes", "participation", "referral_reason", "service_path", "contact_details"),
    "employment": ("meeting_notes", "participation", "referral_reason", "service_path"),
    "health": ("health", "work_ability_conclusion", "was_score"),
    "social": ("social",),
})  # fmt: skip


def class_of(register: str, given: str | None) -> str | None:
    """The data class of a part, or None where the register has no such class."""
    fits = CLASSES[register]
    return fits[0] if given is None else given if given in fits else None


def told(data_class: str, *, notes: bool) -> frozenset[str]:
    """What a partner is told with the part."""
    return frozenset({"participation", data_class, *(("meeting_notes",) if notes else ())})
