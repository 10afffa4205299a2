"""Audio becomes its loudness and true peak, by EBU R128 (ITU-R BS.1770-5).

    samples ─ 100 ms steps ─ power spectrum × K-weighting ─► power of a step ─ four in a row ─► gating ─► LUFS
           └─ peaks, also between samples (``peaks.TruePeak``) ─► dBTP

The K filter is applied to each step's power spectrum, not to the samples: a tenth of the time of filtering, for less
than 0.05 LU of difference on speech. Loudness is stated as heard on two loudspeakers: one channel played by both is 3
LU louder than by one. Gating leaves pauses out in blocks of 400 ms, so pauses do not count, and audio shorter than one
block is measured as one block filled up with silence, which is then taken out of the sum: K-weighted, but not gated.

``Monitor`` measures what a listener will hear of a lossy file: it decodes the encoder's bytes as they come.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

import av
import numpy as np
import numpy.typing as npt

from .audio import FULL_SCALE, NOTHING_DBFS, Floats, count, to_db
from .peaks import TruePeak
from .speech import SAMPLE_RATE_HZ
from .take import Samples

SILENCE_LUFS = -70.0  # the absolute gate of BS.1770: anything softer counts as nothing
NO_PEAK_DBTP = NOTHING_DBFS
_GATE_S = 0.4  # one gating block
_STEPS = 4  # of 100 ms in a gating block; blocks overlap by three
_OFFSET_LU = -0.691  # of the standard: makes a sine of 997 Hz read its level
_RELATIVE_GATE = 0.1  # of the mean power: 10 LU under it
_LOUDSPEAKERS = 2  # that play one channel
_AT_ONCE = 48_000  # samples of all channels measured together: small enough for the processor's cache

# BS.1770-5, tables 1 and 2: numerator and denominator of the two filters at 48 kHz.
_SHELF = ((1.53512485958697, -2.69169618940638, 1.19839281085285), (1.0, -1.69065929318241, 0.73248077421585))
_HIGHPASS = ((1.0, -2.0, 1.0), (1.0, -1.99004745483398, 0.99007225036621))
_TABLES_HZ = 48_000


@dataclass(frozen=True, slots=True)
class Loudness:
    """Integrated loudness (``SILENCE_LUFS``: none) and true peak (``NO_PEAK_DBTP``: digital silence)."""

    integrated_lufs: float
    true_peak_dbtp: float


class Meter:
    """Measures audio that arrives in blocks of any size: mono [n] or stereo [n, 2], int16 or float32 (full scale 1.0).

    Keeps one number for each 100 ms. ``peaks``: whether the true peak is wanted, which takes most of the time.
    """

    def __init__(self, rate_hz: int = SAMPLE_RATE_HZ, *, peaks: bool = True) -> None:
        self._step = rate_hz // 10  # samples
        self._rate_hz = rate_hz
        self._powers = array("d")  # K-weighted, of each step
        self._rest = np.empty((0, 1), np.float32)
        self._peaks: list[TruePeak] | None = [] if peaks else None

    def push(self, samples: Samples | Floats) -> None:
        """Measure one more block."""
        size = self._step * max(_AT_ONCE // (self._step * samples[:1].size), 1) if len(samples) else 1
        for at in range(0, len(samples), size):
            self._take(_channels(samples[at : at + size]))

    def finish(self) -> Loudness:
        """Return the figures of everything pushed; nothing may be pushed after this."""
        if missing := -len(self._rest) % self._step:
            self._weigh(np.pad(self._rest, ((0, missing), (0, 0))))
        peak = max((follower.finish() for follower in self._peaks or ()), default=0.0)
        return Loudness(_gated_lufs(np.frombuffer(self._powers)), to_db(peak))

    def _take(self, block: Floats) -> None:
        if self._peaks is not None:
            self._peaks = self._peaks or [TruePeak() for _ in block.T]
            for follower, channel in zip(self._peaks, block.T, strict=True):
                follower.push(channel)
        held = np.concatenate([self._rest, block]) if len(self._rest) else block
        whole = len(held) // self._step * self._step
        self._weigh(held[:whole])
        self._rest = held[whole:]

    def _weigh(self, block: Floats) -> None:
        """Note the power of whole steps, all channels added up."""
        loudspeakers = _LOUDSPEAKERS if block.shape[1] == 1 else 1
        powers = np.zeros(len(block) // self._step)
        for channel in block.T:
            spectrum = np.fft.rfft(channel.reshape(-1, self._step).astype(np.float64))  # faster than of float32
            power = spectrum.real**2 + spectrum.imag**2
            powers += np.einsum("ij,j->i", power, _weights(self._step, self._rate_hz))  # no threads, unlike BLAS
        self._powers.extend(powers * loudspeakers)


class Monitor:
    """Measures encoded audio as it is delivered: bytes in, loudness and true peak of what they decode to."""

    def __init__(self, codec: str, setup: bytes = b"") -> None:
        """Name the codec as FFmpeg's decoders are named (``mp3float``), with what it has to know beforehand."""
        self._decoder = cast("av.AudioCodecContext", av.CodecContext.create(codec, "r"))
        if setup:
            self._decoder.extradata = setup
        self._stream = bytearray()  # not decoded yet
        self._meter: Meter | None = None
        self._decoded: list[av.AudioFrame] = []  # planes of float32

    def push(self, data: bytes | Sequence[bytes]) -> None:
        """Decode and measure some more: a part of the stream, cut anywhere, or whole packets."""
        if not isinstance(data, bytes):
            for packet in data:
                self._decode(av.Packet(packet))
        elif data:
            self._stream += data
            self._decode_frames(self._decoder.parse(data))

    def finish(self) -> Loudness:
        """Return the figures of everything pushed."""
        if not self._decoder.extradata:
            self._decode_frames(self._decoder.parse(None))
        self._decode(None)
        self._measure()
        return (self._meter or Meter()).finish()

    def _decode_frames(self, frames: Sequence[av.Packet[Any]]) -> None:
        """Decode frames of the stream by one call: one for each would get in the way of other threads all the time."""
        if size := sum(frame.size for frame in frames):
            self._decode(av.Packet(bytes(self._stream[:size])))
            del self._stream[:size]

    def _decode(self, packet: av.Packet[Any] | None) -> None:
        self._decoded += self._decoder.decode(packet)
        if self._decoded and len(self._decoded) * self._decoded[0].samples >= _AT_ONCE:
            self._measure()

    def _measure(self) -> None:
        if frames := self._decoded:
            self._meter = self._meter or Meter(frames[0].sample_rate)
            channels = [_joined(frames, channel) for channel in range(frames[0].layout.nb_channels)]
            self._meter.push(np.stack(channels, axis=1) if len(channels) > 1 else channels[0])
            frames.clear()


