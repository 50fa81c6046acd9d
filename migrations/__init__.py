"""Migrations of the database; run by `python -m app migrate`."""
