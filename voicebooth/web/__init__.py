"""The HTTP door: health, Pub/Sub push, and making an episode within a request.

GET  /health/live    the process answers
GET  /health/ready   the settings are complete
POST /events         a Pub/Sub push of a Storage notification: 204 forget it, anything else: deliver it again
POST /episodes       {"script": "gs://…"} → 200 and the episode's manifest

What goes wrong is raised; ``problem.refusal`` makes the answer of it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from werkzeug.exceptions import MethodNotAllowed, NotFound, RequestEntityTooLarge

from voicebooth.events import from_push

from .problem import Answer, Unreadable

if TYPE_CHECKING:
    from flask import Request

    from voicebooth.app import App

LARGEST_BODY_BYTES = 1 << 20
Handler = Callable[["Callable[[], App]", "Request"], Answer]


def answer(app: Callable[[], App], request: Request) -> Answer:
    """Answer one request. ``app`` builds the application, or returns the one that is built."""
    if request.path not in _ROUTES:
        raise NotFound
    method, handle = _ROUTES[request.path]
    allowed = ["GET", "HEAD"] if method == "GET" else [method]
    if request.method not in allowed:
        raise MethodNotAllowed(allowed)
    return handle(app, request)


def _live(_app: Callable[[], App], _request: Request) -> Answer:
    return _json({"status": "live"})


def _ready(app: Callable[[], App], _request: Request) -> Answer:
    app().ready()
    return _json({"status": "ready"})


def _events(app: Callable[[], App], request: Request) -> Answer:
    app().deliver(from_push(_body(request)))
    return "", 204, {}


def _episodes(app: Callable[[], App], request: Request) -> Answer:
    script = _body(request).get("script")
    if not isinstance(script, str):
        raise Unreadable("the body names no script", fix='send {"script": "gs://bucket/name"}')
    return _json(app().make_uri(script).model_dump(mode="json"))


def _body(request: Request) -> Mapping[str, Any]:
    if (request.content_length or 0) > LARGEST_BODY_BYTES:
        raise RequestEntityTooLarge
    try:
        body = request.get_json(force=True, silent=True)
    except RecursionError:  # brackets within brackets, ten thousand deep
        body = None
    if not isinstance(body, dict):
        raise Unreadable("the body is no JSON object", fix="send one, as UTF-8")
    return body


def _json(body: Mapping[str, Any]) -> Answer:
    return json.dumps(body, ensure_ascii=False), 200, {"Content-Type": "application/json"}


_ROUTES: Mapping[str, tuple[str, Handler]] = {
    "/health/live": ("GET", _live),
    "/health/ready": ("GET", _ready),
    "/events": ("POST", _events),
    "/episodes": ("POST", _episodes),
}
