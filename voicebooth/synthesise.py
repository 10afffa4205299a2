"""A plan becomes takes: each segment voiced, checked, and kept before anything else happens to it.

Segments are voiced side by side and handed out in the plan's order. One loop around one request holds all retrying
there is (the client library does none):

    take kept already ──────────────────────────────────────────────► done, nothing is asked
    request ─► audio that passes its check ─► kept in the work bucket ─► done
        │  └─► flawed audio ─► voiced again, ``retakes`` times, then ``TakesRejected`` naming the lines
        └────► passing failure ─► wait (what the service says, or longer and longer) ─► again, ``tries`` times in all
                   quota: everybody waits, not only this segment, and as long as it lets some of us through no
                          try is counted; day's quota: stop
               refusal ─► stop

After the first failure that ends a segment no further request starts; those in flight end and their takes are kept. The
same near the deadline. So whatever happens, the next try goes on from all that was paid for.
"""

from __future__ import annotations

import math
import random
import statistics
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from heapq import heappop, heappush
from typing import Self

import numpy as np

from .check import inspect
from .deadline import Deadline
from .errors import (
    FlawedTake,
    KeyRefused,
    OutOfTime,
    Passing,
    Problem,
    QuotaSpent,
    RateLimited,
    Refusal,
    TakesRejected,
    VoiceboothError,
)
from .limiter import Limiter
from .plan import Plan, Segment
from .shelf import Shelf
from .speech import Reply, Speech
from .take import Take

FIRST_WAIT_S = 1.0
LONGEST_WAIT_S = 60.0
AT_THE_DESK = 2  # answers received, checked and kept at a time; the others wait in their connections, not in memory
KEEP_AGAIN_S = (1.0, 5.0)  # waits before a take that could not be stored is stored again
ENOUGH_TAKES = 3  # to know the usual level of this episode
ANSWER_S_PER_SPOKEN_S = 0.6  # users report 0.55 s of waiting for each second of audio
RESERVE_S = 15.0  # to start a request, and to master and publish what it brings


@dataclass(frozen=True, slots=True)
class Policy:
    """How hard to try. ``tries`` counts passing failures of one segment, ``retakes`` its extra takes."""

    concurrency: int = 16
    tries: int = 5
    retakes: int = 4
    request_timeout_s: float = 180.0


@dataclass(slots=True)
class Tally:
    """What was asked of the service in this run. Counts requests and tokens, the failed ones' too."""

    made: int = 0
    failed: int = 0
    cached: int = 0
    input_tokens: int = 0
    audio_tokens: int = 0
    done: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, **counts: int) -> None:
        """Add to several counters at once."""
        with self._lock:
            for name, count in counts.items():
                setattr(self, name, getattr(self, name) + count)


@dataclass(frozen=True, slots=True)
class Synthesis:
    """Everything that voicing a plan needs besides the plan."""

    speech: Speech
    shelf: Shelf
    limiter: Limiter
    policy: Policy
    deadline: Deadline
    language: str = ""
    on_take: Callable[[Tally], None] = lambda _tally: None

    @contextmanager
    def voiced(self, plan: Plan, tally: Tally) -> Iterator[Iterator[Take]]:
        """Open a stream of the plan's takes in order. Leaving the block stops new requests and awaits those in flight.

        The stream raises ``Passing``, ``Refusal`` or ``TakesRejected`` with the lines they concern.
        """
        session = _Session(self, plan, tally)
        with ThreadPoolExecutor(self.policy.concurrency, thread_name_prefix="voice") as pool:
            try:
                futures = {s.key: pool.submit(session.ensure, s) for s in _distinct(plan)}
                yield session.in_order(plan, futures)
            finally:
                session.stop.set()
                pool.shutdown(cancel_futures=True)


def _distinct(plan: Plan) -> Iterator[Segment]:
    seen: set[str] = set()
    for segment in plan.voiced:
        if segment.key not in seen:
            seen.add(segment.key)
            yield segment


class _Stopped(OutOfTime):
    """Another segment's failure ended the run."""


