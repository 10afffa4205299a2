"""What the service and its client library say when they fail, as errors of our own: tables, and a few rules.

Statuses: https://ai.google.dev/gemini-api/docs/troubleshooting. Reasons: the FinishReason and BlockedReason of
https://ai.google.dev/api/generate-content. The body of a 429 is documented nowhere; its ``details`` are read as they
have been seen (https://github.com/googleapis/python-genai/issues/2044), and every part of them may be missing. What the
service says in words is not repeated: it might quote the script.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from voicebooth.errors import (
    Blocked,
    FlawedTake,
    KeyRefused,
    QuotaSpent,
    RateLimited,
    RequestRefused,
    ServiceDown,
    VoiceboothError,
)

_Kind = tuple[type[VoiceboothError], str, str]  # error, what happened, what to do

_AGAIN = "nothing is wrong with the script: try again later"
_REPHRASE = "rephrase these lines"
_KEY = "check GEMINI_API_KEY or GEMINI_API_KEY_SECRET; keys are made at https://aistudio.google.com/apikey"
_FILTERED: _Kind = (Blocked, "the service's filters refused the text", _REPHRASE)
_EMPTY: _Kind = (FlawedTake, "the service stopped without finishing the audio", "")

FINISHED = "STOP"
FINISH_REASONS: Mapping[str, _Kind] = {
    "FINISH_REASON_UNSPECIFIED": _EMPTY,
    "MAX_TOKENS": (FlawedTake, "the audio was cut off at the longest length the model can make", ""),
    "SAFETY": _FILTERED,
    "RECITATION": (FlawedTake, "the service took the words for a quotation and stopped", ""),
    "LANGUAGE": (RequestRefused, "the model does not speak this language", "choose another model"),
    "OTHER": _EMPTY,
    "BLOCKLIST": _FILTERED,
    "PROHIBITED_CONTENT": _FILTERED,
    "SPII": (Blocked, "the service refused personal data in the text", _REPHRASE),
    "MALFORMED_FUNCTION_CALL": _EMPTY,
    "IMAGE_SAFETY": _FILTERED,
    "IMAGE_PROHIBITED_CONTENT": _FILTERED,
    "IMAGE_OTHER": _EMPTY,
    "NO_IMAGE": _EMPTY,
    "IMAGE_RECITATION": _EMPTY,
    "UNEXPECTED_TOOL_CALL": _EMPTY,
    "TOO_MANY_TOOL_CALLS": _EMPTY,
    "MISSING_THOUGHT_SIGNATURE": _EMPTY,
    "MALFORMED_RESPONSE": _EMPTY,
    "ESCALATION": _EMPTY,
    "PUP_LIMITED_DISABLED": _EMPTY,
    "CONTINUATION": _EMPTY,
    "MODEL_ARMOR": _FILTERED,
}
BLOCK_REASONS: Mapping[str, _Kind] = {
    "BLOCKED_REASON_UNSPECIFIED": _FILTERED,
    "SAFETY": _FILTERED,
    "OTHER": _FILTERED,
    "BLOCKLIST": _FILTERED,
    "PROHIBITED_CONTENT": _FILTERED,
    "IMAGE_SAFETY": _FILTERED,
    "MODEL_ARMOR": _FILTERED,
    "JAILBREAK": _FILTERED,
}
_STATUSES: Mapping[int, _Kind] = {
    400: (RequestRefused, "the service does not accept the request", "check the model and the voices"),
    401: (KeyRefused, "the service does not know who is asking", _KEY),
    403: (KeyRefused, "the service does not let this key or account speak", _KEY),
    404: (RequestRefused, "the service does not know the model or the voice", "check the model and the voices"),
    408: (ServiceDown, "the service waited too long for the request", _AGAIN),
    409: (ServiceDown, "the service gave the request up", _AGAIN),
    425: (ServiceDown, "the service is not ready", _AGAIN),
    499: (ServiceDown, "the service gave the request up", _AGAIN),
    503: (ServiceDown, "the service is overloaded", _AGAIN),
    504: (ServiceDown, "the service did not finish in time", _AGAIN),
}
_CLASSES: Mapping[int, _Kind] = {  # hundreds of any other status
    3: (RequestRefused, "the service sends the request elsewhere", "check GOOGLE_GEMINI_BASE_URL"),
    4: (RequestRefused, "the service does not accept the request", "check the model and GOOGLE_GEMINI_BASE_URL"),
    5: (ServiceDown, "the service failed", _AGAIN),
}
_WORDINGS: tuple[tuple[str, _Kind], ...] = (  # in a 4xx, before its status is looked up
    ("API_KEY_INVALID", (KeyRefused, "the API key is not valid", _KEY)),
    ("API key not valid", (KeyRefused, "the API key is not valid", _KEY)),
    ("API key expired", (KeyRefused, "the API key has expired", _KEY)),
    ("reported as leaked", (KeyRefused, "the API key was reported as leaked and is blocked", "make a new key")),
    ("SERVICE_DISABLED", (KeyRefused, "the Gemini API is not switched on in this project", "enable it in the console")),
    ("location is not supported", (RequestRefused, "the service is not offered in this region", "run it elsewhere")),
    (
        "oice was not found",
        (RequestRefused, "the service does not know a voice", "check the voices: voicebooth voices"),
    ),
    ("No matching speaker voice", (RequestRefused, "the service does not know a voice", "check the voices")),
    ("is not found for API version", (RequestRefused, "the service does not know the model", "check GEMINI_TTS_MODEL")),
    ("tried to generate text", (FlawedTake, "the model answered in text instead of audio", "")),
)
_REACH = "nothing is wrong with the script: check the network, and try again"
_UNREACHED: _Kind = (ServiceDown, "the service could not be reached", _REACH)
_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|h|m|s)")
_UNITS_S = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}
_SOON_S = 3600.0  # a wish to wait longer than this means: not today


def finish(reason: str, tokens: int) -> VoiceboothError:
    """Return the error for an answer that ended for a reason other than ``FINISHED``."""
    return _error(FINISH_REASONS.get(reason, _EMPTY), reason, tokens)


def block(reason: str) -> VoiceboothError:
    """Return the error for a prompt that was not let in."""
    return _error(BLOCK_REASONS.get(reason, _FILTERED), reason)


def status(code: int, body: object, retry_after: str = "") -> VoiceboothError:
    """Return the error for an HTTP status other than 200, its decoded body and its ``Retry-After`` header."""
    error = body.get("error", body) if isinstance(body, dict) else {}
    error = error if isinstance(error, dict) else {}
    if code == 429:
        return _quota(error, retry_after)
    said = f"{error.get('message')} {[d.get('reason') for d in _details(error)]}"
    known = next((kind for words, kind in _WORDINGS if words in said), None) if 400 <= code < 500 else None
    name = error.get("status")
    note = f"{code} {name}" if isinstance(name, str) and re.fullmatch(r"[A-Z_]+", name) else str(code)
    failed = _error(known or _STATUSES.get(code) or _CLASSES.get(code // 100, _CLASSES[5]), note)
    if isinstance(failed, ServiceDown):
        failed.retry_after_s = _delay_s(error, retry_after)
    return failed


def theirs() -> tuple[type[Exception], ...]:
    """Return every class of error that the client libraries raise and ``raised`` knows."""
    from google.genai.errors import APIError  # noqa: PLC0415  # loaded with the SDK, when it is used

    return (APIError, *(known for known, _ in exceptions()))


def raised(error: Exception) -> VoiceboothError:
    """Return ours for one of ``theirs``."""
    from google.genai.errors import APIError  # noqa: PLC0415  # loaded with the SDK, when it is used

    if isinstance(error, APIError):
        headers = getattr(error.response, "headers", {})
        return status(error.code, error.details, headers.get("retry-after", ""))
    if getattr(error, "retryable", False):  # what google.auth says of a hiccup of its token server
        return _error(_UNREACHED, type(error).__name__)
    return _error(next(kind for known, kind in exceptions() if isinstance(error, known)), type(error).__name__)


@cache
def exceptions() -> tuple[tuple[type[Exception], _Kind], ...]:
    """Return what the libraries raise below HTTP; the first that matches counts."""
    import httpx2  # noqa: PLC0415  # loaded with the SDK, when it is used
    from google.auth import exceptions as auth  # noqa: PLC0415
    from google.genai.errors import UnknownApiResponseError  # noqa: PLC0415

    address: _Kind = (RequestRefused, "the service's address is not usable", "check GOOGLE_GEMINI_BASE_URL")
    account: _Kind = (KeyRefused, "no Google account to speak with", "gcloud auth application-default login")
    return (
        (httpx2.TimeoutException, (ServiceDown, "the service did not answer in time", _AGAIN)),
        (httpx2.UnsupportedProtocol, address),
        (httpx2.TooManyRedirects, address),
        (httpx2.InvalidURL, address),
        (httpx2.LocalProtocolError, (KeyRefused, "the API key has characters that cannot be sent", _KEY)),
        (httpx2.DecodingError, (FlawedTake, "the answer could not be decoded", "")),
        (httpx2.ConnectError, _UNREACHED),
        (httpx2.HTTPError, (ServiceDown, "the connection to the service broke", _AGAIN)),
        (UnknownApiResponseError, (FlawedTake, "the answer is not what the service promises", "")),
        (auth.TransportError, _UNREACHED),
        (auth.TimeoutError, _UNREACHED),
        (auth.GoogleAuthError, account),
        (OSError, _UNREACHED),
    )


def _error(kind: _Kind, note: str, tokens: int = 0) -> VoiceboothError:
    cls, message, fix = kind
    words = f"{message} ({note})" if re.fullmatch(r"\w[\w ]{1,60}", note) else message
    return FlawedTake(words, fix=fix, tokens=tokens) if cls is FlawedTake else cls(words, fix=fix)


def _quota(error: Mapping[str, Any], retry_after: str) -> VoiceboothError:
    """Return whether to wait a little, until tomorrow, or for ever: by quota and by limit, not by the delay alone."""
    violations = [v for d in _details(error) for v in _dicts(d.get("violations"))]
    message = str(error.get("message"))
    delay_s = _delay_s(error, retry_after)
    limits = {str(v.get("quotaValue")) for v in violations}
    if "0" in limits or re.search(r"\blimit: 0\b", message):
        fix = "enable billing for the project, or choose another model"
        return RequestRefused("the model is not offered to this project's tier (quota limit 0)", fix=fix)
    names = " ".join(f"{v.get('quotaId')} {v.get('quotaMetric')}" for v in violations)
    if re.search(r"PerDay|per_day", names) or "spending cap" in message or (delay_s or 0) >= _SOON_S:
        fix = "go on tomorrow (the day of the quota begins at midnight Pacific time), or raise the quota"
        wait_s = delay_s if (delay_s or 0) >= _SOON_S else None  # a short one is meaningless here
        return QuotaSpent("the day's quota or the spending cap is used up", fix=fix, retry_after_s=wait_s)
    return RateLimited("too many requests for this minute's quota", fix=_AGAIN, retry_after_s=delay_s)


def _details(error: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    return _dicts(error.get("details"))


def _dicts(value: object) -> Iterator[dict[str, Any]]:
    return (item for item in (value if isinstance(value, list) else []) if isinstance(item, dict))


def _delay_s(error: Mapping[str, Any], retry_after: str) -> float | None:
    """Return the longest wait that the service asks for, in any of the places where it does."""
    wishes = [str(d.get("retryDelay", "")) for d in _details(error)]
    if found := re.search(r"retry in ((?:\d+(?:\.\d+)?(?:ms|h|m|s))+)", str(error.get("message"))):
        wishes.append(found[1])
    if re.fullmatch(r"\d{1,6}", retry_after):
        wishes.append(f"{retry_after}s")
    waits = [sum(float(n) * _UNITS_S[unit] for n, unit in _DURATION.findall(wish)) for wish in wishes]
    return max((wait for wait in waits if wait > 0), default=None)
