"""The database roles. They belong to the cluster, not to one database, so they are made before the first migration
and stay when everything is migrated down.

owner    owns the tables; FORCE ROW LEVEL SECURITY holds for it too
app      what requests work as: neither owner nor BYPASSRLS, no DELETE
job      what the job process works as
definer  owns the few SECURITY DEFINER functions; its policies name what they may see
"""

from __future__ import annotations

from sqlalchemy import Connection, text

OWNER, APP, JOB, DEFINER = ROLES = ("heinola_owner", "heinola_app", "heinola_job", "heinola_definer")
MAKE = """
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{role}') THEN
    CREATE ROLE {role} NOLOGIN NOINHERIT;
  END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; -- another database of the cluster was quicker
END $$
"""


def ensure_roles(connection: Connection) -> None:
    """Make the roles that are missing. The login needs CREATEROLE the first time, and CREATE on the database."""
    for role in ROLES:
        connection.execute(text(MAKE.format(role=role)))
    superuser = connection.scalar(text("SELECT rolsuper FROM pg_roles WHERE rolname = current_user"))
    if not superuser:
        for role in ROLES:
            connection.execute(text(f"GRANT {role} TO CURRENT_USER"))
    connection.execute(text(f"GRANT CREATE, USAGE ON SCHEMA public TO {OWNER}"))
    connection.execute(text(f"GRANT USAGE, CREATE ON SCHEMA public TO {DEFINER}"))
    connection.execute(text(f"GRANT USAGE ON SCHEMA public TO {APP}, {JOB}"))
