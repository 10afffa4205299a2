"""The whole cloud on loopback: storage, secrets and the speech service in this process, the function beside them.

    with Cloud() as cloud, cloud.function("on_script") as function:
        event = cloud.upload("show/ep.md", text)
        function.post("/", event.resource, event.headers)

The function is functions-framework serving ``main.py`` in a process of its own, through the real client libraries.
"""

from __future__ import annotations

import base64
import io
import json
import logging
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, Self

from fakes.gcs import FakeGcs
from fakes.gemini import FakeGemini
from fakes.secretmanager import FakeSecretManager
from fakes.tones import decode

ROOT = Path(__file__).parent.parent.parent
KEY = "fake-key-that-nobody-may-see"
SECRET = "projects/test/secrets/gemini"  # checkov:skip=CKV_SECRET_6: where a secret is, not what
BUCKETS = ("scripts", "work", "episodes", "elsewhere")
OURS = (
    *("SCRIPTS_BUCKET", "WORK_BUCKET", "EPISODES_BUCKET", "GEMINI_", "GOOGLE_", "VOICEBOOTH_", "ENVIRONMENT", "LOG_"),
    *("STORAGE_EMULATOR_", "SECRET_MANAGER_", "CLOUD_TASKS_"),
)
GUNICORN = re.compile(r"\[.+\] \[\d+\] \[INFO\] (.*)")


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to one generation of an object, in each of the shapes that tell of it."""

    name: str
    generation: int
    bucket: str = "scripts"
    what: str = "finalized"

    @property
    def episode(self) -> str:
        return self.name.rpartition(".")[0]

    @property
    def resource(self) -> dict[str, str]:
        """The object as Cloud Storage describes it; the body of a CloudEvent in binary mode."""
        generation = str(self.generation)
        return {"kind": "storage#object", "bucket": self.bucket, "name": self.name, "generation": generation}

    @property
    def attributes(self) -> dict[str, str]:
        return {
            "id": f"{self.name}/{self.generation}",
            "specversion": "1.0",
            "type": f"google.cloud.storage.object.v1.{self.what}",
            "source": f"//storage.googleapis.com/projects/_/buckets/{self.bucket}",
            "subject": f"objects/{self.name}",
        }

    @property
    def headers(self) -> dict[str, str]:
        """The headers of a CloudEvent in binary mode."""
        return {f"ce-{name}": value for name, value in self.attributes.items()} | {"content-type": "application/json"}

    @property
    def structured(self) -> dict[str, Any]:
        """The body of a CloudEvent in structured mode."""
        return {**self.attributes, "datacontenttype": "application/json", "data": self.resource}

    def push(self, kind: str = "OBJECT_FINALIZE") -> dict[str, Any]:
        """The body of a Pub/Sub push of a Storage notification."""
        attributes = {
            "notificationConfig": f"projects/_/buckets/{self.bucket}/notificationConfigs/1",
            "eventType": kind,
            "payloadFormat": "JSON_API_V1",
            "bucketId": self.bucket,
            "objectId": self.name,
            "objectGeneration": str(self.generation),
        }
        data = base64.b64encode(json.dumps(self.resource).encode()).decode()
        message = {"data": data, "attributes": attributes, "messageId": "1", "publishTime": "2026-01-01T00:00:00Z"}
        return {"message": message, "subscription": "projects/test/subscriptions/scripts"}


class Cloud:
    """Storage, secrets and speech, as a context manager."""

    def __init__(self, **settings: str) -> None:
        self._settings = settings
        self.gcs = FakeGcs(BUCKETS)
        self.gemini = FakeGemini(keys={KEY})
        self.secrets = FakeSecretManager({SECRET: [KEY]})
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            for fake in (self.gcs, self.gemini, self.secrets):
                stack.enter_context(fake)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.__exit__(*error)  # type: ignore[arg-type]

    @property
    def settings(self) -> dict[str, str]:
        """What the function's environment says."""
        return {
            "SCRIPTS_BUCKET": "gs://scripts",
            "WORK_BUCKET": "gs://work",
            "EPISODES_BUCKET": "gs://episodes",
            "GEMINI_API_KEY_SECRET": SECRET,
            "GOOGLE_CLOUD_PROJECT": "test",
            "GOOGLE_GEMINI_BASE_URL": self.gemini.url,
            "STORAGE_EMULATOR_HOST": self.gcs.url,
            "SECRET_MANAGER_EMULATOR_HOST": self.secrets.host,
            **self._settings,
        }

    @contextmanager
    def function(self, target: str, **settings: str) -> Iterator[Function]:
        """Serve a target of ``main.py`` while the block lasts."""
        function = Function(target, clean_environment() | self.settings | settings)
        try:
            yield function.started()
        finally:
            function.stop()

    def upload(self, name: str, text: str | bytes, bucket: str = "scripts") -> Event:
        """Put an object into a bucket."""
        data = text.encode() if isinstance(text, str) else text
        made = self.gcs.buckets.insert(bucket, {"name": name}, {"contentType": "text/markdown"}, data)
        return Event(name, int(made["generation"]), bucket)

    def objects(self, bucket: str, prefix: str) -> dict[str, bytes]:
        """Return what a bucket holds below a prefix: name without it → content."""
        buckets = self.gcs.buckets
        with buckets.lock:
            found = {n: o for n, o in buckets.bucket(bucket).items() if n.startswith(prefix)}
            return {name.removeprefix(prefix): buckets.content(there) for name, there in found.items()}

    def episode(self, event: Event) -> dict[str, bytes]:
        """Return an episode's objects by name."""
        return self.objects("episodes", f"{event.episode}/")

    def manifest(self, event: Event) -> dict[str, Any]:
        manifest: dict[str, Any] = json.loads(self.episode(event)["episode.json"])
        return manifest

    def asked(self, word: str) -> int:
        """Return how many requests spoke a word."""
        return sum(word.casefold() in request.words for request in self.gemini.requests)


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, headers (names in lower case) and body of an HTTP answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        content: dict[str, Any] = json.loads(self.body)
        return content


