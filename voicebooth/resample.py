"""Samples at the rate of speech become samples at the rate of a file, on their way into an encoder.

For encoders that are not FFmpeg's; those of ``codec`` resample on their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

import av
import numpy as np

from .codec import LAYOUTS, frame
from .tags import Form, Mark, Tags
from .take import Samples


class _Encoder(Protocol):
    """What ``encode.Encoder`` is, as far as it takes the body as a stream."""

    extension: str
    mime_type: str
    form: Form
    decoder: str
    setup: bytes
    overshoot_db: float

    def encode(self, samples: Samples) -> bytes: ...

    def finish(self) -> bytes: ...

    def packets(self, body: bytes) -> bytes: ...

    def head(self, tags: Tags, marks: Sequence[Mark]) -> bytes: ...


class Resampled:
    """An encoder that takes samples at ``SAMPLE_RATE_HZ``, whatever the rate of its file."""

    def __init__(self, encoder: _Encoder) -> None:
        self._encoder = encoder
        self.extension, self.mime_type, self.form = encoder.extension, encoder.mime_type, encoder.form
        self.decoder, self.setup, self.overshoot_db = encoder.decoder, encoder.setup, encoder.overshoot_db
        self._channels = encoder.form.channels
        self._resampler = av.AudioResampler("s16", LAYOUTS[self._channels], encoder.form.rate_hz)

    def encode(self, samples: Samples) -> bytes:
        """See ``Encoder``."""
        return self._passed(self._resampler.resample(frame(samples, self._channels)))

    def finish(self) -> bytes:
        """See ``Encoder``."""
        return self._passed(self._resampler.resample(None)) + self._encoder.finish()

    def packets(self, body: bytes) -> bytes:
        """See ``Encoder``."""
        return self._encoder.packets(body)

    def head(self, tags: Tags, marks: Sequence[Mark]) -> bytes:
        """See ``Encoder``."""
        return self._encoder.head(tags, marks)

    def _passed(self, frames: Iterable[av.AudioFrame]) -> bytes:
        shape = (-1,) if self._channels == 1 else (-1, self._channels)
        parts = (part.to_ndarray().astype(np.int16, copy=False).reshape(shape) for part in frames)
        return b"".join(self._encoder.encode(samples) for samples in parts)
