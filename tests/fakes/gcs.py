"""Cloud Storage as a small real server: the JSON API as Google's client library uses it.

Buckets, objects (get, list, insert by multipart and resumable upload, download with ranges, patch, delete), all
preconditions, one generation kept per object, checksums. Atomic: of simultaneous creates exactly one wins.

    with FakeGcs(buckets=("work",), faults=[Fault(503, "insert")]) as gcs:
        os.environ["STORAGE_EMULATOR_HOST"] = gcs.url

Faults are taken in order, each by the first request it fits, and leaving the block checks that all were. As a program,
``python -m fakes.gcs [--port 0] [--folder DIR] BUCKET…`` prints its URL and runs until it is ended.
API: https://cloud.google.com/storage/docs/json_api/v1/objects, https://cloud.google.com/storage/docs/resumable-uploads
"""

from __future__ import annotations

import argparse
import json
import re
import socket
import struct
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from fakes.gcs_buckets import Buckets, Refused, Resource


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong: a status, or ``reset``, ``reset-after``, ``truncate``, ``corrupt``, ``partial``, ``slow``.

    ``on`` names the operation: bucket, get, media, list, insert, start, piece, patch, delete; empty for any. ``name``
    is a part of the object's name. The connection is reset before or after the effect. A partial piece is kept without
    its second half. A slow answer takes ``seconds``.
    """

    kind: int | str
    on: str = ""
    name: str = ""
    seconds: float = 1.0


class Handler(BaseHTTPRequestHandler):
    """One connection. Each method works out the operation, lets faults happen, and answers."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: FakeGcs

    def do_GET(self) -> None:
        self._serve()

    do_POST = do_PUT = do_PATCH = do_DELETE = do_GET  # noqa: N815 -- the library's names

    def _serve(self) -> None:
        url = urlsplit(self.path)
        self.query = dict(parse_qsl(url.query, keep_blank_values=True))
        self.body = self._body()
        self.fault: Fault | None = None
        match = re.fullmatch(
            r"(/upload|/download|/resumable/upload)?/storage/v1/b(?:/([^/]+)(/o(?:/(.+))?)?)?", url.path
        )
        try:
            via, bucket, objects, name = (unquote(part or "") for part in match.groups())
            operation = self._operation(via, objects, name)
            self.fault = self.server.meet(operation, name or self._named(operation))
            self._before()
            return getattr(self, f"_{operation}")(bucket, name)
        except Refused as refusal:
            error = {"code": refusal.status, "message": refusal.message, "errors": [{"message": refusal.message}]}
            return self._json({"error": error}, refusal.status)

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        pieces = []
        while size := int(self.rfile.readline(), 16):
            pieces.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(pieces)

    def _operation(self, via: str, objects: str, name: str) -> str:
        if not objects:
            return "bucket"
        if "upload_id" in self.query:
            return "piece"
        if self.command == "POST":
            return "start" if self.query.get("uploadType") == "resumable" else "insert"
        if name and self.command == "GET":
            return "media" if via == "/download" or self.query.get("alt") == "media" else "get"
        return {"GET": "list", "PATCH": "patch", "DELETE": "delete"}[self.command]

    def _named(self, operation: str) -> str:
        if operation == "piece":
            return self.server.buckets.upload(self.query["upload_id"]).resource["name"]
        found = re.search(rb'"name": ?("(?:[^"\\]|\\.)*")', self.body[:4096])
        return json.loads(found[1]) if found else self.query.get("name", "")

    def _before(self) -> None:
        if self.fault is None:
            return
        if self.fault.kind == "slow":
            self.server.ended.wait(self.fault.seconds)
        elif self.fault.kind == "reset":
            raise _Reset
        elif isinstance(self.fault.kind, int):
            raise Refused(self.fault.kind)

    def _bucket(self, bucket: str, _name: str) -> None:
        buckets = self.server.buckets
        if self.command == "POST":
            return self._json(buckets.add(json.loads(self.body)["name"]))
        buckets.bucket(bucket)
        return self._json({"kind": "storage#bucket", "name": bucket, "id": bucket})

    def _get(self, bucket: str, name: str) -> None:
        self._json(self.server.buckets.find(bucket, name, self.query, reading=True))

    def _list(self, bucket: str, _name: str) -> None:
        prefix, after = self.query.get("prefix", ""), self.query.get("pageToken", "")
        with self.server.buckets.lock:
            objects = self.server.buckets.bucket(bucket)
            names = sorted(name for name in objects if name.startswith(prefix) and name > after)
            page = names[: int(self.query.get("maxResults", 1000))]
            fields = re.search(r"items\(([^)]*)\)", self.query.get("fields", ""))
            wanted = set(fields[1].split(",")) if fields else None
            items = [{k: v for k, v in objects[name].items() if wanted is None or k in wanted} for name in page]
        more = {"nextPageToken": page[-1]} if len(page) < len(names) else {}
        self._json({"kind": "storage#objects", "items": items} | more)

    def _insert(self, bucket: str, _name: str) -> None:
        if self.query.get("uploadType") == "media":
            given, data = {"contentType": self.headers["Content-Type"]}, self.body
        else:
            given, data = self._parts()
        self._json(self.server.buckets.insert(bucket, self.query, given, data))

    def _parts(self) -> tuple[Resource, bytes]:
        boundary = re.search(r'boundary="?([^";]+)', self.headers["Content-Type"])
        if boundary is None:
            raise Refused(400, "no boundary")
        mark = b"--" + boundary[1].encode()
        first, second = self.body[len(mark) :].split(b"\r\n" + mark, 1)
        head, _, data = second.lstrip(b"\r\n").partition(b"\r\n\r\n")
        given = json.loads(first.partition(b"\r\n\r\n")[2])
        kind = BytesParser().parsebytes(head + b"\r\n\r\n")["content-type"]
        return {"contentType": kind} | given, data.removesuffix(b"--").removesuffix(b"\r\n" + mark)

    def _start(self, bucket: str, _name: str) -> None:
        given = json.loads(self.body or b"{}")
        kind = {"contentType": self.headers["x-upload-content-type"]} if "x-upload-content-type" in self.headers else {}
        upload_id = self.server.buckets.start(bucket, self.query, kind | given)
        place = f"{self.server.url}/upload/storage/v1/b/{quote(bucket)}/o?uploadType=resumable&upload_id={upload_id}"
        self._answer(200, b"", {"Location": place})

    def _piece(self, _bucket: str, _name: str) -> None:
        upload_id = self.query["upload_id"]
        if self.command == "DELETE":
            self.server.buckets.cancel(upload_id)
            return self._answer(499, b"", {})
        content_range = self.headers.get("Content-Range", f"bytes 0-{len(self.body) - 1}/{len(self.body)}")
        whole = self.fault is None or self.fault.kind != "partial"
        digest = self.headers.get("x-goog-hash", "")
        upload = self.server.buckets.piece(upload_id, content_range, self.body, digest, whole=whole)
        if upload.done:
            return self._json(upload.done)
        return self._answer(308, b"", {"Range": f"bytes=0-{len(upload.data) - 1}"} if upload.data else {})

    def _patch(self, bucket: str, name: str) -> None:
        self._json(self.server.buckets.patch(bucket, name, self.query, json.loads(self.body or b"{}")))

    def _delete(self, bucket: str, name: str) -> None:
        self.server.buckets.delete(bucket, name, self.query)
        self._answer(204, b"", {})

    def _media(self, bucket: str, name: str) -> None:
        with self.server.buckets.lock:
            found = self.server.buckets.find(bucket, name, self.query, reading=True)
            data = self.server.buckets.content(found)
        headers = {
            "Content-Type": found["contentType"],
            "Cache-Control": found.get("cacheControl", ""),
            "ETag": found["etag"],
            "X-Goog-Generation": found["generation"],
            "X-Goog-Metageneration": found["metageneration"],
            "X-Goog-Stored-Content-Length": found["size"],
            "X-Goog-Hash": f"crc32c={found['crc32c']},md5={found['md5Hash']}",
        }
        status, data, place = part(data, self.headers.get("Range", ""))
        if self.fault and self.fault.kind == "corrupt":
            data = bytes([data[0] ^ 1]) + data[1:]
        self._answer(status, data, headers | place)

    def _json(self, content: Resource, status: int = 200) -> None:
        self._answer(status, json.dumps(content).encode(), {"Content-Type": "application/json; charset=UTF-8"})

    def _answer(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
        kind = self.fault.kind if self.fault else None
        if kind == "reset-after":
            raise _Reset
        self.send_response(status, None if status != 499 else "Client Closed Request")
        for header, value in headers.items():
            self.send_header(header, value)
        if status not in {204, 304}:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if kind == "truncate" else body)
        self.close_connection = self.close_connection or kind == "truncate"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the library's name
        """Stay silent."""


