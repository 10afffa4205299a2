"""A take becomes pieces that are cut apart in its own silences, and two pieces become a pause of natural length.

    take     ···word word word·······word word word····word word··
    pieces   ···word word word···|····word word word····word word··     cut in the middle of each pause between turns
    seam           … word···]  ⟵ wanted ⟶  [···word …                   the silence of both sides counts, and is kept

The pause between two turns follows one rule, whether they were voiced together or not: what the voices left, but no
less and no more than is natural for what separates them, and never less than the script asks for. A pause that is
right already is not touched. Where voices run into each other without a silence nothing is cut, unless the script asks
for a pause there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

import numpy as np

from .align import Span
from .audio import STEP, STEP_S, count, envelope, quiet_below, runs
from .plan import Segment
from .script import Gap, Sentence, Turn
from .speech import SAMPLE_RATE_HZ
from .take import Samples

NATURAL_S = {  # shortest and longest pause in front of a turn
    Gap.SENTENCE: (0.20, 0.70),  # the same breath goes on
    Gap.TURN: (0.25, 0.90),  # answers come after 0.2 s in lively talk, later than 1 s is a hesitation
    Gap.PARAGRAPH: (0.45, 1.20),
    Gap.PAUSE: (0.45, 1.20),
    Gap.CHAPTER: (1.20, 2.00),
}
_SHORTEST_PAUSE = 5  # steps: a closed consonant is silent for up to 50 ms
_AROUND_S = 0.05  # by which the borders of words may be off


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence and the samples of its piece in which it is heard, [start, end)."""

    sentence: Sentence
    turn: Turn
    turn_index: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Piece:
    """Audio of one or more turns; ``head`` and ``tail`` are the samples of silence at its ends."""

    samples: Samples
    head: int
    tail: int
    said: tuple[Said, ...]
    follows: bool  # the piece before it was cut off the same take right here

    @property
    def first(self) -> Turn:
        """The turn it starts with."""
        return self.said[0].turn


@dataclass(frozen=True, slots=True)
class Seam:
    """How two pieces join: samples to leave out at the end of one and the start of the next, silence to put between."""

    drop_tail: int
    silence: int
    drop_head: int
    runs_on: bool = False  # the pieces are of one take, and it simply goes on


RUNS_ON = Seam(0, 0, 0, runs_on=True)


@dataclass(frozen=True, slots=True)
class _Cut:
    """A place to cut in front of a turn, and the silence around it (samples)."""

    turn: int
    silence_start: int
    at: int
    silence_end: int


def cut(samples: Samples, segment: Segment, spans: Sequence[Span]) -> list[Piece]:
    """Cut a take between its turns. ``spans`` has one entry for each sentence of the segment's turns."""
    levels = envelope(samples)
    quiet = levels < quiet_below(levels)
    sounds = np.flatnonzero(~quiet)
    first, last = (int(sounds[0]), int(sounds[-1]) + 1) if len(sounds) else (0, len(levels))
    turns = _by_turn(segment, spans)
    cuts = [_Cut(0, 0, 0, first * STEP)]
    silences = [(first + start, first + end) for start, end in runs(quiet[first:last])]
    for number in range(1, len(turns)):
        border_s = (turns[number - 1][-1][1].end_s, turns[number][0][1].start_s)
        found = _place(border_s, silences, asked=segment.turns[number].pause_s > 0)
        start, end = (found[0] * STEP, found[1] * STEP) if found else (0, 0)
        if cuts[-1].silence_end < start and end < last * STEP:
            cuts.append(_Cut(number, start, (start + end) // 2, end))
    cuts.append(_Cut(len(turns), last * STEP, len(samples), len(samples)))
    return [_piece(samples, left, right, segment, turns) for left, right in pairwise(cuts)]


def seam(before: Piece, after: Piece) -> Seam:
    """Return how two pieces join with a natural pause."""
    real = before.tail + after.head
    wanted = count(_pause_s(after.first, real / SAMPLE_RATE_HZ))
    if after.follows and wanted == real:
        return RUNS_ON
    keep_tail = min(before.tail, max(wanted // 2, wanted - after.head))
    keep_head = min(after.head, wanted - keep_tail)
    return Seam(before.tail - keep_tail, wanted - keep_tail - keep_head, after.head - keep_head)


def _pause_s(turn: Turn, real_s: float) -> float:
    """Return the pause in front of a turn, where the voices left ``real_s``."""
    shortest_s, longest_s = NATURAL_S[turn.gap]
    return max(turn.pause_s, min(max(real_s, shortest_s), longest_s))


_Heard = tuple[Sentence, Span]


def _by_turn(segment: Segment, spans: Sequence[Span]) -> list[list[_Heard]]:
    pairs = zip((s for turn in segment.turns for s in turn.sentences), spans, strict=True)
    return [list(islice(pairs, len(turn.sentences))) for turn in segment.turns]


def _place(border_s: tuple[float, float], silences: list[tuple[int, int]], *, asked: bool) -> tuple[int, int] | None:
    """Return where to cut at the border between two turns (steps): the silence that shares most with it.

    Without a silence that is a pause there is no place, unless the script asks for a pause: then it is any silence, if
    need be the nearest. Never is a cut made into sound: no pause is worth a word.
    """
    early = max(round((border_s[0] - _AROUND_S) / STEP_S), 0)
    late = round((border_s[1] + _AROUND_S) / STEP_S) + 1

    def shared(run: tuple[int, int]) -> int:
        return min(run[1], late) - max(run[0], early)

    near = [run for run in silences if shared(run) > 0 and (asked or run[1] - run[0] >= _SHORTEST_PAUSE)]
    if near or not asked:
        return max(near, key=shared, default=None)
    return max(silences, key=shared, default=None)  # how far off it is, where nothing is shared


def _piece(samples: Samples, left: _Cut, right: _Cut, segment: Segment, turns: list[list[_Heard]]) -> Piece:
    said = [
        Said(
            sentence,
            segment.turns[number],
            segment.turn_indexes[number],
            min(max(count(span.start_s), left.at), right.at) - left.at,
            min(max(count(span.end_s), left.at), right.at) - left.at,
        )
        for number in range(left.turn, right.turn)
        for sentence, span in turns[number]
    ]
    return Piece(
        samples=samples[left.at : right.at],
        head=left.silence_end - left.at,
        tail=right.at - right.silence_start,
        said=tuple(said),
        follows=left.turn > 0,
    )
