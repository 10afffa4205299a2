"""A true-peak limiter: audio in, audio out whose peaks stay under a ceiling, also those between two samples.

Audio is looked at in blocks of 1 ms. The peak of a block is that of its samples or, where they come near the ceiling,
of the signal at eight times the rate (ITU-R BS.1770-5, annex 2, asks for four at 48 kHz). What each block may be
multiplied with is spread over 10 ms to either side (the lowest counts, so two pulses of a voice of 50 Hz or more share
one dip) and smoothed over the same width: the gain starts to sink before a peak, is low enough at it, and never jumps.
All of it is array arithmetic on whole takes.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

from .audio import Floats, from_db
from .speech import SAMPLE_RATE_HZ

_BLOCK = SAMPLE_RATE_HZ // 1000
_REACH = 10  # blocks
_NEAR = from_db(-3.0)  # of the ceiling: speech seldom rises by more between two samples
_TAPS = 32  # 16 miss up to 0.5 dB of the peaks of a sharp "s"
_PHASES = np.arange(1, 8) / 8  # of the time from one sample to the next


def limit(samples: Floats, ceiling_dbtp: float) -> Floats:
    """Return float32 audio (full scale 1.0) with its peaks under the ceiling; itself, when they are already.

    One channel [n], or several that share one gain [channels, n].
    """
    ceiling = from_db(ceiling_dbtp)
    channels = np.atleast_2d(samples)
    peaks = np.max([_block_peaks(channel, ceiling) for channel in channels], axis=0)
    if not len(peaks) or peaks.max() <= ceiling:
        return samples
    gain = _smooth_gain(np.minimum(1.0, ceiling / np.maximum(peaks, ceiling)).astype(np.float32))
    limited = np.zeros((len(channels), len(peaks) * _BLOCK), np.float32)
    limited[:, : channels.shape[1]] = channels
    for channel in limited:
        _apply(channel.reshape(-1, _BLOCK), gain)
    return limited[:, : channels.shape[1]].reshape(samples.shape)


def _block_peaks(samples: Floats, ceiling: float) -> Floats:
    """Return the peak of each block, the last one filled up with silence."""
    whole = len(samples) // _BLOCK
    rows = samples[: whole * _BLOCK].reshape(-1, _BLOCK)
    peaks = np.maximum(rows.max(axis=1), -rows.min(axis=1)) if whole else np.zeros(0, np.float32)
    if len(samples) > whole * _BLOCK:
        peaks = np.append(peaks, np.abs(samples[whole * _BLOCK :]).max())
    near = np.flatnonzero(peaks > ceiling * _NEAR)
    if len(near):
        peaks[near] = np.maximum(peaks[near], _between(samples, near))
    return peaks


def _between(samples: Floats, blocks: npt.NDArray[np.intp]) -> Floats:
    """Return the highest value between the samples of each given block and on to the next sample."""
    half = _TAPS // 2
    first = blocks[:, None] * _BLOCK - half + 1 + np.arange(_BLOCK + _TAPS - 1)
    inside = np.where((first >= 0) & (first < len(samples)), samples[np.clip(first, 0, len(samples) - 1)], 0)
    windows = sliding_window_view(inside, _TAPS, axis=1)
    highest: Floats = np.abs(windows @ _INTERPOLATOR).max(axis=(1, 2))
    return highest


def _interpolator() -> Floats:
    """Return windowed-sinc weights (taps, phases)."""
    distance = np.arange(_TAPS)[:, None] - (_TAPS // 2 - 1) - _PHASES
    weights = np.sinc(distance) * np.cos(np.pi * distance / _TAPS) ** 2
    unity: Floats = (weights / weights.sum(axis=0)).astype(np.float32)
    return unity


_INTERPOLATOR = _interpolator()


def _smooth_gain(allowed: Floats) -> Floats:
    """Turn what each of n blocks allows into the gain at their n + 1 edges."""
    edges = np.minimum(np.append(allowed, 1), np.append(1, allowed)).astype(np.float32)
    lowest = sliding_window_view(np.pad(edges, _REACH, constant_values=1), 2 * _REACH + 1).min(axis=1)
    bell = np.hanning(2 * _REACH + 3)[1:-1].astype(np.float32)
    return np.convolve(np.pad(lowest, _REACH, mode="edge"), bell / bell.sum(), mode="valid").astype(np.float32)


def _apply(rows: Floats, gain: Floats) -> None:
    """Multiply blocks in place by a gain that runs straight from edge to edge."""
    touched = np.flatnonzero((gain[:-1] < 1) | (gain[1:] < 1))
    start, end = gain[touched, None], gain[touched + 1, None]
    rows[touched] *= start + (end - start) * (np.arange(_BLOCK, dtype=np.float32) / _BLOCK)
