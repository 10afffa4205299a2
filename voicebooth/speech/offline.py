"""Lines become draft audio without a network or a key: an embedded voice, bent into as many voices as the service has.

Each sentence is voiced on its own, cut to its speech, and set down with pauses drawn from a generator that the request
seeds: English sounds the same each time, other languages differ by a little noise. Delivery is ignored. What the
service reads as markup (``<laugh>``, ``|…|``, ``[…]``) is not read aloud.
"""

from __future__ import annotations

import hashlib
import re
import threading
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from voicebooth import stress
from voicebooth.deadline import Deadline
from voicebooth.errors import RequestRefused, ServiceDown

from . import SAMPLE_RATE_HZ, Engine, Line, Reply, Request
from .offline_mouths import Mouth, open_mouth
from .offline_timbre import TIMBRES, Timbre

ENGINE = Engine("offline/1", "hibari-0.2.1", longest_request_s=600.0, draft=True)

Wave = npt.NDArray[np.float32]

_LEAD_S, _TAIL_S = 0.15, 0.25
_SENTENCE_GAP_S, _TURN_GAP_S = 0.27, 0.43  # what people leave; hibari alone leaves 0.6 s after a sentence
_GAP_SPREAD = 0.15  # pauses differ by up to this share either way
_FADE_S = 0.008
_FRAME = SAMPLE_RATE_HZ // 100
_FLOOR = 0.012  # of the loudest frame (-38 dB): below it, before and after a sentence, is no speech
_LEAD_FRAMES, _TAIL_FRAMES = 2, 5  # soft onsets and decays that the floor would cut
_TARGET_RMS = 0.1  # -20 dBFS over a line's speech

_TAG = re.compile(r"<[A-Za-z][A-Za-z -]{0,30}>")
_MARKS = str.maketrans({"[": " ", "]": " ", "|": ",", "<": " ", ">": " "})


@dataclass(frozen=True, slots=True)
class Placed:
    """Where one sentence's speech lies."""

    start_s: float
    end_s: float


class Offline:
    """The speech port over embedded voices, which answer to the service's prebuilt names.

    Raises ``SettingsFault`` when an engine is not installed.
    """

    def __init__(self) -> None:
        self._mouths: dict[str, Mouth] = {}
        self._lock = threading.Lock()

    @property
    def engine(self) -> Engine:
        """What speaks."""
        return ENGINE

    def voice(self, request: Request, timeout_s: float, on_answer: Callable[[], None] = lambda: None) -> Reply:
        """Voice a request; see the port. The time is looked at between sentences."""
        on_answer()
        samples, _ = self.record(request, timeout_s)
        return Reply(samples.tobytes(), model_version=ENGINE.model)

    def greet(self, timeout_s: float) -> str:  # noqa: ARG002 - nobody is asked
        """Load the English voice; see the port."""
        self._mouth("en")
        return ""

    def record(
        self, request: Request, timeout_s: float
    ) -> tuple[npt.NDArray[np.int16], tuple[tuple[Placed, ...], ...]]:
        """Return the audio and, for each line, where its sentences lie."""
        mouth = self._mouth(request.language)
        tape = _Tape(int(request.key[:16], 16), request.take, Deadline.after(timeout_s))
        for line in request.lines:
            tape.add(line, mouth)
        return tape.samples(), tuple(tape.placed)

    def _mouth(self, language: str) -> Mouth:
        tongue = language.replace("_", "-").split("-")[0].lower() or "en"
        with self._lock:
            if tongue not in self._mouths:
                self._mouths[tongue] = open_mouth(tongue)
            return self._mouths[tongue]


