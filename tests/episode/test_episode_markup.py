"""Speech markup in a whole episode: an alias is heard in its place, its words are shown, an edit costs its segment."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

import ears
from fakes import tones
from studio import Booth, booth, samples_of, turn_text, word
from voicebooth.speech.offline import Offline
from voicebooth.storage import open_store

NAME = "show/ep.ssml"
SHOWN = word(5 * 12 + 3)  # a word of the sixth turn
VOICES = ("Kore", "Puck")


def markup(alias: str, turns: int = 8) -> str:
    """Return speech markup in which a word stands twice, once with an alias."""
    texts = [turn_text(number) for number in range(turns)]
    texts[5] = texts[5].replace(SHOWN, f'<sub alias="{alias}">{SHOWN}</sub>', 1) + f" And {SHOWN}."
    lines = (f'<voice name="{VOICES[n % 2]}"><p>{text}</p></voice>' for n, text in enumerate(texts))
    return '<speak xml:lang="en">\n{}\n</speak>'.format("\n".join(lines))


def words_of(alias: str, turns: int = 8) -> list[tuple[str, str]]:
    """Return (voice, words) of each turn, with the alias in its place."""
    texts = [turn_text(number) for number in range(turns)]
    texts[5] = f"{texts[5].replace(SHOWN, alias, 1)} And {SHOWN}."
    return [(VOICES[number % 2], text) for number, text in enumerate(texts)]


@pytest.mark.slow
def test_an_alias_is_heard_once_and_its_words_are_shown_in_step(folders: Booth) -> None:
    folders.put(markup("zuzu zozo vivi"), NAME)
    status = folders.make(NAME)
    assert not status.warnings
    assert folders.heard(name=NAME) == tones.spoken(words_of("zuzu zozo vivi"))
    cues = json.loads(folders.read("transcript.json", NAME))["segments"]
    assert " ".join(cue["body"] for cue in cues) == " ".join(text for _, text in words_of(SHOWN))
    bursts = tones.listen(samples_of(folders.read("episode.mp3", NAME)))
    last = next(at for at, cue in enumerate(cues) if cue["body"] == f"And {SHOWN}.")
    before = 6 * 12 + 2  # words up to that sentence: two more than are shown
    assert cues[last]["startTime"] == pytest.approx(bursts[before].start_s, abs=0.3)


@pytest.mark.slow
def test_a_changed_alias_voices_its_segment_alone(folders: Booth) -> None:
    folders.put(markup("zuzu"), NAME)
    before = folders.make(NAME)
    asked = len(folders.gemini.requests)
    folders.put(markup("zozo"), NAME)
    after = folders.make(NAME)
    assert len(folders.gemini.requests) == asked + 1
    kept = {segment.key for segment in before.segments} & {segment.key for segment in after.segments}
    assert len(kept) == len(before.segments) - 1 == len(after.segments) - 1
    assert folders.heard(name=NAME) == tones.spoken(words_of("zozo"))


@pytest.mark.slow
def test_stress_is_sent_and_not_shown(folders: Booth) -> None:
    folders.put("<speak>It is <emphasis>so</emphasis> small.</speak>", NAME)
    folders.make(NAME)
    assert [line for _, line in folders.gemini.requests[0].heard.lines] == ["It is SO small."]
    assert "It is so small." in folders.read("transcript.vtt", NAME).decode()


@pytest.mark.slow
def test_what_is_written_out_is_heard_by_a_recogniser(folders: Booth, tmp_path) -> None:
    """The offline voice says it: no fake between the markup and the words that come out."""
    stores = [open_store(str(tmp_path / f"offline-{bucket}")) for bucket in ("scripts", "work", "episodes")]
    made = booth(*stores, folders.gemini)
    offline = replace(made, studio=replace(made.studio, speech=cache(lambda _model: Offline())))
    offline.put(
        '<speak xml:lang="en-US"><voice name="Kore">The <sub alias="World Wide Web Consortium">W3C</sub> came on '
        '<say-as interpret-as="date" format="mdy">10/19/2026</say-as>, for the '
        '<say-as interpret-as="ordinal">3</say-as> time.</voice></speak>',
        NAME,
    )
    offline.make(NAME)
    heard = ears.words((samples_of(offline.read("episode.mp3", NAME)) * 32767).astype(np.int16), tones.RATE_HZ)
    said = ears.written("The World Wide Web Consortium came on October 19th, 2026, for the third time.")
    assert ears.recovered([{"3rd": "third", "19": "19th"}.get(word, word) for word in heard], said) >= 0.85
