"""Pieces become one stream of samples, and what is said in them gets its place on it.

A piece is held back until it is known what follows it, because the seam decides how much of its end is kept. Where
audio is cut, it fades within its silence; the rest of a pause is digital silence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import numpy as np

from .audio import count, fade_in, fade_out
from .pieces import Piece, Said, Seam, seam
from .recording import Cue, Placed
from .speech import SAMPLE_RATE_HZ
from .take import Samples

LEAD_S = 0.3  # before the first sound
CLOSE_S = 0.8  # after the last
FADE_S = 0.005
BLOCK = 4 * SAMPLE_RATE_HZ


class Tape:
    """Joins pieces into one stream, which goes to ``put`` in blocks."""

    def __init__(self, put: Callable[[Samples], None]) -> None:
        self.position = 0  # samples put so far
        self.cues: list[Cue] = []
        self._put = put
        self._held: tuple[Piece, Seam] | None = None  # with the seam in front of it
        self._segments: list[tuple[str, int]] = []  # key, number of cues up to its end

    def add(self, key: str, pieces: Iterable[Piece]) -> None:
        """Take the next segment's pieces."""
        for piece in pieces:
            if self._held is None:
                lead = count(LEAD_S)
                kept = min(piece.head, lead)
                self._held = piece, Seam(0, lead - kept, piece.head - kept)
            else:
                joint = seam(self._held[0], piece)
                self._release(joint)
                self._held = piece, joint
        self._segments.append((key, len(self.cues) + len(self._held[0].said) if self._held else 0))

    def end(self) -> None:
        """Put what is held, and the silence at the end."""
        if self._held is None:
            return
        tail = self._held[0].tail
        kept = min(tail, count(CLOSE_S))
        self._release(Seam(tail - kept, 0, 0))
        self._send(np.zeros(count(CLOSE_S) - kept, np.int16))

    def placed(self) -> Iterator[Placed]:
        """Say where each segment stands, after ``end``."""
        start = 0
        for key, end in self._segments:
            first, last = self.cues[start], self.cues[end - 1]
            yield Placed(key, first.start_s, last.end_s - first.start_s)
            start = end

    def _release(self, after: Seam) -> None:
        """Put the held piece, now that the seam behind it is known."""
        if self._held is None:
            return
        piece, before = self._held
        self._send(np.zeros(before.silence, np.int16))
        samples = piece.samples[before.drop_head : len(piece.samples) - after.drop_tail]
        start, end = self.position, self.position + len(samples)
        self.cues += [_cue(said, start - before.drop_head, start, end) for said in piece.said]
        edge = min(count(FADE_S), len(samples) // 2)
        head, middle, tail = np.split(samples, [edge, len(samples) - edge])
        self._send(head if before.runs_on else fade_in(head, edge))
        self._send(middle)
        self._send(tail if after.runs_on else fade_out(tail, edge))

    def _send(self, samples: Samples) -> None:
        for at in range(0, len(samples), BLOCK):
            self._put(samples[at : at + BLOCK])
        self.position += len(samples)


def _cue(said: Said, origin: int, start: int, end: int) -> Cue:
    """Place a sentence on the tape: its piece has sample 0 at ``origin``, and is heard in [start, end)."""
    return Cue(
        start_s=min(max(origin + said.start, start), end) / SAMPLE_RATE_HZ,
        end_s=min(max(origin + said.end, start), end) / SAMPLE_RATE_HZ,
        speaker=said.turn.speaker,
        text=said.sentence.text,
        line=said.sentence.line,
        turn=said.turn_index,
    )
