"""What every script format is read into: who says what, in which order, on which line.

A script is a sequence of turns. A turn is a stretch of one speaker's words with nothing to cut at inside but the ends
of sentences: a new paragraph, a pause or a chapter begins a new turn, also when the speaker stays. ``gap`` says what
stands in front of a turn. Text is what is spoken and shown: no markup, no speaker names, single spaces.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from types import MappingProxyType

from .errors import Problem

NARRATOR = "Narrator"


class Gap(IntEnum):
    """What separates a turn from the one before; the higher, the better a place to cut."""

    SENTENCE = 0  # inside one turn that had to be split
    TURN = 1
    PARAGRAPH = 2
    PAUSE = 3
    CHAPTER = 4


@dataclass(frozen=True, slots=True)
class Sentence:
    """Words and the line (1-based) of the source on which they start."""

    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Turn:
    """One speaker's uninterrupted words; at least one sentence."""

    speaker: str
    sentences: tuple[Sentence, ...]
    delivery: str = ""
    gap: Gap = Gap.TURN
    pause_s: float = 0.0  # silence asked for in front of this turn; 0: what is natural

    @property
    def text(self) -> str:
        """All words of the turn."""
        return " ".join(s.text for s in self.sentences)

    @property
    def line(self) -> int:
        """Source line of the first word."""
        return self.sentences[0].line

    @property
    def last_line(self) -> int:
        """Source line on which the last sentence starts."""
        return self.sentences[-1].line


@dataclass(frozen=True, slots=True)
class Chapter:
    """A title and the index of the turn it stands in front of."""

    title: str
    turn: int
    line: int


@dataclass(frozen=True, slots=True)
class Tune:
    """A music file that the front matter names, and how it is to sound; ``None``: as is usual for its role."""

    file: str  # its path from the script's folder
    line: int
    level_lu: float | None = None  # while nobody speaks, above the loudness of the voices
    under_lu: float | None = None  # while somebody speaks
    seconds: float | None = None  # how long it is heard alone
    overlap_s: float | None = None  # how long it is heard together with words
    fade_s: float | None = None


@dataclass(frozen=True, slots=True)
class Meta:
    """The front matter. Empty strings and mappings mean "not given"."""

    title: str = ""
    show: str = ""
    language: str = ""  # BCP 47, such as "en" or "pt-BR"
    date: str = ""  # ISO 8601
    author: str = ""
    description: str = ""
    style: str = ""  # delivery for every turn without one of its own
    model: str = ""
    voices: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))  # speaker → voice
    music: Mapping[str, Tune] = field(default_factory=lambda: MappingProxyType({}))  # intro, outro, bed or sting
    lines: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))  # "voices.Ann" → source line


@dataclass(frozen=True, slots=True)
class Script:
    """A whole script. ``name`` is the file's name as errors show it."""

    name: str
    meta: Meta
    turns: tuple[Turn, ...]
    chapters: tuple[Chapter, ...] = ()
    warnings: tuple[Problem, ...] = ()

    @property
    def speakers(self) -> tuple[str, ...]:
        """Speakers in order of first appearance."""
        return tuple(dict.fromkeys(turn.speaker for turn in self.turns))
