"""The ways in which the speech service fails, as answers that a fake server gives.

Three kinds, by what a client should make of them. ``FLAWED``: status 200 without usable audio, worth another try.
``PASSING``: the request succeeds later. ``REFUSED``: it never will. ``QUOTA``: not today. ``UNHEARD`` audio is wrong in
a way that no measure of length, level or silence can show. Bodies as reported in the service's forum and trackers.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from . import tones
from .tones import Samples

Lines = Sequence[tuple[str, str]]
TOKENS_PER_S = 32
LONGEST_S = 512


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP answer. ``manner``: whole, reset (before any byte), cut (mid-body), trickle (byte by byte), hang."""

    status: int = 200
    body: tuple[bytes, ...] = ()
    kind: str = "application/json; charset=UTF-8"
    manner: str = "whole"
    audio_s: float = 0.0  # what it took to make; decides the pace
    tokens: int = 0


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the request asked for: the model, the lines, the encoding of the answer."""

    model: str
    lines: Lines
    encoding: str  # "wav" or the mime type of bare PCM
    input_tokens: int
    retry_delay_s: float = 17.0
    gain: float = 1.0

    def samples(self) -> Samples:
        """Return the lines as audio."""
        return (tones.encode(self.lines) * self.gain).astype(np.int16)


def spoken(wanted: Wanted, samples: Samples, finish: str = "STOP", encoded: bytes | None = None) -> Answer:
    """Return an answer with audio; more than the model can make in one go is cut off."""
    if len(samples) > LONGEST_S * tones.RATE_HZ:
        samples, finish = samples[: LONGEST_S * tones.RATE_HZ], "MAX_TOKENS"
    seconds = len(samples) / tones.RATE_HZ
    tokens = round(seconds * TOKENS_PER_S)
    wav = wanted.encoding == "wav"
    audio = (_wav(samples) if wav else samples.tobytes()) if encoded is None else encoded
    inline = {"mimeType": "audio/wav" if wav else wanted.encoding, "data": "@"}
    head, tail = _reply(
        wanted, {"content": {"parts": [{"inlineData": inline}], "role": "model"}}, finish, tokens
    ).split(b"@")
    return Answer(body=(head, base64.b64encode(audio), tail), audio_s=seconds, tokens=tokens)


def failed(code: int, status: str, message: str, *details: Any, listed: bool = False) -> Answer:
    """Return an error as the service words it."""
    error: dict[str, Any] = {"code": code, "message": message, "status": status}
    if details:
        error["details"] = list(details)
    body: Any = {"error": error}
    return Answer(code, (json.dumps([body] if listed else body).encode(),))


def _reply(wanted: Wanted, candidate: dict[str, Any], finish: str, tokens: int) -> bytes:
    usage = {
        "promptTokenCount": wanted.input_tokens,
        "candidatesTokenCount": tokens,
        "totalTokenCount": wanted.input_tokens + tokens,
        "promptTokensDetails": [{"modality": "TEXT", "tokenCount": wanted.input_tokens}],
        "candidatesTokensDetails": [{"modality": "AUDIO", "tokenCount": tokens}],
    }
    candidates = [{**candidate, "finishReason": finish, "index": 0}] if finish else []
    reply = {"candidates": candidates, "usageMetadata": usage, "modelVersion": wanted.model, "responseId": "fake"}
    return json.dumps(reply).encode()


def _wav(
    samples: Samples, extra: bytes = b"C2PA\x0b\x00\x00\x00manifest of\x00LIST\x04\x00\x00\x00\x7f\x80\x7f\x81"
) -> bytes:
    """Return a WAV whose data chunk is followed by others, one of them of odd length."""
    pcm = samples.tobytes()
    form = b"fmt \x10\0\0\0\1\0\1\0" + (24_000).to_bytes(4, "little") + (48_000).to_bytes(4, "little") + b"\2\0\x10\0"
    chunks = b"WAVE" + form + b"data" + len(pcm).to_bytes(4, "little") + pcm + extra
    return b"RIFF" + len(chunks).to_bytes(4, "little") + chunks


# --- audio gone wrong -------------------------------------------------------------------------------------------------


def _audio(change: Callable[[Samples], Samples], finish: str = "STOP") -> Callable[[Wanted], Answer]:
    return lambda wanted: spoken(wanted, change(wanted.samples()), finish)


def _part(share: float) -> Callable[[Samples], Samples]:
    return lambda samples: samples[: int(len(samples) * share)]


def _silence(samples: Samples) -> Samples:
    return np.zeros_like(samples)


def _hole(samples: Samples) -> Samples:
    """Silence, from a quarter of the way on, for half of the length and no less than four seconds."""
    start = len(samples) // 4
    middle = np.zeros(max(len(samples) // 2, 4 * tones.RATE_HZ), np.int16)
    return np.concatenate([samples[:start], middle, samples[start + len(middle) :]])


def _static(samples: Samples) -> Samples:
    noise = np.random.default_rng(7).integers(-20_000, 20_000, tones.RATE_HZ).astype(np.int16)
    return np.concatenate([samples, noise])


def _clip(samples: Samples) -> Samples:
    return np.clip(samples.astype(np.int32) * 30, -32768, 32767).astype(np.int16)


def _fade(samples: Samples) -> Samples:
    return (samples * np.geomspace(1, 0.003, len(samples))).astype(np.int16)


def _whisper(samples: Samples) -> Samples:
    return (samples * 0.02).astype(np.int16)


def _slow(samples: Samples) -> Samples:
    return np.repeat(samples, 3)


def _told_again(times: int) -> Callable[[Wanted], Answer]:
    return lambda wanted: spoken(wanted, np.tile(wanted.samples(), times))


def _style_aloud(wanted: Wanted) -> Answer:
    voice = wanted.lines[0][0]
    return spoken(
        wanted, np.concatenate([tones.encode([(voice, "warm and friendly, with a smile")]), wanted.samples()])
    )


def _swapped(wanted: Wanted) -> Answer:
    voices = list(dict.fromkeys(voice for voice, _ in wanted.lines))
    other = dict(zip(voices, reversed(voices), strict=True))
    swapped = replace(wanted, lines=[(other[voice], text) for voice, text in wanted.lines])
    return spoken(swapped, swapped.samples())


def _bytes(audio: bytes) -> Callable[[Wanted], Answer]:
    return lambda wanted: spoken(wanted, np.zeros(2400, np.int16), encoded=audio)


def _candidate(candidate: dict[str, Any], finish: str, tokens: int = 640) -> Callable[[Wanted], Answer]:
    return lambda wanted: Answer(body=(_reply(wanted, candidate, finish, tokens),), tokens=tokens)


def _body(text: bytes) -> Callable[[Wanted], Answer]:
    return lambda _: Answer(body=(text,))


def _bad_base64(wanted: Wanted) -> Answer:
    answer = spoken(wanted, wanted.samples())
    return replace(answer, body=(answer.body[0], b"not*base64!", answer.body[2]))


def _blocked(reason: str) -> Callable[[Wanted], Answer]:
    body = {"promptFeedback": {"blockReason": reason}, "usageMetadata": {"promptTokenCount": 9, "totalTokenCount": 9}}
    return _body(json.dumps(body).encode())


def _mannered(manner: str) -> Callable[[Wanted], Answer]:
    return lambda wanted: replace(spoken(wanted, wanted.samples()), manner=manner)


_TEXT = {"content": {"parts": [{"text": "Sure! Here is the audio."}], "role": "model"}}
_NO_DATA = {"content": {"parts": [{"inlineData": {"mimeType": "audio/wav"}}], "role": "model"}}
_NO_BYTES = {"content": {"parts": [{"inlineData": {"mimeType": "audio/wav", "data": ""}}], "role": "model"}}

FLAWED: dict[str, Callable[[Wanted], Answer]] = {
    "other_without_parts": _candidate({"content": {}}, "OTHER"),
    "other_without_content": _candidate({}, "OTHER"),
    "other_with_audio": _audio(_part(0.5), "OTHER"),
    "text_part": _candidate(_TEXT, "STOP"),
    "no_candidates": _candidate({}, ""),
    "empty_object": _body(b"{}"),
    "empty_body": _body(b""),
    "not_json": _body(b"<!doctype html><title>Sorry</title>"),
    "null_json": _body(b"null"),
    "bad_base64": _bad_base64,
    "header_only": _bytes(_wav(np.zeros(0, np.int16), b"")),
    "empty_data": _candidate(_NO_BYTES, "STOP"),
    "missing_data": _candidate(_NO_DATA, "STOP"),
    "silence": _audio(_silence),
    "hole": _audio(_hole),
    "too_short": _audio(_part(0.2)),
    "too_long": _told_again(4),
    "too_slow": _audio(_slow),
    "static_tail": _audio(_static),
    "clipped": _audio(_clip),
    "faded": _audio(_fade),
    "whisper": _audio(_whisper),
    "max_tokens": _audio(_part(0.6), "MAX_TOKENS"),
    "malformed_response": _candidate({}, "MALFORMED_RESPONSE"),
    "unknown_finish": _candidate({}, "SOMETHING_NEW"),
}
UNHEARD: dict[str, Callable[[Wanted], Answer]] = {"swapped": _swapped, "style_aloud": _style_aloud}


# --- statuses ---------------------------------------------------------------------------------------------------------

_RPC = "type.googleapis.com/google.rpc."
_EXHAUSTED = "You exceeded your current quota, please check your plan and billing details."


def _quota(
    *ids: str, limit: str = "3", delay_s: float | None = None, listed: bool = False
) -> Callable[[Wanted], Answer]:
    def answer(wanted: Wanted) -> Answer:
        wait = f"{wanted.retry_delay_s if delay_s is None else delay_s:g}s"
        metric = "generativelanguage.googleapis.com/generate_content_free_tier_requests"
        place = {"location": "global", "model": wanted.model}
        violations = [
            {"quotaMetric": metric, "quotaId": name, "quotaDimensions": place, "quotaValue": limit} for name in ids
        ]
        message = f"{_EXHAUSTED}\n* Quota exceeded for metric: {metric}, limit: {limit}, model: {wanted.model}"
        return failed(
            429,
            "RESOURCE_EXHAUSTED",
            f"{message}\nPlease retry in {wait}.",
            {"@type": f"{_RPC}Help", "links": [{"description": "Learn more", "url": "https://ai.google.dev/"}]},
            {"@type": f"{_RPC}QuotaFailure", "violations": violations},
            {"@type": f"{_RPC}RetryInfo", "retryDelay": wait},
            listed=listed,
        )

    return answer


def _status(code: int, status: str, message: str, *details: Any, listed: bool = False) -> Callable[[Wanted], Answer]:
    return lambda _: failed(code, status, message, *details, listed=listed)


def _delay_in_message(wanted: Wanted) -> Answer:
    return failed(429, "RESOURCE_EXHAUSTED", f"{_EXHAUSTED} Please retry in {wanted.retry_delay_s * 1000:g}ms.")


def _html(code: int) -> Callable[[Wanted], Answer]:
    page = b"<html><head><title>Error</title></head><body><h1>Error: Server Error</h1></body></html>"
    return lambda _: Answer(code, (page,), "text/html; charset=UTF-8")


_MINUTE = "GenerateRequestsPerMinutePerProjectPerModel-FreeTier"
_DAY = "GenerateRequestsPerDayPerProjectPerModel-FreeTier"
_OVERLOADED = "The model is overloaded. Please try again later."
_INTERNAL = "An internal error has occurred. Please retry or report in https://developers.generativeai.google/guide/troubleshooting"
_NO_CALLER = "Method doesn't allow unregistered callers (callers without established identity). Please use API Key."
_BAD_KEY = "API key not valid. Please pass a valid API key."
_BAD_KEY_INFO = {"@type": f"{_RPC}ErrorInfo", "reason": "API_KEY_INVALID", "domain": "googleapis.com"}
_UNKNOWN_MODEL = "models/gemini-x is not found for API version v1beta, or is not supported for generateContent."
_UNKNOWN_VOICE = "The voice was not found or the caller does not have permission to access it."

PASSING: dict[str, Callable[[Wanted], Answer]] = {
    "rate_minute": _quota(_MINUTE),
    "rate_minute_listed": _quota(_MINUTE, listed=True),
    "rate_tokens": _quota("GenerateContentInputTokensPerModelPerMinute-FreeTier", limit="10000"),
    "rate_in_message": _delay_in_message,
    "rate_bare": _status(429, "RESOURCE_EXHAUSTED", "Resource has been exhausted (e.g. check quota)."),
    "status_408": _html(408),
    "status_499": _status(499, "CANCELLED", "The operation was cancelled."),
    "status_500": _status(500, "INTERNAL", _INTERNAL),
    "status_500_listed": _status(500, "INTERNAL", "Internal error encountered.", listed=True),
    "status_502": _html(502),
    "status_503": _status(503, "UNAVAILABLE", _OVERLOADED),
    "status_504": _status(504, "DEADLINE_EXCEEDED", "Deadline expired before operation could complete."),
    "reset": _mannered("reset"),
    "cut": _mannered("cut"),
}
SLOW: dict[str, Callable[[Wanted], Answer]] = {"hang": _mannered("hang"), "trickle": _mannered("trickle")}
QUOTA: dict[str, Callable[[Wanted], Answer]] = {
    "quota_day": _quota(_DAY, limit="10"),
    "quota_day_paid": _quota("GenerateRequestsPerDayPerProjectPerModel", limit="100", delay_s=23693),
    "quota_day_and_minute": _quota(_MINUTE, _DAY),
}
REFUSED: dict[str, Callable[[Wanted], Answer]] = {
    "limit_zero": _quota(_MINUTE, limit="0"),
    "key_invalid": _status(400, "INVALID_ARGUMENT", _BAD_KEY, _BAD_KEY_INFO),
    "key_missing": _status(403, "PERMISSION_DENIED", _NO_CALLER),
    "key_leaked": _status(403, "PERMISSION_DENIED", "Your API key was reported as leaked. Please use another API key."),
    "unauthenticated": _status(401, "UNAUTHENTICATED", "Request had invalid authentication credentials."),
    "bad_request": _status(400, "INVALID_ARGUMENT", "Request contains an invalid argument."),
    "location": _status(400, "FAILED_PRECONDITION", "User location is not supported for the API use."),
    "unknown_model": _status(404, "NOT_FOUND", _UNKNOWN_MODEL),
    "unknown_voice": _status(404, "NOT_FOUND", _UNKNOWN_VOICE),
    "moved": _html(302),
    "blocked_prompt": _blocked("PROHIBITED_CONTENT"),
    "blocked_prompt_unknown": _blocked("A_NEW_REASON"),
    "blocked_safety": _candidate({}, "SAFETY"),
    "blocked_content": _candidate({"content": {}}, "PROHIBITED_CONTENT"),
}
FAULTS = FLAWED | UNHEARD | PASSING | SLOW | QUOTA | REFUSED
RETRIED = tuple(FLAWED | PASSING)  # those a patient client gets over
