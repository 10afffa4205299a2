"""Real speech for tests: sentences of the offline voice, mono int16 at 24 kHz; also faster, slower, lower, higher."""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

from voicebooth.encode import Form
from voicebooth.resample import Resampler

Samples = npt.NDArray[np.int16]

SENTENCES = (
    "Who kept the lamps burning before there was electricity?",
    "Families, mostly, and they wrote everything down.",
    "Yes.",
    "Especially the weather: wind, fog, and every ship that passed.",
)


@cache
def _voice():
    from hibari import Hibari  # noqa: PLC0415 - heavy, and not needed by every test

    return Hibari()


@cache
def _said(text: str, speed: float) -> npt.NDArray[np.float32]:
    return _voice()(text, speed=speed, seed=7)


def say(text: str, speed: float = 1.0, ratio: float = 1.0, gain: float = 1.0) -> Samples:
    """Return a sentence; ``ratio`` resamples it (below 1: lower and slower), ``gain`` is an amplitude."""
    said = _said(text, speed)
    if ratio != 1.0:
        said = np.interp(np.arange(0, len(said) - 1, ratio), np.arange(len(said)), said)
    return (np.clip(said * gain, -1, 1) * 32767).astype(np.int16)


def of_form(samples: Samples, form: Form) -> Samples:
    """Return speech as an encoder of that form takes it: at its rate, on each of its channels."""
    parts: list[Samples] = []
    resampler = Resampler(form.rate_hz, parts.append)
    resampler.put(samples)
    resampler.finish()
    whole = np.concatenate(parts)
    return whole if form.channels == 1 else np.stack([whole] * form.channels, axis=1)
