"""A request becomes what the API takes: contents and configuration, as plain values, in the model's dialect.

Speakers are labelled with the names of their voices, so that renaming a speaker changes no sound. Neither system
instruction nor sampling parameters nor a language code are sent: the models refuse them or behave worse
(https://discuss.ai.google.dev/t/137850). Field names are the SDK's; it translates them for the wire.
"""

from __future__ import annotations

import re
from typing import Any

from voicebooth import stress
from voicebooth.errors import RequestRefused

from . import SAMPLE_RATE_HZ, Line, Request
from .markup import NEW_SOUNDS, OLD_SOUNDS, harmless
from .models import Dialect

_PCM = {"generationConfig": {"responseFormat": {"audio": {"mimeType": "AUDIO_L16", "sampleRate": SAMPLE_RATE_HZ}}}}
# With the filters on, 2.5 cuts its audio silently: https://discuss.ai.google.dev/t/132776
_FILTERS_OFF = [
    {"category": f"HARM_CATEGORY_{name}", "threshold": "BLOCK_NONE"}
    for name in ("HARASSMENT", "HATE_SPEECH", "SEXUALLY_EXPLICIT", "DANGEROUS_CONTENT", "CIVIC_INTEGRITY")
]


def contents(request: Request, dialect: Dialect) -> list[dict[str, Any]]:
    """Return the words to send. Raises ``RequestRefused`` when there is no word, or a third voice."""
    lines = [
        Line(line.voice, text, harmless(line.style, {}))
        for line in request.lines
        if any(map(str.isalnum, text := _words(line.text, dialect)))
    ]
    if not lines:
        raise RequestRefused("there is no word to speak", fix="write words, or take the turn out")
    if len(request.voices) > 2:
        raise RequestRefused("the service speaks with two voices at most in one request")
    multi = len(request.voices) == 2
    if dialect is Dialect.METADATA:
        parts = [_part(line, labelled=multi) for line in lines]
    else:
        parts = [{"text": _prompt(lines, request.voices, dialect)}]
    return [{"role": "user", "parts": parts}]


def _words(text: str, dialect: Dialect) -> str:
    """Return a line's words; of 3.8 models capitals ask for stress (as ``markup``'s page says)."""
    if dialect is Dialect.METADATA:
        return stress.capitals(harmless(text, NEW_SOUNDS))
    return harmless(stress.unmarked(text), OLD_SOUNDS)


def config(request: Request, dialect: Dialect, timeout_s: float) -> dict[str, Any]:
    """Return everything but the words."""
    options: dict[str, Any] = {"timeout": max(1, round(timeout_s * 1000))}  # milliseconds
    if dialect is Dialect.METADATA:
        options["extra_body"] = _PCM
    settings = {
        "response_modalities": ["AUDIO"],
        "speech_config": _speech_config(request.voices, dialect),
        "http_options": options,
        "automatic_continuation": False,
        "should_return_http_response": True,
    }
    return settings | ({"safety_settings": _FILTERS_OFF} if dialect is Dialect.PREAMBLE else {})


def _speech_config(voices: tuple[str, ...], dialect: Dialect) -> dict[str, Any]:
    if len(voices) == 2:
        speakers = [{"speaker": voice, "voice_config": _prebuilt(voice)} for voice in voices]
        return {"multi_speaker_voice_config": {"speaker_voice_configs": speakers}}
    return {"voice_config": {"voice": voices[0]} if dialect is Dialect.METADATA else _prebuilt(voices[0])}


def _prebuilt(voice: str) -> dict[str, Any]:
    return {"prebuilt_voice_config": {"voice_name": voice}}


def _part(line: Line, *, labelled: bool) -> dict[str, Any]:
    beside = ({"speaker": line.voice} if labelled else {}) | ({"style": line.style} if line.style else {})
    return {"text": line.text} | ({"speech_metadata": beside} if beside else {})


def _prompt(lines: list[Line], voices: tuple[str, ...], dialect: Dialect) -> str:
    """Return directions and words as one text. No line of words begins with a voice's name but to name the speaker."""
    name = re.compile(rf"^\s*({'|'.join(map(re.escape, voices))})\s*:", re.IGNORECASE)
    words = [name.sub(r"\1,", line.text) for line in lines]
    if len(voices) == 2:
        words = [f"{line.voice}: {text}" for line, text in zip(lines, words, strict=True)]
    directions = _directions(lines, voices)
    head = f"{directions}.\n\n## Transcript" if dialect is Dialect.TRANSCRIPT else f"{directions}:"
    return "\n".join([head, *words])


def _directions(lines: list[Line], voices: tuple[str, ...]) -> str:
    """Return one sentence, without a colon or a full stop."""
    styles = {v: ", then ".join(dict.fromkeys(ln.style for ln in lines if ln.voice == v and ln.style)) for v in voices}
    if len(voices) == 2:
        said = [f"TTS the following conversation between {voices[0]} and {voices[1]}"]
        said += [f"{voice} sounds {style}" for voice, style in styles.items() if style]
    else:
        said = ["Read aloud the following text", *filter(None, styles.values())]
    return "; ".join(re.sub(r"\s*[:.\n]+\s*", ", ", piece).rstrip(", ") for piece in said)
