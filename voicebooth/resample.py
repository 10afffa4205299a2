"""Samples at the rate of speech become samples at the rate of a file, on their way into an encoder.

By FFmpeg's resampler, which takes out its own delay: the sound stays where it was, and as long as it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

import av
import numpy as np

from .speech import SAMPLE_RATE_HZ
from .tags import Form, Mark, Tags
from .take import Samples

LAYOUTS = {1: "mono", 2: "stereo"}


class _Encoder(Protocol):
    extension: str
    mime_type: str
    form: Form
    decoder: str

    def encode(self, samples: Samples) -> bytes: ...

    def finish(self) -> bytes: ...

    def head(self, tags: Tags, marks: Sequence[Mark]) -> bytes: ...


class Resampled:
    """An encoder that takes samples at ``SAMPLE_RATE_HZ``, whatever the rate of its file."""

    def __init__(self, encoder: _Encoder) -> None:
        self._encoder = encoder
        self.extension, self.mime_type, self.decoder = encoder.extension, encoder.mime_type, encoder.decoder
        self.form = encoder.form
        layout = LAYOUTS[self.form.channels]
        self._resampler = av.AudioResampler(format="s16", layout=layout, rate=self.form.rate_hz)
        self._taken = 0
        self._given = 0

    def encode(self, samples: Samples) -> bytes:
        """See ``Encoder``."""
        self._taken += len(samples)
        return self._passed(self._resampler.resample(frame(samples, self.form.channels, SAMPLE_RATE_HZ)))

    def finish(self) -> bytes:
        """See ``Encoder``."""
        return self._passed(self._resampler.resample(None)) + self._encoder.finish()

    def head(self, tags: Tags, marks: Sequence[Mark]) -> bytes:
        """See ``Encoder``."""
        return self._encoder.head(tags, marks)

    def _passed(self, frames: Iterable[av.AudioFrame]) -> bytes:
        return b"".join(self._encoder.encode(samples_of(part, self.form.channels)) for part in frames)


def frame(samples: Samples, channels: int, rate_hz: int) -> av.AudioFrame:
    """Return samples, (n,) or (n, 2), as FFmpeg takes them."""
    made = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples).reshape(1, -1), "s16", LAYOUTS[channels])
    made.sample_rate = rate_hz
    return made


def samples_of(frame: av.AudioFrame, channels: int) -> Samples:
    """Return a frame of interleaved 16-bit audio as samples, (n,) or (n, 2)."""
    flat: Samples = frame.to_ndarray().reshape(-1).astype(np.int16, copy=False)
    return flat if channels == 1 else flat.reshape(-1, channels)
