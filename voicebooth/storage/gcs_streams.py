"""Objects of Cloud Storage as streams: read by ranges, written as resumable uploads, in pieces of ``PIECE`` bytes.

Neither holds more than a few pieces, and both are compared with the service's CRC-32C at the end.
Uploads: https://cloud.google.com/storage/docs/performing-resumable-uploads
"""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import google_crc32c
from google.cloud.storage import Blob
from google.cloud.storage.fileio import BlobWriter

from voicebooth.errors import Passing

from .gcs_faults import told

PIECE = 2 * 1024 * 1024  # a multiple of 256 KiB, as resumable uploads want it


class Content:
    """What a download writes into: a single part, as most come, is not copied."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        """Take the next part."""
        self._parts.append(data)
        return len(data)

    def seek(self, start: int) -> None:
        """Forget what came so far: the library goes back to the ``start`` only."""
        del self._parts[start:]

    def data(self) -> bytes:
        """Return everything."""
        return b"".join(self._parts)


class Download(io.RawIOBase):
    """One generation, read by ranges. What was read from the start to the end is compared with the checksum."""

    def __init__(self, blob: Blob, place: str, patience: dict[str, Any]) -> None:
        self._blob = blob
        self._place = place
        self._patience = patience
        self._at = 0
        self._summed = 0
        self._crc32c = 0

    def readable(self) -> bool:
        """Say yes."""
        return True

    def seekable(self) -> bool:
        """Say yes."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Move; what was skipped is not verified."""
        self._at = max(0, offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._blob.size}[whence])
        return self._at

    def tell(self) -> int:
        """Return the position in bytes."""
        return self._at

    def readall(self) -> bytes:
        """Read all that is left, a piece at a time."""
        return b"".join(iter(lambda: self.read(PIECE) or b"", b""))

    def readinto(self, into: Any, /) -> int:
        """Read at most a piece, by one request."""
        size = min(len(into), PIECE, self._blob.size - self._at)
        if size <= 0:
            return 0
        content = Content()
        with told(self._place):
            self._blob.download_to_file(
                content,
                start=self._at,
                end=self._at + size - 1,
                checksum=None,
                raw_download=True,
                single_shot_download=True,
                **self._patience,
            )
        data = content.data()
        into[: len(data)] = data
        self._sum(data)
        self._at += len(data)
        return len(data)

    def _sum(self, data: bytes) -> None:
        if self._at == self._summed:
            self._crc32c = google_crc32c.extend(self._crc32c, data)
            self._summed += len(data)
            whole = self._summed == self._blob.size
            if whole and crc32c_text(self._crc32c) != self._blob.crc32c:
                raise Passing(f"{self._place}: the content was damaged on its way", fix="try again")


class Upload(BlobWriter):  # type: ignore[misc]  # Google ships no types
    """An upload that appears only on ``finish``: io closes, which would finish, even a writer that is merely dropped.

    The session of a dropped upload costs nothing and ends by itself after a week.
    """

    def __init__(self, blob: Blob, place: str, **settings: Any) -> None:
        super().__init__(blob, PIECE, ignore_flush=True, **settings)
        self.crc32c = 0
        self._place = place

    def write(self, data: Any) -> int:
        """Take bytes, and send those that fill a piece."""
        self.crc32c = google_crc32c.extend(self.crc32c, bytes(data))
        with self._sent():
            return int(super().write(data))

    def finish(self) -> None:
        """Send the rest: the object appears. Raises ``Conflict`` like any write."""
        with self._sent():
            super().close()

    def close(self) -> None:
        """Do nothing."""

    @contextmanager
    def _sent(self) -> Iterator[None]:
        try:
            with told(self._place, absent=Passing):
                yield
        except ValueError as exc:  # the library's word for a piece that was taken only in part
            raise Passing(f"{self._place}: the upload broke off", fix="try again") from exc


def crc32c_text(crc32c: int) -> str:
    """Return a checksum as the service writes it: base64 of four bytes, big end first."""
    return base64.b64encode(crc32c.to_bytes(4, "big")).decode()
