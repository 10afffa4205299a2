"""A folder that is watched: which scripts have come or changed and lie still, and their episodes in the making.

    look ─► Sightings ─► scripts that lie still ─► Desk ─► at most ``jobs`` episodes at a time
      ▲        changed while its episode is made ─────► that making stops at the next take, and the newer one begins
      └── twice a second

The folder is looked at, not listened to. A look at a thousand scripts takes twenty milliseconds, works alike on every
system, in containers and on network folders (where what others change causes no event), and cannot miss anything: what
differs from the last look is seen, whatever happened in between. Editors save in many ways, with swap files, spare
copies and renames; of all these only a script's own name counts, and only once it has not changed for a while.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import PurePosixPath
from types import TracebackType
from typing import Self

from .errors import OutOfTime, Superseded, VoiceboothError
from .parse import EXTENSIONS
from .parse.pronunciations import is_lexicon
from .settings_sources import FILES
from .storage import Store

LOOK_S = 0.5
STILL_S = 1.0
AGAIN_S, AGAIN_AT_MOST_S = 30.0, 900.0  # before what failed for a passing reason is tried again, longer each time


def scripts_in(store: Store, aside: tuple[str, ...] = ()) -> dict[str, int]:
    """Return the scripts that are there with their generations; nothing whose name begins with one of ``aside``."""
    return {
        stat.name: stat.generation
        for stat in store.list()
        if PurePosixPath(stat.name).suffix.lower() in EXTENSIONS
        and not any(part.startswith("~") for part in stat.name.split("/"))  # an office program's lock
        and not stat.name.startswith(aside)
        and stat.name not in FILES
        and not is_lexicon(stat.name)
    }


class Sightings:
    """What was seen at each look. A script is ready once when it has changed and then lain still."""

    def __init__(self, still_s: float = STILL_S) -> None:
        self._still_s = still_s
        self._since: dict[str, tuple[int, float]] = {}  # name → generation and when it was first seen
        self._ready: dict[str, int] = {}

    def look(self, seen: Mapping[str, int], now_s: float) -> dict[str, int]:
        """Take what is there (name → generation) and return what has become ready."""
        self._since = {
            name: there if (there := self._since.get(name)) and there[0] == generation else (generation, now_s)
            for name, generation in seen.items()
        }
        ready = {
            name: generation
            for name, (generation, since_s) in self._since.items()
            if self._ready.get(name) != generation and now_s - since_s >= self._still_s
        }
        self._ready = {name: known for name, known in self._ready.items() if name in seen} | ready
        return ready


@dataclass(slots=True)
class Run:
    """An episode in the making: one generation of a script. ``halted`` says why it should end."""

    name: str
    generation: int
    halted: VoiceboothError | None = None

    def go_on(self) -> None:
        """Raise when this run should end."""
        if self.halted:
            raise self.halted


class Desk:
    """Has episodes made, ``jobs`` at a time, and one version of a script at a time. Safe to use from many threads.

    ``make`` makes one, calling ``go_on`` now and then, and returns ``None``, or how soon it asks to be tried again in
    seconds. Leaving the context ends what is in the making, and waits for it.
    """

    def __init__(
        self, make: Callable[[Run], float | None], jobs: int = 1, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._make = make
        self._clock = clock
        self._pool = ThreadPoolExecutor(jobs, thread_name_prefix="desk")
        self._lock = threading.Lock()
        self._runs: dict[str, Run] = {}
        self._next: dict[str, int] = {}  # newer generations of what is in the making
        self._later: dict[str, tuple[int, float]] = {}  # generation, and when to try it again
        self._failures: dict[str, int] = {}
        self._broken: Exception | None = None
        self._closed = False

    def want(self, name: str, generation: int) -> bool:
        """Have this version made, and tell whether an older one was in the making, which is halted first."""
        with self._lock:
            self._later.pop(name, None)
            if run := self._runs.get(name):
                run.halted = Superseded("the script was changed while its episode was made")
                self._next[name] = generation
                return True
            self._begin(name, generation)
            return False

    def look(self) -> None:
        """Begin what is due again. Raises what a run should not have raised."""
        with self._lock:
            if self._broken:
                raise self._broken
            now_s = self._clock()
            due = [(name, generation) for name, (generation, at_s) in self._later.items() if at_s <= now_s]
            for name, generation in due:
                del self._later[name]
                self._begin(name, generation)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        with self._lock:
            self._closed = True
            self._next.clear()
            for run in self._runs.values():
                run.halted = OutOfTime("stopped")
        self._pool.shutdown(cancel_futures=True)

    def _begin(self, name: str, generation: int) -> None:
        if not self._closed:
            run = self._runs[name] = Run(name, generation)
            self._pool.submit(self._work, run)

    def _work(self, run: Run) -> None:
        try:
            wish_s = self._make(run)
        except Exception as error:  # noqa: BLE001 - handed over, not swallowed
            self._broken = error
            return
        with self._lock:
            del self._runs[run.name]
            if run.name in self._next:
                self._begin(run.name, self._next.pop(run.name))
            elif wish_s is None:
                self._failures.pop(run.name, None)
            else:
                failures = self._failures[run.name] = self._failures.get(run.name, 0) + 1
                self._later[run.name] = (run.generation, self._clock() + again_s(failures, wish_s))


def again_s(failures: int, wish_s: float = 0.0) -> float:
    """Return how long to wait after that many failures in a row: as the service wishes, or longer and longer."""
    return max(wish_s, min(AGAIN_S * 2.0 ** (failures - 1), AGAIN_AT_MOST_S))
