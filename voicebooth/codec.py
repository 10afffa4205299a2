"""Samples become the packets of one of FFmpeg's encoders: what a container is filled with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import cast

import av
import numpy as np

from .tags import Form
from .take import Samples

LAYOUTS = {1: "mono", 2: "stereo"}


class Codec:
    """An encoder of FFmpeg's by its name. It takes samples at ``from_hz``, usually the rate of its file.

    ``samples`` counts what was encoded, at the file's rate and without what the codec adds; ``packets`` are those of
    the last call.
    """

    def __init__(self, name: str, form: Form, options: Mapping[str, str], from_hz: int) -> None:
        self.samples = 0
        self.packets: Sequence[bytes] = ()
        self._channels, self._from_hz = form.channels, from_hz
        self._codec = cast("av.AudioCodecContext", av.CodecContext.create(name, "w"))
        self._codec.sample_rate = form.rate_hz
        self._codec.layout = LAYOUTS[form.channels]
        sample_format = next(iter(self._codec.codec.audio_formats or ())).name
        self._codec.format = sample_format
        if form.kbps:
            self._codec.bit_rate = form.kbps * 1000
        self._codec.options = dict(options)
        self._codec.open()
        self._resampler = av.AudioResampler(
            sample_format, LAYOUTS[form.channels], form.rate_hz, frame_size=self._codec.frame_size
        )

    @property
    def setup(self) -> bytes:
        """What a decoder has to know beforehand."""
        return self._codec.extradata or b""

    @property
    def frame_size(self) -> int:
        """Samples of each channel in a packet."""
        return self._codec.frame_size

    def encode(self, samples: Samples) -> Sequence[bytes]:
        """Return the packets that are ready."""
        return self._encoded(self._resampler.resample(frame(samples, self._channels, self._from_hz)))

    def finish(self) -> Sequence[bytes]:
        """Return the last packets."""
        rest = self._encoded(self._resampler.resample(None))
        self.packets = (*rest, *(bytes(packet) for packet in self._codec.encode(None) if packet.size))
        return self.packets

    def heard(self, frame: av.AudioFrame) -> None:
        """Look at a frame that is about to be encoded."""

    def _encoded(self, frames: Iterable[av.AudioFrame]) -> Sequence[bytes]:
        packets = []
        for part in frames:
            self.samples += part.samples
            self.heard(part)
            packets += [bytes(packet) for packet in self._codec.encode(part) if packet.size]
        self.packets = packets
        return packets


def frame(samples: Samples, channels: int, rate_hz: int) -> av.AudioFrame:
    """Return samples, (n,) or (n, 2), as FFmpeg takes them."""
    made = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples).reshape(1, -1), "s16", LAYOUTS[channels])
    made.sample_rate = rate_hz
    return made
