"""What `work`, `backup` and `restore` do with their command line; `app.__main__` reads it and imports this late."""

from __future__ import annotations

import argparse
import asyncio
from datetime import UTC, datetime

from rich.console import Console

from app.config import Settings
from app.jobs import catalogue
from app.kit.crypto import BadKeys, Vault
from app.migrate import head
from app.serving import database, home, logs, schema
from app.serving.backup import backup as write
from app.serving.faults import BadSettings, Fault
from app.serving.restore import restore as read
from app.serving.simulate import simulate as run_simulation
from app.serving.tables import figures_table, people_table
from app.serving.words import Bar, Progress, tell
from app.serving.work import work as run_jobs

PROG = "python -m app"


def vault_of(settings: Settings) -> Vault:
    try:
        return Vault.from_settings(settings, home.keys_of(settings))
    except BadKeys as wrong:
        raise BadSettings(str(wrong)) from None


def work(settings: Settings, asked: argparse.Namespace) -> int:
    if asked.list:
        for job in catalogue.JOBS:
            tell(f"{job.name:12}every {job.every!s:>8}  {job.about}")
        return 0
    try:
        jobs = catalogue.named(asked.job)
    except KeyError as unknown:
        raise BadSettings(f"no job is called {unknown}: {PROG} work --list") from None
    logs.configure(settings.log_format)
    with Progress() as say, database.as_jobs(settings, say) as dsn:
        if settings.embedded:
            asyncio.run(schema.bring(dsn, say))
        elif advice := asyncio.run(schema.advise(dsn, database.WORKER)):
            raise Fault(advice.removeprefix(schema.NOT_READY))
        done = asyncio.run(run_jobs(settings, dsn, jobs, tell, only_once=asked.once, vault=vault_of(settings)))
        say.end()
    for name, did in done.items():
        tell(f"{name:12}{did}")
    return 0


def simulate(settings: Settings, asked: argparse.Namespace) -> int:
    with Progress(silent=asked.json) as say, database.as_jobs(settings, say) as dsn:
        if settings.embedded:
            asyncio.run(schema.bring(dsn, say))
        elif advice := asyncio.run(schema.advise(dsn, database.WORKER)):
            raise Fault(advice.removeprefix(schema.NOT_READY))
        with Bar("walking through it twice") as bar:

            def walked(ready: int, of: int) -> None:
                say.end()  # one line moves at a time
                bar(ready, of)

            done = asyncio.run(run_simulation(settings, dsn, asked, datetime.now(UTC), say, walked))
        say.end()
    if asked.json:
        tell(done.read().model_dump_json(by_alias=True, indent=1))
        return 0
    read = done.read()
    tables = Console(highlight=False)
    tables.print(figures_table(done.made, f"{done.team.name}, {read.from_on} to {read.to_on}"))
    tables.print(people_table(done.made, done.staff.names))
    if read.truncated:
        tell(f"Only the newest {read.decisions} decisions, from {read.from_on} on: ask for fewer months to see all.")
    for away in read.absences:
        tell(f"Away from {away.placed_first_on} to {away.placed_last_on} in the past: {away.first_on}, {away.last_on}.")
    tell(f"It would end otherwise for {read.changed_count} of {read.after.cases} cases.")
    return 0


def backup(settings: Settings, asked: argparse.Namespace) -> int:
    vault = vault_of(settings)
    with Progress() as say, database.as_backup(settings, say) as dsn:
        made = asyncio.run(write(dsn, asked.file.absolute(), vault, datetime.now(UTC), say))
        say.end()
    tell(f"wrote {asked.file} ({made.bytes} bytes) and its manifest: {sum(made.counts.values())} rows, {made.revision}")
    tell("The keys are not in it: keep HEINOLA_IDENTITY_KEYS and HEINOLA_INDEX_KEY (or the folder keys/) elsewhere.")
    if settings.attachment_folder is not None:
        tell(f"The documents in {settings.attachment_folder} are not in it: copy that folder now, after this file.")
    return 0


def restore(settings: Settings, asked: argparse.Namespace) -> int:
    vault = vault_of(settings)
    with Progress() as say, database.as_owner(settings, say) as dsn:
        known = asyncio.run(read(dsn, asked.file.absolute(), vault, say, into=asked.into))
        say.end()
    tell(f"restored {sum(known.counts.values())} rows as of {known.made_at:%Y-%m-%d %H:%M:%S} UTC, and checked them")
    tell(f"rows, feed positions (up to {known.feed.position}), rights and identity codes are as they were")
    if settings.attachment_folder is not None:
        tell(f"Put the copy of the documents back into {settings.attachment_folder}.")
    if known.revision != head():
        tell(f"it is at {known.revision}: bring it to {head()} with: {PROG} migrate")
    return 0
