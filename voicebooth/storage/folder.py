"""A folder as a bucket, safe for several processes and threads.

An object is a file; its generation is the file's modification time in nanoseconds, pushed forward where the clock
stands still, so that a file edited by hand has a new generation too. A write goes to a part file, is brought to disk,
and takes the object's place by one rename; checking the precondition and renaming happen under a lock shared by all
processes. A reader keeps the generation it opened. Parts and locks live in ``.voicebooth/`` below the root, which no
name can reach; a part that a killed process left is removed by the first write a day later.
"""

from __future__ import annotations

import errno
import io
import os
import stat
import time
import uuid
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from filelock import FileLock, Timeout

from voicebooth.errors import Passing, ScriptFault, SettingsFault, VoiceboothError

from . import Conflict, NotFound, Stat, checked_name

_HIDDEN = ".voicebooth"
_LOCKS = 64  # objects share locks, so that the number of lock files has a bound
_LOCK_S = 30.0  # a lock is held for a rename; longer than this, something hangs
_TICK_NS = 1_000  # between two generations; NTFS keeps 100 ns, everything else of today 1 ns
_STALE_S = 86_400.0
_ABSENT = frozenset({errno.ENOENT, errno.ENOTDIR, errno.EISDIR})
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_DENIED = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
_NEVER = frozenset({errno.ENAMETOOLONG, errno.EINVAL, errno.ELOOP})  # no such path can exist
_IN_THE_WAY = frozenset({errno.ENOTDIR, errno.EISDIR, errno.EEXIST, errno.ENOTEMPTY})


@dataclass(frozen=True, slots=True)
class FolderStore:
    """Objects below ``root``, an absolute path; it is made when something is written."""

    root: Path

    @property
    def url(self) -> str:
        """``file:///path``, percent-encoded where a URL must be."""
        return self.root.as_uri().rstrip("/")

    def stat(self, name: str) -> Stat | None:
        """Describe the newest generation; ``None`` when there is none."""
        with _told(self.root / checked_name(name)):
            return _stat(self.root, name)

    def read(self, name: str, *, generation: int | None = None, limit: int | None = None) -> tuple[bytes, int]:
        """Return content and generation; a file that changes under our eyes is ``Passing``."""
        with self.reader(name) as file:
            found = os.fstat(file.fileno()).st_mtime_ns
            if generation not in {None, found}:
                raise NotFound(f"{name} has changed since: generation {generation} is no longer there")
            data = file.read(-1 if limit is None else limit)
            if os.fstat(file.fileno()).st_mtime_ns != found:
                raise Passing(f"{name} is being edited", fix="try again when it is saved")
        return data, found

    @contextmanager
    def reader(self, name: str) -> Iterator[BinaryIO]:
        """Open an object to be read in pieces."""
        path = self.root / checked_name(name)
        with _told(path):
            file = path.open("rb")
        with file:
            yield file

    def write(
        self,
        name: str,
        data: bytes,
        *,
        if_generation: int | None = None,
        content_type: str = "",  # noqa: ARG002 -- a file system keeps neither
        cache_control: str = "",  # noqa: ARG002
    ) -> int:
        """Write a whole object and return its generation."""
        checked_name(name)
        with self._part() as part:
            part.write(data)
            return self._publish(part, name, if_generation)

    @contextmanager
    def writer(
        self,
        name: str,
        *,
        if_generation: int | None = None,
        content_type: str = "",  # noqa: ARG002 -- a file system keeps neither
        cache_control: str = "",  # noqa: ARG002
    ) -> Iterator[BinaryIO]:
        """Open an object to be written in pieces; it appears when the block ends without an exception."""
        checked_name(name)
        with self._part() as part:
            yield part
            self._publish(part, name, if_generation)

    def delete(self, name: str, *, if_generation: int | None = None) -> None:
        """Remove an object; its folders stay, so that no writer finds its folder gone."""
        path = self.root / checked_name(name)
        if self.stat(name) is None:
            return
        with self._lock(name), _told(path, writing=True):
            there = _stat(self.root, name)
            if there is not None:
                _check(name, there.generation, if_generation)
                path.unlink(missing_ok=True)

    def list(self, prefix: str = "") -> Iterator[Stat]:
        """Yield the objects whose name starts with ``prefix``, by name; a link that leads nowhere is none."""
        with _told(self.root):
            for name in sorted(_names(self.root, prefix)):
                try:
                    found = _stat(self.root, name)
                except OSError as exc:
                    if exc.errno != errno.ELOOP:
                        raise
                    continue
                if found is not None:
                    yield found

    @contextmanager
    def _part(self) -> Iterator[io.BufferedWriter]:
        path = self.root / _HIDDEN / "parts" / uuid.uuid4().hex
        _make(path.parent)
        with _told(path, writing=True):
            _sweep(path.parent)
            raw = _PartFile(path, "xb")
        try:
            yield io.BufferedWriter(raw)
        finally:
            raw.close()  # not the buffer, which would write what is left of it
            path.unlink(missing_ok=True)

    def _publish(self, part: io.BufferedWriter, name: str, if_generation: int | None) -> int:
        path = self.root / name
        _make(path.parent)
        with _told(path, writing=True):
            part.flush()
            os.fsync(part.fileno())
            with self._lock(name):
                there = _stat(self.root, name)
                last = there.generation if there else 0
                _check(name, last, if_generation)
                stamp = max(time.time_ns(), last + _TICK_NS)
                os.utime(part.name, ns=(stamp, stamp))
                generation = os.fstat(part.fileno()).st_mtime_ns
                Path(part.name).replace(path)
        return generation

    @contextmanager
    def _lock(self, name: str) -> Iterator[None]:
        path = self.root / _HIDDEN / "locks" / f"{zlib.crc32(name.encode()) % _LOCKS:02}"
        _make(path.parent)
        with _told(path, writing=True):
            lock = FileLock(path, timeout=_LOCK_S, poll_interval=0.002)
            try:
                lock.acquire()
            except Timeout as exc:
                raise Passing(f"{path} has been locked for {_LOCK_S:.0f} s", fix="end the program that hangs") from exc
        try:
            yield
        finally:
            lock.release()


