"""Takes become a recording: levelled, joined with natural pauses, encoded, and measured as a listener will hear it.

    take ─ level ─ limit ─ cut into pieces ═ seams ═► one stream (─ resample ─ music ─ limit) ─┬─ encoder ─► sink
                                                                                              │     └ decoder ─► meter
                                                                                              └─ encoder ─► sink

Everything streams: at most one take is held, with the last piece of the one before. Each take is brought to the target
on its own, so encoding starts with the first one, and the whole lands at the target because its parts do. What was
measured on the delivered audio is in the result; whoever is not content masters once more with another ``trim_db``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType

import numpy as np

from .align import Span, align
from .audio import Floats, from_db, to_float, to_int16
from .encode import Encoder
from .mix import Mixer
from .music import Track
from .outputs import Outputs, Sink
from .peaks import limit
from .pieces import Piece, cut
from .plan import Plan, Segment
from .recording import Cue, Placed, Recording
from .resample import Resampler
from .score import SPEECH_ALONE, Score
from .speech import SAMPLE_RATE_HZ
from .take import Samples, Take
from .tape import Tape

__all__ = ["Cue", "Placed", "Recording", "level", "master"]

Align = Callable[[Samples, Segment, str], Sequence[Span]]

MOST_GAIN_DB = 30.0  # beyond, one only hears the noise
BLOCK = 10 * SAMPLE_RATE_HZ
OVERLAP = SAMPLE_RATE_HZ // 10  # both whole numbers of the limiter's blocks
MAKEUP_DB = 0.05  # of loudness lost to the limiter that are worth a second pass


def master(
    takes: Iterable[Take],
    plan: Plan,
    language: str,
    encoders: Mapping[str, Encoder],
    sinks: Mapping[str, Sink],
    *,
    target_lufs: float = -16.0,
    ceiling_dbtp: float = -1.0,
    trim_db: float = 0.0,
    rate_hz: int = SAMPLE_RATE_HZ,
    score: Score = SPEECH_ALONE,
    tracks: Mapping[str, Track] = MappingProxyType({}),
    spans: Align = align,
) -> Recording:
    """Join takes, one for each segment of the plan and in its order, into the formats of ``encoders``.

    ``rate_hz`` is that of the samples that the encoders take, and of ``tracks``: the music of the score, by role. The
    encoders are open for the score's channels. Each encoder's body goes into the sink of the same name, whole when
    this returns. Errors of ``takes`` and of sinks end it and pass through.
    """
    margin_db = max(encoder.overshoot_db for encoder in encoders.values())
    target_lufs, ceiling_dbtp = target_lufs + trim_db, ceiling_dbtp - margin_db

    def pieces(take: Take, segment: Segment) -> list[Piece]:
        heard = spans(take.samples, segment, language)  # before a second copy of the samples is in memory
        return cut(level(take, target_lufs, ceiling_dbtp), segment, heard)

    with Outputs(encoders, sinks, rate_hz) as outputs:
        mixer = Mixer(score, tracks, outputs.put, target_lufs, ceiling_dbtp, rate_hz) if score.parts else None
        resampler = Resampler(rate_hz, mixer.put if mixer else outputs.put)
        tape = Tape(resampler.put, score.room, mixer.hear) if mixer else Tape(resampler.put)
        source = iter(takes)
        for segment in plan.segments:
            tape.add(segment.key, pieces(_next(source), segment))
        tape.end()
        resampler.finish()
        if mixer:
            mixer.finish()
        loudness = outputs.finish()
    return Recording(
        duration_s=tape.position / SAMPLE_RATE_HZ,
        integrated_lufs=loudness.integrated_lufs,
        true_peak_dbtp=loudness.true_peak_dbtp,
        cues=tuple(tape.cues),
        segments=tuple(tape.placed()),
    )


def _next(takes: Iterator[Take]) -> Take:
    """Return the next take. Nobody else holds it, so the one before is gone from memory by now."""
    take = next(takes, None)
    if take is None:
        raise ValueError("fewer takes than segments")
    return take


def level(take: Take, target_lufs: float, ceiling_dbtp: float) -> Samples:
    """Return a take's samples at the target, its peaks under the ceiling."""
    gain_db = min(target_lufs - take.sound.loudness_lufs, MOST_GAIN_DB)
    levelled, lost_db = _amplified(take.samples, gain_db, ceiling_dbtp)
    if lost_db > MAKEUP_DB:
        levelled, _ = _amplified(take.samples, gain_db + lost_db, ceiling_dbtp)
    return levelled


def _amplified(samples: Samples, gain_db: float, ceiling_dbtp: float) -> tuple[Samples, float]:
    """Return samples with a gain and limited peaks, and how many decibels of their energy the limiter took.

    Works in blocks that overlap by more than the limiter's reach, so that the result is that of one piece.
    """
    levelled = np.empty(len(samples), np.int16)
    wanted = got = 0.0
    for at in range(0, len(samples), BLOCK):
        start = max(0, at - OVERLAP)
        loud = to_float(samples[start : at + BLOCK + OVERLAP], from_db(gain_db))
        inner = slice(at - start, at - start + BLOCK)
        limited = limit(loud, ceiling_dbtp)
        wanted += _energy(loud[inner])
        got += _energy(limited[inner])
        levelled[at : at + BLOCK] = to_int16(limited[inner])
    return levelled, 10 * math.log10(wanted / got) if got else 0.0


def _energy(samples: Floats) -> float:
    return float(np.dot(samples, samples))
