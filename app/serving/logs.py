"""Logs: one line each on the standard error. No message of an exception gets there; it may hold personal data.

`json` is for machines that gather logs, `plain` for whoever watches a demo. Both say the same.
"""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any, Literal

OURS = ("heinola.access", "heinola.error")


def told(record: logging.LogRecord) -> dict[str, Any]:
    """What a record says. Our own loggers write JSON; of others the first line, or the type of an exception."""
    if record.name in OURS:
        said: dict[str, Any] = json.loads(record.getMessage())
        return said
    if record.exc_info and record.exc_info[0]:
        # What a library says beside an exception often repeats it (asyncio's does).
        return {"failure": f"{record.exc_info[0].__module__}.{record.exc_info[0].__qualname__}"}
    return {"message": record.getMessage().partition("\n")[0]}


class JsonLines(logging.Formatter):
    """A JSON object per line: `at`, `log`, `level`, and what was said."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        head = {"at": at, "log": record.name, "level": record.levelname.lower()}
        return json.dumps(head | told(record), ensure_ascii=False)


class PlainLines(logging.Formatter):
    """The same as words: the time, the level, the log, then `name=value`."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).strftime("%H:%M:%S")
        words = [at, record.levelname.lower(), record.name.removeprefix("heinola.")]
        for name, value in told(record).items():
            shown = json.dumps(value, ensure_ascii=False) if isinstance(value, list) else value
            words.append(f"{name}={'-' if shown is None else shown}")
        return " ".join(words)


def configure(form: Literal["plain", "json"] = "json") -> None:
    """Send every log of this process to the standard error; requests are logged from `log_requests()` on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if form == "json" else PlainLines())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)


def log_requests() -> None:
    logging.getLogger("heinola.access").setLevel(logging.INFO)
    # Why a token was refused: a code, never the token. The caller is not told.
    logging.getLogger("app.security.bearer").setLevel(logging.INFO)
    # That a mail would go, where there is no mail server: never to whom.
    logging.getLogger("heinola.mail").setLevel(logging.INFO)
