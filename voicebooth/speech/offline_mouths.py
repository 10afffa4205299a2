"""The engines behind the offline voice: a sentence and a timbre become samples.

English is spoken by hibari (https://pypi.org/project/hibari-tts/), German, Spanish, French and Italian by Pico
(https://pypi.org/project/py-nanotts/); each installs with pip and is imported when first used.

Hibari predicts, for each 12.5 ms frame, a spectrum in parts: harmonics (log gain and phase), noise, a part with free
phase, and f0. Its gains mean something only near the harmonics of the f0 they were predicted with, so before f0 is
moved they are read at those harmonics and drawn as one smooth envelope; else a moved harmonic meets the gain of a place
where none was (up to 7 dB too loud, measured). Then f0 is scaled, the waveform made, and all of it resampled, at a pace
that cancels the resampling.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from typing import Any, Protocol

import av
import numpy as np
import numpy.typing as npt

from voicebooth.errors import RequestRefused, SettingsFault

from . import SAMPLE_RATE_HZ
from .offline_timbre import Timbre

Wave = npt.NDArray[np.float32]

_BIN_HZ = 20.0  # of hibari's spectra: 24 kHz over 1,200 points
_VOICED_HZ = 60.0
_FREE_PHASE_DAMP = 1.5  # nepers off the voiced frames' free-phase part, which keeps the old pitch
_PICO_RATE_HZ = 16_000
_PICO_VOICES = {"de": "de-DE", "es": "es-ES", "fr": "fr-FR", "it": "it-IT"}
_SENTENCE_END = re.compile(r"(?<=[.!?…])(?<!\d\.)[\"”»’)]*\s+(?=\S)")  # "3. März" is no end


class Mouth(Protocol):
    """Something that says sentences: mono float at ``SAMPLE_RATE_HZ``, one array a sentence. Safe for many threads."""

    def sentences(self, text: str) -> list[str]:
        """Return what is voiced in one go each, in the mouth's own notation; empty when there is nothing to say."""
        ...

    def say(self, sentence: str, timbre: Timbre, seed: int) -> Wave:
        """Voice one of ``sentences``, with whatever silence around it."""
        ...


class Hibari:
    """English. The model may be used by many threads at once; its text front end is locked."""

    def __init__(self) -> None:
        try:
            import hibari  # noqa: PLC0415  only when used
        except ImportError as missing:
            raise SettingsFault("the offline voice is not installed", fix="pip install hibari-tts==0.2.1") from missing
        self._dsp: Any = hibari.dsp
        self._model: Any = hibari.Hibari()
        self._front_end = threading.Lock()

    def sentences(self, text: str) -> list[str]:
        """Return phonemes, sentence by sentence."""
        _refuse_unreadable(text)
        with self._front_end:
            chunks: list[str] = self._model.phonemize(text)
        return [chunk for chunk in chunks if any(sound.isalpha() for sound in chunk)]

    def say(self, sentence: str, timbre: Timbre, seed: int) -> Wave:
        """Voice phonemes."""
        ids = np.asarray([self._model.ids(sentence)], np.int64)
        pace = np.asarray([1 / timbre.size], np.float32)
        parts = (part[0] for part in self._model.sess.run(None, {"ids": ids, "speed": pace}))
        gain, phase, noise, free, free_phase, f0 = parts
        if timbre.pitch != 1:
            gain, phase = _envelope(gain, f0), _nearest(phase, f0)
            free = free - _FREE_PHASE_DAMP * (f0 > _VOICED_HZ)
            f0 = f0 * np.float32(timbre.pitch)
        rng = np.random.default_rng(seed)
        return _resample(self._dsp.synth(gain, phase, noise, free, free_phase, f0, rng), SAMPLE_RATE_HZ, timbre.size)


