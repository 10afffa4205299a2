"""What a voice sounds like: a line of its own, voiced as any script is, and kept with all other takes.

A voice that was heard once is not asked for again, wherever the sample is played.
"""

from __future__ import annotations

import wave
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from .deadline import Deadline
from .errors import Problem, VoiceboothError
from .plan import Plan, plan
from .script import Meta, Script, Sentence, Turn
from .shelf import Shelf
from .speech import SAMPLE_RATE_HZ
from .studio import Studio
from .synthesise import Synthesis, Tally
from .take import Take

LINE = "Hello, I am {voice}. This is how I sound when I tell you a story."
GAP_S = 0.4  # between two voices


@dataclass(frozen=True, slots=True)
class Sample:
    """A take for each voice, and what was asked for to have them. ``usd`` is ``None`` where nothing has a price."""

    takes: tuple[Take, ...]
    requests: int
    usd: float | None


def sample(studio: Studio, voices: Sequence[str], on_take: Callable[[Tally], None] = lambda _tally: None) -> Sample:
    """Have voices say a line each. Raises what voicing a script raises."""
    engine = studio.engine("")
    segments = [plan(_script(voice), {voice: voice}, engine).segments[0] for voice in voices]
    line_up = Plan(tuple(replace(s, index=index) for index, s in enumerate(segments)), {v: v for v in voices})
    tally, policy = Tally(), studio.options.policy
    synthesis = Synthesis(studio.speech(""), Shelf(studio.work), studio.limiter, policy, Deadline(), on_take=on_take)
    try:
        with synthesis.voiced(line_up, tally) as voiced:
            takes = tuple(voiced)
    except VoiceboothError as error:  # the line is ours, and of no interest
        plain = (Problem(p.message.removeprefix("line 1: "), p.fix) for p in error.problems)
        raise error.with_problems(plain) from error
    price = engine.price
    return Sample(takes, tally.made, price.usd(tally.input_tokens, tally.audio_tokens) if price else None)


def save(found: Sample, path: Path) -> None:
    """Write the takes one after the other as a WAV file."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE_HZ)
        for index, take in enumerate(found.takes):
            file.writeframes(bytes(2 * int(GAP_S * SAMPLE_RATE_HZ)) if index else b"")
            file.writeframes(take.samples.astype("<i2", copy=False).tobytes())


def _script(voice: str) -> Script:
    name = voice if voice.isalpha() else "the voice that you made"  # an id cannot be said
    sentences = tuple(Sentence(f"{part}.", 1) for part in LINE.format(voice=name).removesuffix(".").split(". "))
    return Script("sample", Meta(), (Turn(voice, sentences),))
