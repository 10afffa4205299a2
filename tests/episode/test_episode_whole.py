"""From a script to an episode: everything is there, says what it should, and is what the manifest tells of it."""

import json
import re
from datetime import datetime

import pytest

from fakes import tones
from studio import FILES, NAME, TEXTS, TODAY, loudness_of, samples_of, script, spoken, turn_text
from voicebooth.settings import Settings
from voicebooth.speech import models

JSON, TEXT = "application/json", "text/plain; charset=utf-8"
TYPES = {
    "episode.json": JSON,
    "episode.mp3": "audio/mpeg",
    "chapters.json": JSON,
    "transcript.json": JSON,
    "transcript.srt": "application/x-subrip; charset=utf-8",
    "transcript.txt": TEXT,
    "transcript.vtt": "text/vtt; charset=utf-8",
}
CHAPTERS = f"""---
title: Lamps at sea
language: en
voices: {{Ann: Kore}}
---
# First light

Ann: {turn_text(0)}

Bob: {turn_text(1)}

# The keeper

Ann: {turn_text(2)}

Bob: {turn_text(3)}
"""


@pytest.mark.slow
@pytest.mark.parametrize("speakers", [2, 4])
def test_an_episode_is_whole(anywhere, speakers):
    text = script(8, speakers)
    anywhere.put(text)
    anywhere.make()
    status = anywhere.assert_whole(text)
    assert anywhere.files() == FILES
    assert len({role.voice for role in status.cast}) == speakers
    assert all(len(segment.speakers) <= 2 for segment in status.segments)
    assert list(anywhere.studio.work.list("masters/")) == []


@pytest.mark.slow
def test_what_the_manifest_tells_is_true(anywhere):
    text = script(8)
    generation = anywhere.put(text)
    anywhere.make()
    status, gemini = anywhere.status(), anywhere.gemini
    assert (status.script.uri, status.script.generation) == (f"{anywhere.studio.scripts.url}/{NAME}", generation)
    assert re.fullmatch(r"[0-9a-f]{64}", status.script.sha256)
    assert status.updated.endswith("Z")
    assert datetime.fromisoformat(status.updated).tzinfo
    assert (status.show, status.title, status.model) == ("show", "Ep", Settings().gemini_tts_model)
    assert "machine" in status.disclosure
    assert status.errors == status.warnings == ()

    count = len(status.segments)
    assert count == len(gemini.requests) > 2
    assert (status.progress.segments, status.progress.done) == (count, count)
    assert (status.requests.made, status.requests.failed, status.requests.cached) == (count, 0, 0)
    assert {s.key for s in status.segments} == anywhere.takes()
    assert [s.attempts for s in status.segments] == [1] * count
    assert not any(s.cached for s in status.segments)
    assert sum(s.tokens for s in status.segments) == sum(r.tokens + r.heard.input_tokens for r in gemini.requests)
    assert [(s.first_line, s.last_line) for s in status.segments] == [(4 * n + 1, 4 * n + 3) for n in range(count)]

    price = models.price(models.model(Settings().gemini_tts_model), TODAY)
    usd = price.usd(sum(r.heard.input_tokens for r in gemini.requests), sum(r.tokens for r in gemini.requests))
    assert status.cost.usd == pytest.approx(usd, abs=1e-6)
    assert status.cost.estimated_usd == pytest.approx(usd, rel=0.5)
    assert status.cost.price_table == price.table


@pytest.mark.slow
def test_what_the_manifest_tells_of_the_audio_is_measured(folders):
    folders = folders.with_options(formats=("mp3", "wav"))
    folders.put(script(8, 4))
    status = folders.make()
    assert [(a.name, a.mime_type) for a in status.audio] == [
        ("episode.mp3", "audio/mpeg"),
        ("episode.wav", "audio/wav"),
    ]
    for audio in status.audio:
        content = folders.read(audio.name)
        samples = samples_of(content)
        integrated_lufs, true_peak_dbtp = loudness_of(samples)
        assert audio.bytes == len(content)
        assert audio.duration_s == status.duration_s == pytest.approx(len(samples) / tones.RATE_HZ, abs=0.06)
        assert integrated_lufs == pytest.approx(-16.0, abs=0.5)
        assert integrated_lufs == pytest.approx(status.loudness.integrated_lufs, abs=0.1)
        assert true_peak_dbtp <= -1.0
        assert true_peak_dbtp == pytest.approx(status.loudness.true_peak_dbtp, abs=0.7)


