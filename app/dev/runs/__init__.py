"""`python -m app.dev runs NAME`: long runs that print what they measured. A run is a module with `main(argv)`."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from importlib import import_module

RUNS = {
    "canary": "names, codes and tokens through every operation and failure of a served process: none comes out again",
    "access": "every operation as every role in every relation to a case: nobody learns of a case that is not theirs",
    "races": "disclosures against withdrawals, prohibitions and new terms; nothing is told after the end is committed",
    "delivery": "events to three receivers while they fail, the worker is killed and clients withdraw their permission",
    "routing": "many referrals at once while rules, limits and presence change; what the database then says is true",
    "lifecycle": "lives of cases, made up move by move: no owner, next action or feedback is lost; refusals do nothing",
    "rows": "every kind of caller against every table by SQL, a pool of two, and the cost of row security",
    "simulation": "a believable year of a team simulated twice: as it was, and with a change; decisions a second",
}


def main(argv: Sequence[str]) -> int:
    """Do one run with the arguments that follow its name."""
    parser = argparse.ArgumentParser(
        prog="python -m app.dev runs",
        description="Runs:\n\n" + "\n".join(f"  {name:12}{about}" for name, about in RUNS.items()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("run", nargs="?", choices=RUNS, metavar="NAME", help="its own options: NAME --help")
    parser.add_argument("--list", action="store_true", help="say which runs there are, and end")
    asked, rest = parser.parse_args(list(argv)[:1]), list(argv)[1:]
    if asked.run is None:
        print("\n".join(f"{name:12}{about}" for name, about in RUNS.items()))
        return 0 if asked.list else 2
    run: Callable[[Sequence[str]], int] = import_module(f"app.dev.runs.{asked.run}").main
    return run(rest)
