"""What stands in front of the audio in an MP4 file: its boxes, made when everything is known.

    ftyp · moov (tracks, tables, tags) · mdat (titles of chapters · audio …)

Boxes by ISO/IEC 14496-12 and, for text tracks and the list of tags, by Apple's QuickTime File Format
(https://developer.apple.com/documentation/quicktime-file-format). Chapters are there twice, because players know one
or the other: as a text track that the audio refers to, and as Nero's ``chpl``. All times are 64 bits wide.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
import numpy.typing as npt

from .languages import three_letters
from .tags import Mark, Tags

_AUDIO, _TEXT = 1, 2  # numbers of the tracks
_PER_CHUNK = 47  # frames: one to two seconds
_MATRIX = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
_MS = 1000
_UTF8 = struct.pack(">I4sI", 12, b"encd", 0x0100)  # beside a title: how it is coded
_LARGE = 0xFFFFFFFF
_MOST_CHPL = 255  # its count is one byte
_LONGEST_CHPL = 255  # bytes of a title


@dataclass(frozen=True, slots=True)
class Aac:
    """An AAC stream: its form, what its decoder has to know, bytes of each frame, samples of codec and of recording."""

    rate_hz: int
    channels: int
    kbps: int
    setup: bytes
    frame_size: int
    sizes: npt.NDArray[np.uint32]
    bytes: int  # of the whole body
    delay: int
    samples: int


def head(audio: Aac, tags: Tags, marks: Sequence[Mark]) -> bytes:
    """Return everything up to the first byte of the audio."""
    titles = [struct.pack(">H", len(title)) + title + _UTF8 for title in (mark.title.encode() for mark in marks)]
    media = sum(map(len, titles)) + audio.bytes
    mdat = struct.pack(">I4sQ", 1, b"mdat", media + 16)  # its size in 64 bits
    ftyp = _box("ftyp", b"M4A \0\0\2\0", b"M4A mp42isom")
    blank = len(_moov(audio, tags, marks, titles, 0))
    start = len(ftyp) + blank + len(mdat)
    return ftyp + _moov(audio, tags, marks, titles, start) + mdat + b"".join(titles)


def _moov(audio: Aac, tags: Tags, marks: Sequence[Mark], titles: Sequence[bytes], start: int) -> bytes:
    """Return the box whose tables point to media that begin at ``start``: titles, then audio."""
    header = struct.pack(">QQIQIH10x", 0, 0, audio.rate_hz, audio.samples, 0x10000, 0x100)
    tracks = _audio_track(audio, tags, start + sum(map(len, titles)), chapters=bool(marks))
    if marks:
        tracks += _text_track(audio, marks, titles, start)
    mvhd = _full("mvhd", 1, 0, header, _MATRIX, bytes(24), struct.pack(">I", _TEXT + 1))
    return _box("moov", mvhd, tracks, _box("udta", _meta(audio, tags), _chpl(marks)))


def _audio_track(audio: Aac, tags: Tags, start: int, *, chapters: bool) -> bytes:
    edit = struct.pack(">IQqI", 1, audio.samples, audio.delay, 0x10000)  # what is heard of the frames
    refers = _box("tref", _box("chap", struct.pack(">I", _TEXT))) if chapters else b""
    sizes = audio.sizes
    length = audio.delay + audio.samples
    last = length - (len(sizes) - 1) * audio.frame_size  # samples of the last frame that are to be heard
    tables = (
        _full("stsd", 0, 0, struct.pack(">I", 1), _mp4a(audio)),
        _full("stts", 0, 0, struct.pack(">IIIII", 2, len(sizes) - 1, audio.frame_size, 1, last)),
        _full("stsc", 0, 0, _chunks(len(sizes))),
        _full("stsz", 0, 0, struct.pack(">II", 0, len(sizes)), sizes.astype(">u4").tobytes()),
        _offsets(start + np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)])[: len(sizes) : _PER_CHUNK]),
    )
    media = _media("soun", "smhd", bytes(4), tables, audio.rate_hz, length, three_letters(tags.language))
    return _box("trak", _tkhd(_AUDIO, 0b0111, audio.samples), _box("edts", _full("elst", 1, 0, edit)), refers, media)


def _text_track(audio: Aac, marks: Sequence[Mark], titles: Sequence[bytes], start: int) -> bytes:
    starts_ms = [round(mark.start_s * _MS) for mark in marks]
    end_ms = max(round(audio.samples * _MS / audio.rate_hz), starts_ms[-1])
    lengths = [after - at for at, after in zip(starts_ms, [*starts_ms[1:], end_ms], strict=True)]
    offsets = list(accumulate([start, *map(len, titles[:-1])]))
    tables = (
        _full("stsd", 0, 0, struct.pack(">I", 1), _box("text", struct.pack(">6xH44x", 1), b"\0")),
        _full("stts", 0, 0, struct.pack(">I", len(marks)), *(struct.pack(">II", 1, ms) for ms in lengths)),
        _full("stsc", 0, 0, struct.pack(">IIII", 1, 1, 1, 1)),
        _full("stsz", 0, 0, struct.pack(">II", 0, len(titles)), *(struct.pack(">I", len(t)) for t in titles)),
        _offsets(np.array(offsets)),
    )
    gmhd = _box("gmhd", _full("gmin", 0, 0, struct.pack(">HHHHHH", 0x40, 0x8000, 0x8000, 0x8000, 0, 0)))
    media = _media("text", gmhd, b"", tables, _MS, sum(lengths), "")
    first = starts_ms[0]
    wait = [struct.pack(">QqI", first * audio.rate_hz // _MS, -1, 0x10000)] if first else []
    edits = [*wait, struct.pack(">QqI", sum(lengths) * audio.rate_hz // _MS, 0, 0x10000)]
    edts = _box("edts", _full("elst", 1, 0, struct.pack(">I", len(edits)), *edits))
    return _box("trak", _tkhd(_TEXT, 0b0010, audio.samples), edts, media)


def _tkhd(number: int, flags: int, duration: int) -> bytes:
    volume = 0x100 if number == _AUDIO else 0
    body = struct.pack(">QQIIQ8xHHHxx", 0, 0, number, 0, duration, 0, number == _AUDIO, volume)
    return _full("tkhd", 1, flags, body, _MATRIX, bytes(8))


def _media(  # a box of a track, from its parts
    kind: str, header: str | bytes, header_body: bytes, tables: Sequence[bytes], clock_hz: int, length: int, said: str
) -> bytes:
    coded = 0
    for letter in said or "und":
        coded = coded << 5 | ord(letter) - 0x60
    mdhd = _full("mdhd", 1, 0, struct.pack(">QQIQHH", 0, 0, clock_hz, length, coded, 0))
    hdlr = _full("hdlr", 0, 0, struct.pack(">4x4s12x", kind.encode()), b"\0")
    dinf = _box("dinf", _full("dref", 0, 0, struct.pack(">I", 1), _full("url ", 0, 1)))
    media_header = _full(header, 0, 0, header_body) if isinstance(header, str) else header
    return _box("mdia", mdhd, hdlr, _box("minf", media_header, dinf, _box("stbl", *tables)))


def _mp4a(audio: Aac) -> bytes:
    """Describe the audio: ISO/IEC 14496-14, with the elementary stream's descriptors of 14496-1."""
    rate_bps = audio.kbps * 1000
    setup = _descriptor(5, audio.setup)
    decoder = _descriptor(4, struct.pack(">BB3sII", 0x40, 0x15, bytes(3), rate_bps, rate_bps), setup)
    esds = _full("esds", 0, 0, _descriptor(3, struct.pack(">HB", _AUDIO, 0), decoder, _descriptor(6, b"\2")))
    return _box("mp4a", struct.pack(">6xH8xHH4xI", 1, audio.channels, 16, audio.rate_hz << 16), esds)


