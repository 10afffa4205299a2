"""What a run has done so far, on a bar."""

from __future__ import annotations

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
                bar = click.progressbar(length=segments, label=self._label, file=sys.stderr, hidden=self._hidden)
                self._bar = self._stack.enter_context(bar)
            self._bar.update(tally.done - self._bar.pos)


@contextmanager
def progress(script: str, tell: Teller, *, hidden: bool = False) -> Iterator[Progress]:
    """Show a bar to somebody who watches, and nothing to anybody else."""
    with ExitStack() as stack:
        yield Progress(Path(script).name, hidden or not tell.is_watched, stack)
