"""A take is measured against its text: usable audio becomes its ``Sound``, anything else a ``FlawedTake``.

What is looked for is what speech services are known to answer instead of speech: nothing, silence, a part of the words,
the words several times, audio that stops within a word or after a round number of seconds, static where a container's
bytes were taken for samples, overdriven or far too soft audio, a voice that fades away. Every threshold leaves room
around the most unusual good speech, because a take that is refused for nothing is paid for again: a turn may be
whispered beside others that are not, a pause be long, one word be drawn out. What cannot be told for certain of so
short a take is let pass. Whether the right words were said is not looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from .audio import (
    FULL_SCALE,
    STEP_S,
    Floats,
    Mask,
    count,
    envelope,
    loud_level,
    quiet_below,
    runs,
    to_db,
    to_float,
)
from .errors import FlawedTake, Problem
from .loudness import integrated_lufs
from .pace import bounds_s, speech_s
from .speech import SAMPLE_RATE_HZ
from .take import Samples, Sound

SHORTEST_S = 0.05  # an empty WAV file read as samples (44 bytes) is 1 ms; no word is shorter than 0.1 s
SILENT_DBFS = -55.0  # nothing that was meant to be heard is below
FAINT_DBFS = -49.0  # loud parts of a whisper are at -45
FAINT_BELOW_LOUD_DB = 30.0  # a whisper is some 20 dB below a voice; what never comes closer than this is lost
LONGEST_PAUSE_S = 3.0  # readers pause up to 2 s between paragraphs; longer, and words are missing
LONGEST_EDGE_S = 5.0  # before and after the words; up to here mastering trims it
BREAK_S = 0.25  # a pause; the stop inside a "t" or "k" is shorter
UNBROKEN_LESS_S = 1.0  # than the longest speech, when its pauses are left out
PIECES, PIECE_S = 2, 0.5  # between breaks: so many in any text, and one more for each word or half second of it
_WORD = re.compile(r"\w+")
STOPS_S = (20.0, 327.68, 512.0, 655.36)  # where services are known to break off
STOPPED_SHARE = 0.9  # of the usual time for the words; a quick voice needs less, but hardly ever exactly this
CLIPPED_SHARE = 0.001  # of all samples; a service that runs a little hot reaches a tenth of this
CLIPPED_RUN = 3  # samples in a row at full scale: two can be a peak that just fits
CUT_S = 0.020
CUT_BELOW_LOUD_DB = 15.0  # a word that was let finish has died away by far more than this in its last 20 ms
TAIL_S = 0.300
STATIC_FLATNESS = 0.6  # of the tail's spectrum: white noise 0.95, the sharpest "s" 0.58, vowels under 0.05
STATIC_STEADY_DB = 10.0  # an "s" dies away, static goes on to the last sample
STATIC_BELOW_LOUD_DB = 35.0  # softer static is the recording's own floor
STATIC_ABOVE_FLOOR_DB = 10.0  # and so is static that is no louder than the pauses
MOST_WINDOWS, FEWEST_WINDOWS = 12, 4  # in which the level is followed
WINDOW_S = 0.20  # of speech, at least
DRIFT_DB = 24.0  # a turn as usual, a soft one, a whispered one: up to 22; one phrase that dies away by itself: 20
FAR_LU = 10.0  # from the other takes: a shout beside a whisper is less


@dataclass(frozen=True, slots=True)
class _Heard:
    """A take and what is known of its level. Steps are of 10 ms."""

    samples: Samples
    levels: Floats
    quiet: Mask  # steps without speech
    loud_dbfs: float
    first: int  # step with the first sound
    last: int  # step behind the last sound
    pauses: list[tuple[int, int]]

    @property
    def duration_s(self) -> float:
        return len(self.samples) / SAMPLE_RATE_HZ

    @property
    def speech_s(self) -> float:
        return (self.last - self.first) * STEP_S

    @property
    def breaks(self) -> list[tuple[int, int]]:
        """The pauses that a listener would call one."""
        return [(start, end) for start, end in self.pauses if (end - start) * STEP_S >= BREAK_S]


def inspect(samples: Samples, text: str, language: str, *, usual_lufs: float | None = None) -> Sound:
    """Measure a take (mono int16) and return its figures.

    ``language`` is BCP 47 or empty, ``usual_lufs`` the level of the episode's other takes where it is known. Raises
    ``FlawedTake`` with everything that is wrong.
    """
    heard = _listen(samples)
    loudness_lufs = integrated_lufs(samples)
    problems = [
        *_wrong_length(heard, text, language),
        *_repeats(heard, text, language),
        *_silences(heard),
        *_clipping(heard),
        *_bad_end(heard),
        *_strange_level(heard, loudness_lufs, usual_lufs),
        *_drift(heard),
    ]
    if problems:
        raise FlawedTake(*(Problem(message) for message in problems))
    return Sound(
        duration_s=heard.duration_s,
        loudness_lufs=loudness_lufs,
        peak_dbfs=to_db(_peak(samples) / FULL_SCALE),
        speech_start_s=heard.first * STEP_S,
        speech_end_s=heard.last * STEP_S,
    )


def _listen(samples: Samples) -> _Heard:
    """Measure levels; raise at once where there is nothing to measure."""
    if len(samples) < count(SHORTEST_S):
        raise FlawedTake("the answer holds no audio")
    levels = envelope(samples)
    loud = loud_level(levels)
    if loud < SILENT_DBFS:
        raise FlawedTake("the audio is silent from start to end")
    quiet = levels < quiet_below(levels)
    sounds = np.flatnonzero(~quiet)
    first, last = int(sounds[0]), int(sounds[-1]) + 1
    pauses = [(first + start, first + end) for start, end in runs(quiet[first:last])]
    return _Heard(samples, levels, quiet, loud, first, last, pauses)


def _wrong_length(heard: _Heard, text: str, language: str) -> Iterator[str]:
    shortest_s, longest_s = bounds_s(text, language)
    unbroken_s = heard.speech_s - sum(end - start for start, end in heard.breaks) * STEP_S
    spoken = f"{heard.speech_s:.1f} s of speech is"
    if heard.speech_s < shortest_s:
        yield f"{spoken} too short for these words (at least {shortest_s:.1f} s)"
    elif heard.speech_s > longest_s:
        yield f"{spoken} too long for these words (at most {longest_s:.1f} s)"
    elif unbroken_s > longest_s - UNBROKEN_LESS_S:
        yield f"{unbroken_s:.1f} s of speech without its pauses is too long for these words"
    elif heard.duration_s in STOPS_S and heard.duration_s < STOPPED_SHARE * speech_s(text, language):
        yield f"it stops after {heard.duration_s:g} s to the sample, which is early for these words"


def _repeats(heard: _Heard, text: str, language: str) -> Iterator[str]:
    """Find short words said again and again, which no length gives away."""
    pieces = len(heard.breaks) + 1
    if pieces > PIECES + max(speech_s(text, language) / PIECE_S, len(_WORD.findall(text))):
        yield f"it falls into {pieces} pieces, too many for these words"


def _silences(heard: _Heard) -> Iterator[str]:
    sounds = np.flatnonzero(~heard.quiet & (heard.levels > heard.loud_dbfs - FAINT_BELOW_LOUD_DB))
    longest_s = float(np.diff(sounds).max(initial=1) - 1) * STEP_S
    if longest_s > LONGEST_PAUSE_S:
        yield f"nothing is to be heard for {longest_s:.1f} s between the words"
    before_s, after_s = int(sounds[0]) * STEP_S, heard.duration_s - (int(sounds[-1]) + 1) * STEP_S
    if before_s > LONGEST_EDGE_S:
        yield f"nothing is to be heard for {before_s:.1f} s before the first word"
    if after_s > LONGEST_EDGE_S:
        yield f"nothing is to be heard for {after_s:.1f} s after the last word"


def _clipping(heard: _Heard) -> Iterator[str]:
    if _peak(heard.samples) < FULL_SCALE - 1:
        return
    full = (heard.samples >= FULL_SCALE - 1) | (heard.samples <= -FULL_SCALE)
    clipped = sum(end - start for start, end in runs(full) if end - start >= CLIPPED_RUN)
    if clipped > CLIPPED_SHARE * heard.speech_s * SAMPLE_RATE_HZ:
        yield "it is overdriven (clipped)"


def _bad_end(heard: _Heard) -> Iterator[str]:
    tail = to_float(heard.samples[-count(TAIL_S) :])
    tail_db, end_db = _level_db(tail), _level_db(tail[-count(CUT_S) :])
    floor_db = heard.loud_dbfs - STATIC_BELOW_LOUD_DB
    if heard.pauses:
        pauses = np.concatenate([heard.levels[start:end] for start, end in heard.pauses])
        floor_db = max(floor_db, float(np.median(pauses)) + STATIC_ABOVE_FLOOR_DB)
    goes_on = end_db > max(floor_db, tail_db - STATIC_STEADY_DB)
    if goes_on and _flatness(tail) > STATIC_FLATNESS:
        yield "it ends in noise"
    elif end_db > heard.loud_dbfs - CUT_BELOW_LOUD_DB:
        yield "it is cut off within a word"


def _strange_level(heard: _Heard, loudness_lufs: float, usual_lufs: float | None) -> Iterator[str]:
    if heard.loud_dbfs < FAINT_DBFS:
        yield "it is too soft to be heard"
    elif usual_lufs is not None and abs(loudness_lufs - usual_lufs) > FAR_LU:
        which = "softer" if loudness_lufs < usual_lufs else "louder"
        yield f"it is {abs(loudness_lufs - usual_lufs):.0f} LU {which} than the other takes"


def _drift(heard: _Heard) -> Iterator[str]:
    """Find a voice that fades or swells little by little.

    The level is that of the loud parts of each window of speech, pauses left out. A line through the levels says by how
    much they drift; where one step describes them better, another speaker or another delivery has set in.
    """
    speech = heard.levels[~heard.quiet]
    windows = min(MOST_WINDOWS, int(len(speech) * STEP_S / WINDOW_S))
    if windows < FEWEST_WINDOWS:
        return
    levels = np.array([np.percentile(window, 90) for window in np.array_split(speech, windows)])
    places = np.arange(windows) - (windows - 1) / 2
    slope_db = float(places @ levels / (places @ places))
    around_line = windows * float(np.var(levels - slope_db * places))
    around_step = min(_spread(levels[:at]) + _spread(levels[at:]) for at in range(1, windows))
    drift_db = slope_db * (windows - 1)
    if abs(drift_db) > DRIFT_DB and around_line < around_step:
        yield f"it {'fades' if drift_db < 0 else 'swells'} by {abs(drift_db):.0f} dB from start to end"


def _spread(levels: Floats) -> float:
    """Return the sum of squared distances from the mean."""
    return len(levels) * float(np.var(levels))


def _peak(samples: Samples) -> int:
    return max(int(samples.max()), -int(samples.min()))


def _level_db(samples: Floats) -> float:
    return to_db(float(np.sqrt(np.mean(np.square(samples)))))


def _flatness(samples: Floats) -> float:
    """Return the flatness of a spectrum averaged over frames of 20 ms: 1 for white noise, near 0 for tones."""
    size = count(0.020)
    if len(samples) < size:
        return 0.0
    frames = np.lib.stride_tricks.sliding_window_view(samples, size)[:: size // 2] * np.hanning(size)
    power = np.square(np.abs(np.fft.rfft(frames, axis=1))).mean(axis=0)[1:] + 1e-20
    return float(np.exp(np.mean(np.log(power))) / np.mean(power))
