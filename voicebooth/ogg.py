"""Packets become pages of an Ogg stream: https://www.rfc-editor.org/rfc/rfc3533#section-6.

Pages are numbered. So that the body can be written before the head is known, a head of any size is spread over a
number of pages that is known beforehand.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence

FIRST, LAST = 2, 4  # flags of a page
MOST_SEGMENTS = 255  # of a page
_CONTINUED = 1
_SEGMENT = 255  # bytes; a shorter one ends a packet
_SERIAL = 1
_MIRRORED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


def segments(packet: bytes) -> int:
    """Return how many segments a packet takes."""
    return len(packet) // _SEGMENT + 1


def page(packets: Sequence[bytes], number: int, granule: int, flags: int = 0) -> bytes:
    """Return one page with whole packets."""
    return _sealed(b"".join(map(_lacing, packets)), b"".join(packets), number, granule, flags)


def spread(packet: bytes, pages: int, number: int) -> bytes:
    """Return one packet on exactly that many pages; it is filled up with zeros where it is too short for them."""
    packet = packet.ljust((pages - 1) * _SEGMENT, b"\0")
    lacing = _lacing(packet)
    if len(lacing) > pages * MOST_SEGMENTS:
        raise ValueError("the packet does not fit")
    made, done, sent = [], 0, 0
    for index in range(pages):
        end = len(lacing) * (index + 1) // pages
        part = lacing[done:end]
        size = sum(part)
        made.append(_sealed(part, packet[sent : sent + size], number + index, 0, _CONTINUED if index else 0))
        done, sent = end, sent + size
    return b"".join(made)


def _lacing(packet: bytes) -> bytes:
    return b"\xff" * (len(packet) // _SEGMENT) + bytes((len(packet) % _SEGMENT,))


def _sealed(lacing: bytes, body: bytes, number: int, granule: int, flags: int) -> bytes:
    head = struct.pack("<4sBBqII", b"OggS", 0, flags, granule, _SERIAL, number)
    rest = bytes((len(lacing),)) + lacing + body
    return head + struct.pack("<I", _checksum(head + bytes(4) + rest)) + rest


def _checksum(data: bytes) -> int:
    """Return Ogg's CRC-32: zlib's, with the bits of every byte and of the result the other way round, begun at zero."""
    mirrored = zlib.crc32(data.translate(_MIRRORED), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int.from_bytes(mirrored.to_bytes(4, "little").translate(_MIRRORED))
