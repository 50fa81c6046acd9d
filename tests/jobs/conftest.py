"""Jobs work on committed rows: each test has a copy of the told database."""

from tests.contract.conftest import place, settle, template

__all__ = ["place", "settle", "template"]
