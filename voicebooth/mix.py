"""Music is mixed to speech as it goes by: blocks of speech in, blocks of speech with music out, at the files' rate.

    speech    ─────────words words──────────────words words──────
    at rest   ══════╲                ╱════════╲                ╱══   ``REST``: nobody speaks
    under            ╲══════════════╱          ╲══════════════╱     ``UNDER``: somebody does
                    ATTACK_S      HOLD_S RELEASE_S

Music gives way before the words come, because the tape tells of them before it puts their samples, and this desk holds
back ``AHEAD_S`` of it. In pauses that are no longer than talk needs music stays down. What is never heard together with
words, such as a sting, gives way to none. What comes out is limited as a whole, both channels by one gain. All
arithmetic is on blocks of a second; music is read from its track as it is needed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .audio import FULL_SCALE, Floats, count, to_float, to_int16
from .music import SCALE, Track
from .peaks import limit
from .score import BED_LEAD_S, PAUSE_S, Part, Score
from .speech import SAMPLE_RATE_HZ
from .take import Samples
from .tape import Stretch

Curve = npt.NDArray[np.float64]  # one value for each step, or the place where it counts

ATTACK_S, READY_S = 0.5, 0.1  # how long music sinks, and how long before the words it is down
HOLD_S, RELEASE_S = 1.0, 1.2  # how long it stays down after words, and how long it rises
LAST_HOLD_S = 0.2  # after the last words of all, as none can follow
EDGE_S = 0.005  # the shortest fade; heard as one of a step
AHEAD_S = 11.0  # the longest fade or overlap, and the attack
GRAIN = 24  # samples of one of the limiter's blocks, of which all that follows is a whole number
STEPS_HZ = 100  # of the gains: about so many a second
BLOCK, OVERLAP = 100, 10  # steps; the overlap of what the limiter is given is more than its reach


@dataclass(slots=True)
class _Strip:
    """Music from one place of the episode to another, with its gains (dB) and fades (samples)."""

    track: Track
    start: int
    end: int
    rest_db: float
    under_db: float
    fade_in: int
    fade_out: int
    ducks: bool  # together with words

    def gains(self, places: Curve, ducked: Curve) -> Curve:
        """Return the amplitude at places; ``ducked`` is 0 where the music is at rest and 1 where it is under words."""
        inside = np.minimum((places - self.start) / self.fade_in, (self.end - places) / self.fade_out)
        level = 10 ** ((self.rest_db + (self.under_db - self.rest_db) * ducked * self.ducks) / 20)
        return _smooth(inside) * level


class Mixer:
    """Adds a score to speech. ``hear`` is told of each stretch before its samples are ``put``; ``finish`` ends it."""

    def __init__(
        self,
        score: Score,
        tracks: Mapping[str, Track],
        put: Callable[[Samples], None],
        target_lufs: float,
        ceiling_dbtp: float,
        rate_hz: int,
    ) -> None:
        """Send what is mixed to ``put``: int16 (n,), or (n, 2) when the score is in stereo, at ``rate_hz``."""
        self._score = score
        self._tracks = tracks
        self._put = put
        self._target_lufs = target_lufs
        self._ceiling_dbtp = ceiling_dbtp
        self._rate_hz = rate_hz
        self._step = GRAIN * (rate_hz // (GRAIN * STEPS_HZ))
        self._stretches: list[Stretch] = []  # that still matter
        self._strips: list[_Strip] = []
        self._bed: _Strip | None = None
        self._hushed: list[tuple[int, int]] = []  # where a sting plays and the bed does not
        self._waiting: list[Samples] = []
        self._held = 0  # samples waiting
        self._mixed = 0
        self._tail = np.zeros((score.channels, OVERLAP * self._step), np.float32)  # what the limiter must see once more

    def hear(self, stretch: Stretch) -> None:
        """Place the music that goes with the next stretch of speech, which counts samples of speech."""
        parts, stretch = self._score.parts, _at_rate(stretch, self._rate_hz)
        if not self._stretches:
            self._begin(stretch)
        elif stretch.room_at is not None and (sting := parts.get("sting")):
            strip = self._strip("sting", sting, stretch.room_at)
            self._strips.append(strip)
            self._hushed.append((strip.start, strip.end))
        if stretch.last:
            self._close(stretch)
        self._stretches.append(stretch)

    def put(self, samples: Samples) -> None:
        """Take the next samples of speech, mono, at the rate of the tracks."""
        self._waiting.append(samples)
        self._held += len(samples)
        block = BLOCK * self._step
        while self._held >= block + self._count(AHEAD_S):
            self._advance(block)

    def finish(self) -> None:
        """Mix and send what is left."""
        while self._held:
            self._advance(min(BLOCK * self._step, self._held))
        self._limited(np.zeros((self._score.channels, OVERLAP * self._step), np.float32))

    def _begin(self, first: Stretch) -> None:
        intro, bed = self._score.parts.get("intro"), self._score.parts.get("bed")
        if intro:
            strip = self._strip("intro", intro, 0)
            strip.fade_out = max(self._count(intro.overlap_s), strip.fade_out)
            self._strips.append(strip)
        if bed:
            self._bed = self._strip("bed", bed, first.start if intro else 0)
            fade_s = bed.fade_s if intro else min(bed.fade_s, BED_LEAD_S)
            self._bed.fade_in = self._count(max(fade_s, EDGE_S))
            self._bed.end = 1 << 62

    def _close(self, last: Stretch) -> None:
        outro, bed = self._score.parts.get("outro"), self._bed
        if outro:
            pause = 0 if outro.overlap_s else self._count(PAUSE_S)
            strip = self._strip("outro", outro, last.end + pause - self._count(outro.overlap_s))
            strip.fade_in = max(self._count(outro.overlap_s), strip.fade_in)
            self._strips.append(strip)
        if bed:
            bed.end = self._whole(last.end if outro else last.end + self._count(self._score.room.close_s))
            bed.fade_out = self._count(max(self._score.parts["bed"].fade_s, EDGE_S))

    def _strip(self, role: str, part: Part, start: int) -> _Strip:
        """Return a part's music from a place on, whose end fades when the file would go on.

        It starts and ends where a step does, at a gain of zero, so a file that sets in at once does not click.
        """
        track = self._tracks[role]
        start = self._whole(start)
        end = start + self._whole(min(self._count(part.seconds), track.length))
        fade_out = self._count(max(part.fade_s if part.cut else 0.0, EDGE_S))
        levels = (part.rest_db + self._target_lufs, part.under_db + self._target_lufs)
        ducks = role == "bed" or part.overlap_s > 0
        return _Strip(track, start, end, *levels, fade_in=self._count(EDGE_S), fade_out=fade_out, ducks=ducks)

    def _advance(self, size: int) -> None:
        """Mix the next samples."""
        waiting = np.concatenate(self._waiting)
        self._waiting, self._held = [waiting[size:]], self._held - size
        mixed = np.empty((self._score.channels, size), np.float32)
        mixed[:] = to_float(waiting[:size])
        places = self._mixed + self._step * np.arange(-(-size // self._step) + 1, dtype=np.float64)
        ducked = self._ducked(places)
        for strip in self._strips:
            if strip.start < self._mixed + size and strip.end > self._mixed:
                self._add(mixed, strip, strip.gains(places, ducked))
        if bed := self._bed:
            self._add(mixed, bed, bed.gains(places, ducked) * self._open(places, bed.fade_in))
        self._mixed += size
        self._forget()
        self._limited(mixed)

    def _ducked(self, places: Curve) -> Curve:
        """Return how far music gives way, from 0 at rest to 1 under words."""
        ducked: Curve = np.zeros(len(places))
        for stretch in self._stretches:
            before = (stretch.start - self._count(READY_S) - places) / self._count(ATTACK_S)
            hold_s = LAST_HOLD_S if stretch.last else HOLD_S
            after = (places - stretch.end - self._count(hold_s)) / self._count(RELEASE_S)
            np.maximum(ducked, _smooth(1 - np.maximum(before, after)), out=ducked)
        return ducked

    def _open(self, places: Curve, fade: int) -> Curve:
        """Return the bed's amplitude beside the stings, where it is silent."""
        opened: Curve = np.ones(len(places))
        for start, end in self._hushed:
            np.minimum(opened, _smooth(np.maximum(start - places, places - end) / fade), out=opened)
        return opened

    def _forget(self) -> None:
        """Let go of what lies too far back to be heard."""
        oldest = self._mixed - self._count(AHEAD_S)
        self._stretches = [s for s in self._stretches if s.end > oldest] or self._stretches[-1:]
        self._strips = [s for s in self._strips if s.end > oldest]
        self._hushed = [h for h in self._hushed if h[1] > oldest]

    def _limited(self, mixed: Floats) -> None:
        """Send what the limiter has seen the surroundings of."""
        whole = np.concatenate([self._tail, mixed], axis=1)
        overlap = OVERLAP * self._step
        limited = limit(whole, self._ceiling_dbtp, self._rate_hz)[:, overlap : whole.shape[1] - overlap]
        self._tail = whole[:, max(whole.shape[1] - 2 * overlap, 0) :]
        if limited.shape[1]:
            self._put(to_int16(limited[0]) if len(limited) == 1 else to_int16(limited.T))

    def _add(self, mixed: Floats, strip: _Strip, gains: Curve) -> None:
        """Add music to the samples that are mixed next; gains are those at the edges of steps."""
        if not gains.any():
            return
        size = mixed.shape[1]
        edges = (gains / (SCALE * FULL_SCALE)).astype(np.float32)
        ramp = np.arange(self._step, dtype=np.float32) / self._step
        curve = (edges[:-1, None] + np.diff(edges)[:, None] * ramp).reshape(-1)[:size]
        mixed += strip.track.read(self._mixed - strip.start, size).T * curve

    def _whole(self, samples: int) -> int:
        """Return as many samples in whole steps."""
        return samples // self._step * self._step

    def _count(self, seconds: float) -> int:
        return count(seconds, self._rate_hz)


def _smooth(place: Curve) -> Curve:
    """Return 0 to 1 along a raised cosine for 0 to 1 and what lies outside."""
    smooth: Curve = 0.5 - 0.5 * np.cos(np.pi * np.clip(place, 0, 1))
    return smooth


def _at_rate(stretch: Stretch, rate_hz: int) -> Stretch:
    """Return a stretch of speech as it is counted at another rate."""
    start, end = (round(at * rate_hz / SAMPLE_RATE_HZ) for at in (stretch.start, stretch.end))
    room_at = None if stretch.room_at is None else round(stretch.room_at * rate_hz / SAMPLE_RATE_HZ)
    return Stretch(start, end, room_at, stretch.last)
