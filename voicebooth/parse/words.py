"""A stretch of text and, where that is something else, what is said in place of parts of it.

    The W3C met.      ─ text: shown
        └─┴─ says: World Wide Web Consortium
    The World Wide Web Consortium met.      ─ spoken

A format that knows of such parts adds piece after piece to a ``Line``; all others make ``Words`` of text alone.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import NamedTuple

from .change import Change, applied

_BLOT = "\N{OBJECT REPLACEMENT CHARACTER}"


class Words(NamedTuple):
    """A stretch of text without line breaks, its source line (1-based), and what is said in place of parts of it."""

    text: str
    line: int
    says: tuple[Change, ...] = ()  # in order, none touching another

    @property
    def spoken(self) -> str:
        """The text as it is said."""
        return applied(self.text, self.says)

    @property
    def unsaid(self) -> str:
        """The text with all blotted out that is said otherwise; every other character is where it was."""
        parts, at = [], 0
        for change in self.says:
            parts += [self.text[at : change.start], _BLOT * (change.end - change.start)]
            at = change.end
        return "".join(parts) + self.text[at:]

    def cut(self, start: int, end: int) -> Words:
        """Return a part; no cut may go through what is said otherwise."""
        return Words(self.text[start:end], self.line, within(self.says, start, end))

    def tidy(self) -> Words:
        """Return the same with single spaces, and none at either end."""
        if not self.says:
            return self._replace(text=" ".join(self.text.split()))
        line, at = Line(), 0
        for change in self.says:
            line.add(self.text[at : change.start])
            line.add(self.text[change.start : change.end], change.say)
            at = change.end
        line.add(self.text[at:])
        return line.words(self.line)


def within(says: tuple[Change, ...], start: int, end: int) -> tuple[Change, ...]:
    """Return the changes of ``text[start:end]``, as changes of that."""
    first, last = (bisect_left(says, at, key=lambda change: change.start) for at in (start, end))
    return tuple(change.moved(-start) for change in says[first:last])


class Line:
    """A line of words in the making, with single spaces."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._says: list[Change] = []
        self._length = 0
        self._apart = False  # whether a space is due in front of what comes next

    def add(self, text: str, say: str = "") -> None:
        """Add a piece, and what is said in its place if that is given; then it is apart from the words next to it."""
        if not text:
            return
        words = " ".join(text.split())
        self._apart |= not words or text[0].isspace()
        if words:
            self._space()
            start = self._length
            self._put(words)
            if say:
                self._says.append(Change(start, self._length, say))
            self._apart = text[-1].isspace()

    def words(self, line: int) -> Words:
        """Return what was added, as words of a source line."""
        return Words("".join(self._parts), line, tuple(self._says))

    def _space(self) -> None:
        if self._apart and self._parts:
            self._put(" ")

    def _put(self, text: str) -> None:
        self._parts.append(text)
        self._length += len(text)
