"""The port to a bucket: named objects with generations and conditional writes.

A name is a ``/``-separated path below the store's root; see ``checked_name``. Every object has a ``generation``, a
positive integer that grows with each write. ``if_generation`` on a write or delete states what must be there for it to
happen: ``0`` nothing, ``G`` exactly that generation, ``None`` whatever is there. A write is seen whole or not at all.
Adapters: ``gcs`` (``gs://bucket[/prefix]``) and ``folder`` (``file:///path`` or a plain path). In a folder no name can
be an object and the beginning of another one's path at once; a bucket allows it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol
from urllib.parse import unquote, urlsplit

from voicebooth.errors import ScriptFault, SettingsFault, VoiceboothError


class NotFound(VoiceboothError):
    """There is no such object, or no longer that generation of it."""

    http_status = 404


class Conflict(VoiceboothError):
    """The precondition did not hold: somebody else wrote first."""

    http_status = 412


@dataclass(frozen=True, slots=True)
class Stat:
    """An object's name, generation, size in bytes and time of writing (seconds since 1970, UTC)."""

    name: str
    generation: int
    size: int
    updated_s: float


class Store(Protocol):
    """A bucket, or a prefix of one. Safe to use from many threads.

    Raises ``NotFound``, ``Conflict``, ``Passing`` (try again) or ``SettingsFault`` (no such bucket, no permission).
    """

    @property
    def url(self) -> str:
        """``gs://bucket/prefix`` or ``file:///path``, without a final slash."""
        ...

    def stat(self, name: str) -> Stat | None:
        """Describe the newest generation; ``None`` when there is none."""
        ...

    def read(self, name: str, *, generation: int | None = None, limit: int | None = None) -> tuple[bytes, int]:
        """Return content and generation, from the given generation if one is named; at most ``limit`` bytes."""
        ...

    def reader(self, name: str) -> AbstractContextManager[BinaryIO]:
        """Open the newest generation to be read in pieces; memory does not grow with its size."""
        ...

    def write(
        self,
        name: str,
        data: bytes,
        *,
        if_generation: int | None = None,
        content_type: str = "application/octet-stream",
        cache_control: str = "no-store",
    ) -> int:
        """Write a whole object and return its generation."""
        ...

    def writer(
        self,
        name: str,
        *,
        if_generation: int | None = None,
        content_type: str = "application/octet-stream",
        cache_control: str = "no-store",
    ) -> AbstractContextManager[BinaryIO]:
        """Open an object to be written in pieces; it appears when the block ends without an exception."""
        ...

    def delete(self, name: str, *, if_generation: int | None = None) -> None:
        """Remove an object; one that is not there is no error."""
        ...

    def list(self, prefix: str = "") -> Iterator[Stat]:
        """Yield the objects whose name starts with ``prefix``, by name."""
        ...


def checked_name(name: str) -> str:
    """Return the name if both kinds of store can hold it, else raise ``ScriptFault``.

    Segments are not empty, begin with no dot (such files are hidden, ours among them), and hold no backslash or control
    character. A segment has at most 255 bytes, as in common file systems, and a name at most 900, which leaves room for
    a prefix in the 1,024 of Cloud Storage (https://cloud.google.com/storage/docs/objects#naming).
    """
    try:
        sizes = [len(segment.encode()) for segment in name.split("/")]
    except UnicodeEncodeError as exc:
        raise ScriptFault("a file name is not valid Unicode", fix="rename the file") from exc
    hidden = any(segment.startswith(".") for segment in name.split("/"))
    if hidden or min(sizes) == 0 or max(sizes) > 255 or len(name.encode()) > 900 or "\\" in name or not _plain(name):
        raise ScriptFault(f"{name!r} cannot be used as a name", fix="rename it: no hidden or empty parts, no backslash")
    return name


def leads_out(store: Store, name: str, folder: str) -> bool:
    """Tell whether symbolic links lead from a name out of a folder of the store ("" is its root); never in a bucket."""
    if not store.url.startswith("file://"):
        return False
    root = Path(unquote(urlsplit(store.url).path))
    return not (root / name).resolve().is_relative_to((root / folder).resolve())


def _plain(name: str) -> bool:
    return all(character >= " " and character != "\x7f" for character in name)


def open_store(url: str) -> Store:
    """Open ``gs://bucket[/prefix]``, ``file:///folder`` or a plain path; raises ``SettingsFault`` for anything else."""
    if url.startswith("gs://"):
        bucket, _, prefix = url.removeprefix("gs://").partition("/")
        return _bucket(url, bucket, prefix.strip("/"))
    from .folder import FolderStore  # noqa: PLC0415 -- an adapter is loaded when it is used

    parts = urlsplit(url)
    if parts.scheme == "file" and parts.netloc in {"", "localhost"} and parts.path.startswith("/"):
        return FolderStore(Path(unquote(parts.path)))
    if not url.strip() or "://" in url or url.startswith("file:"):
        raise SettingsFault(f"{url!r} is no place to store things", fix="give gs://bucket, file:///folder or a path")
    return FolderStore(Path(url).expanduser().absolute())


def _bucket(url: str, bucket: str, prefix: str) -> Store:
    if not re.fullmatch(r"[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]", bucket):
        raise SettingsFault(f"{url!r} names no valid bucket", fix="give gs://bucket or gs://bucket/prefix")
    if prefix:
        checked_name(prefix)
    try:
        from .gcs import GcsStore  # noqa: PLC0415 -- loads Google's libraries, which folders do without
    except ModuleNotFoundError as exc:
        raise SettingsFault(f"{url!r} needs {exc.name}", fix="pip install 'voicebooth[cloud]'") from exc
    return GcsStore(bucket, prefix)
