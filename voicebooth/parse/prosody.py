"""Attributes of speech markup become what a voice can be asked for: seconds of silence, or a delivery in words.

Speech models take directions in plain words, not in percent, so a rate or a volume becomes the word nearest to it. The
seconds for a break's strength are ours: https://www.w3.org/TR/speech-synthesis11/#S3.2.3 leaves them to the reader.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_STRENGTH_S = {"none": 0.0, "x-weak": 0.0, "weak": 0.2, "medium": 0.4, "strong": 0.8, "x-strong": 1.2}
_TIME = re.compile(r"\+?(\d{1,6}(?:\.\d{0,6})?|\.\d{1,6})\s*(ms|s)|(\d{1,2})")  # 3 alone: seconds, as Google has it
_RATES = {"x-slow": "very slowly", "slow": "slowly", "fast": "quickly", "x-fast": "very quickly"}
_VOLUMES = {"x-soft": "very softly", "soft": "softly", "loud": "loudly", "x-loud": "very loudly"}
_PITCHES = {
    "x-low": "in a very low voice",
    "low": "in a low voice",
    "high": "in a high voice",
    "x-high": "in a very high voice",
}
_STEP = re.compile(r"([+-]?)\d{1,4}(?:\.\d{0,4})?(?:%|st|db)|([+-])\d{1,4}(?:\.\d{0,4})?hz")  # so many Hz are no step
_STEPS = {"pitch": ("in a higher voice", "in a lower voice"), "volume": ("louder", "more softly")}
_UNCHANGED = frozenset({"", "medium", "default", "0%", "+0%", "-0%", "100%", "1", "1.0"})
_PERCENT = re.compile(r"([+-]?)(\d{1,4}(?:\.\d{0,4})?)(%?)")


def seconds(attributes: Mapping[str, str]) -> float | None:
    """Return the silence that a break asks for, or None if it cannot be understood."""
    time, strength = attributes.get("time", "").strip(), attributes.get("strength", "").strip()
    if not time:
        return _STRENGTH_S.get(strength or "medium")
    found = _TIME.fullmatch(time)
    return float(found[1] or found[3]) / (1000 if found[2] == "ms" else 1) if found else None


def delivery(attributes: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """Return prosody in words by attribute, empty where it is as usual, and the attributes that have no words."""
    words, wordless = {}, sorted(attributes.keys() & {"contour", "range", "duration"})
    for name, known in (("rate", _RATES), ("volume", _VOLUMES), ("pitch", _PITCHES)):
        value = attributes.get(name, "").strip().lower()
        word = "" if value in _UNCHANGED else known.get(value)
        if word is None:
            word = _rate(value) if name == "rate" else _step(name, value)
        if word is None:
            wordless.append(name)
        elif value:
            words[name] = word
    return words, wordless


def _step(name: str, value: str) -> str | None:
    """Return the word for a step up or down: "+6dB", "-10%", "2st" (which is up)."""
    found = _STEP.fullmatch(value)
    if not found:
        return None
    up, down = _STEPS[name]
    return down if "-" in found.groups() else up


def _rate(value: str) -> str | None:
    """Return the word for a rate in percent or as a factor: "80%", "-20%", "1.5"."""
    found = _PERCENT.fullmatch(value)
    if not found:
        return None
    number = float(found[2]) if found[3] else float(found[2]) * 100
    if found[1]:
        number = 100 + number if found[1] == "+" else 100 - number
    steps = ((70, "very slowly"), (95, "slowly"), (105, ""), (140, "quickly"))
    return next((word for limit, word in steps if number <= limit), "very quickly")
