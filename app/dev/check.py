"""`python -m app.dev check`: what has to hold before a change is taken in. `.ci/run` runs the same."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

ROOT = Path(__file__).parent.parent.parent
CONTRACTS = "from importlinter.cli import lint_imports_command; lint_imports_command()"
# Each process begins with a half of its own and takes from the other's end: what tests of a folder share is made once.
TESTS = ("-m", "pytest", "-n", "2", "--dist", "worksteal")
# Whole installations and days of an operator, followed as the guides and the image tell them: slower than the rest.
# Those of one file share an installation.
DRILLS = ("-m", "pytest", "-m", "drill", "-n", "2", "--dist", "loadfile")
# The tests come last: nothing stops at the first failure, and the quick answers come first.
STEPS: dict[str, tuple[str, ...]] = {
    "format": ("-m", "ruff", "format", "--check", "."),
    "lint": ("-m", "ruff", "check", "."),
    "types": ("-m", "mypy", "--strict"),
    "imports": ("-c", CONTRACTS, "--no-logo"),
    "drills": DRILLS,
    "tests": TESTS,
}


@dataclass(frozen=True)
class Ran:
    """How a step ended; `last` is the last thing it said."""

    name: str
    code: int
    seconds: float
    last: str

    def __str__(self) -> str:
        return f"{self.name:8} {'ok' if self.code == 0 else 'FAILED':7} {self.seconds:6.1f} s"


def run(name: str, arguments: Sequence[str]) -> Ran:
    """Run a step with this Python in the checkout, showing what it says as it says it."""
    print(f"\n== {name}", flush=True)
    began, last = perf_counter(), ""
    with subprocess.Popen(
        [sys.executable, *arguments],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            print(line, end="", flush=True)
            last = line.strip() or last
    return Ran(name, process.returncode, perf_counter() - began, last)


def in_checkout() -> bool:
    """Whether we run from a checkout: an installed copy has neither tests nor settings of the tools."""
    if (ROOT / "pyproject.toml").is_file() and (ROOT / "tests").is_dir():
        return True
    print(f"{ROOT} is no checkout: run this where pyproject.toml and tests/ are", file=sys.stderr)
    return False


def main(argv: Sequence[str]) -> int:
    """Run every step; the last line is the summary of the tests. Returns 1 when any step failed."""
    if argv and argv[0] in ("-h", "--help"):
        print(f"usage: python -m app.dev check [STEP ...]\n\nSteps, all when none is named: {', '.join(STEPS)}")
        return 0
    if unknown := [name for name in argv if name not in STEPS]:
        print(f"no step is called {unknown[0]}; these are: {', '.join(STEPS)}", file=sys.stderr)
        return 2
    if not in_checkout():
        return 1
    ran = [run(name, STEPS[name]) for name in argv or STEPS]
    print()
    for step in ran:
        print(step)
    if ran[-1].name == "tests":
        print(ran[-1].last)
    return 1 if any(step.code for step in ran) else 0


def test(argv: Sequence[str]) -> int:
    """The tests alone, two at a time; what follows goes to pytest."""
    if not in_checkout():
        return 1
    return subprocess.run([sys.executable, *TESTS, *argv], cwd=ROOT, check=False).returncode
