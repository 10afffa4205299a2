"""A Gemini API for tests: an HTTP server that speaks words as tones, keeps the service's rules, and fails on demand.

    with FakeGemini(faults=["status_503", "ok", "silence"]) as gemini:
        …                                 # a client that talks to gemini.url
        assert not gemini.faults_left

``faults`` are used up in order, one per request ("ok" is none). ``fault_rate`` lets that share of the other requests
fail, chosen by a seeded generator, with ``fault_names`` in turn. As a process of its own, ``python -m fakes.gemini
--port 0`` prints its URL; ``GET /seen`` then tells what it saw.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import socket
import sys
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from . import tones
from .gemini_faults import FAULTS, RETRIED, Answer, Wanted, failed, spoken
from .gemini_hearing import NEW_MODELS, OLD_MODELS, Heard, Refused, hear

PATH = re.compile(r"/(?P<version>v\w+)/(?P<resource>(?:projects/[^/]+/locations/[^/]+/publishers/google/)?)"
                  r"models/(?P<model>[^/:]+)(?P<verb>:generateContent)?")  # fmt: skip
OLD_MIME_TYPES = {"gemini-3.1-flash-tts-preview": "audio/l16; rate=24000; channels=1"}
PCM_MIME_TYPE = "audio/L16;codec=pcm;rate=24000"


@dataclass(frozen=True, slots=True)
class Seen:
    """One request and what became of it. Times on the monotonic clock."""

    path: str
    model: str
    key: str
    headers: dict[str, str]
    body: Any
    heard: Heard | None  # None: it was refused
    fault: str  # "" for a proper answer
    status: int
    audio_s: float
    tokens: int
    arrived_s: float
    answered_s: float

    @property
    def lines(self) -> tuple[tuple[str, str], ...]:
        """What was to be spoken, by which voice."""
        return self.heard.lines if self.heard else ()

    @property
    def words(self) -> list[str]:
        """Its words in order."""
        return [word for _, text in self.lines for word in tones.words(text)]


class FakeGemini:
    """The server, as a context manager. All settings may be changed while it runs."""

    def __init__(
        self,
        *,
        keys: Collection[str] | None = None,
        latency_s: float = 0.0,
        pace: float = 0.0,
        faults: Iterable[str] = (),
        fault_rate: float = 0.0,
        fault_names: Iterable[str] = RETRIED,
        fault_for: Callable[[Heard], str] = lambda _: "",
        seed: int = 1,
        retry_delay_s: float = 0.01,
        level_spread_db: float = 0.0,
        port: int = 0,
    ) -> None:
        """Take accepted keys (None: any), seconds per request and per second of audio, and what goes wrong."""
        self.keys, self.latency_s, self.pace = keys, latency_s, pace
        self.fault_rate, self.fault_names, self.fault_for = fault_rate, deque(fault_names), fault_for
        self.retry_delay_s, self.level_spread_db = retry_delay_s, level_spread_db
        self.pcm_refused = False  # answer with WAV even where bare PCM was asked for
        self.garbled = b""  # what is answered instead, when a model is looked up
        self.requests: list[Seen] = []
        self.looked_up: list[str] = []  # models that were asked about
        self.most_at_once = 0
        self.now = 0
        self._faults = deque(faults)
        self._random = random.Random(seed)  # noqa: S311  # chance that must repeat, not secrecy
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", port), self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), name="fake-gemini")
        unknown = {*self._faults, *self.fault_names} - {*FAULTS, "ok"}
        if unknown:
            raise ValueError(f"unknown faults: {sorted(unknown)}")

    @property
    def url(self) -> str:
        """Base URL for a client."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def faults_left(self) -> list[str]:
        """Faults that no request has met yet."""
        return list(self._faults)

    @property
    def seen_faults(self) -> Counter[str]:
        """How often each fault was met."""
        return Counter(seen.fault for seen in self.requests if seen.fault)

    def script(self, *faults: str) -> None:
        """Append faults for the requests to come."""
        self._faults.extend(faults)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stop()
        self._thread.join()
        if self._server.mistakes:
            raise self._server.mistakes[0]

    def answer(self, path: str, headers: dict[str, str], raw: bytes) -> Answer:
        """Return what the service would say, after the time it would take, and remember it."""
        arrived_s = time.monotonic()
        with self._lock:
            self.now += 1
            self.most_at_once = max(self.most_at_once, self.now)
        try:
            return self._answer(path, headers, raw, arrived_s)
        finally:
            with self._lock:
                self.now -= 1

    def _answer(self, path: str, headers: dict[str, str], raw: bytes, arrived_s: float) -> Answer:
        found = PATH.fullmatch(path.partition("?")[0])
        model = found["model"] if found and found["verb"] else ""
        heard, fault, body = None, "", None
        key = _key(path, headers)
        try:
            body = json.loads(raw)
            self._admit(model, key)
            heard = hear(model, body, enterprise=bool(found and found["resource"]))
        except Refused as no:
            answer = _refusal(no)
        except json.JSONDecodeError:
            answer = failed(400, "INVALID_ARGUMENT", "Invalid JSON payload received.")
        else:
            fault = self._next_fault(heard)
            answer = self._speak(model, heard, fault)
            self._server.closing.wait(self.latency_s + self.pace * answer.audio_s)
        entry = (path, model, key, headers, body, heard, fault, answer.status, answer.audio_s, answer.tokens, arrived_s)
        with self._lock:
            self.requests.append(Seen(*entry, time.monotonic()))
        return answer

    def look_up(self, path: str, headers: dict[str, str]) -> Answer:
        """Return what the service knows of a model, which it does not charge for."""
        found = PATH.fullmatch(path.partition("?")[0])
        model = found["model"] if found else ""
        self.looked_up.append(model)
        try:
            self._admit(model, _key(path, headers))
        except Refused as no:
            return _refusal(no)
        about = {"name": f"models/{model}", "supportedGenerationMethods": ["generateContent"]}
        return Answer(body=(self.garbled or json.dumps(about).encode(),))

    def _admit(self, model: str, key: str) -> None:
        if not key:
            raise Refused(403, "PERMISSION_DENIED", "Method doesn't allow unregistered callers. Please use API Key.")
        if self.keys is not None and key not in self.keys:
            raise Refused(400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key.")
        if model not in NEW_MODELS + OLD_MODELS:
            message = f"models/{model} is not found for API version v1beta, or is not supported for generateContent."
            raise Refused(404, "NOT_FOUND", message)

    def _next_fault(self, heard: Heard) -> str:
        with self._lock:
            if self._faults:
                fault = self._faults.popleft()
                return "" if fault == "ok" else fault
            if fault := self.fault_for(heard):
                return fault
            if self.fault_names and self._random.random() < self.fault_rate:
                self.fault_names.rotate(-1)
                return self.fault_names[-1]
            return ""

    def _speak(self, model: str, heard: Heard, fault: str) -> Answer:
        if model in NEW_MODELS:
            encoding = PCM_MIME_TYPE if heard.encoding == "AUDIO_L16" and not self.pcm_refused else "wav"
        else:
            encoding = OLD_MIME_TYPES.get(model, PCM_MIME_TYPE)
        with self._lock:
            gain = 10 ** (self._random.uniform(-0.5, 0.5) * self.level_spread_db / 20)
        wanted = Wanted(model, heard.lines, encoding, heard.input_tokens, self.retry_delay_s, gain)
        return FAULTS[fault](wanted) if fault else spoken(wanted, wanted.samples())


def _key(path: str, headers: dict[str, str]) -> str:
    bearer = headers.get("authorization", "").removeprefix("Bearer ")
    return headers.get("x-goog-api-key", "") or bearer or path.partition("key=")[2]


def _refusal(no: Refused) -> Answer:
    invalid_key = {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID"}
    return failed(no.code, no.status, no.message, *([invalid_key] if "API key not valid" in no.message else []))


class _Server(ThreadingHTTPServer):
    daemon_threads = False  # so that closing joins them
    request_queue_size = 256

    def __init__(self, address: tuple[str, int], fake: FakeGemini) -> None:
        super().__init__(address, _Door)
        self.fake = fake
        self.closing = threading.Event()
        self.connections: set[socket.socket] = set()
        self.mistakes: list[BaseException] = []

    def stop(self) -> None:
        """Stop serving, break every connection, wait for every thread."""
        self.closing.set()
        self.shutdown()
        for connection in tuple(self.connections):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self.server_close()

    def process_request(self, request: Any, client_address: Any) -> None:
        self.connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self.connections.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002  # the base class's signature
        """Leave connections that a client gave up to their fate; keep what is a mistake of this server."""
        broken = sys.exception()
        if broken and not isinstance(broken, ConnectionError):
            self.mistakes.append(broken)


class _Door(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers.get("content-length", 0)))
        self._send(self.server.fake.answer(self.path, self._names(), raw))

    def _names(self) -> dict[str, str]:
        return {name.lower(): value for name, value in self.headers.items()}

    def do_GET(self) -> None:
        fake = self.server.fake
        if not self.path.startswith("/seen"):
            self._send(fake.look_up(self.path, self._names()))
            return
        with fake._lock:
            seen = [{k: v for k, v in asdict(s).items() if k not in {"key", "headers", "body"}} for s in fake.requests]
        report = {"requests": seen, "faults": fake.seen_faults, "most_at_once": fake.most_at_once}
        self._send(Answer(body=(json.dumps(report).encode(),)))

    def _send(self, answer: Answer) -> None:
        if answer.manner == "hang":
            self.server.closing.wait()
        if answer.manner in {"reset", "hang"}:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")  # closing sends RST
            self.close_connection = True
            return
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.kind)
        self.send_header("Content-Length", str(sum(len(piece) for piece in answer.body)))
        self.end_headers()
        if answer.manner == "whole":
            for piece in answer.body:
                self.wfile.write(piece)
            return
        self.close_connection = True
        whole = b"".join(answer.body)
        self.wfile.write(whole[: len(whole) // 2])
        if answer.manner == "trickle":
            for at in range(len(whole) // 2, len(whole)):
                if self.server.closing.wait(0.01):
                    return
                self.wfile.write(whole[at : at + 1])

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the base class's name
        """Say nothing."""


def main() -> None:
    """Serve until killed."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--port", type=int, default=0)
    options.add_argument("--latency", type=float, default=1.5, help="seconds per request")
    options.add_argument("--pace", type=float, default=0.45, help="seconds per second of audio")
    options.add_argument("--fault-rate", type=float, default=0.0)
    options.add_argument("--faults", default=",".join(RETRIED), help="names that --fault-rate uses in turn")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--retry-delay", type=float, default=0.1, help="what RetryInfo asks for, in seconds")
    given = options.parse_args()
    fake = FakeGemini(
        port=given.port,
        latency_s=given.latency,
        pace=given.pace,
        fault_rate=given.fault_rate,
        fault_names=given.faults.split(","),
        seed=given.seed,
        retry_delay_s=given.retry_delay,
    )
    with fake:
        print(fake.url, flush=True)  # noqa: T201  # the caller reads it
        threading.Event().wait()


if __name__ == "__main__":
    main()
