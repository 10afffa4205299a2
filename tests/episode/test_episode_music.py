"""Whole episodes with music: paid once, heard whole, and every fault told before a request."""

import io
import json

import av
import numpy as np
import pytest

from fakes import tones
from fakes.music import MIX_HZ, file_of, film, torn, tune, words_of
from mixdesk import decoded
from studio import loudness_of, script, spoken
from voicebooth.errors import ScriptFault
from voicebooth.score import MOST_BYTES

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


def chapters(data):
    """Return when each chapter of a file starts, as FFmpeg reads it."""
    with av.open(io.BytesIO(data)) as file:
        return [float(chapter["start"] * chapter["time_base"]) for chapter in file.chapters()]


@pytest.mark.slow
def test_every_format_of_an_episode_is_as_loud_as_promised_and_has_its_times(folders):
    with_files(folders)
    booth = folders.with_options(formats=("mp3", "m4a", "opus", "flac"))
    text = script(8, front=f"{FRONT}\n  sting: {{file: theme.wav, seconds: 2}}")
    booth.put(text.replace("Ann: ", "# One\n\nAnn: ", 1).replace("\nBob: ", "\n# Two\n\nBob: ", 1))
    made = booth.make()
    marks = [mark["startTime"] for mark in json.loads(booth.read("chapters.json"))["chapters"]]
    cues = json.loads(booth.read("transcript.json"))["segments"]
    assert len(marks) == 2
    assert marks[1] - cues[0]["endTime"] > 2.0  # the sting is in front of it
    for file in made.audio:
        data = booth.read(file.name)
        samples, rate_hz = decoded(data)
        integrated_lufs, true_peak_dbtp = loudness_of(samples / np.float32(32768), rate_hz)
        assert integrated_lufs == pytest.approx(-16, abs=0.5), file.name
        assert true_peak_dbtp <= -1, file.name
        assert chapters(data) == pytest.approx(marks, abs=0.02)
        words = tones.listen(words_of(samples), rate_hz)
        assert len(words) == 8 * 12
        assert cues[0]["startTime"] == pytest.approx(words[0].start_s, abs=0.15)  # where speech was found to begin
        assert 0 <= words[12].start_s - marks[1] < 0.45  # just before its first word, and after the sting


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("absent.wav", "is not there"),
        ("../theme.wav", "is not in the script's folder"),
        ("text.wav", "is not audio that can be read"),
        ("empty.wav", "is empty"),
        ("silent.wav", "is silent"),
        ("linked.wav", "is a link out of the script's folder"),
        ("torn.flac", "holds only"),
        ("film.mp4", "is not audio that can be read"),
        ("huge.wav", "more than the 50 MB allowed"),
        pytest.param("long.flac", "lasts longer than the 10 minutes allowed", marks=pytest.mark.slow),
    ],
)
def test_a_fault_of_a_music_file_is_told_with_its_line_before_any_request(folders, tmp_path, entry, message):
    with_files(folders)
    folders.put("no music " * 100, "show/text.wav")
    folders.put(b"", "show/empty.wav")
    folders.put(tune(1.0, level=0.0), "show/silent.wav")
    folders.put(torn(tune(4.0, "flac")), "show/torn.flac")
    folders.put(film(sound=False), "show/film.mp4")
    show = tmp_path / "scripts" / "show"
    (tmp_path / "elsewhere.wav").write_bytes(tune(1.0))
    (show / "linked.wav").symlink_to(tmp_path / "elsewhere.wav")
    with (show / "huge.wav").open("wb") as huge:
        huge.truncate(MOST_BYTES + 1)  # takes no room on the disk, and is not read
    if entry == "long.flac":
        folders.put(file_of(np.zeros((1, 601 * 8000), np.float32), "flac", 8000), "show/long.flac")
    folders.put(script(2, front=f"music:\n  intro: theme.wav\n  outro: {entry}"))
    (problem,) = folders.fails(ScriptFault).problems
    assert message in problem.message
    assert problem.message.startswith(f'the outro, "{entry}",')
    assert (problem.line, bool(problem.fix)) == (4, True)
    assert not folders.gemini.requests
