"""What an audio file is and says about itself: the values, apart from how each format writes them."""

from __future__ import annotations

from dataclasses import dataclass

from .speech import SAMPLE_RATE_HZ


@dataclass(frozen=True, slots=True)
class Form:
    """How an audio file is to be: channels (1 or 2), sample rate, bit rate (0: what suits the format)."""

    channels: int = 1
    rate_hz: int = SAMPLE_RATE_HZ
    kbps: int = 0


@dataclass(frozen=True, slots=True)
class Tags:
    """Empty strings are left out of the file."""

    title: str = ""
    show: str = ""
    artist: str = ""
    date: str = ""  # ISO 8601, a day or a moment
    language: str = ""  # BCP 47
    description: str = ""
    encoder: str = "voicebooth"


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a chapter starts, and its title."""

    start_s: float
    title: str
