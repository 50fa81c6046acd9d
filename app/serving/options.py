"""What a long command line means, with examples: imported before anything that takes time."""

from __future__ import annotations

import argparse
from pathlib import Path

EXAMPLES = """\
examples:
  python -m app simulate --team heinola
        the last twelve months as they were: what was given to whom, what waited and how long
  python -m app simulate --team heinola --months 6 --vacant physician_msk_somatic
        with nobody in that seat: how many cases would nobody get?
  python -m app simulate --team heinola --away "Hanna Harju,2027-07-01,2027-07-28"
        her holiday, moved back by whole weeks into the months that have passed
  python -m app simulate --team heinola --max-open unemployed_health_nurse=80 --max-open physiotherapist=20
        with other limits of open work for everybody on those seats
  python -m app simulate --team heinola --rules draft.json --json > result.json
        with a rule set of your own; start from one of /v1/routing-rule-sets

Both columns are simulated: what the rules give, without what people decided otherwise. Nothing is changed.
"""


def of_simulate(one: argparse.ArgumentParser) -> None:
    one.epilog, one.formatter_class = EXAMPLES, argparse.RawDescriptionHelpFormatter
    one.add_argument(
        "--team", required=True, metavar="CODE", help="code of the team (an unknown one lists them), or id"
    )
    one.add_argument("--months", type=int, default=12, metavar="N", help="how many months back, 1 to 24 (default 12)")
    one.add_argument("--rules", type=Path, metavar="FILE", help="a rule set as JSON that decides from the first day")
    one.add_argument(
        "--vacant", action="append", default=[], metavar="ROLE", help="a seat with nobody in it; may be repeated"
    )
    one.add_argument(
        "--away", action="append", default=[], metavar="PERSON,FIRST,LAST", help="name or id, and two days: 2027-07-01"
    )
    one.add_argument(
        "--max-open", action="append", default=[], metavar="ROLE=N", help="most open work of each on a seat"
    )
    one.add_argument("--json", action="store_true", help="print the answer of the API instead of tables")
