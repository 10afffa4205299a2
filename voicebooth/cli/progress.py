"""What a run has done so far, on a bar."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .tell import Teller

if TYPE_CHECKING:
    from click._termui_impl import ProgressBar

    from voicebooth.synthesise import Tally


class Progress:
    """What a run has done so far; ``begun`` tells whether there was anything to do."""

    def __init__(self, bar: ProgressBar[int]) -> None:
        self.begun = False
        self._bar = bar
        self._lock = threading.Lock()

    def show(self, tally: Tally, segments: int) -> None:
        """Take what was done so far, from any thread."""
        with self._lock:
            self.begun = True
            self._bar.length = segments
            self._bar.update(tally.done - self._bar.pos)


@contextmanager
def progress(script: str, tell: Teller, *, hidden: bool = False) -> Iterator[Progress]:
    """Show a bar to somebody who watches, and nothing to anybody else."""
    hidden = hidden or not tell.is_watched
    with click.progressbar(length=1, label=Path(script).name, file=sys.stderr, hidden=hidden) as bar:
        yield Progress(bar)
