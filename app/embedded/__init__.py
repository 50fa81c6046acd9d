"""The embedded PostgreSQL: a database for a machine that has only Python. Used when `DATABASE_URL` is not set.

Use:

    server = start(say=print)
    engine = create_async_engine(server.dsn())
    …
    server.stop()
"""

from app.embedded.databases import create_database, drop_database
from app.embedded.errors import EmbeddedError, EmbeddedInUse
from app.embedded.server import Server
from app.embedded.starting import start, throwaway

__all__ = ["EmbeddedError", "EmbeddedInUse", "Server", "create_database", "drop_database", "start", "throwaway"]
