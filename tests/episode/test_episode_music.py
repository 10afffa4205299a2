"""Whole episodes with music: paid once, heard whole, and every fault told before a request."""

import json

import numpy as np
import pytest

from fakes import tones
from fakes.music import MIX_HZ, tune, words_of
from mixdesk import decoded
from studio import script, spoken
from voicebooth.errors import ScriptFault

FRONT = "music:\n  intro: {file: theme.wav, seconds: 3}\n  bed: music/bed.flac"


def with_files(booth):
    booth.put(tune(5.0), "show/theme.wav")
    booth.put(tune(4.0, "flac"), "show/music/bed.flac")


@pytest.mark.slow
def test_an_episode_with_music_says_every_word_and_a_change_of_music_asks_for_none(anywhere):
    with_files(anywhere)
    text = script(4, front=FRONT)
    anywhere.put(text)
    first = anywhere.make()
    samples, rate_hz = decoded(anywhere.read("episode.mp3"))
    assert rate_hz == MIX_HZ
    assert samples.shape[1] == 2
    assert tones.decode(words_of(samples), MIX_HZ) == spoken(text, {r.speaker: r.voice for r in first.cast})
    cues = json.loads(anywhere.read("transcript.json"))["segments"]
    assert cues[0]["startTime"] == pytest.approx(tones.listen(words_of(samples), MIX_HZ)[0].start_s, abs=0.15)
    assert first.loudness.integrated_lufs == pytest.approx(-16, abs=0.5)
    assert {c.name for c in first.companions} == {"show/theme.wav", "show/music/bed.flac"}
    asked = len(anywhere.gemini.requests)
    assert anywhere.make() == first
    anywhere.put(tune(5.0, hz=140.0), "show/theme.wav")
    second = anywhere.make()
    assert len(anywhere.gemini.requests) == asked
    assert second.requests.made == 0
    assert not np.array_equal(decoded(anywhere.read("episode.mp3"))[0][:24_000], samples[:24_000])


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("absent.wav", "is not there"),
        ("../theme.wav", "is not in the script's folder"),
        ("text.wav", "is not audio that can be read"),
        ("empty.wav", "is empty"),
        ("silent.wav", "is silent"),
    ],
)
def test_a_fault_of_a_music_file_is_told_with_its_line_before_any_request(folders, entry, message):
    with_files(folders)
    folders.put("no music " * 100, "show/text.wav")
    folders.put(b"", "show/empty.wav")
    folders.put(tune(1.0, level=0.0), "show/silent.wav")
    folders.put(script(2, front=f"music:\n  intro: theme.wav\n  outro: {entry}"))
    (problem,) = folders.fails(ScriptFault).problems
    assert message in problem.message
    assert problem.message.startswith(f'the outro, "{entry}",')
    assert (problem.line, bool(problem.fix)) == (4, True)
    assert not folders.gemini.requests