def part(data: bytes, wanted: str) -> tuple[int, bytes, dict[str, str]]:
    """Cut ``bytes=first-last`` (both included, ``last`` may be missing) out of a content."""
    match = re.fullmatch(r"bytes=(\d+)-(\d*)", wanted)
    if match is None:
        return 200, data, {}
    first, last = int(match[1]), min(int(match[2] or len(data) - 1), len(data) - 1)
    if first >= len(data) or last < first:
        raise Refused(416)
    return 206, data[first : last + 1], {"Content-Range": f"bytes {first}-{last}/{len(data)}"}


class _Reset(Exception):
    """The connection is cut."""


class FakeGcs(ThreadingHTTPServer):
    """The service. ``calls`` lists (operation, object name) of every request so far."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(
        self,
        buckets: Iterable[str] = ("scripts", "work", "episodes"),
        faults: Iterable[Fault] = (),
        *,
        finalized: Callable[[Resource], None] | None = None,
        folder: Path | None = None,
        port: int = 0,
    ) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.buckets = Buckets(buckets, folder, finalized)
        self.faults = list(faults)
        self.calls: list[tuple[str, str]] = []
        self.ended = threading.Event()

    def meet(self, operation: str, name: str) -> Fault | None:
        """Note a request and take the first fault that fits it."""
        with self.buckets.lock:
            self.calls.append((operation, name))
            for fault in self.faults:
                if fault.on in {"", operation} and fault.name in name:
                    self.faults.remove(fault)
                    return fault
        return None

    def finish_request(self, request: Any, client_address: Any) -> None:
        """Serve a connection; one to be reset is cut, and a client that went away is no news."""
        try:
            super().finish_request(request, client_address)
        except _Reset:
            request.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            request.close()
        except ConnectionError:
            pass

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.ended.set()
        self.shutdown()
        self.server_close()
        if kind is None:
            assert not self.faults, f"faults that never happened: {self.faults}"


def main() -> None:
    """Serve until the process is ended."""
    parser = argparse.ArgumentParser(description="A Cloud Storage for tests.")
    parser.add_argument("bucket", nargs="*", default=["scripts", "work", "episodes"])
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args()
    server = FakeGcs(options.bucket, folder=options.folder, port=options.port)
    print(server.url, flush=True)  # noqa: T201 -- this is what the caller waits for
    server.serve_forever()


if __name__ == "__main__":
    main()
