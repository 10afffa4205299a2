"""Which of two voices is heard, moment by moment, learnt from a first guess at who speaks when.

Every 40 ms of speech gives a real cepstrum: its low end is the resonances of a head, its peak further up the pitch. A
linear discriminant between the frames guessed for either voice then says, for each frame, how much more it sounds like
the one than the other. The guess may be wrong in places: most of it decides.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from .audio import FULL_SCALE, STEP, Mask
from .speech import SAMPLE_RATE_HZ
from .take import Samples

Evidence = npt.NDArray[np.float64]
Prints = npt.NDArray[np.float32]

HOP = 4  # steps of an envelope for each frame
_RATE_HZ = SAMPLE_RATE_HZ // 2  # resonances above 6 kHz tell little
_WINDOW = 512
_AT_ONCE = 256  # frames transformed together: more takes memory, not less time
_RESONANCES = slice(1, 17)  # quefrencies; 0 is the level
_PITCH = slice(_RATE_HZ // 400, _RATE_HZ // 70)
_SPREAD = 0.1  # of a feature's variance, added so that few frames do not make it seem certain
_PER_FRAME = 0.12  # neighbouring frames are not independent: what one of them counts
_MOST = 3.0  # log odds, before that, that one frame may give
_FEWEST = 12  # frames of a voice from which one can learn it


def prints(samples: Samples) -> Prints:
    """Return features [frames, 17], one frame for every ``HOP`` steps of the envelope."""
    frames = len(samples) // (STEP * HOP)
    features = np.empty((frames, _RESONANCES.stop - _RESONANCES.start + 1), np.float32)
    for at in range(0, frames, _AT_ONCE):
        count = min(_AT_ONCE, frames - at)
        half = _halved(samples[at * STEP * HOP :], count * STEP * HOP // 2 + _WINDOW)
        windows = np.lib.stride_tricks.sliding_window_view(half, _WINDOW)[:: STEP * HOP // 2][:count]
        features[at : at + count] = _features(windows)
    return features


def _halved(samples: Samples, size: int) -> Evidence:
    """Return ``size`` values at half the rate, full scale 1.0, filled up with silence."""
    half = np.zeros(size)  # of float64, which is transformed faster than float32
    pairs = samples[: min(len(samples) // 2, size) * 2].reshape(-1, 2)
    np.add(pairs[:, 0], pairs[:, 1], out=half[: len(pairs)], dtype=np.float64)
    half /= 2 * FULL_SCALE
    return half


def _features(windows: Evidence) -> Prints:
    spectrum = np.abs(np.fft.rfft(windows * np.hanning(_WINDOW)))
    cepstrum = np.fft.irfft(np.log(spectrum + 1e-4))
    pitch = np.log(cepstrum[:, _PITCH].argmax(axis=1) + _PITCH.start)
    return np.column_stack([cepstrum[:, _RESONANCES], pitch]).astype(np.float32)


def evidence(features: Prints, first: Mask, second: Mask) -> Evidence:
    """Return each frame's log odds for the first voice; zeros when one voice has too few frames to learn from."""
    if min(first.sum(), second.sum()) < _FEWEST:
        return np.zeros(len(features))
    one, other = features[first], features[second]
    mean, other_mean = one.mean(axis=0), other.mean(axis=0)
    within = np.cov(np.concatenate([one - mean, other - other_mean]), rowvar=False)
    within += _SPREAD * np.diag(np.diag(within)) + 1e-9 * np.eye(len(within))
    weights = np.linalg.solve(within, mean - other_mean)
    odds: Evidence = (features - (mean + other_mean) / 2) @ weights
    return odds.clip(-_MOST, _MOST) * _PER_FRAME
