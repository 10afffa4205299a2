"""The port to a speech service: lines in, one piece of audio out.

A request names at most two voices (the service's limit). Its ``key`` is the identity of the sound: equal keys, equal
audio to all that matters, so a take is stored under its request's key and never paid for twice. Adapters: ``gemini``
and ``offline``. They raise only errors of ``voicebooth.errors``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

CHARACTERS_PER_TOKEN = 4  # https://ai.google.dev/gemini-api/docs/tokens
SAMPLE_RATE_HZ = 24_000  # of every voice we know (mono, 16 bit); an adapter with another rate resamples


@dataclass(frozen=True, slots=True)
class Price:
    """What a service charges, and where that is from. ``table`` names the price list and its date."""

    input_usd_per_million: float
    audio_usd_per_million: float
    audio_tokens_per_s: float
    table: str

    def usd(self, input_tokens: float, audio_tokens: float) -> float:
        """Return the price of that many tokens."""
        return (input_tokens * self.input_usd_per_million + audio_tokens * self.audio_usd_per_million) / 1e6

    def estimate_usd(self, text: str, audio_s: float) -> float:
        """Return the price of voicing a text that will take that long."""
        return self.usd(len(text) / CHARACTERS_PER_TOKEN, audio_s * self.audio_tokens_per_s)


@dataclass(frozen=True, slots=True)
class Engine:
    """Which engine speaks: ``name`` changes when an adapter changes what it sends for the same request."""

    name: str  # "gemini/1"
    model: str  # "gemini-3.8-flash-tts"
    longest_request_s: float  # no request may be planned longer than this
    draft: bool = False  # an offline stand-in: say so wherever its output is shown
    price: Price | None = None  # of today; none: it costs nothing


@dataclass(frozen=True, slots=True)
class Line:
    """One turn as it is sent: words, the voice that says them, and how."""

    voice: str
    text: str
    style: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    """Lines that are voiced together, by one or two distinct voices."""

    engine: Engine
    lines: tuple[Line, ...]
    language: str = ""

    @property
    def voices(self) -> tuple[str, ...]:
        """The distinct voices in order of appearance."""
        return tuple(dict.fromkeys(line.voice for line in self.lines))

    @property
    def text(self) -> str:
        """All words."""
        return " ".join(line.text for line in self.lines)

    @property
    def key(self) -> str:
        """SHA-256 (hex) over all that decides the sound, and nothing else."""
        sound = [
            self.engine.name,
            self.engine.model,
            self.language,
            [[ln.voice, ln.text, ln.style] for ln in self.lines],
        ]
        return hashlib.sha256(json.dumps(sound, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Reply:
    """Audio (s16le mono at ``SAMPLE_RATE_HZ``) and what it was charged for."""

    pcm: bytes | memoryview
    input_tokens: int = 0
    audio_tokens: int = 0
    model_version: str = ""


class Speech(Protocol):
    """A speech service. Safe to use from many threads."""

    @property
    def engine(self) -> Engine:
        """What speaks."""
        ...

    def voice(self, request: Request, timeout_s: float, on_answer: Callable[[], None] = lambda: None) -> Reply:
        """Voice a request within the time given; one call to the service, no retry.

        ``on_answer`` is called when audio begins to arrive, before it takes memory, and may wait until there is room.
        Raises ``Passing``, ``Refusal`` or ``FlawedTake``, subclasses included.
        """
        ...

    def greet(self, timeout_s: float) -> str:
        """Ask, at no cost, whether the service would speak; return its time of day (an HTTP date) if it tells it.

        Raises what stands in the way, as ``voice`` does.
        """
        ...
