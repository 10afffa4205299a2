"""Words of speech markup, gathered until their turn ends: who says them, how, and what is said in their place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from voicebooth import stress
from voicebooth.script import Gap

from .draft import Draft
from .text import goes_on
from .words import Line, Words

_APART = re.compile(r"(\([^()]*\)|<[^<>]*>|(?<=[.!?…。！？])\s+)")  # of stressed words: pauses, sounds, sentences


@dataclass(slots=True)
class Utterance:
    """What is being said, and the words since the last turn."""

    draft: Draft
    speaker: str
    delivery: Mapping[str, str] = field(default_factory=dict)  # in words, by what it is about
    stressed: bool = False
    gap: Gap = Gap.TURN  # in front of the next turn
    _lines: dict[int, Line] = field(default_factory=dict)
    _onto: dict[int, int] = field(default_factory=dict)  # line on which a piece ends → the one that it begins on
    _last: str = ""  # the last words that were not blank

    @property
    def breaks_off(self) -> bool:
        """Whether the words so far end in the middle of a sentence."""
        return goes_on(self._last)

    def add(self, words: Words) -> None:
        """Add words as they stand."""
        for part in _APART.split(words.text) if self.stressed else [words.text]:
            say = " ".join(part.split()) if self.stressed and not part.startswith(("(", "<")) else ""
            self.say(part, say, words.line)

    def say(self, shown: str, say: str, line: int, last_line: int = 0) -> None:
        """Add words, and what is said in their place. What follows them on their last line goes on from there."""
        line = self._onto.get(line, line)
        if last_line > line:
            self._onto[last_line] = line
        self._lines.setdefault(line, Line()).add(shown, stress.marked(say) if self.stressed else say)
        if shown.strip():
            self._last = shown

    def end_sentence(self, line: int) -> None:
        """Set a sentence apart: by a space, and by a new turn where the markup ends it and the words do not."""
        if self.breaks_off:
            self.flush()
        elif self._last:
            self.add(Words(" ", max(line, *self._lines)))

    def flush(self, gap: Gap = Gap.TURN) -> None:
        """End the turn; ``gap`` is what stands in front of the next one, at least."""
        lines = [words.words(line) for line, words in self._lines.items()]
        self._lines, self._onto, self._last = {}, {}, ""
        if self.draft.say(self.speaker, told(self.delivery), lines, self.gap):
            self.gap = Gap.TURN
        self.gap = max(self.gap, gap)

    @contextmanager
    def by(self, speaker: str, delivery: Mapping[str, str]) -> Iterator[None]:
        """Let somebody else speak, or in another way, for the while."""
        self.flush()
        before = self.speaker, self.delivery
        self.speaker, self.delivery = speaker, delivery
        yield
        self.flush()
        self.speaker, self.delivery = before


def told(delivery: Mapping[str, str]) -> str:
    """Return a delivery as it is told to a voice."""
    return ", ".join(filter(None, delivery.values()))
