"""`python -m app.dev`: what a developer runs."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

PROG = "python -m app.dev"
COMMANDS = {
    "check": "format, lint, types, import contracts and tests, as .ci/run does; or only the steps named",
    "test": "the tests, two at a time; what follows goes to pytest",
    "openapi": "write the committed schema files; --check compares, --release keeps a copy",
    "seed": "put the demo town into the database of DATABASE_URL, or the embedded one, if it is empty",
    "story": "tell the main job, or side roads of it, against a running demo server: story [URL] [--road NAME | --all]",
    "runs": "a long run that prints what it measured: runs NAME, runs --list",
    "bench": "requests a second beside a floor that has the same duties, on a throwaway database",
}
EXAMPLES = f"""\
examples:
  {PROG} check                       everything; the last line is the summary of the tests
  {PROG} check lint types            only these
  {PROG} test tests/people -k seat   some of the tests
  {PROG} openapi --check             is the committed schema what the code says?
  {PROG} story http://127.0.0.1:8000
  {PROG} story --road withdrawn --road joined
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command with the arguments that follow it. Exit code 2: there is no such command."""
    parser = argparse.ArgumentParser(
        prog=PROG,
        description="Work on this code base.\n\n"
        + "\n".join(f"  {name:10}{about}" for name, about in COMMANDS.items()),
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("command", choices=COMMANDS, metavar="COMMAND")
    given = list(sys.argv[1:] if argv is None else argv)
    # Only what comes before the command is ours: `openapi --help` is the command's.
    asked, rest = parser.parse_args(given[:1]), given[1:]
    match asked.command:
        case "check":
            from app.dev import check

            return check.main(rest)
        case "test":
            from app.dev import check

            return check.test(rest)
        case "openapi":
            from app.dev import openapi

            return openapi.main(rest)
        case "story":
            from app.dev import story

            return story.main(rest)
        case "bench":
            from app.dev import bench

            return bench.main(rest)
        case "runs":
            from app.dev import runs

            return runs.main(rest)
        case _:
            return seed(rest)


def seed(argv: Sequence[str]) -> int:
    """Fill the database without serving it."""
    from app.config import Settings
    from app.dev.seed import fill
    from app.main import create_app
    from app.serving import database, faults, home, schema
    from app.serving.words import Progress, Say

    argparse.ArgumentParser(prog=f"{PROG} seed", description=COMMANDS["seed"]).parse_args(argv)

    async def filled(settings: Settings, dsn: str, keys: Path | None, say: Say) -> bool:
        if settings.embedded:
            await schema.bring(dsn, say)
        elif advice := await schema.advise(dsn):
            raise faults.Fault(f"cannot seed: {advice}")
        api = create_app(settings, dsn=dsn, data_dir=keys)
        async with api.router.lifespan_context(api):
            return await fill(api, say)

    try:
        settings = faults.settings()
        if settings.mode != "demo":
            raise faults.BadSettings(
                "the town is for demo mode: a production database starts with python -m app bootstrap"
            )
        keys = home.keys_of(settings)
        with Progress() as say, database.as_app(settings, say) as dsn:
            built = asyncio.run(filled(settings, dsn, keys, say))
    except faults.Fault as fault:
        print(f"{PROG} seed: {fault}", file=sys.stderr)
        return 1
    print("the town is built" if built else "the town was there already")
    return 0


if __name__ == "__main__":
    sys.exit(main())
