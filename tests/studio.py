"""A whole studio for tests: the fake Gemini behind the real adapter, folders or a fake Cloud Storage for buckets.

Scripts are made of words that occur once, so that the words decoded from an episode's audio say what is missing,
doubled, misplaced or in the wrong voice. Every ``episode.json`` that is looked at must fit the published schema.
"""

from __future__ import annotations

import io
import json
import random
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import cache
from itertools import product
from pathlib import Path

import av
import av.filter
import jsonschema
import numpy as np
import pytest

from fakes import tones
from fakes.gcs import FakeGcs
from fakes.gemini import FakeGemini
from voicebooth import manifest as manifests
from voicebooth.episode import episode_of, make_episode
from voicebooth.errors import VoiceboothError
from voicebooth.limiter import Limiter
from voicebooth.manifest import Manifest
from voicebooth.secrets import open_key
from voicebooth.settings import Settings
from voicebooth.speech import models
from voicebooth.speech.gemini import Gemini, Route
from voicebooth.studio import Options, Studio
from voicebooth.synthesise import Policy

SCHEMA = jsonschema.Draft202012Validator(
    json.loads((Path(manifests.__file__).parent / "schemas" / "episode.schema.json").read_text())
)
NAME = "show/ep.md"
KEY = "AIza-a-key-for-tests"
TEXTS = {"chapters.json", "transcript.json", "transcript.srt", "transcript.txt", "transcript.vtt"}
FILES = {"episode.json", "episode.mp3"} | TEXTS
TODAY = date(2026, 11, 1)
SEGMENT_S = 12.0  # two turns of 12 words
SPEAKERS = ("Ann", "Bob", "Cleo", "Dan")

_SYLLABLES = [c + v for c, v in product("bdfgklmnprstvz", "aeiou")]


def word(number: int) -> str:
    """Return a word of four letters, as long as words are on average, that no other number up to 4,899 has."""
    return "".join(_SYLLABLES[digit] for digit in divmod(number, len(_SYLLABLES)))


def turn_text(number: int, words: int = 12) -> str:
    """Return the text of a turn: two sentences, of words that no other turn has."""
    said = [word(number * words + nth) for nth in range(words)]
    half = words // 2
    return f"{' '.join(said[:half]).capitalize()}. {' '.join(said[half:]).capitalize()}."


def script(turns: int, speakers: int = 2, words: int = 12, front: str = "") -> str:
    """Return a script of that many turns, spoken in turn; turn n stands on line 2n + 1 (without ``front``)."""
    body = "\n".join(f"{SPEAKERS[n % speakers]}: {turn_text(n, words)}\n" for n in range(turns))
    return f"---\n{front}\n---\n{body}" if front else body


def spoken(text: str, cast: dict[str, str]) -> list[tuple[str, int]]:
    """Return what is to be heard of a script: each word by its speaker's voice."""
    turns = [line.split(": ", 1) for line in text.splitlines() if line.partition(": ")[0] in cast]
    return tones.spoken((cast[speaker], said) for speaker, said in turns)


def samples_of(audio: bytes) -> np.ndarray:
    """Decode an audio file into mono float samples at 24 kHz."""
    with av.open(io.BytesIO(audio)) as file:
        found = np.concatenate([frame.to_ndarray()[0] for frame in file.decode(audio=0)])
    return found / np.float32(32768) if found.dtype == np.int16 else found


