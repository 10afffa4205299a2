"""What the stand-in for Cloud Storage keeps: buckets, objects with generations, resumable uploads.

All rules of the service that the server in ``fakes.gcs`` obeys are here; there is no network in this file.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import re
import threading
import time
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any

import google_crc32c

Resource = dict[str, Any]
_STEP = 256 * 1024  # pieces of a resumable upload are multiples of this


class Refused(Exception):
    """An answer that is an error."""

    def __init__(self, status: int, message: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.message = message or HTTPStatus(status).phrase


@dataclass(slots=True)
class Upload:
    """A resumable upload under way; ``done`` is the object once it is there."""

    bucket: str
    query: Mapping[str, str]
    resource: Resource
    data: bytearray = field(default_factory=bytearray)
    done: Resource | None = None


class Shelf:
    """The contents, in memory or as files of a folder (so that a long benchmark takes no memory here)."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._held: dict[str, bytes] = {}

    def put(self, generation: str, data: bytes) -> None:
        if self._folder:
            self._folder.mkdir(parents=True, exist_ok=True)
            (self._folder / generation).write_bytes(data)
        else:
            self._held[generation] = data

    def get(self, generation: str) -> bytes:
        return (self._folder / generation).read_bytes() if self._folder else self._held[generation]

    def drop(self, generation: str) -> None:
        if self._folder:
            (self._folder / generation).unlink()
        else:
            del self._held[generation]


