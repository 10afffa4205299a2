"""Every audio format of an episode: whole, marked, with its cover, at the rates that were asked for."""

import io

import av
import numpy as np
import pytest

from fakes import tones
from fakes.pictures import drawn
from studio import FILES, script, spoken
from voicebooth.errors import ScriptFault

ALL = ("mp3", "m4a", "opus", "flac", "wav")


def told(data):
    with av.open(io.BytesIO(data)) as file:
        audio, pictures = file.streams.audio[0], file.streams.video
        tags = {**audio.metadata, **file.metadata}
        cover = bytes(next(file.demux(pictures[0]))) if pictures else b""
        return {name.lower(): text for name, text in tags.items()}["title"], audio.rate, cover


def words(data):
    with av.open(io.BytesIO(data)) as file:
        to_mono = av.AudioResampler("s16", "mono", tones.RATE_HZ)
        frames = [made for frame in (*file.decode(audio=0), None) for made in to_mono.resample(frame)]
    return tones.decode(np.concatenate([frame.to_ndarray()[0] for frame in frames]))


@pytest.mark.slow
@pytest.mark.parametrize("rate_hz", [24_000, 48_000])
def test_every_format_says_every_word_and_shows_the_cover(folders, rate_hz):
    text, picture = script(4, front="title: Lamps\ncover: art/cover.png"), drawn("png", 1400)
    booth = folders.with_options(formats=ALL, sample_rate_hz=rate_hz)
    booth.studio.scripts.write("show/art/cover.png", picture)
    booth.put(text)
    status = booth.make()
    expected = spoken(text, {role.speaker: role.voice for role in status.cast})
    assert booth.files() == FILES | {f"episode.{name}" for name in ALL} | {"cover.png"}
    assert booth.read("cover.png") == picture
    assert (status.cover, status.warnings) == ("cover.png", ())
    assert [audio.name for audio in status.audio] == [f"episode.{name}" for name in ALL]
    for name in ALL:
        data = booth.read(f"episode.{name}")
        assert told(data) == ("Lamps", 48_000 if name == "opus" else rate_hz, picture)
        assert words(data) == expected


@pytest.mark.slow
def test_another_cover_format_or_rate_costs_no_request_and_leaves_nothing_behind(folders):
    booth = folders
    booth.studio.scripts.write("show/cover", drawn("png", 100))
    booth.put(script(2, front="cover: cover"))
    booth.make()
    assert booth.status().requests.made
    booth.studio.scripts.write("show/cover", drawn("jpeg", 100))
    again = booth.make()
    assert (again.cover, again.requests.made) == ("cover.jpg", 0)
    assert booth.files() == FILES | {"cover.jpg"}
    assert booth.with_options(bitrate_kbps=64).make().requests.made == 0
    assert booth.with_options(formats=("opus",)).make().audio[0].name == "episode.opus"
    booth.put(script(2))
    assert booth.make().cover == ""
    assert booth.files() == FILES


def test_a_cover_that_is_missing_is_told_of_before_any_request(folders):
    booth = folders
    booth.put(script(2, front="title: Lamps\ncover: absent.png"))
    (problem,) = booth.fails(ScriptFault).problems
    assert (problem.line, problem.message) == (3, 'the cover, "absent.png", is not there')
    assert booth.status().requests.made == 0
