"""Small pieces of signal processing that checking, aligning and mastering share.

Samples are mono at ``SAMPLE_RATE_HZ``: int16 as takes and encoders have them, float32 with full scale 1.0 in between.
An envelope has one level for each 10 ms (``STEP``), which is as fine as one can place the edge of a word.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from .speech import SAMPLE_RATE_HZ
from .take import Samples

Floats = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]

FULL_SCALE = 32768.0
STEP_S = 0.010
STEP = round(STEP_S * SAMPLE_RATE_HZ)  # samples for each level of an envelope
NOTHING_DBFS = -120.0  # digital silence, as a level
_BLOCK = 1000 * STEP  # bounds the memory of one pass


def count(seconds: float, rate_hz: int = SAMPLE_RATE_HZ) -> int:
    """Return the number of samples in a time."""
    return round(seconds * rate_hz)


def to_db(ratio: float) -> float:
    """Return an amplitude ratio in decibels, not below ``NOTHING_DBFS``."""
    return float(max(20 * np.log10(ratio), NOTHING_DBFS)) if ratio > 0 else NOTHING_DBFS


def from_db(level_db: float) -> float:
    """Return decibels as an amplitude ratio."""
    return float(10 ** (level_db / 20))


def to_float(samples: Samples, gain: float = 1.0) -> Floats:
    """Return int16 as float32, multiplied by a gain."""
    return np.multiply(samples, np.float32(gain / FULL_SCALE), dtype=np.float32)


def to_int16(samples: Floats) -> Samples:
    """Return float32 as the nearest int16; what exceeds full scale stays at full scale."""
    rounded = np.empty(samples.shape, np.int16)
    for at in range(0, len(samples), _BLOCK):
        scaled = samples[at : at + _BLOCK] * np.float32(FULL_SCALE)
        np.rint(scaled, out=scaled)
        rounded[at : at + _BLOCK] = np.clip(scaled, -FULL_SCALE, FULL_SCALE - 1, out=scaled)
    return rounded


def envelope(samples: Samples) -> Floats:
    """Return the level (RMS, dBFS) of each whole 10 ms of int16 samples."""
    power = np.empty(len(samples) // STEP, np.float32)
    for at in range(0, len(power), _BLOCK // STEP):
        rows = samples[at * STEP :][: min(_BLOCK, (len(power) - at) * STEP)].reshape(-1, STEP).astype(np.float32)
        power[at : at + len(rows)] = np.einsum("ij,ij->i", rows, rows)
    power *= np.float32(1 / (STEP * FULL_SCALE**2))
    return 10 * np.log10(np.maximum(power, np.float32(10 ** (NOTHING_DBFS / 10))))


def loud_level(levels: Floats) -> float:
    """Return the level (dBFS) of the loud parts of speech in an envelope, however much of it is silence."""
    if not len(levels):
        return NOTHING_DBFS
    mean_db = 10 * np.log10(np.mean(10 ** (levels / 10)))
    return float(np.percentile(levels[levels > mean_db - 10], 95))


def quiet_below(levels: Floats) -> float:
    """Return the level (dBFS) under which an envelope holds no speech.

    6 dB over the noise floor, but between 40 and 20 dB under the loud parts: the weakest consonants are some 30 dB
    weaker than the vowels, and audio without any pause shows no floor.
    """
    loud = loud_level(levels)
    heard = levels[levels > NOTHING_DBFS + 20]  # some services put digital silence around a noisy voice
    floor = float(np.percentile(heard, 5)) if len(heard) else NOTHING_DBFS
    return min(max(floor + 6, loud - 40), loud - 20)


def runs(mask: Mask) -> list[tuple[int, int]]:
    """Return [start, end) of every unbroken stretch of True."""
    edges = np.flatnonzero(np.diff(mask, prepend=False, append=False))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def fade_in(samples: Samples, size: int) -> Samples:
    """Return a copy whose first ``size`` samples rise from silence along a raised cosine."""
    faded = samples.copy()
    size = min(size, len(faded))
    faded[:size] = np.rint(faded[:size] * _rise(size))
    return faded


def fade_out(samples: Samples, size: int) -> Samples:
    """Return a copy whose last ``size`` samples fall to silence along a raised cosine."""
    return fade_in(samples[::-1], size)[::-1]


def _rise(size: int) -> Floats:
    return (0.5 - 0.5 * np.cos(np.pi * (np.arange(size) + 0.5) / max(size, 1))).astype(np.float32)
