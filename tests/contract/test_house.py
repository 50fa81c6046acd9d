"""The rules of the house, read from the source: who commits, where SQL stands, how long a file may be."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
APP = sorted((ROOT / "app").rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
CONSTRUCTORS = {"select", "insert", "update", "delete", "text"}
# Where SQL stands besides `queries.py`, and why.
SQL_ELSEWHERE = {
    "app/kit": "knows SQL and no client",
    "app/audit": "writes the trail of everybody's changes",
    "app/migrate.py": "takes the advisory lock of migrations",
    "app/people/actor.py": "one SECURITY DEFINER call, before anything may be read",
    "app/serving/database.py": "looks at the database before the API opens",
}
CLOCKS = {"now", "utcnow", "today"}
# What an operator or a developer runs: it begins somewhere in time, says so on the terminal, and owns its transaction.
COMMANDS = ("app/__main__.py", "app/dev/", "app/serving/")


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


@cache
def calls(path: Path) -> list[str]:
    return [ast.unparse(node.func) for node in ast.walk(parsed(path)) if isinstance(node, ast.Call)]


@cache
def imported(path: Path) -> list[str]:
    """Dotted modules: of `from a import b` both `a` and `a.b`."""
    found: list[str] = []
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            found += [str(node.module), *(f"{node.module}.{alias.name}" for alias in node.names)]
    return found


def each(paths: Sequence[Path]) -> Callable[[Callable[[Path], None]], Callable[[], None]]:
    """One test of all these files, which names every file that fails: a test for each costs more than its rule."""

    def checked(rule: Callable[[Path], None]) -> Callable[[], None]:
        def test() -> None:
            wrong = []
            for path in paths:
                try:
                    rule(path)
                except AssertionError as error:
                    wrong.append(f"{name_of(path)}: {error}")
            assert paths
            assert not wrong, f"{len(wrong)} of {len(paths)} files:\n" + "\n".join(wrong)

        test.__name__, test.__doc__, test.__module__ = rule.__name__, rule.__doc__, rule.__module__
        return test

    return checked


def from_sqlalchemy(path: Path) -> set[str]:
    """The SQL constructors that a file imports: another `select` or `text` is no SQL."""
    return {
        alias.asname or alias.name
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("sqlalchemy")
        for alias in node.names
        if alias.name in CONSTRUCTORS
    }


def constraints_only(path: Path) -> bool:
    """A model says `text(…)` for the WHERE of an index or a default; that is no query."""
    return path.name.endswith("models.py") and from_sqlalchemy(path) <= {"text"}


def in_queries(path: Path) -> bool:
    named = name_of(path)
    allowed = any(named == place or named.startswith(f"{place}/") for place in SQL_ELSEWHERE)
    return path.name == "queries.py" or "queries" in path.parts or allowed or named.startswith("app/dev/")


def test_there_is_a_house() -> None:
    assert len(APP) > 100
    assert len(TESTS) > 40
    stale = [place for place in SQL_ELSEWHERE if not (ROOT / place).exists()]
    assert stale == []


@each(APP)
def test_only_the_unit_of_work_ends_a_transaction(path: Path) -> None:
    ending = [f for f in calls(path) if f.rsplit(".", 1)[-1] in {"commit", "begin_nested"}]
    assert ending == [], "a request has one transaction, and `kit.db` commits it"
    begun = [f for f in calls(path) if f.endswith(".begin")]
    named = name_of(path)
    if named not in {"app/kit/db.py", "app/migrate.py"} and not named.startswith(COMMANDS):
        assert begun == [], "whoever begins also commits: leave it to `kit.db`"


@each([p for p in APP if not in_queries(p)])
def test_sql_stands_in_queries(path: Path) -> None:
    if not constraints_only(path):
        found = from_sqlalchemy(path)
        assert [f for f in calls(path) if f in found] == [], "SQL lives in queries.py"
    assert not [f for f in calls(path) if f.endswith((".exec_driver_sql", "sqlalchemy.text"))]


@each([*APP, *TESTS])
def test_a_file_fits_the_head(path: Path) -> None:
    lines = len(path.read_text("utf-8").splitlines())
    assert lines <= 300, "split the room before the file"


@each(APP)
def test_time_comes_in_as_an_argument(path: Path) -> None:
    if name_of(path) != "app/kit/clock.py" and not name_of(path).startswith(COMMANDS):
        read = [f for f in calls(path) if f.rsplit(".", 1)[-1] in CLOCKS and f != "func.now"]
        assert [f for f in read if f.split(".")[0] in {"datetime", "date", "dt", "clock", "func", "utcnow"}] == []


@each(APP)
def test_only_commands_print(path: Path) -> None:
    if not name_of(path).startswith(COMMANDS):
        assert "print" not in set(calls(path))


@each(APP)
def test_jose_has_one_importer(path: Path) -> None:
    if name_of(path) != "app/security/tokens.py":
        assert not [module for module in imported(path) if module.split(".")[0] == "jose"]


@each(APP)
def test_the_domain_knows_no_http(path: Path) -> None:
    if path.name in {"models.py", "service.py", "queries.py", "rules.py"}:
        assert not [m for m in imported(path) if m.split(".")[0] in {"fastapi", "starlette"}]


@each([p for p in APP if p.name == "rules.py"])
def test_rules_are_pure(path: Path) -> None:
    """Decisions without input or output: the standard library, and the pure parts of the house."""
    outside = {m.split(".")[0] for m in imported(path)} - {"app", *sys.stdlib_module_names}
    assert outside <= {"dateutil"}
    assert not [m for m in imported(path) if m in {"app.kit.db", "asyncio"} or m.endswith((".service", ".queries"))]
    assert not [n for n in ast.walk(parsed(path)) if isinstance(n, ast.AsyncFunctionDef)]


def test_the_story_is_a_client_like_any_other() -> None:
    for path in (ROOT / "app/dev/story.py", ROOT / "app/dev/stage.py", *(ROOT / "app/dev/roads").glob("*.py")):
        ours = {".".join(module.split(".")[:3]) for module in imported(path) if module.split(".")[0] == "app"}
        assert ours <= {"app.config", "app.config.read_settings", "app.dev.stage", "app.dev.roads"}, path.name


@each(APP)
def test_rooms_know_no_other_rooms_router(path: Path) -> None:
    """A router belongs to its room and to `addresses`, which with `main` is the only place that knows every room."""
    room = path.parent.relative_to(ROOT).as_posix().replace("/", ".")
    others = [
        m for m in imported(path) if m.startswith("app.") and "router" in m.split(".") and not m.startswith(f"{room}.")
    ]
    if name_of(path) != "app/addresses.py" and not name_of(path).startswith(("app/dev/", "app/site/")):
        assert others == []
