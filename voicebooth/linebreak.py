"""A sentence becomes lines that fit on a screen, of about equal width.

Width is counted in columns: East Asian wide characters take two, marks none. Lines break at spaces; text written
without spaces breaks between its characters, but never in front of a mark or of closing punctuation. All characters are
kept, in order, except that a space may become a line's end.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

COLUMNS = 42  # https://partnerhelp.netflixstudios.com/hc/en-us/articles/217350977 (English timed text)

_WORD = re.compile(r"(\s*)(\S+)")
_CLOSING = frozenset({"Pe", "Pf", "Po"})  # categories of punctuation that does not begin a line
_OPENING = frozenset({"Ps", "Pi"})


def columns(text: str) -> int:
    """Return the width of a text on a screen."""
    return len(text) if text.isascii() else sum(_columns(char) for char in text)


def lines(text: str) -> list[str]:
    """Return a text as the fewest lines of at most ``COLUMNS``, as even as possible; at least one."""
    pieces = list(_pieces(" ".join(text.split())))
    widest = _fill(pieces, COLUMNS)
    if len(widest) < 2:
        return widest or [""]
    narrowest = -(-columns(text) // len(widest))
    filled = (_fill(pieces, width) for width in range(min(narrowest, COLUMNS), COLUMNS + 1))
    return next(lines for lines in filled if len(lines) == len(widest))


def joined(parts: list[str]) -> str:
    """Return sentences as running text: with a space in between, unless the script does without."""
    text = parts[0] if parts else ""
    for before, after in pairwise(parts):
        text += after if _wide(before[-1:]) else f" {after}"
    return text


def _fill(pieces: list[tuple[str, str]], width: int) -> list[str]:
    """Return lines filled one after the other with pieces (the space in front, the text)."""
    filled: list[str] = []
    room = -1
    for space, piece in pieces:
        need = columns(piece)
        if len(space) + need <= room:
            filled[-1] += space + piece
            room -= len(space) + need
        else:
            filled.append(piece)
            room = width - need
    return filled


def _pieces(text: str) -> Iterator[tuple[str, str]]:
    """Cut a text where lines may break."""
    for match in _WORD.finditer(text):
        space, word = match.groups()
        for part in _breakable(word):
            yield space, part
            space = ""


def _breakable(word: str) -> Iterator[str]:
    if word.isascii() and len(word) <= COLUMNS:
        yield word
        return
    start = width = 0
    for at, char in enumerate(word):
        may = at > start and unicodedata.category(char) not in _CLOSING and not unicodedata.combining(char)
        wide = may and (_wide(char) or _wide(word[at - 1]))
        if (wide and unicodedata.category(word[at - 1]) not in _OPENING) or (
            at > start and width + _columns(char) > COLUMNS
        ):
            yield word[start:at]
            start, width = at, 0
        width += _columns(char)
    yield word[start:]


@lru_cache(maxsize=4096)
def _columns(char: str) -> int:
    if unicodedata.combining(char) or unicodedata.category(char) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if _wide(char) else 1


def _wide(char: str) -> bool:
    return bool(char) and unicodedata.east_asian_width(char) in "WF"
