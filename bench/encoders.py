"""Why the mp3 encoder is the one it is: seconds for ten minutes of 24 kHz mono on one core, at 96 kbit/s."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterator
from itertools import islice

import av
import lameenc

from fakes import tones

from .report import Row, told
from .scripts import CAST, hours

SECONDS = 600
BIT_RATE = 96
LAME_QUALITIES = (2, 3, 5, 7)  # LAME's -q: lower is better and slower


def measure() -> Iterator[Row]:
    """Yield a row for each encoder."""
    said = islice(hours(1).turns, 60)
    samples = tones.encode((CAST[speaker], text) for speaker, text in said)[: SECONDS * tones.RATE_HZ]
    ways: dict[str, Callable[[tones.Samples], int]] = {f"lameenc, quality {q}": _lame(q) for q in LAME_QUALITIES}
    for name, encode in (ways | {"PyAV (FFmpeg's libmp3lame)": _libav}).items():
        begin = time.perf_counter()
        size = encode(samples)
        took = time.perf_counter() - begin
        yield told(f"mp3 of 10 minutes by {name}", f"{took:.2f} s, {size / 2**20:.1f} MiB")


def _lame(quality: int) -> Callable[[tones.Samples], int]:
    def encode(samples: tones.Samples) -> int:
        encoder = lameenc.Encoder()
        encoder.set_bit_rate(BIT_RATE)
        encoder.set_in_sample_rate(tones.RATE_HZ)
        encoder.set_channels(1)
        encoder.set_quality(quality)
        encoder.silence()
        return len(encoder.encode(samples.tobytes())) + len(encoder.flush())

    return encode


def _libav(samples: tones.Samples) -> int:
    file = io.BytesIO()
    with av.open(file, "w", format="mp3") as mp3:
        stream = mp3.add_stream("libmp3lame", rate=tones.RATE_HZ, layout="mono", bit_rate=BIT_RATE * 1000)
        for start in range(0, len(samples), tones.RATE_HZ):
            frame = av.AudioFrame.from_ndarray(samples[None, start : start + tones.RATE_HZ], "s16", "mono")
            frame.sample_rate = tones.RATE_HZ
            mp3.mux(stream.encode(frame))
        mp3.mux(stream.encode(None))
    return len(file.getbuffer())
