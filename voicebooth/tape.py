"""Pieces become one stream of samples, and what is said in them gets its place on it.

A piece is held back until it is known what follows it, because the seam decides how much of its end is kept. Where
audio is cut, it fades within its silence; the rest of a pause is digital silence. Whoever puts music to it is told of
every stretch of speech before its samples come.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from .audio import count, fade_in, fade_out
from .pieces import Piece, Said, Seam, seam
from .recording import Cue, Placed
from .script import Gap
from .speech import SAMPLE_RATE_HZ
from .take import Samples

LEAD_S = 0.3  # before the first sound
CLOSE_S = 0.8  # after the last
FADE_S = 0.005
BLOCK = 4 * SAMPLE_RATE_HZ


@dataclass(frozen=True, slots=True)
class Room:
    """Silence before the first sound, after the last, and beyond the natural pause in front of a chapter."""

    lead_s: float = LEAD_S
    close_s: float = CLOSE_S
    chapter_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Stretch:
    """Samples [start, end) in which somebody speaks, with natural pauses at most."""

    start: int
    end: int
    room_at: int | None = None  # where the room in front of a chapter begins, if this one begins a chapter
    last: bool = False


class Tape:
    """Joins pieces into one stream, which goes to ``put`` in blocks; ``tell`` hears of each stretch beforehand."""

    def __init__(
        self, put: Callable[[Samples], None], room: Room = Room(), tell: Callable[[Stretch], object] = lambda _: None
    ) -> None:
        self.position = 0  # samples put so far
        self.cues: list[Cue] = []
        self._put = put
        self._room = room
        self._tell = tell
        self._held: tuple[Piece, Seam] | None = None  # with the seam in front of it
        self._segments: list[tuple[str, int]] = []  # key, number of cues up to its end

    def add(self, key: str, pieces: Iterable[Piece]) -> None:
        """Take the next segment's pieces."""
        for piece in pieces:
            if self._held is None:
                lead = count(self._room.lead_s)
                kept = min(piece.head, lead)
                self._held = piece, Seam(0, lead - kept, piece.head - kept)
            else:
                joint = self._roomy(seam(self._held[0], piece), piece)
                self._release(joint)
                self._held = piece, joint
        if self._held:  # a copy, so that the rest of the take's samples need not wait for the next one
            last, joint = self._held
            self._held = replace(last, samples=last.samples.copy()), joint
        self._segments.append((key, len(self.cues) + len(self._held[0].said) if self._held else 0))

    def end(self) -> None:
        """Put what is held, and the silence at the end."""
        if self._held is None:
            return
        tail = self._held[0].tail
        close = count(self._room.close_s)
        kept = min(tail, close)
        self._release(Seam(tail - kept, 0, 0), last=True)
        self._send(np.zeros(close - kept, np.int16))

    def placed(self) -> Iterator[Placed]:
        """Say where each segment stands, after ``end``."""
        start = 0
        for key, end in self._segments:
            first, last = self.cues[start], self.cues[end - 1]
            yield Placed(key, first.start_s, last.end_s - first.start_s)
            start = end

    def _roomy(self, joint: Seam, after: Piece) -> Seam:
        """Return a seam with the room that music asks for in front of a chapter."""
        if not self._room.chapter_s or after.first.gap is not Gap.CHAPTER:
            return joint
        return replace(joint, silence=joint.silence + count(self._room.chapter_s), runs_on=False)

    def _release(self, after: Seam, *, last: bool = False) -> None:
        """Put the held piece, now that the seam behind it is known."""
        if self._held is None:
            return
        piece, before = self._held
        self._tell(self._stretch(piece, before, last=last))
        self._send(np.zeros(before.silence, np.int16))
        samples = piece.samples[before.drop_head : len(piece.samples) - after.drop_tail]
        start, end = self.position, self.position + len(samples)
        self.cues += [_cue(said, start - before.drop_head, start, end) for said in piece.said]
        edge = min(count(FADE_S), len(samples) // 2)
        head, middle, tail = np.split(samples, [edge, len(samples) - edge])
        self._send(head if before.runs_on else fade_in(head, edge))
        self._send(middle)
        self._send(tail if after.runs_on else fade_out(tail, edge))

    def _stretch(self, piece: Piece, before: Seam, *, last: bool) -> Stretch:
        """Say where a piece will be heard, whose silence in front is about to be put."""
        origin = self.position + before.silence - before.drop_head
        extra = before.silence - count(self._room.chapter_s)
        opens = self.position and self._room.chapter_s and piece.first.gap is Gap.CHAPTER
        room_at = self.position + extra // 2 if opens else None
        return Stretch(origin + piece.head, origin + len(piece.samples) - piece.tail, room_at, last)

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
