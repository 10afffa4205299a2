"""The whole cloud on loopback: speech service, storage and function, each a process of its own, and secrets.

    with Cloud(latency_s=1.0) as cloud:
        event = cloud.upload(script)
        answer = cloud.deliver(event)      # as Eventarc does; ``deliver_push`` as Pub/Sub does

The function is ``functions-framework`` serving ``main.py`` as it does in production, through the real client libraries.
Everything that was started is stopped when the block ends, also after an error.
"""

from __future__ import annotations

import base64
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import IO, Any, Self
from urllib.error import HTTPError
from urllib.parse import quote, urlencode
from urllib.request import Request, urlopen

from fakes.secretmanager import FakeSecretManager

from .scripts import Bench

ROOT = Path(__file__).parent.parent
SCRIPTS, WORK, EPISODES = "bench-scripts", "bench-work", "bench-episodes"
SECRET = "projects/bench/secrets/gemini-api-key"  # checkov:skip=CKV_SECRET_6: where a secret is, not what
CONCURRENCY = 16
START_LIMIT_S = 30
ANSWER_LIMIT_S = 900
OURS = ("GOOGLE_", "GEMINI_", "VOICEBOOTH_", "STORAGE_", "SECRET_MANAGER_", "CLOUD_TASKS_")  # not from outside


@dataclass(frozen=True, slots=True)
class Event:
    """One generation of one object in the scripts bucket."""

    name: str
    generation: int

    @property
    def episode(self) -> str:
        """Path of the episode that comes of it."""
        return self.name.rpartition(".")[0]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a delivery was answered, how long that took, and when it came (monotonic clock)."""

    status: int
    seconds: float
    at_s: float

    @property
    def acknowledged(self) -> bool:
        """Whether the event will not be delivered again."""
        return 200 <= self.status < 300


class Cloud:
    """Fakes and function, as a context manager."""

    def __init__(
        self,
        *,
        latency_s: float = 0.0,
        pace: float = 0.0,
        fault_rate: float = 0.0,
        **settings: str,
    ) -> None:
        """Take the speech service's seconds per request and per second of audio, its share of failures; settings."""
        speech = {"--latency": latency_s, "--pace": pace, "--fault-rate": fault_rate}
        self._speech = [str(part) for pair in speech.items() for part in pair]
        self._settings = settings
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self.gemini_url = stack.enter_context(fake("fakes.gemini", *self._speech))
            self.storage_url = stack.enter_context(fake("fakes.gcs", SCRIPTS, WORK, EPISODES))
            secrets = stack.enter_context(FakeSecretManager({SECRET: ["bench-key"]}))
            log = stack.enter_context(tempfile.TemporaryFile("a+b"))
            self.function = Function(self._environment(secrets.host), log)
            stack.callback(self.function.kill)
            self.function.start()
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def _environment(self, secrets_host: str) -> dict[str, str]:
        clean = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
        return clean | {
            "SCRIPTS_BUCKET": f"gs://{SCRIPTS}",
            "WORK_BUCKET": f"gs://{WORK}",
            "EPISODES_BUCKET": f"gs://{EPISODES}",
            "GEMINI_API_KEY_SECRET": f"{SECRET}/versions/latest",
            "GOOGLE_CLOUD_PROJECT": "bench",
            "GOOGLE_GEMINI_BASE_URL": self.gemini_url,
            "STORAGE_EMULATOR_HOST": self.storage_url,
            "SECRET_MANAGER_EMULATOR_HOST": secrets_host,
            "VOICEBOOTH_CONCURRENCY": str(CONCURRENCY),
            "LOG_LEVEL": "WARNING",
            **self._settings,
        }

    def upload(self, script: Bench) -> Event:
        """Put a script into its bucket."""
        return self.put(f"{script.name.replace(' ', '-')}.md", script.markdown.encode())

    def put(self, name: str, content: bytes) -> Event:
        """Put a file beside the scripts."""
        name = f"bench/{name}"
        query = urlencode({"uploadType": "media", "name": name})
        url = f"{self.storage_url}/upload/storage/v1/b/{SCRIPTS}/o?{query}"
        stored = json.loads(call(url, content, {"content-type": "application/octet-stream"}))
        return Event(name, int(stored["generation"]))

    def deliver(self, event: Event) -> Answer:
        """Tell the function of a finalized object as Eventarc does: a CloudEvent in binary mode."""
        headers = {
            "ce-id": f"bench-{time.monotonic_ns()}",
            "ce-specversion": "1.0",
            "ce-type": "google.cloud.storage.object.v1.finalized",
            "ce-source": f"//storage.googleapis.com/projects/_/buckets/{SCRIPTS}",
            "ce-subject": f"objects/{event.name}",
        }
        return self._post(_resource(event), headers)

    def deliver_push(self, event: Event) -> Answer:
        """Tell the function as a Pub/Sub push subscription does, of a notification by Cloud Storage."""
        attributes = {
            "notificationConfig": f"projects/_/buckets/{SCRIPTS}/notificationConfigs/1",
            "eventType": "OBJECT_FINALIZE",
            "payloadFormat": "JSON_API_V1",
            "bucketId": SCRIPTS,
            "objectId": event.name,
            "objectGeneration": str(event.generation),
        }
        data = base64.b64encode(json.dumps(_resource(event)).encode()).decode()
        message = {"data": data, "attributes": attributes, "messageId": "1", "publishTime": "2026-01-01T00:00:00Z"}
        return self._post({"message": message, "subscription": "projects/bench/subscriptions/scripts"}, {})

    def _post(self, body: Mapping[str, Any], headers: Mapping[str, str]) -> Answer:
        begin = time.monotonic()
        request = Request(self.function.url, json.dumps(body).encode(), {"content-type": "application/json", **headers})
        try:
            with urlopen(request, timeout=ANSWER_LIMIT_S) as response:
                status = response.status
        except HTTPError as answer:
            status = answer.code
        except (OSError, HTTPException):  # killed while it worked
            status = 0
        now = time.monotonic()
        return Answer(status, now - begin, now)

    def episode(self, event: Event, name: str) -> bytes:
        """Return one of an episode's files."""
        path = quote(f"{event.episode}/{name}", safe="")
        return call(f"{self.storage_url}/storage/v1/b/{EPISODES}/o/{path}?alt=media")

    def manifest(self, event: Event) -> dict[str, Any]:
        """Return ``episode.json``."""
        manifest: dict[str, Any] = json.loads(self.episode(event, "episode.json"))
        return manifest

    def takes(self) -> dict[str, str]:
        """Return the takes kept so far: key → time of writing (RFC 3339)."""
        items = json.loads(call(f"{self.storage_url}/storage/v1/b/{WORK}/o?prefix=takes/")).get("items", [])
        return {Path(item["name"]).stem: item["timeCreated"] for item in items}

    def asked(self) -> list[dict[str, Any]]:
        """Return the requests that the speech service has seen, in the order of their answers."""
        return asked(self.gemini_url)


