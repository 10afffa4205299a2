"""A music file becomes samples at the rate of speech, wherever they are wanted, and figures of how loud it is.

Any format FFmpeg reads is decoded once, into a temporary file: int16 at half of full scale, which leaves room for what
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
from .speech import SAMPLE_RATE_HZ
from .take import Samples

MOST_S = 600.0  # of one file: 58 MB of temporary file in stereo
SCALE = 0.5  # of full scale, in the temporary file
_WINDOW_S, _HOP_S = 3.0, 1.5  # EBU Tech 3341: short-term loudness is that of 3 s
_AT_ONCE = 10 * SAMPLE_RATE_HZ
_BYTES = 2  # of a sample


@dataclass(frozen=True, slots=True)
class Heard:
    """How loud a stretch of music is: as a whole, and in its loudest three seconds."""

    integrated_lufs: float
    loudest_lufs: float


class Track:
    """Music that is decoded: ``length`` samples of 1 or 2 ``channels``."""

    def __init__(self, pcm: IO[bytes], length: int, channels: int) -> None:
        self.length = length
        self.channels = channels
        self._pcm = pcm
        self._loops_to: int | None = None

    def read(self, at: int, size: int) -> Samples:
        """Return samples (size, channels) at half scale from a place on; silence outside of the music."""
        found = np.zeros((size, self.channels), np.int16)
        filled = min(max(-at, 0), size)
        while filled < size:
            place = self._place(at + filled)
            part = min(size - filled, self.length - place)
            if part <= 0:
                break
            found[filled : filled + part] = self._stored(place, part)
            filled += part
        return found

    def loop(self, crossfade_s: float) -> None:
        """Let the music go on for ever: its end fades into its start, and on it goes from there."""
        size = min(count(crossfade_s), self.length // 4)
        rise = np.sin(np.linspace(0, np.pi / 2, size, dtype=np.float32))[:, None]  # equal power: the two differ
        joint = self._stored(self.length - size, size) * rise[::-1] + self._stored(0, size) * rise
        self._pcm.seek((self.length - size) * self.channels * _BYTES)
        self._pcm.write(_to_int16(joint).tobytes())
        self._loops_to = size

    def heard(self, seconds: float | None = None) -> Heard:
        """Measure the music, or its first seconds."""
        length = min(self.length, count(seconds)) if seconds else self.length
        hop, window = count(_HOP_S), count(_WINDOW_S)
        starts = range(0, max(length - window + hop, 1), hop)
        loudest = max(self._loudness(start, min(window, length - start)) for start in starts)
        return Heard(self._loudness(0, length), loudest)

    def _loudness(self, start: int, size: int) -> float:
        if size <= _AT_ONCE:
            return integrated_lufs(self._full_scale(start, size))
        meter = Meter(peaks=False)
        for at in range(start, start + size, _AT_ONCE):
            meter.push(self._full_scale(at, min(_AT_ONCE, start + size - at)))
        return meter.finish().integrated_lufs

    def _full_scale(self, start: int, size: int) -> Floats:
        samples = self._stored(start, size) * np.float32(1 / SCALE / FULL_SCALE)
        return samples if self.channels > 1 else samples[:, 0]

    def _place(self, at: int) -> int:
        """Return where a place of the endless music stands in the file."""
        if self._loops_to is None or at < self.length:
            return at
        return self._loops_to + (at - self.length) % (self.length - self._loops_to)

    def _stored(self, at: int, size: int) -> Samples:
        self._pcm.seek(at * self.channels * _BYTES)
        return np.frombuffer(self._pcm.read(size * self.channels * _BYTES), np.int16).reshape(-1, self.channels)


@contextmanager
def open_track(source: BinaryIO) -> Iterator[Track]:
    """Decode a music file and keep the samples while the block runs.

    Raises ``ScriptFault``, with a message that goes on after the file's name, for what is no music, is silent or lasts
    longer than ``MOST_S``.
    """
    with tempfile.TemporaryFile() as coded, tempfile.TemporaryFile() as pcm:
        shutil.copyfileobj(source, coded)
        coded.seek(0)
        try:
            track = _decoded(coded, pcm)
        except (av.FFmpegError, ValueError, EOFError) as error:
            raise ScriptFault("is not audio that can be read", fix="save it as mp3, m4a, flac or wav") from error
        if not track.length:
            raise ScriptFault("holds no sound", fix="save it again")
        yield track


def _decoded(coded: BinaryIO, pcm: IO[bytes]) -> Track:
    length, channels = 0, 1
    with av.open(coded, options={"protocol_whitelist": ""}, metadata_errors="replace", io_open=_refused) as file:
        if not file.streams.audio:
            raise ValueError
        channels = min(file.streams.audio[0].channels, 2)
        for frame in _frames(cast("av.container.InputContainer", file), channels):
            length += frame.samples
            if length > count(MOST_S):
                fix = "cut it; a bed is played again and again"
                raise ScriptFault(f"lasts longer than the {MOST_S / 60:g} minutes allowed", fix=fix)
            pcm.write(_to_int16(frame.to_ndarray().T * np.float32(SCALE * FULL_SCALE)).tobytes())
    return Track(pcm, length, channels)


def _frames(file: av.container.InputContainer, channels: int) -> Iterator[av.AudioFrame]:
    """Decode the first audio there is into float planes at the rate of speech."""
    resampler = av.AudioResampler("fltp", "mono" if channels == 1 else "stereo", SAMPLE_RATE_HZ)
    for frame in file.decode(audio=0):
        yield from resampler.resample(frame)
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
