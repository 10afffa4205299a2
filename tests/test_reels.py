"""Files that are decoded once, whoever plays them."""

import os
from pathlib import Path

import pytest

from fakes.music import MIX_HZ, tune
from voicebooth.beside import Beside
from voicebooth.errors import ScriptFault
from voicebooth.reels import Reels
from voicebooth.score import read
from voicebooth.script import Tune
from voicebooth.storage import open_store


@pytest.fixture
def scripts(tmp_path):
    store = open_store(str(tmp_path))
    store.write("theme.wav", tune(3.0))
    store.write("other.wav", tune(2.0))
    return store


def opened():
    """Return how many files this process has open."""
    return len(list(Path("/proc/self/fd").iterdir()))


def test_a_file_in_every_role_is_decoded_once(scripts):
    before = opened() if Path("/proc/self/fd").exists() else pytest.skip("needs /proc")
    tunes = {role: Tune("theme.wav", 2) for role in ("intro", "outro", "sting", "bed")}
    with Reels(scripts, MIX_HZ) as reels:
        score = read(tunes, Beside(scripts, "ep.md"), reels)
        tracks = score.tracks(reels)
        assert tracks["intro"] is tracks["outro"] is tracks["sting"]
        assert tracks["bed"] is not tracks["intro"]
        assert opened() == before + 1
        scripts.delete("theme.wav")  # nor does mastering once more read it again
        assert set(score.tracks(reels)) == set(tunes)
    assert opened() == before


def test_what_plays_in_one_role_is_not_changed_by_another(scripts):
    tunes = {role: Tune("theme.wav", 2) for role in ("intro", "bed")}
    with Reels(scripts, MIX_HZ) as reels:
        score = read(tunes, Beside(scripts, "ep.md"), reels)
        before = reels.track(score.parts["intro"].companion).read(0, 3 * MIX_HZ)
        bed = score.tracks(reels)["bed"]
        assert bed.read(5 * MIX_HZ, MIX_HZ).any()
        assert (score.tracks(reels)["intro"].read(0, 3 * MIX_HZ) == before).all()


def test_a_file_that_is_no_music_is_told_of_in_each_role(scripts):
    scripts.write("bad.wav", os.urandom(5000))
    tunes = {"intro": Tune("bad.wav", 3), "bed": Tune("other.wav", 4), "outro": Tune("bad.wav", 5)}
    with Reels(scripts, MIX_HZ) as reels, pytest.raises(ScriptFault) as fault:
        read(tunes, Beside(scripts, "ep.md"), reels)
    assert [problem.line for problem in fault.value.problems] == [3, 5]


@pytest.mark.parametrize("rate_hz", [24_000, 44_100, 48_000])
def test_tracks_are_at_the_rate_asked_for(scripts, rate_hz):
    with Reels(scripts, rate_hz) as reels:
        track = reels.track(Beside(scripts, "ep.md").find("theme.wav", "the intro", 1, 1_000_000))
        assert (track.rate_hz, track.seconds) == (rate_hz, pytest.approx(3.0, abs=0.01))
