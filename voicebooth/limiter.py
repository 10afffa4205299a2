"""When the next request may start: a rate, and pauses that the service asks for, shared by an instance's threads."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable

MINUTE_S = 60.0


class Limiter:
    """At most ``per_minute`` starts in any 60 seconds (``None``: as many as you like), and none while on hold."""

    def __init__(self, per_minute: int | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_minute = per_minute
        self._clock = clock
        self._starts: deque[float] = deque(maxlen=per_minute or 0)
        self._held_until_s = float("-inf")
        self._lock = threading.Lock()

    def hold(self, seconds: float) -> None:
        """Let nobody start for that long: the service has refused one of us, and its quota is everybody's."""
        with self._lock:
            self._held_until_s = max(self._held_until_s, self._clock() + seconds)

    def wait_s(self) -> float:
        """Reserve a start and return 0, or return how long to wait before asking again."""
        with self._lock:
            now_s = self._clock()
            free_s = self._held_until_s
            if self._per_minute is not None and len(self._starts) == self._per_minute:
                free_s = max(free_s, self._starts[0] + MINUTE_S)
            if free_s <= now_s:
                self._starts.append(now_s)
                return 0.0
            return free_s - now_s
