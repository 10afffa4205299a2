"""Tags and chapters become an ID3v2.3 tag, the bytes in front of an MP3 file.

Version 2.3 rather than 2.4, because every player reads it. Text is Latin-1 where it fits, else UTF-16. Frames used:
https://id3.org/id3v2.3.0 (TIT2, TALB, TPE1, TCON, TYER, TDAT, TLAN, TLEN, TSSE, COMM, APIC) and, for chapters,
https://id3.org/id3v2-chapters-1.0 (CHAP, CTOC). Not supported, because nothing here needs it: reading,
unsynchronisation, compression, padding.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Sequence

from .languages import three_letters
from .tags import Mark, Tags

_MOST_ENTRIES = 255  # of one table of contents: its count is one byte
_TOP_LEVEL, _ORDERED = 2, 1
_FRONT_COVER = 3
_LATIN1, _UTF16 = b"\0", b"\1"
_NO_OFFSET = 0xFFFFFFFF  # a chapter is found by its time, not by a byte offset
_DAY = re.compile(r"(\d{4})(?:-(\d\d)-(\d\d))?")


def tag(tags: Tags, marks: Sequence[Mark], duration_s: float) -> bytes:
    """Return the whole tag. A chapter ends where the next one starts, the last with the audio."""
    frames = b"".join((*_texts(tags, duration_s), *_comment(tags), *_cover(tags), *_chapters(marks, duration_s)))
    size = len(frames)
    synchsafe = bytes((size >> shift) & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3\x03\x00\x00" + synchsafe + frames


def _texts(tags: Tags, duration_s: float) -> Iterator[bytes]:
    day = _DAY.match(tags.date)
    year, month, dom = day.groups("") if day else ("", "", "")
    texts = {
        "TIT2": tags.title,
        "TALB": tags.show,
        "TPE1": tags.artist,
        "TCON": "Podcast",
        "TYER": year,
        "TDAT": dom + month,
        "TLAN": three_letters(tags.language),
        "TLEN": str(round(duration_s * 1000)),
        "TSSE": tags.encoder,
    }
    return (_text(name, value) for name, value in texts.items() if value)


def _comment(tags: Tags) -> Iterator[bytes]:
    if tags.description:
        encoding, text = _coded(tags.description)
        no_name = b"\xff\xfe\0\0" if encoding == _UTF16 else b"\0"
        language = (three_letters(tags.language) or "und").encode()
        yield _frame("COMM", encoding + language + no_name + text)


def _cover(tags: Tags) -> Iterator[bytes]:
    if tags.cover:
        kind, no_name = bytes((_FRONT_COVER,)), b"\0"
        yield _frame("APIC", _LATIN1 + tags.cover.mime_type.encode() + b"\0" + kind + no_name + tags.cover.data)


def _chapters(marks: Sequence[Mark], duration_s: float) -> Iterator[bytes]:
    if not marks:
        return
    names = [f"chp{number}".encode() for number in range(len(marks))]
    yield from _contents(names)
    starts_ms = [round(mark.start_s * 1000) for mark in marks]
    ends_ms = [*starts_ms[1:], max(round(duration_s * 1000), starts_ms[-1])]
    for name, start_ms, end_ms, mark in zip(names, starts_ms, ends_ms, marks, strict=True):
        times = struct.pack(">IIII", start_ms, end_ms, _NO_OFFSET, _NO_OFFSET)
        yield _frame("CHAP", name + b"\0" + times + _text("TIT2", mark.title))


def _contents(names: list[bytes]) -> Iterator[bytes]:
    """List the chapters; more than fit are listed in parts, and the parts at the top."""
    parts = [names[at : at + _MOST_ENTRIES] for at in range(0, len(names), _MOST_ENTRIES)]
    if len(parts) == 1:
        yield _list_of(b"toc", _TOP_LEVEL, names)
        return
    yield _list_of(b"toc", _TOP_LEVEL, [f"toc{number}".encode() for number in range(len(parts))])
    for number, part in enumerate(parts):
        yield _list_of(f"toc{number}".encode(), 0, part)


def _list_of(name: bytes, level: int, entries: list[bytes]) -> bytes:
    return _frame("CTOC", name + b"\0" + bytes((level | _ORDERED, len(entries))) + b"".join(e + b"\0" for e in entries))


def _coded(text: str) -> tuple[bytes, bytes]:
    """Return the encoding byte and the text in it, without a terminator."""
    try:
        return _LATIN1, text.encode("latin-1")
    except UnicodeEncodeError:
        return _UTF16, b"\xff\xfe" + text.encode("utf-16-le", "replace")


def _text(name: str, value: str) -> bytes:
    return _frame(name, b"".join(_coded(value)))


def _frame(name: str, body: bytes) -> bytes:
    return name.encode() + struct.pack(">IH", len(body), 0) + body
