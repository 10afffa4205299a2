"""A door before the function that notes how each request was answered."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

from fakes.cloud import Function


class Doorway:
    """Hands every POST on to ``function`` while the block lasts, at ``url``."""

    def __init__(self, function: Function) -> None:
        self._function = function
        self._answers: list[int] = []
        self._news = threading.Condition()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def answered(self, number: int) -> list[int]:
        """Wait until there were so many answers, and return all there were; the next call counts anew."""
        with self._news:
            assert self._news.wait_for(lambda: len(self._answers) >= number, 60), self._answers
            answers, self._answers = self._answers, []
            return answers

    def _pass_on(self, path: str, body: bytes) -> int:
        status = self._function.post(path, body).status
        with self._news:
            self._answers.append(status)
            self._news.notify_all()
        return status

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        doorway = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                self.send_response(doorway._pass_on(self.path, body))
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        return Handler
