"""``episode.json`` while an episode is made: kept up to date from many threads, no more often than a bucket allows.

As a context it also writes how the making ended when it ended badly, whatever the reason: ``failed`` for good,
``parked`` until a quota is renewed, ``queued`` for the next try.
"""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from .errors import Busy, Passing, Problem, QuotaSpent, Superseded, VoiceboothError
from .manifest import Manifest, Note, Progress, Requests
from .publish import Publisher
from .speech import Price
from .synthesise import Tally

EVERY_S = 2.0  # a bucket takes one write per second to the same object


class Journal:
    """The manifest in the making, and in the bucket. ``script`` is the file's name as ``error.txt`` shows it."""

    def __init__(self, script: str, manifest: Manifest, publisher: Publisher) -> None:
        self.manifest = manifest
        self.tally = Tally()
        self.price: Price | None = None
        self._script = script
        self._publisher = publisher
        self._lock = threading.Lock()
        self._due_s = 0.0

    def write(self, **changes: object) -> Manifest:
        """Change fields and write the manifest at once."""
        with self._lock:
            now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
            self.manifest = self.manifest.model_copy(update={**changes, "updated": now})
            self._publisher.status(self.manifest)
            self._due_s = time.monotonic() + EVERY_S
            return self.manifest

    def note(self, **changes: object) -> None:
        """Change fields, to be written with the next ones."""
        with self._lock:
            self.manifest = self.manifest.model_copy(update=changes)

    def progress(self) -> None:
        """Write how far it is, unless somebody just did. That it cannot be written now is no reason to stop."""
        if time.monotonic() < self._due_s:
            return
        self._due_s = time.monotonic() + EVERY_S
        try:
            self.write(**self.counts())
        except Busy:
            raise
        except Passing:
            return

    def counts(self) -> dict[str, object]:
        """Return the fields that count what was done so far."""
        tally = self.tally
        usd = self.price.usd(tally.input_tokens, tally.audio_tokens) if self.price else 0.0
        return {
            "progress": Progress(segments=self.manifest.progress.segments, done=tally.done),
            "requests": Requests(made=tally.made, failed=tally.failed, cached=tally.cached),
            "cost": self.manifest.cost.model_copy(update={"usd": round(usd, 6)}),
        }

    def __enter__(self) -> Self:
        self.write()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if error is None or isinstance(error, Superseded):
            return
        with suppress(VoiceboothError):  # the first error is the one to tell
            self._failure(error)

    def _failure(self, error: BaseException) -> None:
        state = "parked" if isinstance(error, QuotaSpent) else "queued"
        problems: tuple[Problem, ...] = (Problem(f"stopped by {type(error).__name__}", "try again"),)
        if isinstance(error, VoiceboothError):
            problems = error.problems
            state = state if isinstance(error, Passing) else "failed"
        retry_after_s = getattr(error, "retry_after_s", None)
        self.write(state=state, errors=notes(problems), retry_after_s=retry_after_s, **self.counts())
        if isinstance(error, VoiceboothError) and state == "failed":  # and the episode is still ours to speak of
            self._publisher.failure(self._script, error)


def notes(problems: tuple[Problem, ...]) -> tuple[Note, ...]:
    """Return problems as the manifest has them."""
    return tuple(Note(line=p.line, message=p.message, fix=p.fix) for p in problems)
