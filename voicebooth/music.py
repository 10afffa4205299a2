"""Decoded music: samples wherever they are wanted, and figures of how loud it is.

It lies in a temporary file, int16 at half of full scale, which leaves room for what lossy coding and a crossfade add.
So neither a long file nor one that is played again and again is held in memory.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import IO, Any

import numpy as np
import numpy.typing as npt

from .audio import FULL_SCALE, Floats, count
from .loudness import SILENCE_LUFS, Meter, integrated_lufs
from .take import Samples

SCALE = 0.5  # of full scale, in the temporary file
_WINDOW_S, _HOP_S = 3.0, 1.5  # EBU Tech 3341: short-term loudness is that of 3 s
_AT_ONCE_S = 10.0
_BYTES = 2  # of a sample


@dataclass(frozen=True, slots=True)
class Heard:
    """How loud a stretch of music is: as a whole, and in its loudest three seconds."""

    integrated_lufs: float
    loudest_lufs: float


class Track:
    """Music that is decoded: ``length`` samples of 1 or 2 ``channels``, at ``rate_hz``."""

    def __init__(self, pcm: IO[bytes], length: int, channels: int, rate_hz: int) -> None:
        self.length = length
        self.channels = channels
        self.rate_hz = rate_hz
        self._pcm = pcm
        self._joint: Samples | None = None  # of a loop: what its end and its start sound like together
        self._measured: dict[int, Heard] = {}

    @property
    def seconds(self) -> float:
        """How long it lasts, once through."""
        return self.length / self.rate_hz

    def read(self, at: int, size: int) -> Samples:
        """Return samples (size, channels) at half scale from a place on; silence outside of the music."""
        found = np.zeros((size, self.channels), np.int16)
        filled = min(max(-at, 0), size)
        while filled < size:
            part = self._part(self._place(at + filled), size - filled)
            if not len(part):
                break
            found[filled : filled + len(part)] = part
            filled += len(part)
        return found

    def looped(self, crossfade_s: float) -> Track:
        """Return the same music going on for ever: its end fades into its start, and on it goes from there."""
        size = min(count(crossfade_s, self.rate_hz), self.length // 4)
        rise = np.sin(np.linspace(0, np.pi / 2, size, dtype=np.float32))[:, None]  # equal power: the two differ
        loop = Track(self._pcm, self.length, self.channels, self.rate_hz)
        loop._joint = quantised(self._stored(self.length - size, size) * rise[::-1] + self._stored(0, size) * rise)
        return loop

    def heard(self, seconds: float | None = None) -> Heard:
        """Measure the music, or its first seconds; once, however often it is asked."""
        length = min(self.length, count(seconds, self.rate_hz)) if seconds else self.length
        if length not in self._measured:
            self._measured[length] = self._heard(length)
        return self._measured[length]

    def _heard(self, length: int) -> Heard:
        hop, window = count(_HOP_S, self.rate_hz), count(_WINDOW_S, self.rate_hz)
        starts = range(0, max(length - window + hop, 1), hop)
        loudest = max(self._loudness(start, min(window, length - start)) for start in starts)
        return Heard(self._loudness(0, length), loudest)

    def _loudness(self, start: int, size: int) -> float:
        at_once = count(_AT_ONCE_S, self.rate_hz)
        if size <= at_once:
            return integrated_lufs(self._full_scale(start, size), self.rate_hz)
        meter = Meter(self.rate_hz, peaks=False)
        for at in range(start, start + size, at_once):
            meter.push(self._full_scale(at, min(at_once, start + size - at)))
        return meter.finish().integrated_lufs

    def _full_scale(self, start: int, size: int) -> Floats:
        samples = self._stored(start, size) * np.float32(1 / SCALE / FULL_SCALE)
        return samples if self.channels > 1 else samples[:, 0]

    def _place(self, at: int) -> int:
        """Return where a place of the endless music stands in the file."""
        if self._joint is None or at < self.length:
            return at
        return len(self._joint) + (at - self.length) % (self.length - len(self._joint))

    def _part(self, at: int, size: int) -> Samples:
        """Return at most so many samples from a place in the file on; none from its end on."""
        joint_at = self.length - len(self._joint) if self._joint is not None else self.length
        if self._joint is not None and at >= joint_at:
            return self._joint[at - joint_at :][:size]
        return self._stored(at, max(min(size, joint_at - at), 0))

    def _stored(self, at: int, size: int) -> Samples:
        self._pcm.seek(at * self.channels * _BYTES)
        return np.frombuffer(self._pcm.read(size * self.channels * _BYTES), np.int16).reshape(-1, self.channels)


def quantised(scaled: npt.NDArray[Any]) -> Samples:
    """Return int16 of values in that scale."""
    clipped: Samples = np.clip(np.rint(scaled), -FULL_SCALE, FULL_SCALE - 1).astype(np.int16)
    return clipped


def is_silent(heard: Heard) -> bool:
    """Tell whether there is nothing to be heard."""
    return heard.integrated_lufs <= SILENCE_LUFS
