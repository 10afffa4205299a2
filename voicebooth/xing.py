"""The frame in front of an MP3 stream that tells players its exact length.

A silent frame that carries counts instead of sound: the "Info" header (Xing's, for a constant bit rate) with the
number of frames and bytes and a seek table, then LAME's extension with how many samples at start and end are the
codec's own and not the recording's (http://gabriel.mp3-tech.org/mp3infotag.html). Players that do not know it play 24
ms of silence. Written for MPEG-2 layer III in mono at 24 kHz, without checksum.
"""

from __future__ import annotations

import struct

SAMPLES_PER_FRAME = 576  # of MPEG-2 layer III
_KBPS = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)  # MPEG-2 layer III, by header index
_SIDE_INFO = 9  # bytes, zero: a frame without sound
_HAS_ALL = 0b1111  # frames, bytes, table, quality


def frame_bytes(bitrate_kbps: int) -> int:
    """Return the length of every frame of a stream."""
    return SAMPLES_PER_FRAME // 8 * bitrate_kbps * 1000 // 24_000


def info_frame(samples: int, body: int, *, bitrate_kbps: int, delay: int, encoder: bytes = b"LAME4.0") -> bytes:
    """Return the frame for a stream of ``body`` bytes: ``delay`` samples of the encoder's, then the recording's."""
    size = frame_bytes(bitrate_kbps)
    frames = body // size
    padding = max(frames * SAMPLES_PER_FRAME - delay - samples, 0)
    header = bytes((0xFF, 0xF3, _KBPS.index(bitrate_kbps) << 4 | 0b0100, 0xC4))
    table = bytes(place * 256 // 100 for place in range(100))
    xing = b"Info" + struct.pack(">III", _HAS_ALL, frames, body + size) + table + struct.pack(">I", 0)
    lame = struct.pack(
        ">9sBB8sBB3sBBHIH",
        encoder,
        1,  # revision 0, constant bit rate
        0,  # lowpass unknown
        bytes(8),  # no replay gain
        0,
        bitrate_kbps,
        (delay << 12 | padding).to_bytes(3),
        0,
        0,
        0,
        body + size,
        0,
    )
    frame = header + bytes(_SIDE_INFO) + xing + lame
    return (frame + struct.pack(">H", _crc16(frame))).ljust(size, b"\0")


def _crc16(data: bytes) -> int:
    """Return CRC-16/ARC, which the tag ends with."""
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ 0xA001 * (crc & 1)
    return crc
