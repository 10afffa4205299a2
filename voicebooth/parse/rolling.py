"""Captions that roll lose what they show twice.

Captions made by machines repeat the line before above the new one, or grow word by word:

    00:01  we were going to
    00:03  we were going to            ─►  we were going to · talk about bread · today
           talk about bread
    00:05  talk about bread
           today

A file is taken for rolling by what most of its cues do; a speaker who says "No." twice does not make one. Apart from
that, a cue is shown twice if it says the same as the one before while that is still there (a shadow or a second style).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from .cues import Cue, Piece

_AT_ONCE_S = 1.0  # between a cue and the one that repeats it
_FEWEST = 2
_SHARE = 1 / 2
_LONGEST = 80  # words compared: three full lines


def told_once(cues: Sequence[Cue]) -> list[Cue]:
    """Return the cues without the words that are there only because captions roll."""
    words = [_words(cue) for cue in cues]
    shared = [0, *(_shared(a, b) for a, b in pairwise(words))]
    neighbours = [i for i in range(1, len(cues)) if words[i] and 0 <= cues[i].start_s - cues[i - 1].end_s < _AT_ONCE_S]
    neighbours += [i for i in range(1, len(cues)) if words[i] and _overlap(cues[i - 1], cues[i])]
    repeats = [i for i in neighbours if shared[i] and _whole_lines(cues[i], shared[i], len(words[i - 1]))]
    if len(repeats) >= _FEWEST and len(repeats) >= len(neighbours) * _SHARE:
        again = set(repeats)
    else:
        again = {i for i in repeats if words[i] == words[i - 1] and _overlap(cues[i - 1], cues[i])}
    return [_without_first(cue, shared[i] if i in again else 0) for i, cue in enumerate(cues)]


def _words(cue: Cue) -> list[str]:
    return [word for piece in cue.pieces for word in piece.text.split()]


def _shared(before: Sequence[str], after: Sequence[str]) -> int:
    """Return how many words that end one cue begin the next."""
    longest = min(len(before), len(after), _LONGEST)
    return next((n for n in range(longest, 0, -1) if before[-n:] == after[:n]), 0)


def _overlap(before: Cue, after: Cue) -> bool:
    return before.start_s <= after.start_s < before.end_s


def _whole_lines(cue: Cue, shared: int, before: int) -> bool:
    """Whether the words shared are all that was shown before, or end with a line of this cue."""
    ends, count = set[int](), 0
    for piece in cue.pieces:
        count += len(piece.text.split())
        ends.add(count)
    return shared in ends or shared == before


def _without_first(cue: Cue, words: int) -> Cue:
    return cue._replace(pieces=tuple(_later(cue.pieces, words))) if words else cue


def _later(pieces: Sequence[Piece], skip: int) -> Iterator[Piece]:
    for piece in pieces:
        words = piece.text.split()
        if skip < len(words):
            yield piece._replace(text=" ".join(words[skip:]))
        skip = max(0, skip - len(words))
