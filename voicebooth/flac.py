"""FLAC, lossless: frames by FFmpeg, and in front of them the metadata of https://www.rfc-editor.org/rfc/rfc9639."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace

import av

from . import vorbis
from .codec import Codec
from .tags import Form, Mark, Tags
from .take import Samples

_STREAMINFO, _COMMENT, _PICTURE = 0, 4, 6
_LAST = 0x80


class _Summed(Codec):
    """Keeps the MD5 of all samples, which the head states."""

    def __init__(self, form: Form) -> None:
        super().__init__("flac", form, {}, form.rate_hz)
        self.sum = hashlib.md5(usedforsecurity=False)

    def heard(self, frame: av.AudioFrame) -> None:
        self.sum.update(frame.to_ndarray().astype("<i2", copy=False).tobytes())


class Flac:
    """FLAC of 16 bits."""

    extension = "flac"
    mime_type = "audio/flac"
    decoder = ""
    setup = b""
    overshoot_db = 0.0

    def __init__(self, form: Form) -> None:
        self.form = replace(form, kbps=0)
        self._codec = _Summed(self.form)

    def encode(self, samples: Samples) -> bytes:
        """See ``Encoder``."""
        return b"".join(self._codec.encode(samples))

    def finish(self) -> bytes:
        """See ``Encoder``."""
        return b"".join(self._codec.finish())

    def packets(self, body: bytes) -> bytes:
        """See ``Encoder``."""
        return body

    def head(self, tags: Tags, marks: Sequence[Mark]) -> bytes:
        """See ``Encoder``."""
        blocks = [(_STREAMINFO, self._streaminfo()), (_COMMENT, vorbis.comments(tags, marks))]
        if tags.cover:
            blocks.append((_PICTURE, vorbis.picture(tags.cover)))
        last = len(blocks) - 1
        return b"fLaC" + b"".join(
            bytes((kind | _LAST * (number == last),)) + len(block).to_bytes(3) + block
            for number, (kind, block) in enumerate(blocks)
        )

    def _streaminfo(self) -> bytes:
        """Return the block by the encoder, with the sizes of frames left open and what is known at the end only."""
        sizes = self._codec.frame_size.to_bytes(2) * 2 + bytes(6)
        form = self.form.rate_hz << 44 | (self.form.channels - 1) << 41 | 15 << 36 | self._codec.samples
        return sizes + form.to_bytes(8) + self._codec.sum.digest()
