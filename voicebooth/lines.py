"""Lines of a script, as a person names them, lead to the segments that hold their words."""

from __future__ import annotations

from collections.abc import Sequence

from .errors import Problem, ScriptFault
from .plan import Segment


class NoWords(ScriptFault):
    """The lines named hold nothing that is spoken. The script is in order: it is the command that must change."""

    exit_code = 2


def holding(segments: Sequence[Segment], first: int, last: int) -> tuple[Segment, ...]:
    """Return the segments that hold words of the lines from ``first`` to ``last``.

    Raises ``NoWords``, which tells the nearest lines with words.
    """
    found = tuple(segment for segment in segments if any(first <= line <= last for line in _lines(segment)))
    if found:
        return found
    spoken = {line for segment in segments for line in _lines(segment)}
    before = max((line for line in spoken if line < first), default=None)
    after = min((line for line in spoken if line > last), default=None)
    near = [str(line) for line in (before, after) if line]
    where = f"line {first}" if first == last else f"lines {first} to {last}"
    nearest = f"the nearest line with words is {near[0]}" if len(near) == 1 else f"the nearest are {' and '.join(near)}"
    raise NoWords(Problem(f"nothing is spoken on {where}", f"name a line with words: {nearest}", first))


def _lines(segment: Segment) -> set[int]:
    return {line for turn in segment.turns for sentence in turn.sentences for line in sentence.lines}
