"""Where checked takes are kept: ``takes/<key>.wav`` in the work bucket.

A few fresh takes also stay in memory, so that the one who needs them next finds them there; how many is bounded,
because an hour of takes would fill a gigabyte's tenth. Whatever was dropped is read back from the bucket.
"""

from __future__ import annotations

import threading

from .storage import Conflict, NotFound, Store
from .take import Take, load, save

FRESH_TAKES = 1  # 3.6 MB each at 75 s


class Shelf:
    """Takes by key, for one run: what was looked for once is not looked for again. Safe to use from many threads."""

    def __init__(self, work: Store) -> None:
        self._work = work
        self._there: dict[str, bool] = {}  # what was seen; a take that has gone since is missed by ``get``
        self._fresh: dict[str, tuple[int, Take]] = {}
        self._lock = threading.Lock()

    def holds(self, key: str) -> bool:
        """Tell whether the take is there, without reading it."""
        if key not in self._there:
            self._there[key] = self._work.stat(_name(key)) is not None
        return self._there[key]

    def put(self, take: Take, rank: int = 0) -> None:
        """Keep a take for good. One that is there already has the same sound and stays. Low ranks are needed first."""
        try:
            self._write(take, 0)
        except Conflict:
            if self._read(take.key) is None:
                self._write(take, None)
        self._there[take.key] = True
        with self._lock:
            self._fresh[take.key] = (rank, take)
            while len(self._fresh) > FRESH_TAKES:
                del self._fresh[max(reversed(self._fresh), key=lambda key: self._fresh[key][0])]

    def get(self, key: str) -> Take | None:
        """Return a take and let go of its copy in memory; ``None`` when there is none or it is damaged."""
        with self._lock:
            _, fresh = self._fresh.pop(key, (0, None))
        return fresh or self._read(key)

    def _write(self, take: Take, if_generation: int | None) -> None:
        with self._work.writer(_name(take.key), if_generation=if_generation, content_type="audio/wav") as file:
            save(take, file)

    def _read(self, key: str) -> Take | None:
        try:
            return load(key, self._work.read(_name(key))[0])
        except (NotFound, ValueError):
            return None


def _name(key: str) -> str:
    return f"takes/{key}.wav"
