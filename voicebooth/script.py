"""What every script format is read into: who says what, in which order, on which line.

A script is a sequence of turns. A turn is a stretch of one speaker's words with nothing to cut at inside but the ends
of sentences: a new paragraph, a pause or a chapter begins a new turn, also when the speaker stays. ``gap`` says what
stands in front of a turn. Text is what is shown, and spoken unless something else is to be said for it: no markup, no
speaker names, single spaces.
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
    """Words and the lines (1-based) of the source on which they start and end.

    ``text`` is what is shown, ``spoken`` what the voice is given: ``say`` where that is another.
    """

    text: str
    line: int
    say: str = ""
    end_line: int = field(default=0, compare=False)  # 0: the same line

    @property
    def spoken(self) -> str:
        """The words as they are said."""
        return self.say or self.text

    @property
    def lines(self) -> range:
        """All its lines."""
        return range(self.line, max(self.line, self.end_line) + 1)


@dataclass(frozen=True, slots=True)
class Turn:
    """One speaker's uninterrupted words; at least one sentence."""

    speaker: str
    sentences: tuple[Sentence, ...]
    delivery: str = ""
    gap: Gap = Gap.TURN
    pause_s: float = 0.0  # silence asked for in front of this turn; 0: what is natural
    takes: int = 1  # so many are made, to choose from

    @property
    def text(self) -> str:
        """All words of the turn, as they are shown."""
        return " ".join(s.text for s in self.sentences)

    @property
    def spoken(self) -> str:
        """All words of the turn, as they are said."""
        return " ".join(s.spoken for s in self.sentences)

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
    narrator: str = ""  # who reads words without a speaker, and the action of a screenplay
    mode: str = ""  # "segments": one request for as many turns as fit; "turns": one for each
    cover: str = ""  # a picture beside the script
    voices: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))  # speaker → voice
    choose: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))  # name of a turn → take in use
    pronounce: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))  # word → how it is said
    lexicon: str = ""  # a file of the same, beside the script
    spell_out: str | None = None  # "all", "none", or kinds with commas between; None: as if the key were not there
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
