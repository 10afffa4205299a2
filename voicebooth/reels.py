"""Music files of a run, each decoded once, however many roles it plays and however often the episode is mastered."""

from __future__ import annotations

from contextlib import ExitStack
from types import TracebackType
from typing import Self

from .manifest import Companion
from .music import Track, open_track
from .storage import Store


class Reels:
    """Tracks at one rate, kept in temporary files while the block runs."""

    def __init__(self, scripts: Store, rate_hz: int) -> None:
        self._scripts = scripts
        self._rate_hz = rate_hz
        self._stack = ExitStack()
        self._tracks: dict[Companion, Track] = {}

    def track(self, companion: Companion) -> Track:
        """Return a file's music. Raises what ``open_track`` raises."""
        if companion not in self._tracks:
            with self._scripts.reader(companion.name) as source:
                self._tracks[companion] = self._stack.enter_context(open_track(source, self._rate_hz))
        return self._tracks[companion]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._tracks.clear()
        self._stack.close()
