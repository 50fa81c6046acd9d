"""Logs: lines of JSON on the standard error. No message of an exception gets there; it may hold personal data."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime


class JsonLines(logging.Formatter):
    """Our own loggers write JSON already, and get time and name in front; others are wrapped, first line only."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "log": record.name,
            "level": record.levelname.lower(),
        }
        if record.name in ("heinola.access", "heinola.error"):
            line |= json.loads(record.getMessage())
        elif record.exc_info and record.exc_info[0]:
            # What a library says beside an exception often repeats it (asyncio's does).
            line["failure"] = f"{record.exc_info[0].__module__}.{record.exc_info[0].__qualname__}"
        else:
            line["message"] = record.getMessage().partition("\n")[0]
        return json.dumps(line, ensure_ascii=False)


def configure() -> None:
    """Send every log of this process to the standard error; requests are logged from `log_requests()` on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)


def log_requests() -> None:
    logging.getLogger("heinola.access").setLevel(logging.INFO)
    # Why a token was refused: a code, never the token. The caller is not told.
    logging.getLogger("app.security.bearer").setLevel(logging.INFO)
