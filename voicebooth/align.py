"""A take and the text it speaks become times: where each sentence is heard.

Nothing is assumed about the voice but that sentences mostly end in pauses. The places where the sound dips are
candidates; the best way of putting the borders of all sentences on them is a shortest path, whose cost has three parts:

- how far each sentence's time of sound is from what its letters take, at the pace the speaker is found to have;
- how short the pause is, measured by as many of the longest as there are borders; a turn's border leans more on it;
- with two voices, how much of each sentence sounds like the other speaker (``voiceprint``), learnt from the last path.

The path is found anew with the paces and voices that it showed. Only time of sound is compared with what letters take,
so a long pause displaces nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from . import voiceprint
from .audio import STEP_S, Floats, Mask, envelope, quiet_below, runs
from .pace import speech_s
from .plan import Segment
from .take import Samples

Numbers = npt.NDArray[np.float64]

_SHORTEST_PAUSE = 5  # steps: a closed consonant is silent for up to 50 ms
_DIP_EVERY = 40  # steps: inside unbroken sound, its softest place in every 0.4 s may be a border too
_DIP_COST = 6.0  # of a border without a pause
_TURN_WEIGHT, _SENTENCE_WEIGHT = 3.0, 2.0  # per factor e of a pause's length
_MOST_FACTOR = 2.0  # natural logarithm of the factor from which on longer (or shorter) says no more
_SPREAD, _SPREAD_S = 0.16, 0.12  # by which a sentence's time differs from what its letters take
_SHORTEST_S = 0.12  # of sound for a sentence
_ROUNDS = 3
_PAUSES = re.compile(r"[.,!?…:;—–。、，！？；：।॥۔؟،\"'()-]+(?=\s|$|[\"'”’»)])")


@dataclass(frozen=True, slots=True)
class Span:
    """Where a sentence is heard, in seconds from the take's start."""

    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class _Sentence:
    """What is known of a sentence beforehand. ``voice`` numbers the speakers, ``opens`` says it begins a turn."""

    expected_s: float
    voice: int
    opens: bool


@dataclass(frozen=True, slots=True)
class _Places:
    """Candidates for borders: steps at which the sound before ends and the sound after starts; equal in a mere dip."""

    ends: npt.NDArray[np.int64]
    starts: npt.NDArray[np.int64]


def align(samples: Samples, segment: Segment, language: str) -> tuple[Span, ...]:
    """Return one span for each sentence of the segment's turns, in order, none overlapping another."""
    sentences = _sentences(segment, language)
    levels = envelope(samples)
    sound = levels >= quiet_below(levels)
    places = _places(levels, sound)
    path = _settle(samples, sound, places, sentences) if len(places.ends) else []
    if not path:
        return _proportional(sound, sentences)
    return tuple(
        Span(float(places.starts[left]) * STEP_S, float(places.ends[right]) * STEP_S) for left, right in pairwise(path)
    )


def _sentences(segment: Segment, language: str) -> list[_Sentence]:
    speakers = segment.speakers
    return [
        _Sentence(
            expected_s=max(speech_s(_PAUSES.sub(" ", sentence.spoken), language), _SHORTEST_S),
            voice=speakers.index(turn.speaker),
            opens=at == 0,
        )
        for turn in segment.turns
        for at, sentence in enumerate(turn.sentences)
    ]


def _places(levels: Floats, sound: Mask) -> _Places:
    """Return candidates in order; the first and the last are the edges of all sound."""
    loud = np.flatnonzero(sound)
    if not loud.size:
        return _Places(np.zeros(0, np.int64), np.zeros(0, np.int64))
    first, last = int(loud[0]), int(loud[-1]) + 1
    pauses = [(s + first, e + first) for s, e in runs(~sound[first:last]) if e - s >= _SHORTEST_PAUSE]
    edges = [(first, first), *pauses, (last, last)]
    dips = [dip for (_, start), (end, _) in pairwise(edges) for dip in _dips(levels, start, end)]
    ends, starts = np.array(sorted(edges + [(dip, dip) for dip in dips]), np.int64).T
    return _Places(ends, starts)