@pytest.mark.slow
def test_captions_and_chapters_stand_where_the_words_are_heard(folders):
    folders.put(CHAPTERS)
    status = folders.make()
    bursts = tones.listen(samples_of(folders.read("episode.mp3")))
    cues = json.loads(folders.read("transcript.json"))["segments"]
    assert [(c["speaker"], c["body"]) for c in cues] == [
        (speaker, sentence)
        for nth, speaker in enumerate(["Ann", "Bob"] * 2)
        for sentence in re.findall(r"[^.]+\.", turn_text(nth).replace(". ", "."))
    ]
    at, starts, ends = 0, [], []
    for cue in cues:
        starts.append(bursts[at].start_s)
        at += len(tones.words(cue["body"]))
        ends.append(bursts[at - 1].start_s + tones.BURST_S)
    assert at == len(bursts)
    assert [c["startTime"] for c in cues] == pytest.approx(starts, abs=0.15)
    assert [c["endTime"] for c in cues] == pytest.approx(ends, abs=0.15)
    placed, per_segment = iter(cues), len(cues) // len(status.segments)
    for segment in status.segments:
        mine = [next(placed) for _ in range(per_segment)]
        assert segment.start_s == pytest.approx(mine[0]["startTime"], abs=0.002)
        assert segment.duration_s == pytest.approx(mine[-1]["endTime"] - mine[0]["startTime"], abs=0.003)

    chapters = json.loads(folders.read("chapters.json"))["chapters"]
    assert [c["title"] for c in chapters] == ["First light", "The keeper"]
    assert chapters[0]["startTime"] == 0
    assert cues[3]["endTime"] < chapters[1]["startTime"] <= cues[4]["startTime"]
    assert status.title == "Lamps at sea"
    for subtitles in (folders.read("transcript.vtt").decode(), folders.read("transcript.srt").decode()):
        assert subtitles.count(" --> ") == len(cues)
        assert all(name in subtitles for name in ("Ann", "Bob"))


@pytest.mark.slow
def test_every_object_has_its_type_and_may_be_cached_as_long_as_is_right(buckets):
    buckets.put(script(2))
    buckets.make()
    objects = {
        name.removeprefix("show/ep/"): (found["contentType"], found["cacheControl"])
        for name, found in buckets.gcs.buckets.bucket("episodes").items()
    }
    assert {name: kind for name, (kind, _) in objects.items()} == TYPES
    assert {objects[name][1] for name in TEXTS | {"episode.mp3"}} == {"public, max-age=60"}
    assert objects["episode.json"][1] == "no-cache"


@pytest.mark.slow
def test_the_status_is_there_before_the_first_request_and_moves_on(folders):
    seen = []

    def look(_heard):
        seen.append(folders.status())
        return ""

    folders.gemini.fault_for = look
    folders.put(script(8))
    told = []
    folders.make(on_progress=lambda tally, segments: told.append((tally.done, segments)))
    count = len(folders.status().segments)
    assert {(s.state, s.progress.segments, len(s.segments), len(s.cast)) for s in seen} == {
        ("running", count, count, 2)
    }
    assert {s.requests.made for s in seen} >= {0}
    assert max(told) == (count, count)
    assert told[0] == (0, count)
    assert len(told) == 1 + count


@pytest.mark.slow
def test_a_turn_that_is_too_long_for_one_request_is_voiced_whole(folders):
    text = f"Ann: {' '.join(turn_text(n) for n in range(9))}\n\nBob: {turn_text(9)}\n"
    folders.put(text)
    folders.make()
    assert len(folders.assert_whole(text).segments) > 3


@pytest.mark.slow
@pytest.mark.parametrize("model", ["gemini-3.1-flash-tts-preview", "gemini-2.5-pro-preview-tts"])
def test_the_script_names_the_model_and_old_dialects_work(folders, model):
    text = script(4, front=f"model: {model}")
    folders.put(text)
    assert folders.make().model == model
    folders.assert_whole(text)
    assert {seen.model for seen in folders.gemini.requests} == {model}


@pytest.mark.slow
def test_an_episode_at_the_root_of_the_bucket(anywhere):
    text = script(2)
    anywhere.put(text, "monologue.txt")
    anywhere.make("monologue.txt")
    assert anywhere.assert_whole(text, "monologue.txt").show == ""
    assert anywhere.files("monologue.txt") == FILES
    assert spoken(text, {"Ann": "Kore"})[0][1] == anywhere.heard(name="monologue.txt")[0][1]