class _Session:
    """One run over a plan."""

    def __init__(self, job: Synthesis, plan: Plan, tally: Tally) -> None:
        self.job = job
        self._times = Counter(segment.key for segment in plan.voiced)  # a jingle is in a plan more than once
        self.tally = tally
        self.stop = threading.Event()
        self._desk = _Desk(AT_THE_DESK)
        self._longest_answer_s = max(map(_answer_s, plan.voiced))
        self._levels_lufs: list[float] = []
        self._voiced: set[str] = set()  # keys of this run's takes

    def in_order(self, plan: Plan, futures: dict[str, Future[None]]) -> Iterator[Take]:
        for segment in plan.segments:
            try:
                futures[segment.key].result()
                take = self._fetch(segment)
            except VoiceboothError as error:
                raise self._gathered(plan, futures, error) from None
            yield take
            del take  # or it stays in memory while the next one is fetched
        try:
            for segment in plan.alternatives:
                futures[segment.key].result()
        except VoiceboothError as error:
            raise self._gathered(plan, futures, error) from None

    def ensure(self, segment: Segment) -> None:
        """Have the segment's take on the shelf when this returns."""
        if self.stop.is_set():
            raise _Stopped("stopped before this segment was voiced")
        try:
            if self.job.shelf.holds(segment.key):
                self.tally.add(cached=1, done=self._times[segment.key])
            else:
                self._voice(segment)
                self.tally.add(done=self._times[segment.key])
            self.job.on_take(self.tally)
        except BaseException:
            self.stop.set()
            raise

    def _fetch(self, segment: Segment) -> Take:
        take = self.job.shelf.get(segment.key)
        if take is None:  # damaged, or aged out between two looks
            self.tally.add(cached=-(segment.key not in self._voiced))
            self._voice(segment)
            take = self.job.shelf.get(segment.key)
        if take is None:
            raise Passing("a take vanished from the work bucket while it was needed", fix="try again")
        return replace(take, cached=take.key not in self._voiced)

    def _gathered(self, plan: Plan, futures: dict[str, Future[None]], met: VoiceboothError) -> VoiceboothError:
        """Wait for what is in flight and return the most telling failure, with all problems of its kind."""
        self.stop.set()
        failures = [met]
        for segment in plan.voiced:
            future = futures[segment.key]
            if not future.cancel() and isinstance(failure := future.exception(), VoiceboothError):
                failures.append(failure)
        permanent = [f for f in failures if f.acknowledge]
        telling = permanent or [f for f in failures if not isinstance(f, OutOfTime)]
        first = (telling or [f for f in failures if not isinstance(f, _Stopped)] or failures)[0]
        problems = dict.fromkeys(p for f in failures if type(f) is type(first) for p in f.problems)
        return first.with_problems(problems)

    def _keep(self, take: Take, rank: int) -> None:
        """Put a take on the shelf. It is paid for: a store that fails is asked again, the service is not."""
        for wait_s in KEEP_AGAIN_S:
            with suppress(Passing):
                self.job.shelf.put(take, rank)
                break
            threading.Event().wait(wait_s)
        else:
            self.job.shelf.put(take, rank)
        self._voiced.add(take.key)
        self._levels_lufs.append(take.sound.loudness_lufs)

    def _voice(self, segment: Segment) -> None:
        """Ask for the segment's audio until it is good, and keep it."""
        failures = flaws = others = 0
        while True:
            self._await_turn(segment)
            with _Ticket(self._desk, segment.index) as ticket:
                try:
                    take = self._ask(segment, ticket, failures + flaws + 1)
                except FlawedTake as flawed:
                    flaws += 1
                    self.tally.add(failed=1, audio_tokens=flawed.tokens, input_tokens=flawed.input_tokens)
                    if flaws > self.job.policy.retakes:
                        raise _rejected(segment, flawed) from flawed
                    continue
                except Refusal as refusal:
                    self.tally.add(failed=1)
                    if isinstance(refusal, KeyRefused):  # no line of the script is to blame
                        raise
                    raise refusal.at_lines(segment.first_line, segment.last_line) from refusal
                except Passing as passing:
                    trouble = passing
                else:
                    self._keep(take, segment.index)
                    return
            self.tally.add(failed=1)
            if isinstance(trouble, RateLimited) and len(self._voiced) > others:
                failures = 0  # the quota lets others through, so our turn will come
            others = len(self._voiced)
            failures += 1
            self._bear(trouble, failures, segment)

    def _ask(self, segment: Segment, ticket: _Ticket, attempts: int) -> Take:
        job = self.job
        timeout_s = min(job.policy.request_timeout_s, job.deadline.remaining_s - RESERVE_S)
        self.tally.add(made=1)
        reply = job.speech.voice(segment.request, timeout_s, ticket.take)
        take = self._checked(segment, reply, attempts)
        self.tally.add(input_tokens=reply.input_tokens, audio_tokens=reply.audio_tokens)
        return take

    def _checked(self, segment: Segment, reply: Reply, attempts: int) -> Take:
        samples = np.frombuffer(reply.pcm, dtype="<i2")
        text = ". ".join(line.text for line in segment.request.lines)  # a turn ends in a pause, also without a stop
        try:
            sound = inspect(samples, text, self.job.language, usual_lufs=self._usual_lufs())
        except FlawedTake as flawed:
            flawed.tokens, flawed.input_tokens = reply.audio_tokens, reply.input_tokens
            raise
        return Take(
            segment.key,
            samples,
            sound,
            reply.input_tokens,
            reply.audio_tokens,
            reply.model_version,
            attempts,
        )

    def _usual_lufs(self) -> float | None:
        levels = self._levels_lufs
        return statistics.median(levels) if len(levels) >= ENOUGH_TAKES else None

    def _bear(self, trouble: Passing, failures: int, segment: Segment) -> None:
        """Wait before the next try, or give up."""
        if isinstance(trouble, QuotaSpent) or failures >= self.job.policy.tries:
            raise trouble.at_lines(segment.first_line, segment.last_line) from trouble
        wait_s = max(trouble.retry_after_s or 0.0, _backoff_s(failures))
        if isinstance(trouble, RateLimited):
            self.job.limiter.hold(wait_s)
        else:
            self._pause(wait_s, segment)

    def _await_turn(self, segment: Segment) -> None:
        while True:
            if self.stop.is_set() or self.job.deadline.remaining_s < _answer_s(segment):
                raise self._late(segment)
            wait_s = self.job.limiter.wait_s()
            if not wait_s:
                return
            self._pause(wait_s, segment)

    def _late(self, segment: Segment) -> OutOfTime:
        """Return the error for a segment that no request was begun for; it says so if none could ever be."""
        allowed_s = self.job.deadline.allowed_s
        if allowed_s >= _answer_s(segment):
            return OutOfTime("the time allowed is nearly up", fix="the next try goes on from what is kept")
        fix = f"raise VOICEBOOTH_DEADLINE_S to {math.ceil(self._longest_answer_s)} or more"
        return OutOfTime(f"{allowed_s:g} seconds are too few for an answer", fix=fix)

    def _pause(self, seconds: float, segment: Segment) -> None:
        if self.job.deadline.remaining_s < seconds + _answer_s(segment):
            raise OutOfTime("the service asks to wait longer than the time allowed", retry_after_s=seconds)
        self.stop.wait(seconds)