class Function:
    """``functions-framework`` serving ``main.py`` in a process group of its own."""

    def __init__(self, environment: Mapping[str, str], log: IO[bytes]) -> None:
        self._environment = dict(environment)
        self._process: subprocess.Popen[bytes] | None = None
        self._log = log
        self.url = ""

    def start(self) -> None:
        """Start it and wait until it listens."""
        port = _free_port()
        self.url = f"http://127.0.0.1:{port}/"
        program = Path(sys.executable).with_name("functions-framework")
        arguments = ["--source", "main.py", "--target", "on_script", "--host", "127.0.0.1", "--port", str(port)]
        self._process = subprocess.Popen(
            [program, *arguments],
            cwd=ROOT,
            env=self._environment,
            start_new_session=True,
            stdout=self._log,
            stderr=self._log,
        )
        self._await(port)

    def _await(self, port: int) -> None:
        limit_s = time.monotonic() + START_LIMIT_S
        while time.monotonic() < limit_s and self._process and self._process.poll() is None:
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                return
            time.sleep(0.02)
        raise RuntimeError(f"the function did not start: {self.last_words}")

    def kill(self) -> None:
        """Kill it with all its workers, without warning."""
        if self._process:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    @property
    def last_words(self) -> str:
        """The last line that it wrote, for a person who wonders what went wrong."""
        self._log.seek(0)
        return self._log.read().decode(errors="replace").strip().rpartition("\n")[2]

    @property
    def peak_mb(self) -> float:
        """Largest memory (MB, VmHWM) that any of its processes has ever had."""
        assert self._process
        return max(_peak_mb(pid) for pid in (self._process.pid, *_children(self._process.pid)))


@contextmanager
def fake(module: str, *arguments: str) -> Iterator[str]:
    """Run a fake as a process while the block lasts; gives the URL that it prints."""
    environment = os.environ | {"PYTHONPATH": str(ROOT / "tests")}
    command = [sys.executable, "-m", module, *arguments]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            url = process.stdout.readline().strip()
            if not url:
                raise RuntimeError(f"{module} did not start")
            yield url
        finally:
            process.kill()


def call(url: str, body: bytes | None = None, headers: Mapping[str, str] | None = None) -> bytes:
    """Return what a fake answers to a GET, or to a POST with a body."""
    request = Request(url, body, {"content-type": "application/json", **(headers or {})})
    with urlopen(request, timeout=60) as response:
        answer: bytes = response.read()
        return answer


def asked(gemini_url: str) -> list[dict[str, Any]]:
    """Return the requests that a fake speech service has seen, in the order of their answers."""
    requests: list[dict[str, Any]] = json.loads(call(f"{gemini_url}/seen"))["requests"]
    return requests


def _resource(event: Event) -> dict[str, str]:
    return {"kind": "storage#object", "bucket": SCRIPTS, "name": event.name, "generation": str(event.generation)}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _peak_mb(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) * 1024 / 1e6