class Buckets:
    """What the service keeps: objects and uploads, under one lock."""

    def __init__(self, names: Iterable[str], folder: Path | None, finalized: Callable[[Resource], None] | None) -> None:
        self.lock = threading.RLock()
        self._objects: dict[str, dict[str, Resource]] = {name: {} for name in names}
        self._uploads: dict[str, Upload] = {}
        self._shelf = Shelf(folder)
        self._finalized = finalized
        self._generation = 0

    def bucket(self, name: str) -> dict[str, Resource]:
        if name not in self._objects:
            raise Refused(404, "The specified bucket does not exist.")
        return self._objects[name]

    def add(self, name: str) -> Resource:
        if name in self._objects:
            raise Refused(409, "Your previous request to create the named bucket succeeded and you already own it.")
        self._objects[name] = {}
        return {"kind": "storage#bucket", "name": name, "id": name}

    def find(self, bucket: str, name: str, query: Mapping[str, str], *, reading: bool = False) -> Resource:
        found = self.bucket(bucket).get(name)
        if found is None or query.get("generation", found["generation"]) != found["generation"]:
            raise Refused(404, f"No such object: {bucket}/{name}")
        check(found, query, reading=reading)
        return found

    def content(self, found: Resource) -> bytes:
        return self._shelf.get(found["generation"])

    def insert(self, bucket: str, query: Mapping[str, str], given: Resource, data: bytes) -> Resource:
        name = given.get("name") or query["name"]
        if not 0 < len(name.encode()) <= 1024:
            raise Refused(400, "Invalid object name")
        sums = checksums(data)
        if any(given.get(kind, value) != value for kind, value in sums.items()):
            raise Refused(400, "Provided checksum does not match the calculated one.")
        with self.lock:
            objects = self.bucket(bucket)
            before = objects.get(name)
            check(before, query)
            self._generation = max(self._generation + 1, time.time_ns() // 1000)
            objects[name] = made = resource(bucket, name, self._generation, len(data)) | sums | writable(given)
            self._shelf.put(made["generation"], data)
            if before:
                self._shelf.drop(before["generation"])
        if self._finalized:
            threading.Thread(target=self._finalized, args=(dict(made),), daemon=True).start()
        return made

    def patch(self, bucket: str, name: str, query: Mapping[str, str], given: Resource) -> Resource:
        with self.lock:
            found = self.find(bucket, name, query)
            raised = {"metageneration": str(int(found["metageneration"]) + 1), "updated": now()}
            self.bucket(bucket)[name] = changed = found | writable(given) | raised
        return changed

    def delete(self, bucket: str, name: str, query: Mapping[str, str]) -> None:
        with self.lock:
            found = self.find(bucket, name, query)
            del self.bucket(bucket)[name]
            self._shelf.drop(found["generation"])

    def start(self, bucket: str, query: Mapping[str, str], given: Resource) -> str:
        with self.lock:
            check(self.bucket(bucket).get(given.get("name") or query["name"]), query)
            upload_id = uuid.uuid4().hex
            self._uploads[upload_id] = Upload(bucket, query, given)
        return upload_id

    def upload(self, upload_id: str) -> Upload:
        try:
            return self._uploads[upload_id]
        except KeyError as exc:
            raise Refused(410, "The upload does not exist or has expired.") from exc

    def cancel(self, upload_id: str) -> None:
        self._uploads.pop(upload_id, None)

    def piece(self, upload_id: str, content_range: str, sent: bytes, digest: str, *, whole: bool = True) -> Upload:
        """Take ``bytes first-last/total``; ``*`` for a total not known yet, ``bytes */total`` for no content."""
        with self.lock:
            upload = self.upload(upload_id)
            match = re.fullmatch(r"bytes (?:(\d+)-(\d+)|\*)/(\d+|\*)", content_range)
            if match is None:
                raise Refused(400, "Bad Content-Range")
            if upload.done is None:
                self._append(upload, int(match[1]) if match[1] else None, match[3], sent if whole else half(sent))
                if match[3] != "*" and len(upload.data) == int(match[3]):
                    given = upload.resource | dict(re.findall(r"(crc32c)=([^,]+)", digest))
                    upload.done = self.insert(upload.bucket, upload.query, given, bytes(upload.data))
                    upload.data = bytearray()
        return upload

    @staticmethod
    def _append(upload: Upload, first: int | None, total: str, sent: bytes) -> None:
        if first is None:
            return
        if first > len(upload.data) or (total == "*" and len(sent) % _STEP):
            raise Refused(400, "Pieces must follow each other and be multiples of 256 KiB.")
        upload.data += sent[len(upload.data) - first :]  # what is here already is not taken twice


def half(sent: bytes) -> bytes:
    return sent[: len(sent) // 2 // _STEP * _STEP]


def now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def checksums(data: bytes) -> Resource:
    crc32c = google_crc32c.value(data).to_bytes(4, "big")
    md5 = hashlib.md5(data, usedforsecurity=False).digest()
    return {"crc32c": base64.b64encode(crc32c).decode(), "md5Hash": base64.b64encode(md5).decode()}


def resource(bucket: str, name: str, generation: int, size: int) -> Resource:
    return {
        "kind": "storage#object",
        "id": f"{bucket}/{name}/{generation}",
        "bucket": bucket,
        "name": name,
        "generation": str(generation),
        "metageneration": "1",
        "size": str(size),
        "storageClass": "STANDARD",
        "contentType": "application/octet-stream",
        "timeCreated": now(),
        "updated": now(),
        "etag": base64.b64encode(str(generation).encode()).decode(),
    }


def writable(given: Resource) -> Resource:
    return {key: given[key] for key in ("contentType", "cacheControl", "contentEncoding", "metadata") if key in given}


def check(found: Resource | None, query: Mapping[str, str], *, reading: bool = False) -> None:
    """Hold ``if(Meta)Generation(Not)Match`` of a query against an object, or none; a missing one has generation 0."""
    for kind in ("Generation", "Metageneration"):
        there = found[kind.lower()] if found else "0"
        if query.get(f"if{kind}Match", there) != there:
            raise Refused(412, "At least one of the pre-conditions you specified did not hold.")
        if query.get(f"if{kind}NotMatch") == there:
            raise Refused(304 if reading else 412, "At least one of the pre-conditions you specified did not hold.")
