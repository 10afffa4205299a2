"""Times found in the audio against the times at which the offline voice set its sentences down."""

import random
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes import tones
from voicebooth.align import align
from voicebooth.casting import cast
from voicebooth.plan import plan
from voicebooth.script import Meta, Script, Sentence, Turn
from voicebooth.speech import SAMPLE_RATE_HZ
from voicebooth.speech.offline import ENGINE, Offline, Placed

SHORT = ("Right.", "Yes.", "Exactly!", "Really?", "Hmm, go on.", "No.", "I see.", "Of course.", "Wait, what?", "Sure.")
MIDDLING = (
    "I never thought of it that way.",
    "So what happened in 1969?",
    "It costs about $4.50 a kilo, give or take.",
    "The harbour was empty when we got there.",
    "How many of them came back?",
    "That is the part nobody tells you.",
    "We had 12 boats and only 9 of them would float.",
    "My grandmother kept bees, you know.",
    "What did the neighbours say?",
    "At 7:30 the lights went out.",
    "Roughly 85% of it is water.",
)
LONG = (
    "When the first engineers arrived, they found a valley with no road, no bridge, and not one map they could trust.",
    "People assume that sleep is the absence of being awake, but the brain does an enormous amount of housekeeping.",
    "Honestly, the hardest thing was not the cold, or the dark, or the food; it was that nobody laughed for weeks.",
    "There is a letter, dated March 3rd, 1887, in which he admits that it has all failed and asks for more money.",
)
GERMAN = ("Ja.", "Wirklich?", "Das wusste ich nicht.", "Wir kamen am 3. März an, und der Hafen war leer.")


def dialogue(seed, size, speakers, language="en"):
    """Return a script of that many turns, some of one word, some of several long sentences."""
    luck, turns, line = random.Random(seed), [], 1  # noqa: S311  not a secret
    for number in range(size):
        texts = [luck.choice(GERMAN) for _ in range(luck.randint(1, 3))] if language == "de" else english(luck)
        said = tuple(Sentence(text, line + at) for at, text in enumerate(texts))
        turns.append(Turn(speakers[number % len(speakers)], said))
        line += len(texts) + 1
    return Script("ep.md", Meta(language=language), tuple(turns))


def english(luck):
    kind = luck.random()
    if kind < 0.25:
        return [luck.choice(SHORT)]
    if kind < 0.6:
        return luck.choices(MIDDLING, k=luck.randint(1, 2))
    return luck.choices(SHORT, k=luck.randint(0, 1)) + luck.choices(MIDDLING + LONG + LONG, k=luck.randint(2, 4))


@pytest.fixture(scope="module")
def offline():
    return Offline()


def segments(script):
    return plan(script, cast(script), ENGINE).segments


def errors_s(offline, script, respace=lambda audio, placed: (audio, placed)):
    """Return by how much the starts of turns, and of all sentences, are off."""
    turns, sentences = [], []
    for segment in segments(script):
        audio, placed = respace(*offline.record(segment.request, 60))
        spans = iter(align(audio, segment, script.meta.language))
        for turn, line in zip(segment.turns, placed, strict=True):
            assert len(line) == len(turn.sentences)
            off = [abs(next(spans).start_s - truth.start_s) for truth in line]
            turns.append(off[0])
            sentences += off
        assert next(spans, None) is None
    return np.array(turns), np.array(sentences)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("size", "speakers"),
    [(40, ("Ann", "Bob")), (24, ("Ann", "Bob", "Cem", "Dee")), (10, ("Narrator",))],
    ids=["two", "four", "narrator"],
)
def test_turns_are_found_where_they_are(offline, size, speakers):
    turns, sentences = errors_s(offline, dialogue(size, size, speakers))
    assert turns.mean() <= 0.25 / 4  # the figures to keep are 0.25 s and 1 s
    assert turns.max() <= 1.0 / 2
    assert sentences.mean() <= 0.1


