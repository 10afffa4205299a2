"""The frame in front of an MP3 stream that tells players its exact length.

A silent frame that carries counts instead of sound: the "Info" header (Xing's, for a constant bit rate) with the
number of frames and bytes and a seek table, then LAME's extension with how many samples at start and end are the
codec's own and not the recording's (http://gabriel.mp3-tech.org/mp3infotag.html). Players that do not know it play 24
ms of silence. Written without checksum, for layer III of MPEG-2 (24 kHz) and MPEG-1 (44.1 and 48 kHz).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

_KBPS_1 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)  # by header index
_KBPS_2 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_SIDE_INFO = {
    (1, 1): 17,
    (1, 2): 32,
    (2, 1): 9,
    (2, 2): 17,
}  # bytes by version and channels; zero: a frame without sound
_RATE_BITS = {44_100: 0b0000, 48_000: 0b0100, 22_050: 0b0000, 24_000: 0b0100}
_MONO, _JOINT_STEREO = 0xC4, 0x44  # both "original"
_HAS_ALL = 0b1111  # frames, bytes, table, quality
_COUNTS_BYTES = 156  # of "Info" and LAME's extension


@dataclass(frozen=True, slots=True)
class Stream:
    """The form of a layer III stream at a constant bit rate."""

    kbps: int
    rate_hz: int = 24_000
    channels: int = 1

    @property
    def version(self) -> int:
        """MPEG-1 or MPEG-2."""
        return 1 if self.rate_hz > 24_000 else 2

    @property
    def samples_per_frame(self) -> int:
        """Samples of each channel in a frame."""
        return 1152 if self.version == 1 else 576

    def frame_bytes(self, kbps: int | None = None) -> int:
        """Return the length of a frame, without the byte by which some are longer at 44.1 kHz."""
        return self.samples_per_frame // 8 * (kbps or self.kbps) * 1000 // self.rate_hz

    def frames(self, body: int) -> int:
        """Return how many frames a stream of that many bytes has."""
        return round(body * 8 * self.rate_hz / (self.samples_per_frame * self.kbps * 1000))


def nearest_kbps(kbps: int, rate_hz: int) -> int:
    """Return the bit rate closest to the one wished for that layer III has at a sample rate."""
    return min(_rates(Stream(kbps, rate_hz))[1:], key=lambda rate: abs(rate - kbps))


def info_frame(stream: Stream, samples: int, body: int, *, delay: int, encoder: bytes = b"LAME4.0") -> bytes:
    """Return the frame for a stream of ``body`` bytes: ``delay`` samples of the encoder's, then the recording's."""
    kbps = _fitting_kbps(stream)
    size = stream.frame_bytes(kbps)
    frames = stream.frames(body)
    padding = max(frames * stream.samples_per_frame - delay - samples, 0)
    table = bytes(place * 256 // 100 for place in range(100))
    xing = b"Info" + struct.pack(">III", _HAS_ALL, frames, body + size) + table + struct.pack(">I", 0)
    lame = struct.pack(
        ">9sBB8sBB3sBBHIH",
        encoder,
        1,  # revision 0, constant bit rate
        0,  # lowpass unknown
        bytes(8),  # no replay gain
        0,
        min(stream.kbps, 255),
        (delay << 12 | min(padding, 0xFFF)).to_bytes(3),
        0,
        0,
        0,
        body + size,
        0,
    )
    frame = _header(stream, kbps) + bytes(_SIDE_INFO[stream.version, stream.channels]) + xing + lame
    return (frame + struct.pack(">H", _crc16(frame))).ljust(size, b"\0")


def _rates(stream: Stream) -> tuple[int, ...]:
    return _KBPS_1 if stream.version == 1 else _KBPS_2


def _fitting_kbps(stream: Stream) -> int:
    """Return the bit rate of the frame: the stream's, or the lowest whose frames have room for the counts."""
    wanted = 4 + _SIDE_INFO[stream.version, stream.channels] + _COUNTS_BYTES
    return next(kbps for kbps in _rates(stream) if kbps >= stream.kbps and stream.frame_bytes(kbps) >= wanted)


def _header(stream: Stream, kbps: int) -> bytes:
    version = 0xFB if stream.version == 1 else 0xF3
    mode = _MONO if stream.channels == 1 else _JOINT_STEREO
    return bytes((0xFF, version, _rates(stream).index(kbps) << 4 | _RATE_BITS[stream.rate_hz], mode))


def _crc16(data: bytes) -> int:
    """Return CRC-16/ARC, which the tag ends with."""
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ 0xA001 * (crc & 1)
    return crc