def measure(samples: Samples | Floats, rate_hz: int = SAMPLE_RATE_HZ) -> Loudness:
    """Return loudness and true peak of audio of any length."""
    meter = Meter(rate_hz)
    meter.push(samples)
    found = meter.finish()
    if len(samples) >= count(_GATE_S, rate_hz):
        return found
    return Loudness(integrated_lufs(samples, rate_hz), found.true_peak_dbtp)


def integrated_lufs(samples: Samples | Floats, rate_hz: int = SAMPLE_RATE_HZ) -> float:
    """Return the integrated loudness of audio of any length."""
    meter = Meter(rate_hz, peaks=False)
    meter.push(samples)
    gate = count(_GATE_S, rate_hz)
    missing = gate - len(samples)
    if missing <= 0 or not len(samples):
        return meter.finish().integrated_lufs
    meter.push(np.zeros((missing, *samples.shape[1:]), samples.dtype))
    block_lufs = meter.finish().integrated_lufs
    if block_lufs <= SILENCE_LUFS:
        return SILENCE_LUFS
    return block_lufs + 10 * math.log10(gate / len(samples))


def _joined(frames: Sequence[av.AudioFrame], channel: int) -> Floats:
    parts = [np.frombuffer(cast("memoryview", frame.planes[channel]), np.float32, frame.samples) for frame in frames]
    return np.concatenate(parts)


def _channels(samples: Samples | Floats) -> Floats:
    """Return float32 [n, channels]."""
    floats = samples.astype(np.float32, copy=False)
    if samples.dtype == np.int16:
        floats *= np.float32(1 / FULL_SCALE)
    return floats.reshape(len(samples), -1)


@cache
def _weights(step: int, rate_hz: int) -> npt.NDArray[np.float32]:
    """Return what each line of a step's power spectrum counts for the mean square of the K-weighted step."""
    z = np.exp(-2j * np.pi * np.arange(step // 2 + 1) * (rate_hz / step) / _TABLES_HZ)
    filters = [np.polyval(over[::-1], z) / np.polyval(under[::-1], z) for over, under in (_SHELF, _HIGHPASS)]
    response = np.prod(filters, axis=0)
    both_sides = np.where((np.arange(step // 2 + 1) % (step / 2)) == 0, 1, 2)
    weights: npt.NDArray[np.float32] = (np.abs(response) ** 2 * both_sides / step**2).astype(np.float32)
    return weights


def _gated_lufs(powers: npt.NDArray[np.float64]) -> float:
    """Return the loudness of all steps: the mean over blocks that are neither silent nor much softer than the rest."""
    blocks = np.convolve(powers, np.full(_STEPS, 1 / _STEPS), "valid") if len(powers) >= _STEPS else np.empty(0)
    blocks = blocks[blocks > 10 ** ((SILENCE_LUFS - _OFFSET_LU) / 10)]
    if not len(blocks):
        return SILENCE_LUFS
    return float(_OFFSET_LU + 10 * np.log10(blocks[blocks > blocks.mean() * _RELATIVE_GATE].mean()))