def loudness_of(samples: np.ndarray, rate_hz: int = tones.RATE_HZ) -> tuple[float, float]:
    """Measure float samples, [n] or [n, 2], (LUFS as heard on two loudspeakers, dBTP) with FFmpeg's meter alone."""
    graph = av.filter.Graph()
    layout, clock = "mono" if samples.ndim == 1 else "stereo", Fraction(1, rate_hz)
    source = graph.add_abuffer(sample_rate=rate_hz, format="flt", layout=layout, time_base=clock)
    meter = graph.add("ebur128", "metadata=1:peak=true:dualmono=true:framelog=quiet")
    sink = graph.add("abuffersink")
    source.link_to(meter)
    meter.link_to(sink)
    graph.configure()
    tenths = -len(samples) % (rate_hz // 10)  # the meter tells of whole tenths of a second
    whole = np.concatenate([samples, np.zeros((tenths, *samples.shape[1:]))]).astype(np.float32)
    frame = av.AudioFrame.from_ndarray(whole.reshape(1, -1), "flt", layout)
    frame.sample_rate = rate_hz
    graph.push(frame)
    graph.push(None)
    last = None
    with suppress(av.EOFError):
        while True:
            last = graph.pull()
    facts = last.metadata
    return float(facts["lavfi.r128.I"]), 20 * np.log10(float(facts["lavfi.r128.true_peak"]))


class Trouble:
    """Says what goes wrong with a request: for ``FakeGemini.fault_for``. Threads cannot change what happens.

    ``each``: names for segments in the order in which they are first heard, met once each. ``share``: of all other
    requests fail by one of ``names``, by a draw that depends on the words and on how often they were asked for.
    """

    def __init__(self, each=(), share=0.0, names=(), seed=0) -> None:
        self.each, self.share, self.names, self.seed = list(each), share, list(names), seed
        self.asked: Counter[object] = Counter()
        self._lock = threading.Lock()

    def __call__(self, heard) -> str:
        with self._lock:
            self.asked[heard.lines] += 1
            draw = random.Random(f"{self.seed} {heard.lines} {self.asked[heard.lines]}")  # noqa: S311 - chance that must repeat
            if self.each and self.asked[heard.lines] == 1:
                return self.each.pop(0)
            if draw.random() >= self.share:
                return ""
            return draw.choice(self.names)


@dataclass(frozen=True)
class Booth:
    """A studio, what is behind it, and short ways to use it."""

    studio: Studio
    gemini: FakeGemini
    gcs: FakeGcs | None = None

    def with_options(self, **changes) -> Booth:
        """Return a booth with the same buckets and service and other settings, as another instance would have it."""
        return replace(self, studio=replace(self.studio, options=replace(self.studio.options, **changes)))

    def with_policy(self, **changes) -> Booth:
        return self.with_options(policy=replace(self.studio.options.policy, **changes))

    def put(self, content: str | bytes, name: str = NAME) -> int:
        """Drop a script and return its generation."""
        return self.studio.scripts.write(name, content.encode() if isinstance(content, str) else content)

    def make(self, name: str = NAME, generation: int | None = None, **how) -> Manifest:
        made = make_episode(self.studio, name, generation, **how)
        assert self.status(name) == made
        return made

    def fails(self, kind: type[VoiceboothError], name: str = NAME, generation: int | None = None, **how):
        """Make an episode, which must end in this error; return the error."""
        with pytest.raises(kind) as failure:
            make_episode(self.studio, name, generation, **how)
        assert type(failure.value) is kind
        return failure.value

    def status(self, name: str = NAME) -> Manifest:
        """Return ``episode.json``, which must fit its schema."""
        content = self.read("episode.json", name)
        SCHEMA.validate(json.loads(content))
        found = manifests.load(content)
        assert found
        return found

    def read(self, file: str, name: str = NAME) -> bytes:
        return self.studio.episodes.read(f"{episode_of(name)}/{file}")[0]

    def files(self, name: str = NAME) -> set[str]:
        root = f"{episode_of(name)}/"
        return {stat.name.removeprefix(root) for stat in self.studio.episodes.list(root)}

    def takes(self) -> set[str]:
        """Return the keys of the takes that are kept."""
        return {Path(stat.name).stem for stat in self.studio.work.list("takes/")}

    def heard(self, file: str = "episode.mp3", name: str = NAME) -> list[tuple[str, int]]:
        """Return (voice, word) of all that is said in an episode's audio."""
        return tones.decode(samples_of(self.read(file, name)))

    def assert_whole(self, text: str, name: str = NAME) -> Manifest:
        """The episode is done and says the script's words, all of them, once, in order, each by its own voice."""
        status = self.status(name)
        assert status.state == "done"
        assert "error.txt" not in self.files(name)
        assert self.heard(status.audio[0].name, name) == spoken(text, {r.speaker: r.voice for r in status.cast})
        return status


def voices(gemini: FakeGemini, key: Callable[..., str] | None = None):
    """Return the real adapter for each model, talking to the fake."""

    @cache
    def speech(model: str) -> Gemini:
        row = models.model(model or Settings().gemini_tts_model)
        return Gemini(row, key or open_key(key=KEY), Route(gemini.url), models.price(row, TODAY))

    return speech


def booth(scripts, work, episodes, gemini: FakeGemini, gcs: FakeGcs | None = None, key=None) -> Booth:
    options = Options(segment_s=SEGMENT_S, policy=Policy(concurrency=8, request_timeout_s=20.0))
    return Booth(Studio(scripts, work, episodes, voices(gemini, key), Limiter(), options), gemini, gcs)