@pytest.mark.slow
def test_pauses_of_any_length_and_noise_do_not_matter(offline):
    luck = np.random.default_rng(1)

    def respace(audio, placed):
        """Draw every pause from one distribution, so that its length tells a turn from nothing; add a noise floor."""
        parts, at, lines = [np.zeros(2400, np.int16)], 2400, []
        for line in placed:
            spans = []
            for span in line:
                spoken = audio[round(span.start_s * SAMPLE_RATE_HZ) : round(span.end_s * SAMPLE_RATE_HZ)]
                pause = np.zeros(luck.integers(3600, 14400), np.int16)
                start = at + len(pause)
                at = start + len(spoken)
                spans.append(Placed(start / SAMPLE_RATE_HZ, at / SAMPLE_RATE_HZ))
                parts += [pause, spoken]
            lines.append(tuple(spans))
        joined = np.concatenate(parts)
        return (joined + luck.normal(0, 60, len(joined))).clip(-32768, 32767).astype(np.int16), tuple(lines)

    turns, sentences = errors_s(offline, dialogue(7, 24, ("Ann", "Bob")), respace)
    assert turns.mean() <= 0.25 / 2
    assert turns.max() <= 1.0
    assert sentences.mean() <= 0.15


@pytest.mark.slow
def test_another_engine_in_another_language(offline):
    turns, _ = errors_s(offline, dialogue(3, 16, ("Ann", "Bob"), "de"))
    assert turns.mean() <= 0.25 / 2
    assert turns.max() <= 1.0


@pytest.mark.slow
def test_tones_are_as_good_as_voices():
    for segment in segments(dialogue(5, 16, ("Ann", "Bob"))):
        lines = [(line.voice, line.text) for line in segment.request.lines]
        audio = tones.encode(lines)
        heard = iter(tones.listen(audio))
        starts = [[next(heard).start_s for _ in tones.words(turn.text)][0] for turn in segment.turns]  # noqa: RUF015  the rest is to be consumed
        spans = iter(align(audio, segment, "en"))
        found = [[next(spans).start_s for _ in turn.sentences][0] for turn in segment.turns]  # noqa: RUF015
        assert np.abs(np.subtract(found, starts)).mean() <= 0.25


def test_a_sentence_takes_the_time_of_what_is_said_not_of_what_is_shown():
    """The address has pauses inside that are as long as those between the sentences around it."""
    said = "The page is at example. Dot org. Slash help. Slash more. Slash again. Underscore last."
    sentences = [
        Sentence("Listen to what I have for you.", 1),
        Sentence("It is a.b/c.", 2, say=said),
        Sentence("Write to us soon, please do.", 3),
        Sentence("Bye for now, dear friends.", 4),
    ]
    (segment,) = segments(Script("ep.md", Meta(language="en"), (Turn("Ann", tuple(sentences)),)))
    (line,) = segment.request.lines
    assert said in line.text
    audio = tones.encode([(line.voice, line.text)])
    bursts, at, starts = tones.listen(audio), 0, []
    for sentence in sentences:
        starts.append(bursts[at].start_s)
        at += len(tones.words(sentence.spoken))
    found = [span.start_s for span in align(audio, segment, "en")]
    assert np.abs(np.subtract(found, starts)).max() <= 0.1


SEGMENT = segments(dialogue(11, 8, ("Ann", "Bob")))[0]


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32), st.integers(0, 200_000), st.sampled_from([0, 1, 300, 20_000]), st.booleans())
def test_whatever_the_audio_every_sentence_gets_its_time_in_order(seed, size, level, bursts):
    luck = np.random.default_rng(seed)
    audio = (luck.standard_normal(size) * level).clip(-32768, 32767).astype(np.int16)
    if bursts:
        audio = audio * (np.repeat(luck.integers(0, 2, size // 2400 + 1), 2400)[:size]).astype(np.int16)
    spans = align(audio, SEGMENT, "en")
    assert len(spans) == sum(len(turn.sentences) for turn in SEGMENT.turns)
    edges = [edge for span in spans for edge in (span.start_s, span.end_s)]
    assert all(one <= other for one, other in pairwise(edges))
    assert edges[0] >= 0
    assert edges[-1] <= size / SAMPLE_RATE_HZ


def test_silence_in_front_is_nobodys():
    loud = (3000 * np.sin(np.arange(SAMPLE_RATE_HZ))).astype(np.int16)
    audio = np.concatenate([np.zeros(SAMPLE_RATE_HZ, np.int16), loud, np.zeros(SAMPLE_RATE_HZ // 2, np.int16)])
    spans = align(audio, segments(dialogue(0, 1, ("Ann",)))[0], "en")
    assert abs(spans[0].start_s - 1) < 0.03
    assert abs(spans[-1].end_s - 2) < 0.03
