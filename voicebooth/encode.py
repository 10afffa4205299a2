"""Samples become the bytes of an audio file: a body that streams, and a head that is known only at the end.

    encode(samples) ─► body … encode(samples) ─► body … finish() ─► end of body
    head(tags, marks) ─► what stands in front of the body, made after ``finish``

The file is head + body. So the body can be stored while the episode is still being voiced, and tags, chapters, sizes
and the exact length come last. A further format is one more class and one more line in ``ENCODERS``.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

import lameenc

from . import id3, xing
from .audio import to_float, to_int16
from .errors import SettingsFault
from .flac import Flac
from .m4a import M4a
from .opus import Opus
from .tags import Cover, Form, Mark, Tags
from .take import Samples

__all__ = ["ENCODERS", "Cover", "Encoder", "Form", "Mark", "Mp3", "Tags", "Wav", "open_encoder"]

MP3_KBPS = {1: 96, 2: 128}  # by channels; mono: 43 MB an hour
_MP3_QUALITY = 7  # LAME's, 0 best to 9: at 96 kbit/s nearer to the source than 5 at 80, in 60 % of the time
_MP3_LOUDNESS = 0.95  # LAME turns audio down by this factor on its own (measured: 0.949 at 48 to 160 kbit/s)
_MP3_DELAY = 576  # samples that LAME puts in front (its ENCDELAY)
SPEECH = Form()
_RIFF_LIMIT = 0xFFFFFFFF  # sizes above take RF64: https://tech.ebu.ch/docs/tech/tech3306v1_0.pdf


class Encoder(Protocol):
    """One audio file in the making. Used by one thread at a time."""

    extension: str
    mime_type: str
    form: Form  # of the file, as it came out: the nearest that the format has
    decoder: (
        str  # FFmpeg's name of the codec that makes sound of the body again; empty: the samples come back as they were
    )
    overshoot_db: float  # by which peaks of speech come out higher at most than they went in

    @property
    def setup(self) -> bytes:
        """What the decoder has to know beforehand; empty for most."""
        ...

    def encode(self, samples: Samples) -> bytes:
        """Take int16 samples, (n,) for mono or (n, 2) for stereo, and return what is ready of the body.

        Their rate is that of the form that was asked for.
        """
        ...

    def finish(self) -> bytes:
        """Return the rest of the body."""
        ...

    def packets(self, body: bytes) -> bytes | Sequence[bytes]:
        """Return the part of the body that came last as the decoder takes it: a stream cut anywhere, or packets."""
        ...

    def head(self, tags: Tags, marks: Sequence[Mark]) -> bytes:
        """Return what stands in front of the body, after ``finish``."""
        ...


class Mp3:
    """MP3 at a constant bit rate, with an ID3v2.3 tag and exact length."""

    extension = "mp3"
    mime_type = "audio/mpeg"
    decoder = "mp3float"
    setup = b""
    overshoot_db = 0.6  # 0.43 measured on hard-limited speech

    def __init__(self, form: Form = SPEECH) -> None:
        kbps = xing.nearest_kbps(form.kbps or MP3_KBPS[form.channels], form.rate_hz)
        self.form = replace(form, kbps=kbps)
        self._stream = xing.Stream(kbps, form.rate_hz, form.channels)
        self._lame = lameenc.Encoder()
        self._lame.silence()
        self._lame.set_channels(form.channels)
        self._lame.set_in_sample_rate(form.rate_hz)
        self._lame.set_out_sample_rate(form.rate_hz)
        self._lame.set_bit_rate(kbps)
        self._lame.set_quality(_MP3_QUALITY)
        self._samples = 0
        self._body = 0

    def encode(self, samples: Samples) -> bytes:
        """See ``Encoder``."""
        self._samples += len(samples)
        return self._counted(self._lame.encode(to_int16(to_float(samples, 1 / _MP3_LOUDNESS)).tobytes()))

    def finish(self) -> bytes:
        """See ``Encoder``."""
        return self._counted(self._lame.flush())

    def packets(self, body: bytes) -> bytes:
        """See ``Encoder``."""
        return body

    def head(self, tags: Tags, marks: Sequence[Mark]) -> bytes:
        """See ``Encoder``."""
        info = xing.info_frame(self._stream, self._samples, self._body, delay=_MP3_DELAY)
        return id3.tag(tags, marks, self._samples / self.form.rate_hz) + info

    def _counted(self, data: bytes) -> bytes:
        self._body += len(data)
        return bytes(data)


class Wav:
    """PCM in a RIFF (RF64 above 4 GB) container: tags in a LIST/INFO chunk, cover and chapters in an ID3 chunk."""

    extension = "wav"
    mime_type = "audio/wav"
    decoder = ""
    setup = b""
    overshoot_db = 0.0

    def __init__(self, form: Form = SPEECH) -> None:
        self.form = replace(form, kbps=0)
        self._body = 0

    def encode(self, samples: Samples) -> bytes:
        """See ``Encoder``."""
        data = samples.astype("<i2", copy=False).tobytes()
        self._body += len(data)
        return data

    def finish(self) -> bytes:
        """See ``Encoder``."""
        return b""

    def packets(self, body: bytes) -> bytes:
        """See ``Encoder``."""
        return body

    def head(self, tags: Tags, marks: Sequence[Mark]) -> bytes:
        """See ``Encoder``."""
        rate_hz, width = self.form.rate_hz, 2 * self.form.channels
        layout = struct.pack("<HHIIHH", 1, self.form.channels, rate_hz, rate_hz * width, width, 16)
        chunks = _chunk(b"fmt ", layout) + _info(tags)
        if marks or tags.cover:
            chunks += _chunk(b"id3 ", id3.tag(tags, marks, self._body / width / rate_hz))
        size = 4 + len(chunks) + 8 + self._body
        if size <= _RIFF_LIMIT:
            return b"RIFF" + struct.pack("<I", size) + b"WAVE" + chunks + b"data" + struct.pack("<I", self._body)
        sizes = struct.pack("<QQQI", size + 36, self._body, self._body // width, 0)
        large = struct.pack("<I", _RIFF_LIMIT)
        return b"RF64" + large + b"WAVE" + _chunk(b"ds64", sizes) + chunks + b"data" + large


def _info(tags: Tags) -> bytes:
    texts = {
        b"INAM": tags.title,
        b"IPRD": tags.show,
        b"IART": tags.artist,
        b"ICRD": tags.date,
        b"ILNG": tags.language,
        b"ICMT": tags.description,
        b"ISFT": tags.encoder,
    }
    entries = b"".join(_chunk(name, text.encode() + b"\0") for name, text in texts.items() if text)
    return _chunk(b"LIST", b"INFO" + entries) if entries else b""


def _chunk(name: bytes, body: bytes) -> bytes:
    return name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)


ENCODERS: Mapping[str, Callable[[Form], Encoder]] = {
    "mp3": Mp3,
    "m4a": M4a,
    "opus": Opus,
    "flac": Flac,
    "wav": Wav,
}


def open_encoder(name: str, form: Form = SPEECH) -> Encoder:
    """Return a new encoder for a format that takes samples of that form and makes a file as like to it as can be.

    Raises ``SettingsFault`` for a format there is none for.
    """
    try:
        return ENCODERS[name](form)
    except KeyError:
        known = ", ".join(ENCODERS)
        raise SettingsFault(f"there is no audio format “{name}”", fix=f"choose from: {known}") from None
