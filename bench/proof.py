"""Proves a finished episode word by word: the fake service codes each word and its voice as tones, mp3 or not."""

from __future__ import annotations

import io
from dataclasses import dataclass
from difflib import SequenceMatcher

import av
import numpy as np

from fakes import tones

from .scripts import CAST, Bench


@dataclass(frozen=True, slots=True)
class Proof:
    """How many words a script has, and how many of them are missing from, or too many in, its audio."""

    words: int
    missing: int
    extra: int
    duration_s: float

    @property
    def wrong(self) -> int:
        """Words lost, doubled, out of order, or in another speaker's voice."""
        return self.missing + self.extra


def prove(audio: bytes, script: Bench) -> Proof:
    """Compare the words heard in an episode, each by its voice and in order, with those of its script."""
    samples, rate_hz = _decoded(audio)
    heard = tones.decode(samples, rate_hz)
    wanted = tones.spoken((CAST[speaker], text) for speaker, text in script.turns)
    duration_s = len(samples) / rate_hz
    if heard == wanted:
        return Proof(len(wanted), 0, 0, duration_s)
    matched = sum(block.size for block in SequenceMatcher(None, wanted, heard, autojunk=False).get_matching_blocks())
    return Proof(len(wanted), len(wanted) - matched, len(heard) - matched, duration_s)


def _decoded(audio: bytes) -> tuple[tones.Samples, int]:
    """Return mono samples and their rate."""
    mono = av.AudioResampler(format="s16", layout="mono")
    with av.open(io.BytesIO(audio), "r") as file:
        rate_hz = file.streams.audio[0].rate
        pieces = [same.to_ndarray()[0] for frame in file.decode(audio=0) for same in mono.resample(frame)]
    return np.concatenate(pieces), rate_hz
