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


class Lane(Generic[Item]):
    """A queue before one worker. Errors of the work come out of ``put`` and ``finish``.

    ``room`` is what all items under way may come to, each of its ``size``; one that is larger goes alone.
    """

    def __init__(
        self, work: Callable[[Item], object], name: str, room: int, size: Callable[[Item], int] = lambda _: 1
    ) -> None:
        self._work = work
        self._room = room
        self._size = size
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=name)
        self._under_way: deque[tuple[Future[object], int]] = deque()

    def put(self, item: Item) -> None:
        """Hand over an item; wait while the lane is full."""
        size = self._size(item)
        while self._under_way and self._room < size:
            self._await_oldest()
        self._under_way.append((self._thread.submit(self._work, item), size))
        self._room -= size

    def finish(self) -> None:
        """Wait until everything is done."""
        while self._under_way:
            self._await_oldest()

    def _await_oldest(self) -> None:
        oldest, size = self._under_way.popleft()
        self._room += size
        oldest.result()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._thread.shutdown(cancel_futures=True)
