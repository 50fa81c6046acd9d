"""What the program tells while it works: lines, or a spinner where somebody is watching."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from time import perf_counter
from types import TracebackType

Say = Callable[[str], None]


def tell(text: str = "") -> None:
    """A line for the operator. Flushed: whoever reads a pipe sees it when it happens, and may go (`| head`)."""
    try:
        print(text, flush=True)  # noqa: T201  this is what the program says
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class Progress:
    """Call it with what is being done now; that ends what was being done before. `end()` when all is done."""

    def __init__(self) -> None:
        self._status = None
        if sys.stdout.isatty():
            from rich.console import Console

            self._console = Console(highlight=False)
            self._status = self._console.status("")
        self._doing, self._since = "", perf_counter()

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if kind is None:
            self.end()
        elif self._status is not None:
            self._status.stop()

    def __call__(self, text: str) -> None:
        if self._status is None:
            tell(f"- {text}")
            return
        self._finish()
        self._doing, self._since = text, perf_counter()
        self._status.update(text)
        self._status.start()

    def end(self) -> None:
        if self._status is not None:
            self._finish()
            self._status.stop()

    def _finish(self) -> None:
        if self._doing:
            took = perf_counter() - self._since
            self._console.print(f"[green]✓[/green] {self._doing} [dim]{took:.1f} s[/dim]", soft_wrap=True)
            self._doing = ""
