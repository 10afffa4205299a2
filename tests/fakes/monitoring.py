"""Cloud Monitoring for tests: answers ``timeSeries.list`` from what each revision is said to have done."""

from __future__ import annotations

import json
import re
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

TOKEN = "token-of-nobody"
METRICS = {
    "run.googleapis.com/request_count": "response_code_class",
    "logging.googleapis.com/log_entry_count": "severity",
}


@dataclass
class FakeMonitoring:
    """The server, as a context manager. ``done[revision]`` maps ``2xx``, ``5xx``, ``ERROR``, … to counts.

    A list of such maps is answered one after the other, a look (two requests) each; the last one stays.
    """

    done: dict[str, Any] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)
    project: str = ""

    def __enter__(self) -> Self:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                status, body = outer._answer(self.path, self.headers.get("authorization", ""))
                content = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("content-length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

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

    def _answer(self, path: str, authorization: str) -> tuple[int, dict[str, Any]]:
        if authorization != f"Bearer {TOKEN}":
            return 401, {}
        query = {name: values[0] for name, values in parse_qs(urlsplit(path).query).items()}
        self.asked.append(query)
        self.project = urlsplit(path).path.split("/")[3]
        said = re.fullmatch(
            r'metric\.type = "(?P<metric>[^"]+)" '
            r'AND resource\.labels\.revision_name = "(?P<revision>[^"]+)"(?P<more>.*)',
            query["filter"],
        )
        if not said or said["metric"] not in METRICS or not query["interval.startTime"] < query["interval.endTime"]:
            return 400, {}
        label = METRICS[said["metric"]]
        if query["aggregation.groupByFields"] != f"metric.labels.{label}":
            return 400, {}
        return 200, {"timeSeries": list(self._series(said["revision"], label))}

    def _series(self, revision: str, label: str) -> Any:
        counts = self.done.get(revision, {})
        if isinstance(counts, list):
            looks = counts
            counts = looks[0]
            if label == "severity" and len(looks) > 1:  # the second request of a look
                looks.pop(0)
        for name, count in counts.items():
            if (label == "severity") == name.isupper():
                halves = [count // 2, count - count // 2]  # two minutes
                points = [{"interval": {}, "value": {"int64Value": str(half)}} for half in halves]
                yield {"metric": {"labels": {label: name}}, "points": points}
