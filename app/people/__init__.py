"""Organisations, units, persons, memberships, and who is asking."""
