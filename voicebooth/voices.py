"""The voices that can be cast: the 30 prebuilt ones of Gemini as data, and the form of custom ids.

Names and descriptors: https://ai.google.dev/gemini-api/docs/speech-generation; gender:
https://docs.cloud.google.com/text-to-speech/docs/gemini-tts. Energy and weight are ours: where a descriptor stands
between calm (-1) and lively (+1), and between light (-1) and grave (+1). They tell what contrasts, and nothing else.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import Literal

_CHARACTER = {  # descriptor → energy, weight
    "Bright": (0.6, -0.8),
    "Breathy": (-0.6, 0.1),
    "Breezy": (0.4, -0.5),
    "Casual": (0.1, -0.1),
    "Clear": (0.1, -0.3),
    "Easy-going": (-0.3, 0.0),
    "Even": (-0.4, 0.4),
    "Excitable": (1.0, 0.0),
    "Firm": (0.3, 0.7),
    "Forward": (0.7, 0.4),
    "Friendly": (0.3, -0.2),
    "Gentle": (-0.8, -0.4),
    "Gravelly": (-0.2, 1.0),
    "Informative": (0.0, 0.4),
    "Knowledgeable": (-0.1, 0.6),
    "Lively": (0.9, 0.1),
    "Mature": (-0.4, 0.8),
    "Smooth": (-0.5, 0.2),
    "Soft": (-0.9, -0.3),
    "Upbeat": (0.8, -0.4),
    "Warm": (-0.4, 0.3),
    "Youthful": (0.5, -1.0),
}


@dataclass(frozen=True, slots=True)
class Voice:
    """A prebuilt voice."""

    name: str
    gender: Literal["female", "male"]
    descriptor: str

    @property
    def character(self) -> tuple[float, float]:
        """Energy and weight, each from -1 to 1."""
        return _CHARACTER[self.descriptor]


FEMALE = tuple(
    Voice(name, "female", descriptor)
    for name, descriptor in {
        "Achernar": "Soft",
        "Aoede": "Breezy",
        "Autonoe": "Bright",
        "Callirrhoe": "Easy-going",
        "Despina": "Smooth",
        "Erinome": "Clear",
        "Gacrux": "Mature",
        "Kore": "Firm",
        "Laomedeia": "Upbeat",
        "Leda": "Youthful",
        "Pulcherrima": "Forward",
        "Sulafat": "Warm",
        "Vindemiatrix": "Gentle",
        "Zephyr": "Bright",
    }.items()
)

MALE = tuple(
    Voice(name, "male", descriptor)
    for name, descriptor in {
        "Achird": "Friendly",
        "Algenib": "Gravelly",
        "Algieba": "Smooth",
        "Alnilam": "Firm",
        "Charon": "Informative",
        "Enceladus": "Breathy",
        "Fenrir": "Excitable",
        "Iapetus": "Clear",
        "Orus": "Firm",
        "Puck": "Upbeat",
        "Rasalgethi": "Informative",
        "Sadachbia": "Lively",
        "Sadaltager": "Knowledgeable",
        "Schedar": "Even",
        "Umbriel": "Easy-going",
        "Zubenelgenubi": "Casual",
    }.items()
)

VOICES = tuple(sorted(FEMALE + MALE, key=lambda voice: voice.name))
_BY_NAME = {voice.name.casefold(): voice for voice in VOICES}


def find(name: str) -> Voice | None:
    """Return the prebuilt voice of that name, in whatever case it is written."""
    return _BY_NAME.get(name.strip().casefold())


def is_custom(name: str) -> bool:
    """Tell whether a name is the id of a custom voice, which the service allows only alone in a request."""
    return name.startswith(("voice_", "voicekey_"))


def nearest(name: str) -> list[str]:
    """Return the names of prebuilt voices that look like a misspelt one, likeliest first; may be empty."""
    return [_BY_NAME[close].name for close in difflib.get_close_matches(name.strip().casefold(), _BY_NAME, cutoff=0.5)]
