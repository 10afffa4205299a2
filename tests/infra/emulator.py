"""Google's emulator of Pub/Sub, where the machine has one, set up by what a plan says.

    with PubSub() as pubsub:
        pubsub.set_up(plan, push_to="http://127.0.0.1:8080")
        pubsub.publish("voicebooth-scripts", event.push()["message"])

The emulator signs no tokens, checks no rights, and keeps messages for a week at most. Acknowledging, waiting,
redelivering and dead letters are its own.
https://cloud.google.com/pubsub/docs/emulator
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
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from infra.plan import Plan
from infra.terraform import PROJECT

Json = dict[str, Any]


def program() -> str | None:
    """The emulator's own program; ``None`` where it, or the Java it needs, is missing."""
    gcloud = shutil.which("gcloud")
    if not gcloud or not shutil.which("java"):
        return None
    found = Path(gcloud).resolve().parent.parent / "platform/pubsub-emulator/bin/cloud-pubsub-emulator"
    return str(found) if found.exists() else None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class PubSub:
    """The emulator while the block lasts."""

    def __enter__(self) -> Self:
        self._port = _free_port()  # it cannot choose one itself
        command = [program() or "", "--host=127.0.0.1", f"--port={self._port}"]
        self._process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
        )
        self._up = threading.Event()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        assert self._up.wait(60)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.killpg(self._process.pid, signal.SIGTERM)  # the program is a script, and Java its child
        self._process.wait()
        self._reader.join()
        if self._process.stdout:
            self._process.stdout.close()

    def _read(self) -> None:
        for line in self._process.stdout or ():
            if "listening on" in line:
                self._up.set()

    @property
    def environ(self) -> Mapping[str, str]:
        """What makes gcloud talk to the emulator."""
        return {
            "CLOUDSDK_API_ENDPOINT_OVERRIDES_PUBSUB": f"http://127.0.0.1:{self._port}/",
            "CLOUDSDK_AUTH_DISABLE_CREDENTIALS": "true",
            "CLOUDSDK_CORE_DISABLE_PROMPTS": "true",
        }

    def ask(self, method: str, path: str, body: Json | None = None) -> Json:
        """Call its REST interface below ``/v1/projects/PROJECT/``."""
        content = json.dumps(body or {})
        with closing(HTTPConnection("127.0.0.1", self._port, timeout=30)) as connection:
            connection.request(method, f"/v1/projects/{PROJECT}/{path}", content, {"content-type": "application/json"})
            got = connection.getresponse()
            answer: Json = json.loads(got.read() or b"{}")
        assert got.status == 200, answer
        return answer

    def set_up(self, plan: Plan, push_to: str, *, backoff: str | None = None, attempts: int | None = None) -> None:
        """Make the topics and subscriptions of a plan. Waiting and giving up may be shortened, and nothing else."""
        for topic in plan.of("google_pubsub_topic").values():
            self.ask("PUT", f"topics/{topic['name']}")
        topics = {
            r.name: r.refers("topic").split(".")[1] for r in plan.resources if r.kind == "google_pubsub_subscription"
        }
        names = {name: topic["name"] for name, topic in plan.of("google_pubsub_topic").items()}
        for name, given in plan.of("google_pubsub_subscription").items():
            made = {
                "topic": f"projects/{PROJECT}/topics/{names[topics[name]]}",
                "ackDeadlineSeconds": given["ack_deadline_seconds"],
            }
            for policy in given["retry_policy"]:
                made["retryPolicy"] = {
                    "minimumBackoff": backoff or policy["minimum_backoff"],
                    "maximumBackoff": backoff or policy["maximum_backoff"],
                }
            for policy in given["dead_letter_policy"]:
                made["deadLetterPolicy"] = {
                    "deadLetterTopic": f"projects/{PROJECT}/topics/{names['dead']}",
                    "maxDeliveryAttempts": attempts or policy["max_delivery_attempts"],
                }
            if given["push_config"]:
                made["pushConfig"] = {"pushEndpoint": push_to}
            self.ask("PUT", f"subscriptions/{given['name']}", made)

    def publish(self, topic: str, message: Json) -> None:
        """Publish what a push has carried."""
        kept = {name: message[name] for name in ("data", "attributes")}
        self.ask("POST", f"topics/{topic}:publish", {"messages": [kept]})

    def push_to(self, subscription: str, endpoint: str) -> None:
        """Let a subscription push elsewhere from now on."""
        self.ask("POST", f"subscriptions/{subscription}:modifyPushConfig", {"pushConfig": {"pushEndpoint": endpoint}})

    def pull(self, subscription: str) -> list[Json]:
        """Wait for messages, and take them without acknowledging."""
        got = self.ask("POST", f"subscriptions/{subscription}:pull", {"maxMessages": 10})
        return list(got.get("receivedMessages", []))

    def give_back(self, subscription: str, message: Json) -> None:
        """Let a pulled message be pulled again at once."""
        returned = {"ackIds": [message["ackId"]], "ackDeadlineSeconds": 0}
        self.ask("POST", f"subscriptions/{subscription}:modifyAckDeadline", returned)