def _dips(levels: Floats, start: int, end: int) -> list[int]:
    """Return the softest step of every stretch inside one unbroken sound, away from its edges."""
    inner = range(start + _DIP_EVERY // 4, end - _DIP_EVERY // 4 - _DIP_EVERY // 2, _DIP_EVERY)
    return [at + int(levels[at : min(at + _DIP_EVERY, end - _DIP_EVERY // 4)].argmin()) for at in inner]


def _settle(samples: Samples, sound: Mask, places: _Places, sentences: Sequence[_Sentence]) -> list[int]:
    """Return the place of each border, the edges included; empty when there is no way through."""
    heard_s = np.concatenate([[0], np.cumsum(sound)])[places.ends] * STEP_S  # sound up to each place
    second = np.array([sentence.voice > 0 for sentence in sentences])
    expected_s = np.array([sentence.expected_s for sentence in sentences])
    borders = _border_costs(places, sentences)
    features = voiceprint.prints(samples) if second.any() else None
    leaning = np.zeros(len(heard_s))
    path: list[int] = []
    for _ in range(_ROUNDS):
        paced_s = _paced(expected_s, second, heard_s, path)
        path, before = _path(heard_s, paced_s, borders, np.where(second, 1, -1)[:, None] * leaning), path
        if not path or path == before:
            break
        if features is not None:
            leaning = _leaning(features, sound, places, second, path)
    return path


def _border_costs(places: _Places, sentences: Sequence[_Sentence]) -> Numbers:
    """Return what each place costs as the border in front of each sentence [sentences, places]."""
    pauses = (places.starts - places.ends).astype(np.float64)
    usual = max(np.sort(pauses)[-min(len(sentences) - 1, len(pauses))], _SHORTEST_PAUSE)
    factor = np.log(np.maximum(pauses, 1) / usual).clip(-_MOST_FACTOR, _MOST_FACTOR)
    weights = np.array([_TURN_WEIGHT if sentence.opens else _SENTENCE_WEIGHT for sentence in sentences])
    costs: Numbers = -weights[:, None] * factor + _DIP_COST * (pauses == 0)
    return costs


def _paced(expected_s: Numbers, second: Mask, heard_s: Numbers, path: list[int]) -> Numbers:
    """Return the expected times at the pace of each voice that a path shows, or of all sound when there is none yet."""
    if not path:
        paced_s: Numbers = expected_s * (heard_s[-1] / expected_s.sum())
        return paced_s
    taken_s, paced_s = np.diff(heard_s[path]), expected_s.copy()
    for mine in (second, ~second):
        if mine.any():
            paced_s[mine] *= taken_s[mine].sum() / expected_s[mine].sum()
    return paced_s


def _leaning(features: voiceprint.Prints, sound: Mask, places: _Places, second: Mask, path: list[int]) -> Numbers:
    """Return the log odds for the first voice summed up to each place."""
    steps = np.arange(len(features)) * voiceprint.HOP + voiceprint.HOP // 2
    speaking = np.searchsorted(places.starts[path], steps, side="right") - 1
    others = second[speaking.clip(0, len(second) - 1)]
    heard = sound[steps]
    odds = np.where(heard, voiceprint.evidence(features, heard & ~others, heard & others), 0.0)
    return np.concatenate([[0], np.cumsum(odds)])[np.searchsorted(steps, places.ends)]


def _path(heard_s: Numbers, expected_s: Numbers, borders: Numbers, against: Numbers) -> list[int]:
    """Return the cheapest way through all places, one step for each sentence.

    ``against`` is the evidence against a sentence's voice summed up to each place [sentences, places].
    """
    length_s = heard_s[None, :] - heard_s[:, None]  # of sound from one place to another
    cost = np.full(len(heard_s), np.inf)
    cost[0] = 0.0
    came: list[npt.NDArray[np.intp]] = []
    for number, sentence_s in enumerate(expected_s):
        steps = (length_s - sentence_s) ** 2 / (2 * (_SPREAD_S**2 + (_SPREAD * sentence_s) ** 2))
        steps += against[number][None, :] - against[number][:, None]
        steps[length_s < _SHORTEST_S / 2] = np.inf
        steps += cost[:, None]
        came.append(steps.argmin(axis=0))
        cost = steps.min(axis=0)
        if number + 1 < len(expected_s):
            cost = cost + borders[number + 1]
    if not np.isfinite(cost[-1]):
        return []
    path = [len(heard_s) - 1]
    for back in reversed(came):
        path.append(int(back[path[-1]]))
    return path[::-1]


def _proportional(sound: Mask, sentences: Sequence[_Sentence]) -> tuple[Span, ...]:
    """Share the time between the first and the last sound out by expectation alone."""
    loud = np.flatnonzero(sound)
    first, last = (int(loud[0]), int(loud[-1]) + 1) if loud.size else (0, len(sound))
    shares = np.cumsum([0.0, *(sentence.expected_s for sentence in sentences)])
    edges_s = (first + shares / shares[-1] * (last - first)) * STEP_S
    return tuple(Span(float(start), float(end)) for start, end in pairwise(edges_s))