class _Tape:
    """Sentences one after the other, with pauses between them."""

    def __init__(self, seed: int, take: int, deadline: Deadline) -> None:
        self._rng = np.random.default_rng(seed)
        self._take = take
        self._deadline = deadline
        self._pieces: list[Wave] = [np.zeros(int(_LEAD_S * SAMPLE_RATE_HZ), np.float32)]
        self._length = self._pieces[0].size
        self.placed: list[tuple[Placed, ...]] = []

    def add(self, line: Line, mouth: Mouth) -> None:
        """Voice a line after those already here."""
        timbre = _timbre(line.voice)
        waves = [self._say(mouth, sentence, timbre) for sentence in mouth.sentences(_speakable(line.text))]
        waves = _level([wave for wave in waves if wave.size])
        if waves and any(self.placed):
            self._pause(_TURN_GAP_S)
        spans = []
        for at, wave in enumerate(waves):
            if at:
                self._pause(_SENTENCE_GAP_S)
            start = self._length
            self._append(wave)
            spans.append(Placed(start / SAMPLE_RATE_HZ, self._length / SAMPLE_RATE_HZ))
        self.placed.append(tuple(spans))

    def samples(self) -> npt.NDArray[np.int16]:
        """Return all of it, with a short tail."""
        tail = np.zeros(int(_TAIL_S * SAMPLE_RATE_HZ), np.float32)
        return (np.concatenate([*self._pieces, tail]).clip(-1, 1) * 32767).astype("<i2")

    def _say(self, mouth: Mouth, sentence: str, timbre: Timbre) -> Wave:
        if self._deadline.remaining_s <= 0:
            raise ServiceDown(
                "the offline voice did not finish in time", fix="try again, with fewer requests at a time"
            )
        # The words alone seed the voice's breath, so that one line sounds the same wherever it stands; not so in a
        # further take.
        breath = sentence if self._take == 1 else f"{sentence}\n{self._take}"
        seed = int.from_bytes(hashlib.sha256(breath.encode()).digest()[:8], "big")
        return _cut(mouth.say(sentence, timbre, seed))

    def _pause(self, seconds: float) -> None:
        seconds *= 1 + _GAP_SPREAD * self._rng.uniform(-1, 1)
        self._append(np.zeros(int(seconds * SAMPLE_RATE_HZ), np.float32))

    def _append(self, wave: Wave) -> None:
        self._pieces.append(wave)
        self._length += wave.size


def _timbre(voice: str) -> Timbre:
    if voice not in TIMBRES:
        raise RequestRefused(f"the offline voice has no voice {voice!r}", fix="take one of `voicebooth voices`")
    return TIMBRES[voice]


def _speakable(text: str) -> str:
    """Return text without what the service reads as markup, or is asked by."""
    return unicodedata.normalize("NFKC", _TAG.sub(" ", stress.unmarked(text)).translate(_MARKS))


def _cut(wave: Wave) -> Wave:
    """Only the speech, faded in and out; empty when there is none."""
    frames = wave[: wave.size // _FRAME * _FRAME].reshape(-1, _FRAME)
    level = np.sqrt(np.mean(frames**2, axis=1))
    loud = np.flatnonzero(level > _FLOOR * level.max(initial=1e-4))
    if not loud.size:
        return wave[:0]
    first, last = max(loud[0] - _LEAD_FRAMES, 0), loud[-1] + 1 + _TAIL_FRAMES
    wave = wave[first * _FRAME : last * _FRAME].copy()
    ramp = np.linspace(0, 1, min(int(_FADE_S * SAMPLE_RATE_HZ), wave.size // 2), dtype=np.float32)
    wave[: ramp.size] *= ramp
    wave[wave.size - ramp.size :] *= ramp[::-1]
    return wave


def _level(waves: list[Wave]) -> list[Wave]:
    """Bring one line's sentences to the level of all lines, so that no voice is louder than another."""
    if not waves:
        return []
    power = np.concatenate([wave**2 for wave in waves])
    loud = power[power > 0.05 * power.mean()]
    return [wave * np.float32(_TARGET_RMS / np.sqrt(loud.mean())) for wave in waves]
