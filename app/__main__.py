"""`python -m app`: what an operator runs."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from app.serving.options import of_simulate
from app.serving.words import Progress, Say, tell

if TYPE_CHECKING:
    from fastapi import FastAPI

    from app.config import Settings

PROG = "python -m app"
EXAMPLES = f"""\
examples:
  {PROG} serve                     a demo Heinola on http://127.0.0.1:8000, nothing else needed
  HEINOLA_PORT=0 {PROG} serve      the same on a free port
  {PROG} token nurse               a development token for `curl -H "Authorization: Bearer …"`
  {PROG} settings                  every setting: variable, present value, meaning
  DATABASE_URL=postgresql+asyncpg://… {PROG} migrate
                                            bring a PostgreSQL of your own to this program's schema
  {PROG} work                      the jobs of a PostgreSQL of your own, beside serve
  {PROG} backup heinola.dump       the database and a manifest; restore heinola.dump --into trial
  {PROG} simulate --team heinola --vacant physician_msk_somatic
                                            what would the last year have been with nobody in that seat?
  {PROG} bootstrap --area "Päijät-Hämeen hyvinvointialue" --administrator "Anna Aho" \\
      --issuer https://login.example.fi/realms/area --subject 0b7e…
                                            production's first start: the area and who may manage it

The story of one client, told against a running demo: python -m app.dev story
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command. Exit code 0: done; 1: it cannot be done now; 2: wrong command line or settings."""
    asked = parser().parse_args(argv)
    try:
        return run(asked)
    except KeyboardInterrupt:
        if asked.name == "serve":
            return 0  # it was asked to stop, and everything has stopped
        print(f"{PROG} {asked.name}: interrupted", file=sys.stderr)
        return 130


def run(asked: argparse.Namespace) -> int:
    from app.serving import faults  # from here on the imports take time, and may be interrupted

    command: Callable[[Settings, argparse.Namespace], int] = asked.command
    try:
        return command(faults.settings(), asked)
    except faults.Fault as fault:
        print(f"{PROG} {asked.name}: {fault}", file=sys.stderr)
        return 2 if isinstance(fault, faults.BadSettings) else 1


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(
        prog=PROG,
        description="Work-ability support on the Heinola model: run the API and its database.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = top.add_subparsers(dest="name", required=True, metavar="COMMAND")

    def add(name: str, command: Callable[[Settings, argparse.Namespace], int], about: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=about.partition(".")[0], description=about)
        made.set_defaults(command=command)
        return made

    one = add("serve", serve, "Serve the API until Ctrl-C. Without DATABASE_URL it brings its own PostgreSQL, migrated "
              "and with a demo town; an external database is never migrated by serve.")  # fmt: skip
    one.add_argument("--seed", action="store_true", help="demo mode: put the town into an external database, if empty")
    one = add("migrate", migrate, "Bring the database to the schema of this program, in one transaction; a second one "
              "started meanwhile waits. On HEINOLA_MIGRATION_URL or DATABASE_URL, or the embedded one.")  # fmt: skip
    one.add_argument("--to", metavar="REVISION", default="head", help="stop there (default: the newest)")
    one.add_argument(
        "--check", action="store_true", help="change nothing; 0 when up to date, 1 and what is missing if not"
    )
    one.add_argument("--down", action="store_true", help="go back to REVISION; `base` drops every table. Data is lost")
    one = add("bootstrap", bootstrap, "Make the wellbeing area and its first administrator, known by a login of your "
              "issuer. Everything else is managed over the API.")  # fmt: skip
    for option, about in {
        "area": "name of the wellbeing area",
        "administrator": "name of the person",
        "issuer": "`iss` of that person's tokens, exactly",
        "subject": "`sub` of that person's tokens, exactly",
    }.items():
        one.add_argument(f"--{option}", required=True, help=about)
    one.add_argument(
        "--add-login", action="store_true", help="the administrator is there: give another login (a wrong --subject)"
    )
    one = add("work", later("work"), "Run the jobs: positions of events, partitions, kept answers, what is late. One "
              "per database; a second one waits. `serve` on the embedded PostgreSQL runs them itself.")  # fmt: skip
    one.add_argument("--once", action="store_true", help="run each job once, and end; 1 when one failed")
    one.add_argument("--job", action="append", default=[], metavar="NAME", help="only this one; may be repeated")
    one.add_argument("--list", action="store_true", help="say which jobs there are, and end")
    one = add("backup", later("backup"), "Write the whole database at one instant into FILE, a manifest beside it. "
              "The keys are not in it. On HEINOLA_BACKUP_URL, HEINOLA_MIGRATION_URL or DATABASE_URL, or the embedded "
              "one.")  # fmt: skip
    one.add_argument("file", metavar="FILE", type=Path, help="a new file; its manifest is FILE.manifest.json")
    one = add("restore", later("restore"), "Restore a backup into an empty database, and check that it is whole and "
              "that the present keys fit. On HEINOLA_MIGRATION_URL or DATABASE_URL, or the embedded one.")  # fmt: skip
    one.add_argument("file", metavar="FILE", type=Path, help="what `backup` wrote, with its manifest beside it")
    one.add_argument("--into", metavar="NAME", help="a database of the same server, made when it is not there")
    of_simulate(add("simulate", later("simulate"), "Walk through the last months of a team with other rules, people or "
                    "limits, and compare. Numbers only; nothing is changed. On HEINOLA_JOBS_URL or DATABASE_URL, or "
                    "the embedded one."))  # fmt: skip
    add("settings", show_settings, "Print every setting: variable, present value, meaning. Secrets are not shown.")
    one = add("token", token, "Print a development token, good for twelve hours on this machine. Demo mode only.")
    one.add_argument("persona", help="for example nurse; an unknown one lists them all")
    return top


def later(name: str) -> Callable[[Settings, argparse.Namespace], int]:
    """A command of `app.serving.commands`, imported when it is run."""

    def command(settings: Settings, asked: argparse.Namespace) -> int:
        from app.serving import commands

        run_it: Callable[[Settings, argparse.Namespace], int] = getattr(commands, name)
        return run_it(settings, asked)

    return command


def serve(settings: Settings, asked: argparse.Namespace) -> int:
    from app.serving.faults import BadSettings
    from app.serving.run import serve as run_server

    if asked.seed and settings.mode != "demo":
        raise BadSettings("--seed is for demo mode: a production database starts with: python -m app bootstrap")

    async def seed(api: FastAPI, say: Say) -> None:
        from app.dev.seed import fill

        await fill(api, say)

    demo_town = settings.mode == "demo" and (settings.embedded or asked.seed)
    run_server(settings, announce=announce, seed=seed if demo_town else None)
    return 0


def announce(api: FastAPI, url: str) -> None:
    """Where it is; in demo mode, who one can be."""
    settings: Settings = api.state.settings
    if api.state.development is not None:
        from app.dev.personas import PERSONAS

        tell("\nTokens of this demo, good for twelve hours on this machine. Send one as: Authorization: Bearer …")
        for persona, about in PERSONAS.items():
            tell(f"\n{persona}: {about}\n{api.state.development.token(persona, datetime.now(UTC))}")
        tell(f"\nAnother one: {PROG} token nurse · The story of a client: python -m app.dev story {url}")
    tell(f"\nHeinola listens at {url}  ({settings.mode}; Ctrl-C stops it{', the database too' * settings.embedded})")
    if settings.docs_on:
        tell(f"  documentation  {url}/docs")


def migrate(settings: Settings, asked: argparse.Namespace) -> int:
    import asyncio

    from app.migrate import head
    from app.serving import database, schema
    from app.serving.faults import BadSettings, Fault

    if asked.down and asked.to == "head":
        raise BadSettings("--down needs --to REVISION, the migration to go back to")
    if asked.check:
        with Progress() as say, database.as_owner(settings, say) as dsn:
            advice = asyncio.run(schema.advise(dsn))
            say.end()
        if advice:
            raise Fault(advice.removeprefix(schema.NOT_READY))
        tell(f"up to date: {head()}")
        return 0
    with Progress() as say, database.as_owner(settings, say) as dsn:
        before, after = asyncio.run(schema.bring(dsn, say, to=asked.to, down=asked.down))
        say.end()
    start, end = before.revision or schema.EMPTY, after.revision or schema.EMPTY
    tell(f"already at {end}" if start == end else f"migrated from {start} to {end}")
    return 0


def bootstrap(settings: Settings, asked: argparse.Namespace) -> int:
    import asyncio

    from app.serving import database, first, schema

    with Progress() as say, database.as_app(settings, say) as dsn:
        if settings.embedded:
            asyncio.run(schema.bring(dsn, say))
        made = asyncio.run(
            first.bootstrap(
                settings, dsn, area=asked.area, administrator=asked.administrator, issuer=asked.issuer,
                subject=asked.subject, add_login=asked.add_login,
            )
        )  # fmt: skip
        say.end()
    tell(f"area           {made.area_id}  {asked.area}")
    tell(f"administrator  {made.person_id}  {asked.administrator}")
    tell(f"login          {made.login_id}  {asked.subject} of {asked.issuer}")
    return 0


def show_settings(settings: Settings, asked: argparse.Namespace) -> int:
    from app.serving.shown import lines

    for line in lines(settings):
        tell(line)
    return 0


def token(settings: Settings, asked: argparse.Namespace) -> int:
    from app.dev.personas import PERSONAS
    from app.security.development import DevelopmentIssuer, DevelopmentRefused
    from app.serving import home
    from app.serving.faults import BadSettings, Fault

    if settings.mode != "demo":
        raise BadSettings("development tokens exist in demo mode only: ask your issuer for one")
    if asked.persona not in PERSONAS:
        known = "".join(f"\n  {name:24}{about}" for name, about in PERSONAS.items())
        raise Fault(f"nobody is called {asked.persona} in the town; these are:{known}")
    keys = home.keys_of(settings)
    assert keys is not None
    try:
        issuer = DevelopmentIssuer(settings.host, mode=settings.mode, key_file=keys / "issuer.pem")
    except DevelopmentRefused as refused:
        raise Fault(str(refused)) from None
    tell(issuer.token(asked.persona, datetime.now(UTC)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
