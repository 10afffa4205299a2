"""What an audio file says about itself: the values, apart from how each format writes them."""

from __future__ import annotations

from dataclasses import dataclass


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
