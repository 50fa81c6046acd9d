"""The contact log, notes, and who has fallen silent."""
