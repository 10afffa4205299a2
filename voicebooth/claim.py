"""Who makes this episode now, until when: one small object in the work store, changed only by conditional writes.

    take              renew             renew                                   takeover
     │◄── lease_s ──────┊──────────────► (expiry as recorded at take)              │
     │                  │◄── lease_s ─────┊──────────────►                         │
     │                  │                 │◄── lease_s ────────────────────────────►│
     0 s              20 s              40 s      †killed                        100 s     with lease_s = 60

    same generation   Busy (retry after the time left) ···························│ takes over
    newer generation  takes over at once; the older holder's next renewal says Superseded
    older generation  Superseded, for ever: a release keeps the record and only ends the lease

The record is ``{"generation", "owner", "until"}``; ``until`` is seconds since 1970. Every change states the
generation of the claim object it replaces, so of two takers one wins. A holder renews every third of the lease from
a thread of its own, and asks ``check`` before it does what cannot be undone. A killed holder is let go by expiry.

Clocks: ``until`` is written by one machine and judged by another. A taker whose clock is ahead by more than is left
of a lease (two thirds of it, as long as renewals succeed) would take over too early, and the holder would notice at
its next renewal: two bills at worst, never two mixed episodes, if what is published is written conditionally as well.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from types import TracebackType
from typing import Self

from voicebooth.errors import Busy, Passing, Superseded, VoiceboothError
from voicebooth.storage import Conflict, NotFound, Store

_TRIES = 8  # of reading and replacing a record that others change at the same time
_RECORD_BYTES = 4096


@dataclass(frozen=True, slots=True)
class _Record:
    generation: int
    owner: str
    until: float


class Claim:
    """The right to make one generation of one script. As a context it renews itself, and lets go at the end.

    ``now`` gives seconds since 1970. ``owner`` is unique to this attempt.
    """

    def __init__(self, store: Store, name: str, record: _Record, *, lease_s: float, now: Callable[[], float]) -> None:
        self._store = store
        self._name = name
        self._record = record
        self._lease_s = lease_s
        self._now = now
        self._version = 0  # generation of the claim object
        self._lost: VoiceboothError | None = None
        self._writing = threading.Lock()
        self._ended = threading.Event()
        self._heart = threading.Thread(target=self._beat, name="claim", daemon=True)

    @classmethod
    def take(
        cls,
        store: Store,
        name: str,
        *,
        generation: int,
        owner: str,
        newest: bool = False,
        lease_s: float = 60.0,
        now: Callable[[], float] = time.time,
    ) -> Self:
        """Claim an episode, or raise ``Busy`` (with the time to wait) or ``Superseded``.

        ``newest`` says that no newer script is there, whatever was claimed before: a file put back from a copy has an
        older generation than the one it replaced.
        """
        for _ in range(_TRIES):
            version, there = _read(store, name)
            if there:
                generation = max(generation, there.generation) if newest else generation
                _yield_to(there, generation, now())
            claim = cls(store, name, _Record(generation, owner, 0.0), lease_s=lease_s, now=now)
            claim._version = version
            with suppress(Conflict):
                claim._write(now() + lease_s)
                return claim
        raise Busy("too many instances want to make this episode at once", retry_after_s=lease_s)

    def renew(self) -> None:
        """Extend the lease; raises ``Superseded`` or ``Busy`` when it has gone to somebody else."""
        for _ in range(2):
            try:
                return self._write(self._now() + self._lease_s)
            except Conflict:
                version, there = _read(self._store, self._name)
                if there is None or there.owner != self._record.owner:
                    break
                self._version = version  # a renewal of ours was written, and its answer got lost
        self._lost = self._loss()
        raise self._lost

    def check(self) -> None:
        """Raise what the renewals met; a lease that ran out all the same (a computer's sleep) is renewed first."""
        if self._lost:
            raise self._lost
        if self._now() >= self._record.until:
            self.renew()

    def release(self) -> None:
        """End the lease; the record stays, so that an older generation still finds itself superseded."""
        with suppress(Conflict):
            self._write(0.0)

    def __enter__(self) -> Self:
        self._heart.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._ended.set()
        self._heart.join()
        with suppress(VoiceboothError):  # then it ends by expiry, and the work's own outcome counts
            self.release()

    def _beat(self) -> None:
        while not self._lost and not self._ended.wait(self._lease_s / 3):
            try:
                self.renew()
            except Passing:  # a lost claim ends the loop; a store that is down may be back in time
                continue
            except VoiceboothError as fault:
                self._lost = fault

    def _write(self, until: float) -> None:
        with self._writing:
            record = replace(self._record, until=until)
            content = json.dumps(asdict(record)).encode()
            self._version = self._store.write(
                self._name, content, if_generation=self._version, content_type="application/json"
            )
            self._record = record

    def _loss(self) -> VoiceboothError:
        _, there = _read(self._store, self._name)
        if there and there.generation > self._record.generation:
            return _superseded()
        return Busy("the claim on this episode has gone to another instance", retry_after_s=self._lease_s)


def _read(store: Store, name: str) -> tuple[int, _Record | None]:
    """Return the claim object's generation and its record; a record that nobody can read binds nobody."""
    try:
        content, version = store.read(name, limit=_RECORD_BYTES)
    except NotFound:
        return 0, None
    try:
        found = json.loads(content)
        return version, _Record(int(found["generation"]), str(found["owner"]), float(found["until"]))
    except (ValueError, TypeError, KeyError):
        return version, None


def _yield_to(there: _Record, generation: int, now: float) -> None:
    if there.generation > generation:
        raise _superseded()
    if there.generation == generation and there.until > now:
        left_s = there.until - now
        raise Busy(
            f"another instance makes this episode; its claim ends in {left_s:.0f} s unless renewed",
            fix="wait for it, or try again then",
            retry_after_s=left_s,
        )


def _superseded() -> Superseded:
    return Superseded("a newer version of the script has taken over")
