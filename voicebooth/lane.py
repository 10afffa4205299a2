"""Work in a thread of its own, in order, and never far behind.

Encoders and meters spend their time in C libraries that let other threads run, so each gets a lane: items put into it
are worked through one after the other while the caller goes on. A caller that is too fast waits, which bounds the
memory.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Generic, Self, TypeVar

Item = TypeVar("Item")

DEPTH = 12  # items waiting: most of a take, so that encoders have work while the next take is prepared


class Lane(Generic[Item]):
    """A queue before one worker. Errors of the work come out of ``put`` and ``finish``."""

    def __init__(self, work: Callable[[Item], object], name: str = "lane", depth: int = DEPTH) -> None:
        self._work = work
        self._depth = depth
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=name)
        self._under_way: deque[Future[object]] = deque()

    def put(self, item: Item) -> None:
        """Hand over an item; wait while the lane is full."""
        if len(self._under_way) >= self._depth:
            self._under_way.popleft().result()
        self._under_way.append(self._thread.submit(self._work, item))

    def finish(self) -> None:
        """Wait until everything is done."""
        while self._under_way:
            self._under_way.popleft().result()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._thread.shutdown(cancel_futures=True)
