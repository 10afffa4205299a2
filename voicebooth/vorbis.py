"""Tags, chapters and a cover become Vorbis comments, which Opus and FLAC files carry.

The list of comments: https://www.xiph.org/vorbis/doc/v-comment.html; chapters as CHAPTER001 and CHAPTER001NAME:
https://wiki.xiph.org/Chapter_Extension; the picture block: https://www.rfc-editor.org/rfc/rfc9639#section-8.8.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping, Sequence

from .tags import Cover, Mark, Tags

_FRONT_COVER = 3
_COLOUR_BITS = 24


def comments(tags: Tags, marks: Sequence[Mark], further: Mapping[str, str] | None = None) -> bytes:
    """Return the list with its length in front, as both formats have it."""
    entries = [f"{name}={text}".encode() for name, text in _entries(tags, marks, further or {}) if text]
    parts = [tags.encoder.encode(), *entries]
    first, *rest = (struct.pack("<I", len(part)) + part for part in parts)
    return first + struct.pack("<I", len(rest)) + b"".join(rest)


def picture(cover: Cover) -> bytes:
    """Return the block for a cover."""
    mime = cover.mime_type.encode()
    head = struct.pack(">II", _FRONT_COVER, len(mime)) + mime + struct.pack(">I", 0)
    sizes = struct.pack(">IIIII", cover.width, cover.height, _COLOUR_BITS, 0, len(cover.data))
    return head + sizes + cover.data


def _entries(tags: Tags, marks: Sequence[Mark], further: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    yield "TITLE", tags.title
    yield "ALBUM", tags.show
    yield "ARTIST", tags.artist
    yield "DATE", tags.date
    yield "LANGUAGE", tags.language
    yield "COMMENT", tags.description
    yield "GENRE", "Podcast"
    yield "ENCODER", tags.encoder
    for number, mark in enumerate(marks, 1):
        yield f"CHAPTER{number:03}", _clock(mark.start_s)
        yield f"CHAPTER{number:03}NAME", mark.title
    yield from further.items()


def _clock(seconds: float) -> str:
    minutes, ms = divmod(round(seconds * 1000), 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{ms // 1000:02}.{ms % 1000:03}"