class _Desk:
    """So many places; whoever is needed first gets the next one."""

    def __init__(self, places: int) -> None:
        self._free = places
        self._waiting: list[int] = []  # ranks, a heap
        self._changed = threading.Condition()

    def take(self, rank: int) -> None:
        """Wait for a place."""
        with self._changed:
            heappush(self._waiting, rank)
            self._changed.wait_for(lambda: self._free and self._waiting[0] == rank)
            heappop(self._waiting)
            self._free -= 1
            self._changed.notify_all()

    def leave(self) -> None:
        """Give a place back."""
        with self._changed:
            self._free += 1
            self._changed.notify_all()


class _Ticket:
    """A place at the desk: taken once at most, by whichever thread an answer reaches, and given back at the end.

    A call that ran out of time may still reach for its place afterwards, and gets none to keep.
    """

    def __init__(self, desk: _Desk, rank: int) -> None:
        self._desk = desk
        self._rank = rank
        self._lock = threading.Lock()
        self._asked = self._held = self._over = False

    def take(self) -> None:
        """Wait for a place."""
        with self._lock:
            if self._asked or self._over:
                return
            self._asked = True
        self._desk.take(self._rank)
        with self._lock:
            self._held = not self._over
            if self._over:
                self._desk.leave()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._over = True
            if self._held:
                self._desk.leave()


def _backoff_s(failures: int) -> float:
    """Return a wait that doubles with each failure, spread so that threads do not come back all at once."""
    spread = random.uniform(0.5, 1.0)  # noqa: S311 - no secret hangs on it
    return spread * min(LONGEST_WAIT_S, FIRST_WAIT_S * 2.0 ** (failures - 1))


def _answer_s(segment: Segment) -> float:
    return RESERVE_S + ANSWER_S_PER_SPOKEN_S * segment.estimate_s


def _rejected(segment: Segment, flawed: FlawedTake) -> TakesRejected:
    reasons = "; ".join(p.message for p in flawed.problems)
    problem = Problem(
        f"the audio was unusable each time ({reasons})",
        "try again later; if it stays, reword or shorten these lines",
    )
    return TakesRejected(problem).at_lines(segment.first_line, segment.last_line)
