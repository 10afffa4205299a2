"""Music files become tracks, each decoded once a run, however many roles it plays and however often it is mastered.

Any format FFmpeg reads will do; of a video the sound is taken, of many channels a stereo mix. A file that leads to
others (a playlist) is refused: only what lies beside the script is opened.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import TracebackType
from typing import IO, BinaryIO, Self, cast

import av
import numpy as np

from .audio import FULL_SCALE, count
from .errors import ScriptFault
from .manifest import Companion
from .music import SCALE, Track, quantised
from .storage import Store

MOST_S = 600.0  # of one file: 115 MB of temporary file in stereo at 48 kHz
_CHECKED = ("flac",)  # frames carry checksums, which FFmpeg looks at when it is asked to
_GUESSED = ("mp3", "aac")  # may not say how long they are; FFmpeg guesses by the bit rate
_MISSING_S = 0.1  # more than lossy coding adds or takes


class Reels:
    """Tracks at one rate, kept in temporary files while the block runs."""

    def __init__(self, scripts: Store, rate_hz: int) -> None:
        self._scripts = scripts
        self._rate_hz = rate_hz
        self._stack = ExitStack()
        self._tracks: dict[Companion, Track] = {}

    def track(self, companion: Companion) -> Track:
        """Return a file's music. Raises what ``open_track`` raises."""
        if companion not in self._tracks:
            with self._scripts.reader(companion.name) as source:
                self._tracks[companion] = self._stack.enter_context(open_track(source, self._rate_hz))
        return self._tracks[companion]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._tracks.clear()
        self._stack.close()


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
            pcm.write(quantised(frame.to_ndarray().T * np.float32(SCALE * FULL_SCALE)).tobytes())
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
