"""Google's own Pub/Sub emulator, where a machine has it, and a courier that notes each push on its way.

    with Courier(function.url) as courier, PubSub(courier.url, attempts=5) as pubsub:
        pubsub.publish(event.push()["message"])
        courier.waits_for(event.name, 204)

The emulator comes with gcloud (``gcloud components install pubsub-emulator``) and needs Java.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import threading
from collections.abc import Mapping
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

PROJECT = "projects/test"
CALLER = "caller@test.iam.gserviceaccount.com"


def emulator() -> Path | None:
    """Return the emulator's program, if this machine has it and a Java to run it."""
    gcloud, java = shutil.which("gcloud"), shutil.which("java")
    if not gcloud or not java:
        return None
    program = Path(gcloud).resolve().parents[1] / "platform/pubsub-emulator/bin/cloud-pubsub-emulator"
    return program if program.exists() else None


class Courier:
    """Stands between Pub/Sub and the function: hands everything on, and notes what was answered."""

    def __init__(self, to: str) -> None:
        self._to = urlsplit(to).netloc
        self._news = threading.Condition()
        self.answers: dict[str, list[int]] = {}  # object's name → status of each delivery

    def __enter__(self) -> Self:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                status, answer = outer._hand_on(self.path, body)
                self.send_response(status)
                self.send_header("content-length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)
                outer._note(body, status)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def waits_for(self, name: str, status: int, within_s: float = 60) -> list[int]:
        """Wait until a delivery of this object was answered so, and return the answers so far."""
        with self._news:
            assert self._news.wait_for(lambda: status in self.answers.get(name, []), within_s), self.answers
            return list(self.answers[name])

    def _hand_on(self, path: str, body: bytes) -> tuple[int, bytes]:
        connection = HTTPConnection(self._to, timeout=60)
        connection.request("POST", path, body, {"content-type": "application/json"})
        with connection.getresponse() as got:
            answer = got.status, got.read()
        connection.close()
        return answer

    def _note(self, body: bytes, status: int) -> None:
        name = json.loads(body)["message"]["attributes"]["objectId"]
        with self._news:
            self.answers.setdefault(name, []).append(status)
            self._news.notify_all()


class PubSub:
    """The emulator with a topic, a push subscription on it as infra/events.tf has it, and its dead letters.

    Only the back-off is shorter than there: 0.1 to 1 s, not 10 to 600 s.
    """

    def __init__(self, program: Path, endpoint: str, attempts: int) -> None:
        self._program = program
        self._endpoint = endpoint
        self._attempts = attempts

    def __enter__(self) -> Self:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        self._process = subprocess.Popen(
            [self._program, "--host=127.0.0.1", f"--port={self._port}"],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,  # a shell and a Java in one group, to be ended together
        )
        assert any("Server started" in line for line in self._process.stdout or ())
        self._reader = threading.Thread(target=lambda: [None for _ in self._process.stdout or ()], daemon=True)
        self._reader.start()
        self._set_up()
        return self

    def __exit__(self, *_: object) -> None:
        os.killpg(self._process.pid, signal.SIGTERM)
        self._process.wait()
        self._reader.join()
        if self._process.stdout:
            self._process.stdout.close()

    def _set_up(self) -> None:
        for topic in ("scripts", "dead"):
            self._ask("PUT", f"topics/{topic}", {})
        push = {
            "topic": f"{PROJECT}/topics/scripts",
            "ackDeadlineSeconds": 600,
            "pushConfig": {
                "pushEndpoint": f"{self._endpoint}/events",
                "oidcToken": {"serviceAccountEmail": CALLER, "audience": self._endpoint},
            },
            "retryPolicy": {"minimumBackoff": "0.1s", "maximumBackoff": "1s"},
            "deadLetterPolicy": {"deadLetterTopic": f"{PROJECT}/topics/dead", "maxDeliveryAttempts": self._attempts},
        }
        self._ask("PUT", "subscriptions/scripts", push)
        self._ask("PUT", "subscriptions/dead", {"topic": f"{PROJECT}/topics/dead"})

    def publish(self, message: Mapping[str, Any]) -> None:
        """Publish a message: what Cloud Storage does when an object is complete."""
        sent = {name: message[name] for name in ("data", "attributes") if name in message}
        self._ask("POST", "topics/scripts:publish", {"messages": [sent]})

    def dead_letter(self, tries: int = 20) -> dict[str, Any]:
        """Wait for a dead letter, acknowledge it, and return its message."""
        for _ in range(tries):
            pulled = self._ask("POST", "subscriptions/dead:pull", {"maxMessages": 1}).get("receivedMessages", [])
            for each in pulled:
                self._ask("POST", "subscriptions/dead:acknowledge", {"ackIds": [each["ackId"]]})
                message: dict[str, Any] = each["message"]
                return message
        raise AssertionError("no dead letter came")

    def _ask(self, method: str, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        connection = HTTPConnection("127.0.0.1", self._port, timeout=120)
        headers = {"content-type": "application/json"}
        connection.request(method, f"/v1/{PROJECT}/{path}", json.dumps(body).encode(), headers)
        with connection.getresponse() as got:
            answer: dict[str, Any] = json.loads(got.read())
            assert got.status == 200, answer
        connection.close()
        return answer
