"""Cloud Storage as a store, through Google's client library.

One retry layer: the library's, told by our table of faults what passes, for at most ``retry_s`` per call. Only what
may happen twice is retried: reads; writes with a precondition; unconditional writes as a resumable upload, whose
session makes one object however often a piece is sent; deletes of one generation. When a precondition fails after a
retry, the first try may have been the one that wrote: equal content then counts as ours.
``STORAGE_EMULATOR_HOST`` is honoured by the library, which then needs no credentials.

Semantics: https://cloud.google.com/storage/docs/request-preconditions, https://cloud.google.com/storage/docs/retry-strategy
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, BinaryIO, cast

import google_crc32c
from google.api_core.exceptions import RequestRangeNotSatisfiable
from google.api_core.retry import Retry
from google.cloud.storage import Blob, Client
from requests.adapters import HTTPAdapter

from voicebooth.errors import Passing, ScriptFault

from . import Conflict, NotFound, Stat, checked_name
from .gcs_faults import Attempts, told
from .gcs_streams import PIECE, Content, Download, Upload, crc32c_text

_CONNECTIONS = 64  # more than threads in flight; the library's 10 would throw connections away


class GcsStore:
    """Objects of a bucket below ``prefix``; ``timeout_s`` is for one request, ``retry_s`` for a call with retries."""

    def __init__(self, bucket: str, prefix: str = "", *, timeout_s: float = 20.0, retry_s: float = 60.0) -> None:
        self._url = f"gs://{bucket}/{prefix}".rstrip("/")
        self._prefix = f"{prefix}/" if prefix else ""
        self._timeout_s = timeout_s
        self._retry_s = retry_s
        with told(self._url):
            self._client = Client(project=None)
        self._client._bucket_metadata_cache = None  # noqa: SLF001 -- it asks for the bucket in the background, unbidden
        for scheme in ("https://", "http://"):
            self._client._http.mount(scheme, HTTPAdapter(pool_maxsize=_CONNECTIONS))  # noqa: SLF001 -- no public way
        self._bucket = self._client.bucket(bucket)

    @property
    def url(self) -> str:
        """``gs://bucket/prefix``."""
        return self._url

    def stat(self, name: str) -> Stat | None:
        """Describe the newest generation; ``None`` when there is none."""
        try:
            return self._stat(self._look(name))
        except NotFound:
            return None

    def read(self, name: str, *, generation: int | None = None, limit: int | None = None) -> tuple[bytes, int]:
        """Return content and generation in one request, verified by checksum when it is the whole content."""
        blob = self._blob(name, generation)
        last = None if limit is None else max(limit - 1, 0)
        content = Content()
        with told(self._place(name)):
            try:
                blob.download_to_file(
                    content, end=last, checksum="crc32c", single_shot_download=True, **self._patience()
                )
            except RequestRangeNotSatisfiable:  # of an empty object
                return b"", int(self._look(name, generation).generation)
        return content.data()[:limit], int(blob.generation)

    @contextmanager
    def reader(self, name: str) -> Iterator[BinaryIO]:
        """Open the newest generation to be read in pieces, seekable; damage shows at the end of a straight reading."""
        blob = self._look(name)
        source = io.BufferedReader(Download(blob, self._place(name), self._patience()), PIECE)
        with source:
            yield cast("BinaryIO", source)

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
        blob = self._blob(name, cache_control=cache_control)
        attempts = Attempts()
        try:
            with told(self._place(name), absent=Passing):
                blob.upload_from_file(
                    io.BytesIO(data),
                    size=None if if_generation is None else len(data),  # without a size: a resumable upload
                    content_type=content_type,
                    if_generation_match=if_generation,
                    checksum="crc32c",
                    **self._patience(attempts),
                )
        except Conflict:
            ours = self._ours(name, crc32c_text(google_crc32c.value(data)), attempts)
            if ours is None:
                raise
            return ours
        return int(blob.generation)

    @contextmanager
    def writer(
        self,
        name: str,
        *,
        if_generation: int | None = None,
        content_type: str = "application/octet-stream",
        cache_control: str = "no-store",
    ) -> Iterator[BinaryIO]:
        """Open an object to be written in pieces; it appears when the block ends without an exception."""
        attempts = Attempts()
        upload = Upload(
            self._blob(name, cache_control=cache_control),
            self._place(name),
            content_type=content_type,
            if_generation_match=if_generation,
            checksum="crc32c",
            **self._patience(attempts),
        )
        yield cast("BinaryIO", upload)
        try:
            upload.finish()
        except Conflict:
            if self._ours(name, crc32c_text(upload.crc32c), attempts) is None:
                raise

    def delete(self, name: str, *, if_generation: int | None = None) -> None:
        """Remove an object; without a generation, the one that is there now."""
        if if_generation is not None:
            return self._delete(name, if_generation)
        there = self.stat(name)
        if there is not None:
            with suppress(Conflict):  # whoever wrote in between wrote after our delete
                self._delete(name, there.generation)
        return None

    def list(self, prefix: str = "") -> Iterator[Stat]:
        """Yield the objects whose name starts with ``prefix``, by name."""
        with told(self._url):
            for blob in self._client.list_blobs(
                self._bucket,
                prefix=self._prefix + prefix,
                fields="items(name,generation,size,updated),nextPageToken",
                **self._patience(),
            ):
                with suppress(ScriptFault):  # folder placeholders and the like
                    yield self._stat(blob)

    def _delete(self, name: str, generation: int) -> None:
        attempts = Attempts()
        try:
            with suppress(NotFound), told(self._place(name)):
                self._blob(name).delete(if_generation_match=generation, **self._patience(attempts))
        except Conflict:
            if not attempts.repeated or self.stat(name) is not None:
                raise

    def _ours(self, name: str, crc32c: str, attempts: Attempts) -> int | None:
        """Return the generation there if an earlier attempt of ours may have made it."""
        if attempts.repeated:
            with suppress(NotFound):
                there = self._look(name)
                if there.crc32c == crc32c:
                    return int(there.generation)
        return None

    def _place(self, name: str) -> str:
        return f"{self._url}/{name}"

    def _patience(self, again: Attempts | None = None) -> dict[str, Any]:
        retry = Retry(predicate=again or Attempts(), initial=0.2, maximum=8.0, multiplier=2.0, timeout=self._retry_s)
        return {"timeout": self._timeout_s, "retry": retry}

    def _blob(self, name: str, generation: int | None = None, cache_control: str | None = None) -> Blob:
        blob = self._bucket.blob(self._prefix + checked_name(name), generation=generation)
        if cache_control is not None:
            blob.cache_control = cache_control
            blob.chunk_size = PIECE
        return blob

    def _look(self, name: str, generation: int | None = None) -> Blob:
        blob = self._blob(name, generation)
        with told(self._place(name)):
            blob.reload(**self._patience())
        return blob

    def _stat(self, blob: Blob) -> Stat:
        name = checked_name(blob.name.removeprefix(self._prefix))
        return Stat(name, int(blob.generation), int(blob.size), blob.updated.timestamp())
