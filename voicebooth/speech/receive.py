"""An HTTP client that takes the audio out of an answer while it arrives.

A minute of audio is 3.8 MB of base64 inside JSON. Read in the ordinary way it lies in memory five times over (chunks,
body, text, parsed text, bytes), for every request in flight. Here the base64 is decoded as it comes, and the SDK is
handed the same JSON with a number where the audio was. The whole answer must arrive by a moment on the monotonic clock,
however slowly the server sends.
"""

from __future__ import annotations

import binascii
import math
import re
import time
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

import httpx2

CONNECTIONS = 100
OK = 200
_OPENING = re.compile(rb'"data"\s*:\s*"')  # inside a JSON string the quotes would be escaped
_LONGEST_OPENING = 64  # bytes; white space is rare there and short
_ESCAPES = ((rb"\/", b"/"), (rb"\u002b", b"+"), (rb"\u002f", b"/"), (rb"\u003d", b"="))
_URL_SAFE = bytes.maketrans(b"-_", b"+/")


@dataclass(slots=True)
class Inbox:
    """One call's: the moment by which its answer must be here, and the audio that came. ``None`` was no base64.

    ``on_answer`` is called before the body is read; until it returns, the body waits in the connection.
    """

    until_s: float
    on_answer: Callable[[], None] = lambda: None
    audio: list[bytearray | None] = field(default_factory=list)
    date: str = ""  # the service's time of day, as the answer's head has it

    def wait_for_room(self) -> None:
        """Call ``on_answer``. The answer is here and paid for, so the clock stands still meanwhile."""
        left_s, self.until_s = self.until_s - time.monotonic(), math.inf
        try:
            self.on_answer()
        finally:
            self.until_s = time.monotonic() + left_s


inbox: ContextVar[Inbox] = ContextVar("inbox")


class Receiver(httpx2.Client):
    """Puts the audio of every answer into the ``inbox`` of the calling context."""

    def __init__(self) -> None:
        super().__init__(limits=httpx2.Limits(max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS))

    def send(self, request: httpx2.Request, **options: Any) -> httpx2.Response:
        """Send a request and return the answer without its audio."""
        call = inbox.get()
        response = super().send(request, **{**options, "stream": True})
        call.date = response.headers.get("date", "")
        split = Split(call.audio)
        try:
            if response.status_code == OK:
                call.wait_for_room()
            for chunk in response.iter_bytes():
                split.feed(chunk)
                if time.monotonic() > call.until_s:
                    raise httpx2.ReadTimeout("the answer took too long", request=request)
        finally:
            response.close()
        framing = {"content-encoding", "content-length", "transfer-encoding"}
        headers = [(name, value) for name, value in response.headers.multi_items() if name not in framing]
        return httpx2.Response(response.status_code, headers=headers, content=bytes(split.rest), request=request)


class Split:
    """Parts a JSON body, chunk by chunk, into ``rest`` and the audio in its ``data`` fields."""

    def __init__(self, audio: list[bytearray | None]) -> None:
        self.rest = bytearray()
        self._audio = audio
        self._seen = 0  # up to here nothing opens in ``rest``
        self._arriving: bytearray | None = None  # the audio that is not whole yet
        self._carry = b""
        self._broken = False

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes of the body."""
        while chunk:
            chunk = self._outside(chunk) if self._arriving is None else self._inside(chunk, self._arriving)

    def _outside(self, chunk: bytes) -> bytes:
        start = max(self._seen, len(self.rest) - _LONGEST_OPENING)
        self.rest += chunk
        found = _OPENING.search(self.rest, start)
        if found is None:
            return b""
        after = bytes(self.rest[found.end() :])
        del self.rest[found.end() :]
        self._arriving, self._carry, self._broken = bytearray(), b"", False
        return after

    def _inside(self, chunk: bytes, arriving: bytearray) -> bytes:
        body, closing, after = chunk.partition(b'"')
        try:
            arriving += self._decoded(body, last=bool(closing))
        except binascii.Error:
            self._broken = True
        if closing:
            self.rest += b'%d"' % len(self._audio)
            self._audio.append(None if self._broken else arriving)
            self._seen, self._arriving = len(self.rest), None
        return after

    def _decoded(self, body: bytes, *, last: bool) -> bytes:
        text = self._carry + body
        for escape, plain in _ESCAPES if b"\\" in text else ():
            text = text.replace(escape, plain)
        if b"-" in text or b"_" in text:
            text = text.translate(_URL_SAFE)
        if last:
            return binascii.a2b_base64(text + b"=" * (-len(text) % 4), strict_mode=True)
        whole = text.find(b"\\") if b"\\" in text else len(text)
        whole -= whole % 4
        self._carry = text[whole:]
        return binascii.a2b_base64(text[:whole], strict_mode=True)
