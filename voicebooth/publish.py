"""Finished things into the episodes bucket: files first, ``episode.json`` last.

Every write states which generation it replaces. When that fails somebody else wrote: the claim tells whether the
episode is still ours; if so we look again and write once more, if not the claim's error ends this run and the other's
words stand. Audio is spooled into the work bucket while it is encoded, because what stands in front of it (tags,
chapters, lengths) is known only at its end; publishing copies head and body in pieces.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import BinaryIO
from uuid import uuid4

from . import manifest as manifests
from .claim import Claim
from .errors import Busy, Passing, Problem, VoiceboothError
from .manifest import EPISODE, Manifest
from .storage import Conflict, NotFound, Store

ERROR_TEXT = "error.txt"
PREVIEW = "preview"  # its manifest and audio stand beside the episode's, under this name
COPY_BYTES = 1 << 20
FRESH = "no-cache"  # status: ask again each time
BRIEFLY = "public, max-age=60"  # files whose name stays when their content changes
TYPES = {
    "json": "application/json",
    "vtt": "text/vtt; charset=utf-8",
    "srt": "application/x-subrip; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
}


class Publisher:
    """Writes one episode's objects. Not for several threads, but for ``status``."""

    def __init__(self, episodes: Store, work: Store, episode: str, claim: Claim, stem: str = EPISODE) -> None:
        folder = f"masters/{episode}/"
        self._left = [s.name for s in work.list(folder) if "/" not in s.name.removeprefix(folder)]  # deeper: another's
        self._spools = f"{folder}{uuid4().hex}"
        self.stem = stem  # of the names of manifest and audio
        self._episodes = episodes
        self._work = work
        self._episode = episode
        self._claim = claim
        self._generations = {stat.name: stat.generation for stat in episodes.list(f"{episode}/")}

    def status(self, manifest: Manifest) -> None:
        """Write ``episode.json``."""
        self._put(f"{self.stem}.json", manifests.dump(manifest), TYPES["json"], FRESH)

    def text(self, name: str, content: str) -> None:
        """Write a small text file; its type follows from its name."""
        self._put(name, content.encode(), TYPES[name.rsplit(".", 1)[1]], BRIEFLY)

    def picture(self, name: str, data: bytes, mime_type: str) -> None:
        """Write a cover."""
        self._put(name, data, mime_type, BRIEFLY)

    def failure(self, script: str, error: VoiceboothError) -> None:
        """Write ``error.txt``, for a person to read; of a preview its manifest tells enough."""
        if self.stem == PREVIEW:
            return
        lines = "\n".join(problem.render(script) for problem in error.problems)
        self._put(ERROR_TEXT, f"This script did not become an episode.\n\n{lines}\n".encode(), TYPES["txt"], FRESH)

    def remove(self, name: str) -> None:
        """Delete one of the episode's objects, if it is there."""
        full = f"{self._episode}/{name}"
        self._claim.check()
        if stat := self._episodes.stat(full):
            with suppress(Conflict):  # then it is another's by now
                self._episodes.delete(full, if_generation=stat.generation)
        self._generations.pop(full, None)

    def remove_preview(self) -> None:
        """Delete the preview: the episode holds all that it held."""
        start = f"{self._episode}/{PREVIEW}."
        for name in [name for name in self._generations if name.startswith(start)]:
            self.remove(name.removeprefix(f"{self._episode}/"))

    @contextmanager
    def spool(self, extension: str) -> Iterator[BinaryIO]:
        """Open the place where encoded audio waits for its head."""
        with self._work.writer(self._spool_name(extension)) as body:
            yield body

    def audio(self, name: str, extension: str, head: bytes, mime_type: str) -> int:
        """Publish head and spooled body as one file and return its size in bytes."""
        size = 0

        def copy(full: str, generation: int) -> int:
            nonlocal size
            with (
                self._episodes.writer(
                    full, if_generation=generation, content_type=mime_type, cache_control=BRIEFLY
                ) as out,
                self._spooled(extension) as body,
            ):
                out.write(head)
                shutil.copyfileobj(body, out, COPY_BYTES)
            stat = self._episodes.stat(full)
            size, written = (stat.size, stat.generation) if stat else (0, 0)
            return written

        self._conditionally(name, copy)
        return size

    def clear(self) -> None:
        """Delete this run's spools, and those that were there before it: their runs were killed, or are superseded."""
        for name in {*self._left, *(stat.name for stat in self._work.list(self._spools))}:
            self._work.delete(name)

    @contextmanager
    def _spooled(self, extension: str) -> Iterator[BinaryIO]:
        try:
            with self._work.reader(self._spool_name(extension)) as body:
                yield body
        except NotFound as gone:
            raise Passing("encoded audio vanished from the work bucket", fix="try again") from gone

    def _spool_name(self, extension: str) -> str:
        return f"{self._spools}.{extension}"

    def _put(self, name: str, data: bytes, content_type: str, cache_control: str) -> None:
        def write(full: str, generation: int) -> int:
            return self._episodes.write(
                full, data, if_generation=generation, content_type=content_type, cache_control=cache_control
            )

        self._conditionally(name, write)

    def _conditionally(self, name: str, write: Callable[[str, int], int]) -> None:
        full = f"{self._episode}/{name}"
        for _ in range(2):
            try:
                self._generations[full] = write(full, self._generations.get(full, 0))
            except Conflict:
                self._claim.renew()  # raises when the episode is no longer ours
                stat = self._episodes.stat(full)
                self._generations[full] = stat.generation if stat else 0
            else:
                return
        raise Busy(Problem("another program writes this episode at the same time", "let one of them finish"))


def last_manifest(episodes: Store, episode: str, stem: str = EPISODE) -> Manifest | None:
    """Read what is known of an episode, or of its preview; ``None`` when there is nothing to be understood."""
    try:
        return manifests.load(episodes.read(f"{episode}/{stem}.json")[0])
    except NotFound:
        return None