class Function:
    """functions-framework serving a target of ``main.py``; ``log`` holds what it wrote, gunicorn's own words aside."""

    def __init__(self, target: str, environment: Mapping[str, str]) -> None:
        program = str(Path(sys.executable).with_name("functions-framework"))
        self._command = [program, "--source", "main.py", "--target", target, "--host", "127.0.0.1", "--port", "0"]
        self._environment = {**environment, "GUNICORN_LOG_LEVEL": "info"}  # it tells the port
        self._port = 0
        self._up = threading.Event()
        self._news = threading.Condition()
        self.log: list[str] = []

    def started(self) -> Self:
        self._process = subprocess.Popen(
            self._command,
            cwd=ROOT,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        assert self._up.wait(60), self.log
        assert self._port, self.log
        return self

    def _read(self) -> None:
        for line in self._process.stdout or ():
            found = GUNICORN.fullmatch(line.rstrip())
            if not found:
                with self._news:
                    self.log.append(line.rstrip())
                    self._news.notify_all()
            elif place := re.match(r"Listening at: http://127.0.0.1:(\d+)", found[1]):
                self._port = int(place[1])
                self._up.set()
        self._up.set()

    def told(self, words: str) -> str:
        """Wait for a line of the log that holds these words, and return it."""
        with self._news:
            assert self._news.wait_for(lambda: any(words in line for line in self.log), 20), self.log
            return next(line for line in self.log if words in line)

    def stop(self) -> None:
        """End it, and read its last words."""
        self._process.terminate()
        self._process.wait()
        self._reader.join()
        if self._process.stdout:
            self._process.stdout.close()

    def post(self, path: str, body: object, headers: Mapping[str, str] | None = None) -> Answer:
        """POST JSON, or bytes as they are."""
        return self.ask("POST", path, body, headers)

    def ask(self, method: str, path: str, body: object = None, headers: Mapping[str, str] | None = None) -> Answer:
        connection = HTTPConnection("127.0.0.1", self._port, timeout=60)
        content = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
        connection.request(method, path, content, {"content-type": "application/json", **(headers or {})})
        with connection.getresponse() as got:
            answer = Answer(got.status, {name.lower(): value for name, value in got.getheaders()}, got.read())
        connection.close()
        return answer


@contextmanager
def logging_as_it_was() -> Iterator[None]:
    """Undo what setting up our log does to this process."""
    root, ours = logging.getLogger(), logging.getLogger("voicebooth")
    before = root.handlers[:], root.level, ours.level
    try:
        yield
    finally:
        root.handlers[:] = before[0]
        root.setLevel(before[1])
        ours.setLevel(before[2])


def clean_environment() -> dict[str, str]:
    """Return this process's environment without settings."""
    return {name: value for name, value in os.environ.items() if not name.startswith(OURS)}


def heard(audio: bytes) -> list[tuple[str, int]]:
    """Return (voice, word's code) of every word in an audio file that the fake service has voiced."""
    import av  # noqa: PLC0415 - not every test listens
    import numpy as np  # noqa: PLC0415

    mono = av.AudioResampler(format="s16", layout="mono")
    with av.open(io.BytesIO(audio)) as file:
        rate_hz = file.streams.audio[0].rate
        pieces = [same.to_ndarray()[0] for frame in file.decode(audio=0) for same in mono.resample(frame)]
    return decode(np.concatenate(pieces), rate_hz)
