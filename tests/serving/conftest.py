"""A told database of its own for what is run on one from outside."""

from tests.jobs.conftest import place, told

__all__ = ["place", "told"]
