"""True peaks: the highest value of audio, also between two samples, followed as it goes by or held under a ceiling.

Audio is looked at in blocks of 24 samples, 1 ms of speech. The peak of a block is that of its samples or, where they
come near the ceiling, of the signal at eight times the rate (ITU-R BS.1770-5, annex 2, asks for four at 48 kHz). What
each block may be multiplied with is spread over 10 ms to either side (the lowest counts, so two pulses of a voice of 50
Hz or more share one dip) and smoothed over the same width: the gain starts to sink before a peak, is low enough at it,
and never jumps. All of it is array arithmetic on whole takes.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

from .audio import Floats, from_db
from .speech import SAMPLE_RATE_HZ

_BLOCK = SAMPLE_RATE_HZ // 1000
_REACH_S = 0.010
_STRETCH = 10 * _BLOCK  # first looked at as a whole
_NEAR = from_db(-3.0)  # of the ceiling: speech seldom rises by more between two samples
_RISE = np.float32(0.3)  # of its bend, the second difference: what a sine rises between samples at most, up to 3 dB
_NEARER = from_db(-1.0)  # of the highest, both at twice the rate: what is below 7 kHz rises by less between those
_TAPS = 32  # 16 miss up to 0.5 dB of the peaks of a sharp "s"
_BEFORE = _TAPS // 2 - 1
_SPAN = _BLOCK + _TAPS - 1  # samples that the values between those of a block depend on
_ALONE = 1 << 18  # multiplications: OpenBLAS divides larger products of matrices among threads, which work already


def _interpolator(phases: npt.NDArray[np.float64]) -> Floats:
    """Return windowed-sinc weights: a block's surroundings → values between its samples [_SPAN, block × phases].

    A phase is a part of the time from one sample to the next.
    """
    distance = np.arange(_TAPS)[:, None] - _BEFORE - phases
    weights = np.sinc(distance) * np.cos(np.pi * distance / _TAPS) ** 2
    matrix = np.zeros((_SPAN, _BLOCK, len(phases)), np.float32)
    for sample in range(_BLOCK):
        matrix[sample : sample + _TAPS, sample] = weights / weights.sum(axis=0)
    flat: Floats = matrix.reshape(_SPAN, -1)
    return flat


_MIDWAY = _interpolator(np.array([0.5]))
_BETWEEN = _interpolator(np.arange(1, 8) / 8)


class TruePeak:
    """Follows the highest peak (full scale 1.0) of one channel that arrives in blocks of any size."""

    def __init__(self) -> None:
        self._highest = 0.0
        self._held = np.zeros(_BLOCK, np.float32)  # a block that was looked at, and what comes after it

    def push(self, samples: Floats) -> None:
        """Look at some more audio."""
        held = np.concatenate([self._held, samples])
        blocks = len(held) // _BLOCK
        if blocks > 2:
            self._look(held, blocks)
            held = held[(blocks - 2) * _BLOCK :]
        self._held = held

    def finish(self) -> float:
        """Return the highest peak of everything pushed."""
        self.push(np.zeros(3 * _BLOCK, np.float32))
        return self._highest

    def _look(self, held: Floats, blocks: int) -> None:
        """Look at all blocks of ``held`` but the first and the last, closely where the highest may be."""
        loud = np.abs(held[_BLOCK : (blocks - 1) * _BLOCK])
        self._highest = max(self._highest, float(loud.max()))
        bends = np.abs(np.diff(held[_BLOCK - 1 : (blocks - 1) * _BLOCK + 1], 2))
        bound = loud + _RISE * bends
        near = _above(bound, self._highest)
        around = held[_BLOCK - _BEFORE :]
        midway = np.maximum(_between(around, near, _MIDWAY), loud.reshape(-1, _BLOCK)[near].max(axis=1))
        self._highest = max(self._highest, float(midway.max(initial=0)))
        nearer = near[midway > self._highest * _NEARER]
        self._highest = max(self._highest, float(_between(around, nearer).max(initial=0)))


def limit(samples: Floats, ceiling_dbtp: float, rate_hz: int = SAMPLE_RATE_HZ) -> Floats:
    """Return float32 audio (full scale 1.0) with its peaks under the ceiling; itself, when they are already.

    One channel [n], or several that share one gain [channels, n].
    """
    ceiling = from_db(ceiling_dbtp)
    channels = np.atleast_2d(samples)
    peaks = np.max([_block_peaks(channel, ceiling) for channel in channels], axis=0)
    if not len(peaks) or peaks.max() <= ceiling:
        return samples
    allowed = np.minimum(1.0, ceiling / np.maximum(peaks, ceiling)).astype(np.float32)
    gain = _smooth_gain(allowed, round(_REACH_S * rate_hz / _BLOCK))
    limited = np.zeros((len(channels), len(peaks) * _BLOCK), np.float32)
    limited[:, : channels.shape[1]] = channels
    for channel in limited:
        _apply(channel.reshape(-1, _BLOCK), gain)
    return limited[:, : channels.shape[1]].reshape(samples.shape)


def _block_peaks(samples: Floats, ceiling: float) -> Floats:
    """Return the peak of each block that comes near the ceiling, 0 for others; the last is filled up with silence."""
    blocks = -(-len(samples) // _BLOCK)
    filled = np.pad(samples, (_BEFORE, blocks * _BLOCK - len(samples) + _SPAN))
    loud = np.abs(filled[_BEFORE : _BEFORE + blocks * _BLOCK])
    peaks = np.zeros(blocks, np.float32)
    near = _above(loud, ceiling * _NEAR)
    peaks[near] = np.maximum(loud.reshape(-1, _BLOCK)[near].max(axis=1), _between(filled, near))
    return peaks


def _above(levels: Floats, threshold: float) -> npt.NDArray[np.intp]:
    """Return which blocks exceed a threshold somewhere; most are passed over a whole stretch at a time."""
    if not len(levels):
        return np.empty(0, np.intp)
    stretches = np.maximum.reduceat(levels, np.arange(0, len(levels), _STRETCH))
    starts = _STRETCH // _BLOCK * np.flatnonzero(stretches > threshold)
    blocks = (starts[:, None] + np.arange(_STRETCH // _BLOCK)).reshape(-1)
    blocks = blocks[blocks < len(levels) // _BLOCK]
    above: npt.NDArray[np.intp] = blocks[levels.reshape(-1, _BLOCK)[blocks].max(axis=1) > threshold]
    return above


def _between(samples: Floats, blocks: npt.NDArray[np.intp], interpolator: Floats = _BETWEEN) -> Floats:
    """Return the highest value between the samples of each given block and on to the next sample.

    Block 0 begins at the sample of index ``_BEFORE``, and so many at least follow the last one.
    """
    around = sliding_window_view(samples, _SPAN)
    highest = np.empty(len(blocks), np.float32)
    at_once = _ALONE // interpolator.size
    for at in range(0, len(blocks), at_once):
        values = around[blocks[at : at + at_once] * _BLOCK] @ interpolator
        highest[at : at + at_once] = np.maximum(values.max(axis=1), -values.min(axis=1))
    return highest


def _smooth_gain(allowed: Floats, reach: int) -> Floats:
    """Turn what each of n blocks allows into the gain at their n + 1 edges, so many blocks to either side."""
    edges = np.minimum(np.append(allowed, 1), np.append(1, allowed)).astype(np.float32)
    lowest = sliding_window_view(np.pad(edges, reach, constant_values=1), 2 * reach + 1).min(axis=1)
    bell = np.hanning(2 * reach + 3)[1:-1].astype(np.float32)
    return np.convolve(np.pad(lowest, reach, mode="edge"), bell / bell.sum(), mode="valid").astype(np.float32)


def _apply(rows: Floats, gain: Floats) -> None:
    """Multiply blocks in place by a gain that runs straight from edge to edge."""
    touched = np.flatnonzero((gain[:-1] < 1) | (gain[1:] < 1))
    start, end = gain[touched, None], gain[touched + 1, None]
    rows[touched] *= start + (end - start) * (np.arange(_BLOCK, dtype=np.float32) / _BLOCK)
