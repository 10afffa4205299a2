"""What a run has done so far, on a bar."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .tell import Teller

if TYPE_CHECKING:
    from click._termui_impl import ProgressBar

    from voicebooth.synthesise import Tally


_USUAL, _MOST, _LEAST = 80, 36, 10  # columns of a terminal, and of the bar itself
_FIGURES, _TIME = 11, 10  # columns for brackets, spaces and "100%", and for "00:00:00"


class Progress:
    """What a run has done so far; ``begun`` tells whether there was anything to do. Only then there is a bar."""

    def __init__(self, label: str, hidden: bool, stack: ExitStack) -> None:
        self._label, self._hidden, self._stack = label, hidden, stack
        self._bar: ProgressBar[int] | None = None
        self._lock = threading.Lock()

    @property
    def begun(self) -> bool:
        """Whether anything was shown."""
        return self._bar is not None

    def show(self, tally: Tally, segments: int) -> None:
        """Take what was done so far, from any thread."""
        with self._lock:
            if self._bar is None:
                self._bar = self._stack.enter_context(_bar(segments, self._label, _columns(), hidden=self._hidden))
            self._bar.update(tally.done - self._bar.pos)


def _bar(length: int, label: str, columns: int, *, hidden: bool) -> ProgressBar[int]:
    """Return a bar that fits into a line: one that does not is shown as a new line each time."""
    label = label[: columns // 3]
    in_time = columns >= len(label) + _LEAST + _FIGURES + _TIME
    width = min(_MOST, columns - len(label) - _FIGURES - (_TIME if in_time else 0))
    return click.progressbar(
        length=length, label=label, width=max(1, width), show_eta=in_time, file=sys.stderr, hidden=hidden
    )


def _columns() -> int:
    try:
        return os.get_terminal_size(sys.stderr.fileno()).columns or _USUAL
    except (OSError, ValueError):  # nobody watches
        return _USUAL


@contextmanager
def progress(script: str, tell: Teller, *, hidden: bool = False) -> Iterator[Progress]:
    """Show a bar to somebody who watches, and nothing to anybody else."""
    with ExitStack() as stack:
        yield Progress(Path(script).name, hidden or not tell.is_watched, stack)
