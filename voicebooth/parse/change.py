"""A stretch of a text and what is said in its place."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

_UNSPACED = re.compile(  # scripts in which no space ends a word: Thai to Khmer, Chinese, Japanese, Korean
    r"[\u1100-\u11ff\u3130-\u318f\uac00-\ud7ff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u30ff\u3400-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff]"
)
_JOINERS = "_\u200c\u200d"


@dataclass(frozen=True, slots=True)
class Change:
    """``text[start:end]`` is said as ``say``. ``whole``: nothing in it has a meaning of its own."""

    start: int
    end: int
    say: str
    whole: bool = False

    def moved(self, by: int) -> Change:
        """Return the same for a text in which it stands so many characters further on."""
        return Change(self.start + by, self.end + by, self.say, self.whole)

    def meets(self, other: Change) -> bool:
        """Whether the two have a character in common."""
        return self.start < other.end and other.start < self.end

    def swallows(self, other: Change) -> bool:
        """Whether the other is a part of this one, which is one whole."""
        inside = self.start <= other.start and other.end <= self.end
        return self.whole and inside and (self.start, self.end) != (other.start, other.end)


def is_word(char: str) -> bool:
    """Whether a character is part of a word that ends at a space or a sign."""
    if not (char.isalnum() or char in _JOINERS or unicodedata.category(char)[0] == "M"):
        return False
    return not _UNSPACED.match(char)


def applied(text: str, changes: Iterable[Change]) -> str:
    """Return the text with changes made, which are in order and apart; words that would run together are parted."""
    parts: list[str] = []

    def add(part: str) -> None:
        if part and parts and is_word(parts[-1][-1]) and is_word(part[0]):
            parts.append(" ")
        if part:
            parts.append(part)

    at = 0
    for change in changes:
        add(text[at : change.start])
        add(change.say)
        at = change.end
    add(text[at:])
    return "".join(parts)
