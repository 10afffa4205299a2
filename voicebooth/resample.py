"""Samples at the rate of speech become samples at the rate of the files, once for all formats and before any music."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import av
import numpy as np

from .audio import Floats, to_int16
from .codec import frame
from .speech import SAMPLE_RATE_HZ
from .take import Samples


class Resampler:
    """Takes mono samples at ``SAMPLE_RATE_HZ`` in blocks of any size and sends them on at that of the files.

    It takes out its own delay: the sound stays where it was, and as long as it was. It reckons in floating point,
    because FFmpeg's integers add noise at -90 dBFS.
    """

    def __init__(self, rate_hz: int, put: Callable[[Samples], None]) -> None:
        self._put = put
        self._resampler = av.AudioResampler("flt", "mono", rate_hz) if rate_hz != SAMPLE_RATE_HZ else None

    def put(self, samples: Samples) -> None:
        """Take the next samples."""
        if not self._resampler:
            self._put(samples)
        elif len(samples):
            self._send(self._resampler.resample(frame(samples, 1, SAMPLE_RATE_HZ)))

    def finish(self) -> None:
        """Send what is left."""
        if self._resampler:
            self._send(self._resampler.resample(None))

    def _send(self, frames: Iterable[av.AudioFrame]) -> None:
        for part in frames:
            floats: Floats = part.to_ndarray().reshape(-1).astype(np.float32, copy=False)
            self._put(to_int16(floats))
