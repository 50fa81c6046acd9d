"""`start()`: the embedded PostgreSQL of one data folder, made on the first start."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.embedded import address, cluster, databases, folders, programs
from app.embedded.cluster import Say
from app.embedded.errors import from_os
from app.embedded.lock import Lock
from app.embedded.server import DATABASE, Run, Server


def start(data_dir: Path | None = None, *, say: Say = lambda _: None, fast: bool = False) -> Server:
    """Start the server of `data_dir` (default: one folder per user) and see that the database is there.

    Blocks for about a second on the first start, a fraction of it later; `say` gets short lines of progress.
    `fast` is for tests: a crash of the machine loses data. Raises `EmbeddedError`, whose first line has the remedy.
    """
    folder, runs_as = folders.choose(data_dir)
    found = programs.find(runs_as, say)
    folders.prepare(folder, runs_as)
    try:
        folders.check_version(folder, found.major)
        run = Run(Lock(folder), found, folder / str(found.major))
    except OSError as error:
        raise from_os(error, folder) from error
    try:
        return _start(run, folder, fast=fast, say=say)
    except OSError as error:
        run.stop()
        raise from_os(error, folder) from error
    except BaseException:
        run.stop()
        raise


@contextmanager
def throwaway(*, say: Say = lambda _: None) -> Iterator[Server]:
    """A fast server with an empty database in a folder of its own, gone afterwards: for tests and trials.

    A folder of mode 0700 around it (pytest's `tmp_path`) would shut out the server's account when we are root.
    """
    folder = Path(tempfile.mkdtemp(prefix="heinola-"))
    try:
        server = start(folder, say=say, fast=True)
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _start(run: Run, folder: Path, *, fast: bool, say: Say) -> Server:
    if run.cluster.exists():
        cluster.recover(run.cluster, run.programs, say)
    run.address = address.choose(folder, run.programs.account)
    if not run.cluster.exists():
        cluster.make(folder, run.programs, run.address, fast=fast, say=say)
    say(f"starting PostgreSQL {run.programs.version}")
    run.process, run.watcher = cluster.boot(folder, run.cluster, run.programs, run.address, fast=fast, say=say)
    server = Server(folder, run.process.pid, run.address, run.programs, run)
    if not databases.has_database(server, DATABASE):
        say(f"creating the database {DATABASE}")
        databases.create_database(server, DATABASE)
    atexit.register(run.stop)
    return server
