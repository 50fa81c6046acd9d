"""Runs migrations on the connection given by `app.migrate`, as the owner role."""

from __future__ import annotations

from alembic import context
from sqlalchemy import text

from app.models import metadata
from migrations.roles import OWNER, ensure_roles

connection = context.config.attributes.get("connection")
if connection is None:
    raise SystemExit("Run migrations with: python -m app migrate")

ensure_roles(connection)
connection.execute(text(f"SET LOCAL ROLE {OWNER}"))
context.configure(
    connection=connection,
    target_metadata=metadata,
    compare_type=True,
    compare_server_default=True,
)
with context.begin_transaction():
    context.run_migrations()
