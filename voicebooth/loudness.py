"""Audio becomes its loudness and true peak, by EBU R128 (ITU-R BS.1770), through FFmpeg's ``ebur128`` filter.

Loudness is stated as heard on two loudspeakers: one channel played by both is 3 LU louder than by one
(``dualmono=true``, https://ffmpeg.org/ffmpeg-filters.html#ebur128-1). The true peak comes from the signal oversampled
to 192 kHz. Metering gates out pauses in blocks of 400 ms, so pauses do not count, and audio shorter than one block is
measured as one block filled up with silence, which is then taken out of the sum: K-weighted, but not gated.

``Monitor`` measures what a listener will hear of a lossy file: it decodes the encoder's bytes as they come.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, cast

import av
import av.filter
import numpy as np

from .audio import Floats
from .speech import SAMPLE_RATE_HZ
from .take import Samples

SILENCE_LUFS = -70.0  # the absolute gate of BS.1770: anything softer counts as nothing
NO_PEAK_DBTP = -120.0
_GATE = SAMPLE_RATE_HZ * 4 // 10  # samples of one gating block
_BLOCK = 10 * SAMPLE_RATE_HZ  # larger takes more memory, smaller more time
_DRAIN = 50  # decoded frames between two looks at the filter's end; it then holds about a second
_REPORTS_HZ = 10  # the filter gives figures for whole tenths of a second only
_DTYPES = {"s16": np.int16, "flt": np.float32, "fltp": np.float32}
_LAYOUTS = {1: "mono", 2: "stereo"}  # by channels, which is also how many dimensions their samples have


@dataclass(frozen=True, slots=True)
class Loudness:
    """Integrated loudness (``SILENCE_LUFS``: none) and true peak (``NO_PEAK_DBTP``: digital silence)."""

    integrated_lufs: float
    true_peak_dbtp: float


class Meter:
    """Measures audio that arrives in blocks: all int16, all float32, or all FFmpeg's frames of one form."""

    def __init__(self, *, peaks: bool = True) -> None:
        """Say whether the true peak is wanted, which takes two thirds of the time."""
        self._peaks = peaks
        self._graph: av.filter.Graph | None = None
        self._last: av.AudioFrame | None = None
        self._pushed = 0

    def push(self, samples: Samples | Floats) -> None:
        """Measure one more block of samples at ``SAMPLE_RATE_HZ``, (n,) for mono or (n, 2) for stereo."""
        for at in range(0, len(samples), _BLOCK):
            self.push_frame(_frame(samples[at : at + _BLOCK], "s16" if samples.dtype == np.int16 else "flt"))
            self.drain()

    def push_frame(self, frame: av.AudioFrame) -> None:
        """Measure one more frame. ``drain`` is to follow now and then."""
        if self._graph is None:
            self._first = frame
            self._graph = _graph(frame, peaks=self._peaks)
        self._graph.push(frame)
        self._pushed += frame.samples

    def drain(self) -> None:
        """Take out of the filter what it is done with; only the last frame carries the figures that count."""
        while self._graph is not None:
            try:
                frame = self._graph.pull()
            except (av.BlockingIOError, av.EOFError):
                return
            if isinstance(frame, av.AudioFrame):
                self._last = frame

    def finish(self) -> Loudness:
        """Return the figures of everything pushed; nothing may be pushed after this."""
        if self._graph is not None:
            if missing := -self._pushed % (self._first.sample_rate // _REPORTS_HZ):
                self._graph.push(_silence(missing, self._first))
            self._graph.push(None)
            self.drain()
        facts = self._last.metadata if self._last else {}
        integrated = max(float(facts.get("lavfi.r128.I", SILENCE_LUFS)), SILENCE_LUFS)
        peak = float(facts.get("lavfi.r128.true_peak", 0.0))
        return Loudness(integrated, 20 * math.log10(peak) if peak > 0 else NO_PEAK_DBTP)


class Monitor:
    """Measures encoded audio as it is delivered: bytes in, loudness and true peak of what they decode to."""

    def __init__(self, codec: str) -> None:
        """Name the codec as FFmpeg's decoders are named (``mp3float``)."""
        self._decoder = cast("av.AudioCodecContext", av.CodecContext.create(codec, "r"))
        self._meter = Meter()
        self._undrained = 0

    def push(self, data: bytes) -> None:
        """Decode and measure some more of the stream, cut anywhere."""
        for packet in self._decoder.parse(data) if data else ():
            self._decode(packet)

    def finish(self) -> Loudness:
        """Return the figures of everything pushed."""
        for packet in self._decoder.parse(None):
            self._decode(packet)
        self._decode(None)
        return self._meter.finish()

    def _decode(self, packet: av.Packet[Any] | None) -> None:
        for frame in self._decoder.decode(packet):
            self._meter.push_frame(frame)
            self._undrained += 1
        if self._undrained >= _DRAIN:
            self._meter.drain()
            self._undrained = 0


def measure(samples: Samples | Floats) -> Loudness:
    """Return loudness and true peak of audio of any length."""
    meter = Meter()
    meter.push(samples)
    return (
        meter.finish() if len(samples) >= _GATE else Loudness(integrated_lufs(samples), meter.finish().true_peak_dbtp)
    )


def integrated_lufs(samples: Samples | Floats) -> float:
    """Return the integrated loudness of audio of any length."""
    meter = Meter(peaks=False)
    meter.push(samples)
    missing = _GATE - len(samples)
    if missing <= 0 or not len(samples):
        return meter.finish().integrated_lufs
    meter.push(np.zeros((missing, *samples.shape[1:]), samples.dtype))
    block_lufs = meter.finish().integrated_lufs
    if block_lufs <= SILENCE_LUFS:
        return SILENCE_LUFS
    return block_lufs + 10 * math.log10(_GATE / len(samples))


def _frame(samples: Samples | Floats, sample_format: str) -> av.AudioFrame:
    flat: Any = np.ascontiguousarray(samples).reshape(1, -1)
    frame = av.AudioFrame.from_ndarray(flat, sample_format, _LAYOUTS[samples.ndim])
    frame.sample_rate = SAMPLE_RATE_HZ
    return frame


def _silence(samples: int, like: av.AudioFrame) -> av.AudioFrame:
    channels = like.layout.nb_channels
    shape = (channels, samples) if like.format.is_planar else (1, samples * channels)
    frame = av.AudioFrame.from_ndarray(np.zeros(shape, _DTYPES[like.format.name]), like.format.name, _LAYOUTS[channels])
    frame.sample_rate = like.sample_rate
    return frame


def _graph(first: av.AudioFrame, *, peaks: bool) -> av.filter.Graph:
    graph = av.filter.Graph()
    source = graph.add_abuffer(
        sample_rate=first.sample_rate,
        format=first.format.name,
        layout=_LAYOUTS[first.layout.nb_channels],
        time_base=Fraction(1, first.sample_rate),
    )
    wanted = "framelog=quiet:metadata=1:dualmono=true" + (":peak=true" if peaks else "")
    meter, end = graph.add("ebur128", wanted), graph.add("abuffersink")
    source.link_to(meter)
    meter.link_to(end)
    graph.configure()
    return graph
