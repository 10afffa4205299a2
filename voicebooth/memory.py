"""Large blocks of memory go back to the system as soon as they are free, and small ones are not searched all the time.

Audio comes in blocks of megabytes, from many threads. Left to itself, glibc learns to keep such blocks in one heap for
each thread, and a process that handles a minute of audio at a time grows to several hundred megabytes. Told that large
blocks are never to be kept, it does with half. What is smaller is kept for the next use, some of it also at the heap's
end: to fetch it from the system each time took an eighth of all time (https://man7.org/linux/man-pages/man3/mallopt.3.html).

Python looks for garbage whenever there are 700 objects more. Loading Google's libraries makes some hundred thousand,
none of them garbage: an eighth of the time of a cold start was spent in looking.
"""

from __future__ import annotations

import ctypes
import gc
import platform

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8
_LARGE_BYTES = 1 << 20
_KEPT_BYTES = 4 << 20
_ARENAS = 2
_NEW_OBJECTS = 50_000


def give_back_large_blocks() -> None:
    """Set up the C library's allocator, where it is one that needs it. Call it before threads start."""
    if platform.libc_ver()[0] != "glibc":
        return
    libc = ctypes.CDLL(None)
    libc.mallopt(_M_MMAP_THRESHOLD, _LARGE_BYTES)
    libc.mallopt(_M_TRIM_THRESHOLD, _KEPT_BYTES)
    libc.mallopt(_M_ARENA_MAX, _ARENAS)


def look_for_garbage_seldom() -> None:
    """Set up Python's garbage collection. Call it before the libraries are loaded."""
    gc.set_threshold(_NEW_OBJECTS)
