"""Anonymous questions, their sessions and the library of answers. No client stands in any of them."""

from __future__ import annotations

from alembic import op

from migrations.policies import columns_but
from migrations.roles import APP, JOB
from migrations.sql import run

revision = "0044_questions"
down_revision = "0043_consultations"
branch_labels = None
depends_on = None

HERE = "area_id = ANY ((SELECT ctx_workplaces())::uuid[])"
FORUM = f"({HERE} OR organisation_ids && (SELECT ctx_workplaces())::uuid[])"
# Of a forum, a question or an entry that the caller sees: the policies of those tables hold inside.
IN_FORUM = "EXISTS (SELECT FROM forums f WHERE f.id = {table}.forum_id)"
OF_QUESTION = "EXISTS (SELECT FROM forum_questions q WHERE q.id = forum_entries.question_id)"
OF_ENTRY = "EXISTS (SELECT FROM library_entries e WHERE e.id = library_reads.library_entry_id)"
CONVENES = (
    "EXISTS (SELECT FROM forums f WHERE f.id = forum_sessions.forum_id AND f.convener_id = (SELECT ctx_person()))"
)
# table -> who sees a row, who adds one, who changes one, and what stays as it was written (None: everything)
TABLES: dict[str, tuple[str, str, str, tuple[str, ...] | None]] = {
    "forums": (FORUM, HERE, HERE, ("id", "area_id", "kind", "created_at")),
    "forum_sessions": (
        IN_FORUM, CONVENES, f"({CONVENES} OR convener_id = (SELECT ctx_person()))",
        ("id", "forum_id", "starts_at", "minutes", "convener_id", "expert_ids", "place", "created_at"),
    ),
    "forum_questions": (
        IN_FORUM, "(asker_id = (SELECT ctx_person()) AND " + IN_FORUM + ")", IN_FORUM,
        ("id", "forum_id", "asker_id", "asker_role", "asker_organisation_id", "is_case", "themes", "language", "body",
         "asked_at"),
    ),
    "forum_entries": (OF_QUESTION, f"(author_id = (SELECT ctx_person()) AND {OF_QUESTION})", "false", None),
    "library_entries": (
        IN_FORUM, "(written_by_id = (SELECT ctx_person()) AND " + IN_FORUM + ")", IN_FORUM,
        ("id", "forum_id", "question_id", "language", "search", "created_at"),
    ),
    "library_reads": (OF_ENTRY, OF_ENTRY, "false", None),
}  # fmt: skip
# The asker hears of an answer; the convener of a question, and of what the forum's sessions come to.
TOLD = """(position IS NOT NULL AND client_id IS NULL AND subject_type = 'forum_questions' AND EXISTS (
  SELECT FROM forum_questions q JOIN forums f ON f.id = q.forum_id WHERE q.id = outbox_events.subject_id
     AND (SELECT ctx_person()) IN (q.asker_id, f.convener_id)))"""


def upgrade() -> None:
    run("0044_questions.sql")
    for table, (seen, adds, changes, fixed) in TABLES.items():
        seen, adds, changes = (clause.format(table=table) for clause in (seen, adds, changes))
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY job ON {table} TO {JOB} USING (true)")
        op.execute(f"CREATE POLICY app_read ON {table} FOR SELECT TO {APP} USING ({seen})")
        op.execute(f"CREATE POLICY app_add ON {table} FOR INSERT TO {APP} WITH CHECK ({adds})")
        columns = ""
        if fixed is not None:
            # Whoever sees a row may lock it, so that a change by another is refused by name.
            op.execute(f"CREATE POLICY app_change ON {table} FOR UPDATE TO {APP} USING ({seen}) WITH CHECK ({changes})")
            columns = f", UPDATE ({columns_but(table, fixed)})"
        op.execute(f"GRANT SELECT, INSERT{columns} ON {table} TO {APP}")
        op.execute(f"GRANT SELECT ON {table} TO {JOB}")
    op.execute(f"CREATE POLICY app_read_questions ON outbox_events FOR SELECT TO {APP} USING ({TOLD})")


def downgrade() -> None:
    op.execute("DROP POLICY app_read_questions ON outbox_events")
    run("0044_questions.down.sql")
