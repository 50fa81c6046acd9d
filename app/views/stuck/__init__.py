"""Stuck cases: every bad state a case can be in, found when read, each with what helps (C-35)."""
