"""Errors as ``application/problem+json`` (RFC 9457, https://www.rfc-editor.org/rfc/rfc9457)."""

from __future__ import annotations

import json
import logging
import math
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from http import HTTPStatus

from werkzeug.exceptions import HTTPException

from voicebooth.errors import Passing, VoiceboothError

Answer = tuple[str, int, dict[str, str]]  # body, status, headers: what Flask takes

_WORDS = re.compile(r"(?<=[a-z])(?=[A-Z])")
log = logging.getLogger(__name__)


class Unreadable(VoiceboothError):
    """The request's body is not what this path takes."""

    http_status = 400


def refusal(app: Callable[[], object], error: Exception) -> Answer:
    """Return the answer to anything raised. What nobody foresaw is logged, and its words are kept to ourselves."""
    if isinstance(error, VoiceboothError):
        return _ours(error)
    if isinstance(error, HTTPException):
        headers = {name: value for name, value in error.get_headers() if name != "Content-Type"}
        return _problem(HTTPStatus(error.code or 500), headers)
    with suppress(VoiceboothError):
        app()  # has the log set up, however early this is
    log.error("an error of ours: %s", type(error).__name__, exc_info=error)
    return _problem(HTTPStatus.INTERNAL_SERVER_ERROR, {}, detail="an error of ours, told in the log")


def _ours(error: VoiceboothError) -> Answer:
    """Answer by the error's class, which gives status and title; its problems give the detail and ``errors``."""
    status = HTTPStatus(error.http_status)
    title = _WORDS.sub(" ", type(error).__name__).lower()
    listed = [{"line": p.line, "message": p.message, "fix": p.fix} for p in error.problems]
    wait_s = error.retry_after_s if isinstance(error, Passing) else None
    headers = {"Retry-After": str(math.ceil(wait_s))} if wait_s else {}
    return _problem(status, headers, title=title, detail=str(error) or status.phrase, errors=listed)


def _problem(status: HTTPStatus, headers: Mapping[str, str], **more: object) -> Answer:
    body = {"type": "about:blank", "title": status.phrase, "status": status, "detail": status.description, **more}
    return json.dumps(body, ensure_ascii=False), status, {**headers, "Content-Type": "application/problem+json"}
