"""Mastering that does not end in time: the next run goes on from it, and one that never could says what to raise."""

import re
from dataclasses import replace

import pytest

from studio import script
from voicebooth import take
from voicebooth.deadline import Deadline
from voicebooth.errors import OutOfTime, ScriptFault
from voicebooth.manifest import Mastering

TURNS = 12
TEXT = script(TURNS)
SEGMENTS = 6


class Clock:
    """A clock that moves by one second whenever somebody looks at it."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        self.now_s += 1.0
        return self.now_s


def looks(seconds: float) -> Deadline:
    """Return a deadline that so many looks at the clock bring about."""
    return Deadline.after(seconds, Clock())


@pytest.fixture
def voiced(anywhere):
    """A booth in which every take is kept, and no episode is made of them in this format."""
    anywhere.put(TEXT)
    anywhere.make()
    anywhere.gemini.requests.clear()
    return anywhere.with_options(formats=("flac",))


@pytest.mark.slow
def test_what_never_fits_ends_in_an_error_that_says_what_to_raise(voiced):
    passing = voiced.fails(OutOfTime, deadline=looks(3))
    assert not passing.acknowledge
    assert voiced.status().state == "queued"
    final = voiced.fails(ScriptFault, deadline=looks(3))
    assert final.acknowledge  # or the event would come again for ever
    (problem,) = final.problems
    assert problem.message == "mastering this episode takes longer than the 3 seconds allowed"
    assert "raise VOICEBOOTH_DEADLINE_S" in problem.fix
    assert voiced.status().state == "failed"
    assert "VOICEBOOTH_DEADLINE_S" in voiced.read("error.txt").decode()
    assert not voiced.gemini.requests

    voiced.fails(OutOfTime, deadline=looks(3))  # a new start has its chances again
    voiced.make(deadline=looks(1000))
    voiced.assert_whole(TEXT)
    assert voiced.status().mastering == Mastering()
    assert not voiced.gemini.requests


class UpAt:
    """A clock by which the time is up with the n-th request."""

    def __init__(self, nth: int) -> None:
        self.left, self.now_s = nth, 0.0

    def __call__(self, heard=None):
        if heard is None:
            return self.now_s
        self.left -= 1
        if not self.left:
            self.now_s = 1000.0
        return ""


@pytest.mark.slow
def test_a_run_that_voiced_something_is_not_the_last(folders):
    folders.put(TEXT)
    clock = folders.gemini.fault_for = UpAt(SEGMENTS)
    late = folders.fails(OutOfTime, deadline=Deadline.after(500.0, clock))
    assert late.problems[0].message == "the time allowed was up before mastering was"
    assert (len(folders.takes()), folders.status().mastering.late) == (SEGMENTS, 0)
    folders.fails(OutOfTime, deadline=looks(3))
    assert folders.status().mastering.late == 1
    folders.fails(ScriptFault, deadline=looks(3))
    assert len(folders.gemini.requests) == SEGMENTS


class UpAfter:
    """A clock by which the time is up once it was looked at so often."""

    def __init__(self, looks: int) -> None:
        self.left = looks

    def __call__(self) -> float:
        self.left -= 1
        return 0.0 if self.left > 0 else 100.0


def passes(number: float) -> Deadline:
    """Return a deadline that leaves time for so many passes over all takes."""
    return Deadline(50.0, UpAfter(round(number * SEGMENTS) + 1), 50.0)


@pytest.fixture
def misjudged(folders):
    """A booth whose takes are kept with too high a loudness, so that the whole is 2 LU too soft after one pass."""
    folders.put(TEXT)
    folders.make()
    for key in folders.takes():
        name = f"takes/{key}.wav"
        kept = take.load(key, folders.studio.work.read(name)[0])
        sound = replace(kept.sound, loudness_lufs=kept.sound.loudness_lufs + 2.0)
        with folders.studio.work.writer(name) as file:
            take.save(replace(kept, sound=sound), file)
    return folders.with_options(formats=("wav",))


@pytest.mark.slow
def test_a_second_pass_that_does_not_fit_is_the_first_of_the_next_run(misjudged):
    misjudged.fails(OutOfTime, deadline=passes(1.5))
    left = misjudged.status().mastering
    assert (left.passes, left.late) == (1, 0)
    assert left.trim_db == pytest.approx(2.0, abs=0.3)
    status = misjudged.make(deadline=passes(1.5))
    assert status.loudness.integrated_lufs == pytest.approx(-16, abs=0.5)
    assert status.mastering == Mastering()
    misjudged.assert_whole(TEXT)


@pytest.mark.slow
@pytest.mark.parametrize("change", ["the words", "the loudness"])
def test_what_was_found_of_other_takes_or_settings_is_not_gone_by(misjudged, change):
    misjudged.fails(OutOfTime, deadline=passes(1.5))
    other = misjudged
    if change == "the words":
        misjudged.put(script(TURNS + 2))
    else:
        other = misjudged.with_options(loudness_lufs=-20.0)
    other.fails(OutOfTime, deadline=passes(0.4))
    assert other.status().mastering.passes == 0


@pytest.mark.slow
def test_a_time_too_short_for_a_single_answer_says_so(folders):
    folders.put(TEXT)
    (problem,) = folders.fails(OutOfTime, deadline=Deadline.after(10.0)).problems  # of six segments that say the same
    assert problem.message.endswith("10 seconds are too few for an answer")
    assert re.search(r"raise VOICEBOOTH_DEADLINE_S to (\d+) or more", problem.fix)
    assert not folders.gemini.requests
