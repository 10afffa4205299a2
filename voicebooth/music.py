"""A music file becomes samples at the rate of the mix, wherever they are wanted, and figures of how loud it is.

Any format FFmpeg reads is decoded into a temporary file: int16 at half of full scale, which leaves room for what
lossy coding and a crossfade add. So neither a long file nor one that is played again and again is held in memory. A
file that leads to others (a playlist) is refused: only what lies beside the script is opened.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any, BinaryIO, cast

import av
import numpy as np
import numpy.typing as npt

from .audio import FULL_SCALE, Floats, count
from .errors import ScriptFault
from .loudness import SILENCE_LUFS, Meter, integrated_lufs
from .take import Samples

MOST_S = 600.0  # of one file: 115 MB of temporary file in stereo at 48 kHz
SCALE = 0.5  # of full scale, in the temporary file
_WINDOW_S, _HOP_S = 3.0, 1.5  # EBU Tech 3341: short-term loudness is that of 3 s
_AT_ONCE_S = 10.0
_BYTES = 2  # of a sample
_CHECKED = ("flac",)  # frames carry checksums, which FFmpeg looks at when it is asked to
_GUESSED = ("mp3", "aac")  # may not say how long they are; FFmpeg guesses by the bit rate
_MISSING_S = 0.1  # more than lossy coding adds or takes


@dataclass(frozen=True, slots=True)
class Heard:
    """How loud a stretch of music is: as a whole, and in its loudest three seconds."""

    integrated_lufs: float
    loudest_lufs: float


class Track:
    """Music that is decoded: ``length`` samples of 1 or 2 ``channels``, at ``rate_hz``."""

    def __init__(self, pcm: IO[bytes], length: int, channels: int, rate_hz: int) -> None:
        self.length = length
        self.channels = channels
        self.rate_hz = rate_hz
        self._pcm = pcm
        self._joint: Samples | None = None  # of a loop: what its end and its start sound like together
        self._measured: dict[int, Heard] = {}

    @property
    def seconds(self) -> float:
        """How long it lasts, once through."""
        return self.length / self.rate_hz

    def read(self, at: int, size: int) -> Samples:
        """Return samples (size, channels) at half scale from a place on; silence outside of the music."""
        found = np.zeros((size, self.channels), np.int16)
        filled = min(max(-at, 0), size)
        while filled < size:
            part = self._part(self._place(at + filled), size - filled)
            if not len(part):
                break
            found[filled : filled + len(part)] = part
            filled += len(part)
        return found

    def looped(self, crossfade_s: float) -> Track:
        """Return the same music going on for ever: its end fades into its start, and on it goes from there."""
        size = min(count(crossfade_s, self.rate_hz), self.length // 4)
        rise = np.sin(np.linspace(0, np.pi / 2, size, dtype=np.float32))[:, None]  # equal power: the two differ
        loop = Track(self._pcm, self.length, self.channels, self.rate_hz)
        loop._joint = _to_int16(self._stored(self.length - size, size) * rise[::-1] + self._stored(0, size) * rise)
        return loop

    def heard(self, seconds: float | None = None) -> Heard:
        """Measure the music, or its first seconds; once, however often it is asked."""
        length = min(self.length, count(seconds, self.rate_hz)) if seconds else self.length
        if length not in self._measured:
            self._measured[length] = self._heard(length)
        return self._measured[length]

    def _heard(self, length: int) -> Heard:
        hop, window = count(_HOP_S, self.rate_hz), count(_WINDOW_S, self.rate_hz)
        starts = range(0, max(length - window + hop, 1), hop)
        loudest = max(self._loudness(start, min(window, length - start)) for start in starts)
        return Heard(self._loudness(0, length), loudest)

    def _loudness(self, start: int, size: int) -> float:
        at_once = count(_AT_ONCE_S, self.rate_hz)
        if size <= at_once:
            return integrated_lufs(self._full_scale(start, size), self.rate_hz)
        meter = Meter(self.rate_hz, peaks=False)
        for at in range(start, start + size, at_once):
            meter.push(self._full_scale(at, min(at_once, start + size - at)))
        return meter.finish().integrated_lufs

    def _full_scale(self, start: int, size: int) -> Floats:
        samples = self._stored(start, size) * np.float32(1 / SCALE / FULL_SCALE)
        return samples if self.channels > 1 else samples[:, 0]

    def _place(self, at: int) -> int:
        """Return where a place of the endless music stands in the file."""
        if self._joint is None or at < self.length:
            return at
        return len(self._joint) + (at - self.length) % (self.length - len(self._joint))

    def _part(self, at: int, size: int) -> Samples:
        """Return at most so many samples from a place in the file on; none from its end on."""
        joint_at = self.length - len(self._joint) if self._joint is not None else self.length
        if self._joint is not None and at >= joint_at:
            return self._joint[at - joint_at :][:size]
        return self._stored(at, max(min(size, joint_at - at), 0))

    def _stored(self, at: int, size: int) -> Samples:
        self._pcm.seek(at * self.channels * _BYTES)
        return np.frombuffer(self._pcm.read(size * self.channels * _BYTES), np.int16).reshape(-1, self.channels)


@contextmanager
def open_track(source: BinaryIO, rate_hz: int) -> Iterator[Track]:
    """Decode a music file and keep the samples, at that rate, while the block runs.

    Raises ``ScriptFault``, with a message that goes on after the file's name, for what is no music, is damaged or cut
    short, or lasts longer than ``MOST_S``.
    """
    with tempfile.TemporaryFile() as pcm:
        try:
            with tempfile.TemporaryFile() as coded:
                shutil.copyfileobj(source, coded)
                coded.seek(0)
                track = _decoded(coded, pcm, rate_hz)
        except (av.FFmpegError, ValueError, EOFError) as error:
            raise ScriptFault("is not audio that can be read", fix="save it as mp3, m4a, flac or wav") from error
        if not track.length:
            raise ScriptFault("holds no sound", fix="save it again")
        yield track


def _decoded(coded: BinaryIO, pcm: IO[bytes], rate_hz: int) -> Track:
    length, channels = 0, 1
    with av.open(coded, options={"protocol_whitelist": ""}, metadata_errors="replace", io_open=_refused) as file:
        if not file.streams.audio:
            raise ValueError
        stream = file.streams.audio[0]
        channels = min(stream.channels, 2)
        for frame in _frames(cast("av.container.InputContainer", file), channels, rate_hz):
            length += frame.samples
            if length > count(MOST_S, rate_hz):
                fix = "cut it; a bed is played again and again"
                raise ScriptFault(f"lasts longer than the {MOST_S / 60:g} minutes allowed", fix=fix)
            pcm.write(_to_int16(frame.to_ndarray().T * np.float32(SCALE * FULL_SCALE)).tobytes())
        stated_s = float(stream.duration * stream.time_base) if stream.duration and stream.time_base else 0.0
        if file.format.name not in _GUESSED and length / rate_hz < stated_s - _MISSING_S:
            raise ScriptFault(f"holds only {length / rate_hz:.1f} s of its {stated_s:.1f}", fix="copy it here again")
    return Track(pcm, length, channels, rate_hz)


def _frames(file: av.container.InputContainer, channels: int, rate_hz: int) -> Iterator[av.AudioFrame]:
    """Decode the first audio there is into float planes. What is no audio may stand around it, but not within."""
    resampler = av.AudioResampler("fltp", "mono" if channels == 1 else "stereo", rate_hz)
    decoder = file.streams.audio[0].codec_context
    decoder.options = {"err_detect": "crccheck+explode"} if decoder.name in _CHECKED else {}
    heard, broken = False, None
    for packet in file.demux(audio=0):
        try:
            frames = packet.decode()
        except av.InvalidDataError as error:
            broken = error
            continue
        if broken and heard and packet.size:
            at_s = float((packet.pts or 0) * (packet.time_base or 0))
            raise ScriptFault(f"is damaged, {at_s:.1f} s from its start", fix="save it again") from broken
        heard = heard or bool(frames)
        for frame in frames:
            yield from resampler.resample(frame)
    if broken and not heard:
        raise broken
    yield from resampler.resample(None)


def _refused(url: str, flags: int, options: dict[str, str]) -> BinaryIO:  # noqa: ARG001 - PyAV's signature
    raise ValueError("a music file leads to another file")


def _to_int16(scaled: npt.NDArray[Any]) -> Samples:
    """Return int16 of values in that scale."""
    clipped: Samples = np.clip(np.rint(scaled), -FULL_SCALE, FULL_SCALE - 1).astype(np.int16)
    return clipped


def is_silent(heard: Heard) -> bool:
    """Tell whether there is nothing to be heard."""
    return heard.integrated_lufs <= SILENCE_LUFS