class _PartFile(io.FileIO):
    """A part file whose write errors are ours already, whoever's code they pass through."""

    def write(self, data: Any, /) -> int:
        with _told(_known(Path(str(self.name))), writing=True):
            return super().write(data)


def _stat(root: Path, name: str) -> Stat | None:
    try:
        found = (root / name).stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    if not stat.S_ISREG(found.st_mode):
        return None
    return Stat(name, found.st_mtime_ns, found.st_size, found.st_mtime)


def _check(name: str, there: int, wanted: int | None) -> None:
    if wanted not in {None, there}:
        raise Conflict(f"{name} is at generation {there}, not {wanted}")


def _names(root: Path, prefix: str) -> Iterator[str]:
    within = prefix.rpartition("/")[0]
    if ".." in within.split("/") or within.startswith("/"):
        return
    for folder, folders, files in os.walk(root / within, onerror=_complain):
        folders[:] = [entry for entry in folders if not entry.startswith(".")]
        for entry in files:
            name = Path(folder, entry).relative_to(root).as_posix()
            with suppress(ScriptFault):
                if name.startswith(prefix):
                    yield checked_name(name)


def _complain(error: OSError) -> None:
    if error.errno not in _ABSENT:
        raise error


def _make(folder: Path) -> None:
    """Make a folder with those above it. Where that finds no place to begin, trying again is of no use."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileNotFoundError as exc:
        fix = "choose a folder in a place that exists"
        raise SettingsFault(f"{_obstacle(folder)} cannot be made", fix=fix) from exc
    except OSError as exc:
        place = _obstacle(folder) if exc.errno in _IN_THE_WAY else _known(folder)
        raise _fault(exc, place, writing=True) from exc


def _known(folder: Path) -> Path:
    """Return the folder as a person knows it, without what lies hidden in it."""
    return folder.parents[-folder.parts.index(_HIDDEN)] if _HIDDEN in folder.parts else folder


def _obstacle(folder: Path) -> Path:
    """Return the first folder on the way down that is not there, or is none: what a person can do something about."""
    way = [*reversed(folder.parents), folder]
    return next((step for step in way if not os.path.isdir(step)), folder)  # noqa: PTH112 - which never raises


def _sweep(parts: Path) -> None:
    for part in parts.iterdir():
        with suppress(FileNotFoundError):
            if part.stat().st_mtime < time.time() - _STALE_S:
                part.unlink()


@contextmanager
def _told(path: Path, *, writing: bool = False) -> Iterator[None]:
    try:
        yield
    except OSError as exc:
        raise _fault(exc, path, writing=writing) from exc


def _fault(error: OSError, path: Path, *, writing: bool) -> VoiceboothError:
    reason = error.strerror or type(error).__name__
    if error.errno in _DENIED:
        return SettingsFault(f"{path}: {reason}", fix="give the program the right to use it, or choose another folder")
    if error.errno in _NEVER:
        return SettingsFault(f"{path}: {reason}", fix="choose another folder, with a shorter or plainer name")
    if error.errno in _FULL:
        return Passing(f"{path}: {reason}", fix="make room on the disk, then run it again")
    if writing and error.errno in _IN_THE_WAY:
        return SettingsFault(f"{path}: {reason}", fix="move away the file or folder that is in the way")
    if not writing and error.errno in _ABSENT:
        return NotFound(f"{path} does not exist")
    return Passing(f"{path}: {reason}", fix="try again")