def _descriptor(tag: int, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return bytes((tag, 0x80, 0x80, 0x80, len(body))) + body


def _chunks(frames: int) -> bytes:
    """Say how many frames each chunk has: all the same, but for the last."""
    whole, rest = divmod(frames, _PER_CHUNK)
    runs = [(1, _PER_CHUNK)] * bool(whole) + [(whole + 1, rest)] * bool(rest)
    return struct.pack(">I", len(runs)) + b"".join(struct.pack(">III", first, size, 1) for first, size in runs)


def _offsets(places: npt.NDArray[np.int64]) -> bytes:
    wide = len(places) > 0 and int(places[-1]) > _LARGE
    name, kind = ("co64", ">u8") if wide else ("stco", ">u4")
    return _full(name, 0, 0, struct.pack(">I", len(places)), places.astype(kind).tobytes())


def _chpl(marks: Sequence[Mark]) -> bytes:
    if not marks:
        return b""
    entries = [
        struct.pack(">QB", round(mark.start_s * 10_000_000), len(title)) + title
        for mark in marks[:_MOST_CHPL]
        for title in (mark.title.encode()[:_LONGEST_CHPL].decode(errors="ignore").encode(),)
    ]
    return _full("chpl", 1, 0, struct.pack(">IB", 0, len(entries)), *entries)


def _meta(audio: Aac, tags: Tags) -> bytes:
    hdlr = _full("hdlr", 0, 0, struct.pack(">4x4s4s8x", b"mdir", b"appl"), b"\0")
    return _full("meta", 0, 0, hdlr, _box("ilst", *_entries(tags), _gapless(audio)))


def _entries(tags: Tags) -> Iterator[bytes]:
    texts = {
        "\xa9nam": tags.title,
        "\xa9alb": tags.show,
        "\xa9ART": tags.artist,
        "\xa9day": tags.date,
        "\xa9gen": "Podcast",
        "\xa9cmt": tags.description,
        "desc": tags.description,
        "\xa9too": tags.encoder,
    }
    for name, text in texts.items():
        if text:
            yield _box(name, _data(1, text.encode()))
    if tags.cover:
        yield _box("covr", _data(14 if tags.cover.mime_type == "image/png" else 13, tags.cover.data))


def _data(kind: int, value: bytes) -> bytes:
    return _box("data", struct.pack(">II", kind, 0), value)


def _gapless(audio: Aac) -> bytes:
    """Say in iTunes' own way what the edit list says."""
    padding = len(audio.sizes) * audio.frame_size - audio.delay - audio.samples
    text = f" 00000000 {audio.delay:08X} {padding:08X} {audio.samples:016X}" + " 00000000" * 8
    name = _full("mean", 0, 0, b"com.apple.iTunes") + _full("name", 0, 0, b"iTunSMPB")
    return _box("----", name, _data(1, text.encode()))


def _box(name: str, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">I", len(body) + 8) + name.encode("latin-1") + body


def _full(name: str, version: int, flags: int, *parts: bytes) -> bytes:
    return _box(name, struct.pack(">I", version << 24 | flags), *parts)
