"""A take: the audio of one segment, checked, with what was measured on it.

Kept in the work bucket as ``takes/<key>.wav``: an ordinary WAV file that any player opens, with one more chunk
(``vbth``, JSON) for the measures. One object, so a take is there whole or not at all.
"""

from __future__ import annotations

import json
import struct
from dataclasses import asdict, dataclass, replace
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from .speech import SAMPLE_RATE_HZ

Samples = npt.NDArray[np.int16]
PIECE_BYTES = 1 << 18


@dataclass(frozen=True, slots=True)
class Sound:
    """What a check measured. Loudness is EBU R128 integrated, of one channel heard on two loudspeakers."""

    duration_s: float
    loudness_lufs: float
    peak_dbfs: float
    speech_start_s: float  # before it and after the end there is no speech
    speech_end_s: float


@dataclass(frozen=True, slots=True)
class Take:
    """One segment's audio (mono s16 at 24 kHz) and its history. ``key`` is the segment's."""

    key: str
    samples: Samples
    sound: Sound
    input_tokens: int = 0
    audio_tokens: int = 0
    model_version: str = ""
    attempts: int = 1
    cached: bool = False


def save(take: Take, file: BinaryIO) -> None:
    """Write the take as a WAV file. The audio is not copied: it is the larger part of what a run holds in memory."""
    facts = {
        "sound": asdict(take.sound),
        "input_tokens": take.input_tokens,
        "audio_tokens": take.audio_tokens,
        "model_version": take.model_version,
        "attempts": take.attempts,
    }
    pcm = take.samples.astype("<i2", copy=False).data.cast("B")
    form = struct.pack("<HHIIHH", 1, 1, SAMPLE_RATE_HZ, SAMPLE_RATE_HZ * 2, 2, 16)
    note = json.dumps(facts, separators=(",", ":")).encode()
    note += b" " * (len(note) % 2)  # chunks are padded to even lengths
    opening = _chunk(b"fmt ", form) + _chunk(b"vbth", note) + b"data" + struct.pack("<I", len(pcm))
    file.write(b"RIFF" + struct.pack("<I", 4 + len(opening) + len(pcm)) + b"WAVE" + opening)
    file.writelines(pcm[at : at + PIECE_BYTES] for at in range(0, len(pcm), PIECE_BYTES))


def load(key: str, data: bytes) -> Take:
    """Read a take back, marked as cached. Raises ``ValueError`` when the bytes are no whole take."""
    try:
        chunks = dict(_chunks(memoryview(data)))
        facts = json.loads(bytes(chunks[b"vbth"]))
        sound = Sound(**facts.pop("sound"))
        samples = np.frombuffer(chunks[b"data"], dtype="<i2")
        return replace(Take(key, samples, sound, cached=True), **facts)
    except (AttributeError, KeyError, TypeError, struct.error, UnicodeDecodeError) as broken:
        raise ValueError("not a take") from broken


def _chunk(name: bytes, body: bytes) -> bytes:
    return name + struct.pack("<I", len(body)) + body


def _chunks(data: memoryview) -> list[tuple[bytes, memoryview]]:
    if bytes(data[:4]) != b"RIFF" or len(data) != 8 + struct.unpack_from("<I", data, 4)[0]:
        raise ValueError("not a take")
    found, at = [], 12
    while at < len(data):
        size = struct.unpack_from("<I", data, at + 4)[0]
        found.append((bytes(data[at : at + 4]), data[at + 8 : at + 8 + size]))
        at += 8 + size + size % 2
    return found
