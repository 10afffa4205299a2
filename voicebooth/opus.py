"""Opus in an Ogg stream: https://www.rfc-editor.org/rfc/rfc7845.

The body is pages of about a second, numbered behind a head whose number of pages is fixed: one for the form, and
``_TAG_PAGES`` for tags, chapters and cover, however long those are. Those pages bound the cover to about 5 MB.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import replace

from . import ogg, vorbis
from .codec import Codec
from .tags import Form, Mark, Tags
from .take import Samples

_CLOCK_HZ = 48_000  # positions in the stream are counted so, whatever the rate of the samples
_KBPS = {1: 48, 2: 96}  # by channels
_MOST_KBPS = 256  # for each channel
_RATES_HZ = (24_000, 48_000)  # of those we know that the codec takes
_OPTIONS = {
    "compression_level": "5"
}  # 0 to 10, the slowest: on speech nearer to the source than 10, in a third of the time
_PACKETS_PER_PAGE = 50  # of 20 ms
_TAG_PAGES = 112


class Opus:
    """Opus, with its pages, positions and comments."""

    extension = "opus"
    mime_type = "audio/ogg; codecs=opus"
    decoder = "opus"
    overshoot_db = 1.5  # 1.2 measured at 48 kbit/s on hard-limited speech

    def __init__(self, form: Form) -> None:
        rate_hz = min((rate for rate in _RATES_HZ if rate >= form.rate_hz), default=_CLOCK_HZ)
        kbps = min(form.kbps or _KBPS[form.channels], _MOST_KBPS * form.channels)
        self.form = replace(form, rate_hz=rate_hz, kbps=kbps)
        self._codec = Codec("libopus", self.form, _OPTIONS, form.rate_hz)
        self._waiting: list[bytes] = []
        self._pages = 1 + _TAG_PAGES
        self._packets = 0  # on pages that are written

    @property
    def setup(self) -> bytes:
        """See ``Encoder``."""
        return self._codec.setup

    def encode(self, samples: Samples) -> bytes:
        """See ``Encoder``."""
        self._waiting += self._codec.encode(samples)
        return self._whole_pages()

    def finish(self) -> bytes:
        """See ``Encoder``."""
        self._waiting += self._codec.finish()
        pages = self._whole_pages()
        end = self._skip + self._codec.samples * _CLOCK_HZ // self.form.rate_hz
        return pages + self._page(self._waiting, end, ogg.LAST)

    def packets(self, body: bytes) -> Sequence[bytes]:  # noqa: ARG002 - the pages are not for the decoder
        """See ``Encoder``."""
        return self._codec.packets

    def head(self, tags: Tags, marks: Sequence[Mark]) -> bytes:
        """See ``Encoder``."""
        cover = {"METADATA_BLOCK_PICTURE": base64.b64encode(vorbis.picture(tags.cover)).decode()} if tags.cover else {}
        comments = b"OpusTags" + vorbis.comments(tags, marks, cover)
        return ogg.page([self.setup], 0, 0, ogg.FIRST) + ogg.spread(comments, _TAG_PAGES, 1)

    @property
    def _skip(self) -> int:
        """Samples that the codec puts in front, as its setup states them."""
        return int.from_bytes(self.setup[10:12], "little")

    @property
    def _packet_size(self) -> int:
        return self._codec.frame_size * _CLOCK_HZ // self.form.rate_hz

    def _whole_pages(self) -> bytes:
        """Return the pages that are full, and keep at least one packet for the last."""
        pages = []
        while len(self._waiting) > _PACKETS_PER_PAGE:
            self._packets += _PACKETS_PER_PAGE
            pages.append(self._page(self._waiting[:_PACKETS_PER_PAGE], self._packets * self._packet_size))
            del self._waiting[:_PACKETS_PER_PAGE]
        return b"".join(pages)

    def _page(self, packets: Sequence[bytes], granule: int, flags: int = 0) -> bytes:
        number, self._pages = self._pages, self._pages + 1
        return ogg.page(packets, number, granule, flags)