class Pico:
    """German, Spanish, French or Italian. One sentence at a time: the engine is not safe for threads."""

    _engine = threading.Lock()

    def __init__(self, voice: str) -> None:
        try:
            import py_nanotts  # noqa: PLC0415  only when used
        except ImportError as missing:
            message = f"the offline voice for {voice} is not installed"
            raise SettingsFault(message, fix="pip install py-nanotts==0.1.1, or --speech gemini") from missing
        self._speak: Any = py_nanotts.NanoTTS().speak
        self._voice = voice

    def sentences(self, text: str) -> list[str]:
        """Return sentences."""
        _refuse_unreadable(text)
        return [part for part in _SENTENCE_END.split(text) if any(char.isalnum() for char in part)]

    def say(self, sentence: str, timbre: Timbre, seed: int) -> Wave:  # noqa: ARG002  Pico takes no seed
        """Voice a sentence."""
        with self._engine:
            pcm = self._speak(sentence, self._voice, speed=1 / timbre.size, pitch=timbre.pitch)
        return _resample(np.frombuffer(pcm, "<i2").astype(np.float32) / np.float32(32768), _PICO_RATE_HZ, timbre.size)


def open_mouth(tongue: str) -> Mouth:
    """Return what speaks a language (ISO 639). Raises ``RequestRefused`` when nothing does."""
    if tongue == "en":
        return Hibari()
    if tongue in _PICO_VOICES:
        return Pico(_PICO_VOICES[tongue])
    spoken = ", ".join(["en", *_PICO_VOICES])
    raise RequestRefused(f"the offline voice does not speak {tongue!r}, only {spoken}", fix="use --speech gemini")


def _refuse_unreadable(text: str) -> None:
    """Refuse letters that the engines would leave out or spell, one unknown sign after another."""
    letters = (char for char in text if unicodedata.category(char) in {"Lu", "Ll", "Lt", "Lo"})
    if all(unicodedata.name(char, "").startswith(("LATIN", "GREEK")) for char in letters):
        return
    raise RequestRefused(
        "the offline voice reads Latin letters only", fix="use --speech gemini, or spell these words in Latin letters"
    )


def _harmonics(f0: Wave, bins: int) -> tuple[Wave, Wave]:
    """Return the spacing of harmonics in bins [frames], and the harmonic number each bin lies at [bins, frames]."""
    spacing = np.where(f0 > _VOICED_HZ, f0 / _BIN_HZ, 1).astype(np.float32)
    return spacing, np.arange(bins, dtype=np.float32)[:, None] / spacing


def _at(spectrum: Wave, harmonic: Wave, spacing: Wave) -> Wave:
    bins = np.rint(harmonic * spacing).astype(np.int64)
    return np.take_along_axis(spectrum, np.minimum(bins, len(spectrum) - 1), 0)


def _envelope(gain: Wave, f0: Wave) -> Wave:
    """Log gain read at the harmonics, with straight lines between them and level below the first."""
    spacing, number = _harmonics(f0, len(gain))
    below = np.maximum(np.floor(number), 1)
    low, high = _at(gain, below, spacing), _at(gain, below + 1, spacing)
    return low + (high - low) * np.clip(number - below, 0, 1)


def _nearest(phase: Wave, f0: Wave) -> Wave:
    """Phase of the nearest harmonic."""
    spacing, number = _harmonics(f0, len(phase))
    return _at(phase, np.maximum(np.rint(number), 1), spacing)


def _resample(wave: Wave, rate_hz: int, size: float) -> Wave:
    """Play a wave ``size`` times as fast as it was meant, at our rate."""
    played_hz = round(rate_hz * size)
    if played_hz == SAMPLE_RATE_HZ or not wave.size:
        return wave
    frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(wave[None, :]), format="flt", layout="mono")
    frame.sample_rate = played_hz
    resampler = av.AudioResampler(format="flt", layout="mono", rate=SAMPLE_RATE_HZ)
    parts = [part.to_ndarray()[0] for part in (*resampler.resample(frame), *resampler.resample(None))]
    return np.concatenate(parts)
