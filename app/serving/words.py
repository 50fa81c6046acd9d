"""What the program tells while it works: lines, or a spinner where somebody is watching."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from time import perf_counter
from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress as RichBar

Say = Callable[[str], None]


def tell(text: str = "") -> None:
    """A line for the operator. Flushed: whoever reads a pipe sees it when it happens, and may go (`| head`)."""
    try:
        print(text, flush=True)  # noqa: T201  this is what the program says
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


class Progress:
    """Call it with what is being done now; that ends what was being done before. `end()` when all is done."""

    def __init__(self, *, silent: bool = False) -> None:
        self._status, self._silent = None, silent
        if not silent and sys.stdout.isatty():
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
        if self._silent:
            return
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


class Bar:
    """How much of a known amount is done, for who watches. Call it with what is done, and of how much."""

    def __init__(self, doing: str) -> None:
        self._doing = doing
        self._bar: RichBar | None = None

    def __enter__(self) -> Bar:
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()

    def __call__(self, done: int, of: int) -> None:
        if not sys.stderr.isatty():
            return
        if self._bar is None:
            from rich.console import Console
            from rich.progress import Progress as RichBar

            self._bar = RichBar(console=Console(stderr=True), transient=True)
            self._task = self._bar.add_task(self._doing, total=of)
            self._bar.start()
        self._bar.update(self._task, completed=done)
