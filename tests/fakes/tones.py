"""Words and voices as audible tones, so that a decoder proves who said what, in which order, after encoding.

A word is a burst of 0.30 s and a gap of 0.06 s (about 155 words a minute with the pauses of prose). The burst holds
six symbols of 50 ms, one of 16 frequencies each: 24 bits, a checksum of the word without case and punctuation. A weaker
pilot tone runs through the whole burst; its frequency names the voice. The decoder finds bursts by energy and reads
each symbol in its middle, so gain, limiting, fades, shifted starts and 64 kbit/s mp3 leave it untroubled, at any rate.

Scripts written without spaces (Chinese, Thai, …) count every letter as a word.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

RATE_HZ = 24_000
VOICES = (
    *("Achernar", "Achird", "Algenib", "Algieba", "Alnilam", "Aoede", "Autonoe", "Callirrhoe", "Charon", "Despina"),
    *("Enceladus", "Erinome", "Fenrir", "Gacrux", "Iapetus", "Kore", "Laomedeia", "Leda", "Orus", "Puck"),
    *("Pulcherrima", "Rasalgethi", "Sadachbia", "Sadaltager", "Schedar", "Sulafat", "Umbriel", "Vindemiatrix"),
    *("Zephyr", "Zubenelgenubi"),
)
SYMBOLS, SYMBOL_S, BURST_S, WORD_S = 6, 0.05, 0.30, 0.36
SENTENCE_GAP_S, TURN_GAP_S = 0.25, 0.45  # beyond the gap that ends every word
HEAD_S, TAIL_S, TAG_S = 0.12, 0.12, 0.40
SYMBOL_HZ = 500.0 + 120.0 * np.arange(16)
PILOT_HZ = 3000.0 + 100.0 * np.arange(len(VOICES))

Samples = npt.NDArray[np.int16]
Floats = npt.NDArray[np.float32]


class _Letters(dict[int, str]):
    """Maps a character to what a word keeps of it, one letter a word where a script has no spaces."""

    def __missing__(self, point: int) -> str:
        char = chr(point)
        if char in "'’ʼ":
            kept = ""
        elif unicodedata.category(char)[0] not in "LNM":
            kept = " "
        else:
            unspaced = unicodedata.name(char, "").startswith(
                ("CJK", "HIRAGANA", "KATAKANA", "THAI CH", "LAO L", "KHMER L")
            )
            kept = f" {char}" if unspaced else char
        self[point] = kept
        return kept


_letters = _Letters()


@dataclass(frozen=True, slots=True)
class Burst:
    """One decoded word."""

    voice: str
    code: int
    start_s: float


def words(text: str) -> list[str]:
    """Return the words of a text as they are coded: no case, no punctuation."""
    return unicodedata.normalize("NFKC", text).casefold().translate(_letters).split()


@cache
def code(word: str) -> int:
    """Return the 24 bits that stand for one word."""
    return zlib.crc32("".join(words(word)).encode()) & 0xFFFFFF


def spoken(lines: Iterable[tuple[str, str]]) -> list[tuple[str, int]]:
    """Return what ``decode`` finds in the audio of these lines (voice, text)."""
    return [(voice, code(word)) for voice, text in lines for word in words(text)]


def encode(lines: Iterable[tuple[str, str]]) -> Samples:
    """Return lines (voice, text) as audio at 24 kHz: about -20 LUFS, peaks below -12 dBFS, a faint noise floor."""
    pieces = [_noise(HEAD_S)]
    for number, (voice, text) in enumerate(lines):
        if number:
            pieces.append(_noise(TURN_GAP_S))
        sentences = [found for part in re.split(r"(?<=[.!?…])\s+|(?<=[。！？])", text) if (found := words(part))]
        for position, sentence in enumerate(sentences):
            if position:
                pieces.append(_noise(SENTENCE_GAP_S))
            for word in sentence:
                pieces += (_burst(voice, code(word)), _noise(WORD_S - BURST_S))
    pieces.append(_noise(TAIL_S))
    return np.concatenate(pieces)


def decode(samples: npt.NDArray[np.generic], rate_hz: int = RATE_HZ) -> list[tuple[str, int]]:
    """Return (voice, code) of every word heard, in order."""
    return [(burst.voice, burst.code) for burst in listen(samples, rate_hz)]


def listen(samples: npt.NDArray[np.generic], rate_hz: int = RATE_HZ) -> list[Burst]:
    """Return every word heard and when it starts. Integer or float samples, mono."""
    width = int(0.03 * rate_hz)  # the middle of a symbol, clear of its neighbours
    offsets = np.round((SYMBOL_S * (np.arange(SYMBOLS) + 0.5) - 0.015) * rate_hz).astype(np.int64)
    firsts = np.array([(start + end) // 2 for start, end in _spans(samples, rate_hz)]) - int(BURST_S / 2 * rate_hz)
    firsts = firsts[(firsts >= 0) & (firsts + offsets[-1] + width <= len(samples))].astype(np.int64)
    found = []
    for part in _parts(firsts, 500):
        middles = samples[part[:, None, None] + offsets[:, None] + np.arange(width)].astype(np.float32)
        digits = _strength(middles, tuple(SYMBOL_HZ), rate_hz).argmax(axis=2)
        voices = _strength(middles, tuple(PILOT_HZ), rate_hz).sum(axis=1).argmax(axis=1)
        codes = (digits << (4 * np.arange(SYMBOLS))).sum(axis=1)
        found += [Burst(VOICES[v], int(c), f / rate_hz) for v, c, f in zip(voices, codes, part.tolist(), strict=True)]
    return found


def _spans(samples: npt.NDArray[np.generic], rate_hz: int) -> list[tuple[int, int]]:
    """Return [start, end) of every stretch of about a burst's length that is louder than a tenth of the loud parts."""
    block = rate_hz // 200
    whole = samples[: len(samples) // block * block].reshape(-1, block)
    level = np.concatenate(
        [np.sqrt(np.square(part, dtype=np.float32).mean(axis=1)) for part in _parts(whole, 100_000)] or [[0]]
    )
    if not level.max():
        return []
    loud = level > 0.12 * np.quantile(level[level > level.max() / 100], 0.9)
    edges = np.flatnonzero(np.diff(np.concatenate(([False], loud, [False]))))
    starts, ends = edges[::2], edges[1::2]
    joined: list[tuple[int, int]] = []
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        if joined and start - joined[-1][1] <= 3:  # 15 ms: a dip between two symbols
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return [(s * block, e * block) for s, e in joined if 0.24 <= (e - s) / 200 <= 0.37]


def _parts(rows: npt.NDArray[np.generic], size: int) -> list[npt.NDArray[np.generic]]:
    return [rows[i : i + size] for i in range(0, len(rows), size)]


def _strength(middles: Floats, hz: tuple[float, ...], rate_hz: int) -> Floats:
    """Return how strong each frequency is in each of (word, symbol, samples)."""
    sines, cosines = _kernel(hz, middles.shape[2], rate_hz)
    return np.hypot(middles @ sines, middles @ cosines)


@cache
def _kernel(hz: tuple[float, ...], width: int, rate_hz: int) -> tuple[Floats, Floats]:
    turns = np.exp(2j * np.pi * np.arange(width)[:, None] / rate_hz * np.array(hz)) * np.hanning(width)[:, None]
    return turns.imag.astype(np.float32), turns.real.astype(np.float32)


@cache
def _tables() -> tuple[Floats, Floats, Floats]:
    """Return symbols (position, digit, samples), pilots (voice, samples) and the envelope of a burst."""
    symbol, burst = int(SYMBOL_S * RATE_HZ), int(BURST_S * RATE_HZ)
    time = np.arange(symbol) / RATE_HZ
    ramp = np.minimum(1, np.minimum(time, time[::-1]) / 0.004)
    digits = 0.13 * np.sin(2 * np.pi * SYMBOL_HZ[:, None] * time) * (0.35 + 0.65 * ramp)
    pilots = 0.05 * np.sin(2 * np.pi * PILOT_HZ[:, None] * np.arange(burst) / RATE_HZ)
    place = np.linspace(0, 1, burst)
    envelope = np.minimum(1, np.minimum(place, 1 - place) / 0.04) * (1 - 0.35 * place)
    return digits.astype(np.float32), pilots.astype(np.float32), (32767 * envelope).astype(np.float32)


def _burst(voice: str, number: int) -> Samples:
    digits, pilots, envelope = _tables()
    tone = np.concatenate([digits[(number >> (4 * i)) & 15] for i in range(SYMBOLS)])
    stress = 0.75 + 0.25 * (number & 0xFF) / 255
    return ((tone + pilots[VOICES.index(voice)]) * (stress * envelope)).astype(np.int16)


@cache
def _noise(seconds: float) -> Samples:
    size = round(seconds * RATE_HZ)
    return np.random.default_rng(size).integers(-3, 4, size).astype(np.int16)


def quiet(seconds: float) -> Samples:
    """Return the noise floor alone."""
    return _noise(seconds)
