"""Audio as the service sends it becomes bare samples.

A WAV is walked chunk by chunk: the 3.8 models put further chunks (a provenance manifest) behind the samples, and who
cuts off 44 bytes plays those as static (https://github.com/googleapis/python-genai/issues/2220). Sizes are not trusted
beyond the bytes that are there. Bare PCM says its rate in the MIME type, ``audio/L16;codec=pcm;rate=24000`` or alike.
"""

from __future__ import annotations

import re
import struct

from . import SAMPLE_RATE_HZ

_PCM = (1, 1, SAMPLE_RATE_HZ, 16)  # format tag, channels, rate, bits


def samples(audio: bytes | bytearray, mime_type: str) -> memoryview:
    """Return the samples in it, s16le mono at ``SAMPLE_RATE_HZ``; raises ``ValueError`` for any other form of audio."""
    if audio[:4] == b"RIFF" and audio[8:12] == b"WAVE":
        return _whole(_wav(memoryview(audio)))
    kind, *settings = [part.strip() for part in mime_type.casefold().split(";")]
    if kind not in {"audio/l16", "audio/pcm"}:
        raise ValueError("the audio is neither WAV nor PCM")
    rate = next((found[1] for part in settings if (found := re.fullmatch(r"rate=(\d+)", part))), str(SAMPLE_RATE_HZ))
    if int(rate) != SAMPLE_RATE_HZ or "channels=2" in settings:
        raise ValueError(f"the audio is not mono at {SAMPLE_RATE_HZ} Hz")
    return _whole(memoryview(audio))


def _wav(audio: memoryview) -> memoryview:
    form, at = None, 12
    while at + 8 <= len(audio):
        name, size = struct.unpack_from("<4sI", audio, at)
        body = audio[at + 8 : at + 8 + size]  # a slice ends where the bytes end
        if name == b"fmt " and len(body) >= 16:
            tag, channels, rate_hz, _, _, bits = struct.unpack_from("<HHIIHH", body)
            form = (tag, channels, rate_hz, bits)
        if name == b"data":
            if form != _PCM:
                raise ValueError(f"the WAV is not mono PCM of 16 bits at {SAMPLE_RATE_HZ} Hz")
            return body
        at += 8 + size + size % 2
    raise ValueError("the WAV has no samples")


def _whole(pcm: memoryview) -> memoryview:
    return pcm[: len(pcm) - len(pcm) % 2]
