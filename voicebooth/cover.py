"""The picture that a script names as its cover is found, looked at, and kept for the audio files."""

from __future__ import annotations

from typing import cast

import av

from .beside import Beside
from .errors import Problem, ScriptFault
from .tags import Cover

MOST_BYTES = 5_000_000  # it goes into every audio file; an opus file holds no larger one
_MOST_PIXELS = 36_000_000  # decoded, a picture takes four bytes for each
_KINDS = {b"\x89PNG\r\n\x1a\n": ("image/png", "png"), b"\xff\xd8\xff": ("image/jpeg", "mjpeg")}
# https://podcasters.apple.com/support/896-artwork-requirements: a square of 1400 to 3000 pixels
_SMALLEST, _LARGEST = 1400, 3000


def cover_beside(beside: Beside, path: str, line: int | None) -> tuple[Cover, tuple[Problem, ...]]:
    """Return the picture at a path beside the script, and what podcast directories would not like about it.

    Raises ``ScriptFault`` for what ``Beside.find`` refuses, and for what is no JPEG or PNG picture.
    """
    data = beside.read(beside.find(path, "the cover", line, MOST_BYTES))
    cover = _looked_at(data)
    if cover is None:
        raise ScriptFault(
            Problem(f'the cover, "{path}", is not a JPEG or PNG picture', "save it as one of these", line)
        )
    return cover, tuple(_advice(cover, path, line))


def _looked_at(data: bytes) -> Cover | None:
    """Return what is known of a picture, or ``None`` when it cannot be decoded."""
    mime_type, codec = next((kind for magic, kind in _KINDS.items() if data.startswith(magic)), ("", ""))
    if not codec:
        return None
    decoder = cast("av.VideoCodecContext", av.CodecContext.create(codec, "r"))
    decoder.options = {"max_pixels": str(_MOST_PIXELS), "err_detect": "explode"}
    try:
        frame = next(iter([*decoder.decode(av.Packet(data)), *decoder.decode(None)]), None)
    except (av.FFmpegError, MemoryError):
        return None
    return Cover(data, mime_type, frame.width, frame.height) if frame else None


def _advice(cover: Cover, path: str, line: int | None) -> list[Problem]:
    if cover.width == cover.height and _SMALLEST <= cover.width <= _LARGEST:
        return []
    size = f'the cover, "{path}", has {cover.width} × {cover.height} pixels'
    wanted = f"podcast directories want a square of {_SMALLEST} to {_LARGEST} pixels"
    return [Problem(size, wanted, line)]
