"""Whole recordings with music, encoded and measured: words by the tone code, music by what the words leave out."""

from itertools import pairwise

import numpy as np
import pytest

from fakes import tones
from fakes.music import MIX_HZ, band, chord, file_of, tune, words_of
from mixdesk import count, level_db, music_of
from test_master import WORDS, plan_of, turn
from voicebooth.audio import from_db
from voicebooth.loudness import integrated_lufs, measure
from voicebooth.mix import ATTACK_S, HOLD_S, READY_S
from voicebooth.script import Gap
from voicebooth.tape import LEAD_S

pytestmark = pytest.mark.slow

TONE_WORDS = tones.spoken([("Kore", WORDS)])


def two_chapters(pause_s=0.0):
    return plan_of([turn()], [turn(gap=Gap.CHAPTER, pause_s=pause_s)])


def assert_cues_are_where_the_words_are(recording, samples):
    bursts = tones.listen(words_of(samples), MIX_HZ)
    assert [(b.voice, b.code) for b in bursts] == TONE_WORDS * len(recording.cues)
    size = len(TONE_WORDS)
    for nth, cue in enumerate(recording.cues):
        mine = bursts[nth * size : (nth + 1) * size]
        assert cue.start_s == pytest.approx(mine[0].start_s, abs=0.02)
        assert cue.end_s == pytest.approx(mine[-1].start_s + tones.BURST_S, abs=0.02)


EVERYTHING = {
    "intro": {"seconds": 3.0},
    "outro": {"seconds": 2.0},
    "sting": {"seconds": 1.5},
    "bed": {},
}


@pytest.mark.parametrize("music", [*({role: given} for role, given in EVERYTHING.items()), EVERYTHING], ids=str)
def test_no_word_is_lost_and_every_cue_is_where_its_words_are(desk, music):
    recording, files = desk(two_chapters(), music, formats=("mp3", "m4a", "opus", "flac", "wav"))
    for name, samples in files.items():
        assert samples.shape[1] == 2
        late_s = 0.022 if name == "m4a" else 0.001  # FFmpeg plays its last frame out, whatever the file says of its end
        assert -0.001 <= len(samples) / MIX_HZ - recording.duration_s <= late_s
        assert_cues_are_where_the_words_are(recording, samples)


def test_the_whole_is_at_its_loudness_and_under_its_ceiling(desk):
    plan = plan_of([turn()] * 3, [turn(gap=Gap.CHAPTER)] * 3)
    loud = file_of(chord(20.0, level=0.9))
    first, _ = desk(plan, EVERYTHING, {"tune.wav": loud}, ("mp3",))
    assert first.integrated_lufs == pytest.approx(-16, abs=1.0)  # music counts, too
    trim_db = -16 - first.integrated_lufs  # as an episode that is off is mastered once more
    recording, files = desk(plan, EVERYTHING, {"tune.wav": loud}, ("mp3", "wav"), trim_db=trim_db)
    for samples in files.values():
        measured = measure(samples, MIX_HZ)
        assert measured.integrated_lufs == pytest.approx(-16, abs=0.5)
        assert measured.true_peak_dbtp <= -1.0
    assert recording.integrated_lufs == pytest.approx(measure(files["mp3"], MIX_HZ).integrated_lufs, abs=0.15)


@pytest.mark.parametrize("level", [0.02, 0.5])
def test_a_bed_is_under_the_words_by_what_is_promised(desk, level):
    swelling = np.concatenate(
        [chord(5.0, level=level / 4), chord(4.0, level=level), chord(5.0, level=level / 3)], axis=1
    )
    plan = plan_of(*[[turn()]] * 4)
    recording, files = desk(plan, {"bed": {"under_lu": -12.0}}, {"tune.wav": file_of(swelling)})
    music = music_of(files["wav"])
    for cue in recording.cues:
        part = slice(count(cue.start_s), count(cue.end_s))
        speech_lufs = integrated_lufs(words_of(files["wav"])[part].astype(np.float32) / 32768, MIX_HZ)
        music_lufs = integrated_lufs(music[part].astype(np.float32), MIX_HZ)
        assert speech_lufs - music_lufs >= 12


def test_a_bed_gives_way_before_the_words_and_comes_back_in_long_pauses_only(desk):
    recording, files = desk(plan_of([turn()], [turn()], [turn(gap=Gap.PAUSE, pause_s=6.0)]), {"bed": {}})
    music, (one, two, three) = music_of(files["wav"]), recording.cues
    under_db = level_db(music, one.start_s + 0.2, one.end_s)
    assert level_db(music, two.start_s - 0.25, two.start_s) == pytest.approx(under_db, abs=2.0)
    assert level_db(music, three.start_s - READY_S, three.start_s) == pytest.approx(under_db, abs=2.0)
    rest_db = level_db(music, two.end_s + 3.0, three.start_s - ATTACK_S - READY_S)
    assert rest_db == pytest.approx(under_db + 10, abs=2.0)
    assert level_db(music, two.end_s, two.end_s + HOLD_S) == pytest.approx(under_db, abs=2.0)


def test_music_fades_in_and_out_and_nothing_clicks(desk):
    recording, files = desk(two_chapters(), EVERYTHING, {"tune.wav": file_of(chord(20.0, hz=100.0))})
    music = music_of(files["wav"])
    # the steepest two tones of that height can be at the loudest level of all
    loudest = np.abs(music).max()
    assert np.abs(np.diff(music, axis=0)).max() <= loudest * 2 * np.pi * 168 / MIX_HZ * 1.1
    assert np.abs(music[-24:]).max() < 0.01 * loudest
    assert recording.duration_s == pytest.approx(recording.cues[-1].end_s + 2.0, abs=0.02)


def test_an_intro_is_heard_alone_and_gone_soon_after_the_first_words(desk):
    recording, files = desk(plan_of([turn()] * 2), {"intro": {"seconds": 2.5, "overlap_s": 2.0}})
    music, first_s = music_of(files["wav"]), recording.cues[0].start_s
    assert first_s == pytest.approx(2.5, abs=0.02)
    alone = files["wav"][count(0.2) : count(1.8)]
    assert integrated_lufs(alone, MIX_HZ) == pytest.approx(-18, abs=0.3)
    assert level_db(music, first_s, first_s + 0.5) < level_db(music, 0.2, 1.8) - 12
    assert level_db(music, first_s + 2.1, first_s + 3) < -60


@pytest.mark.parametrize("role", ["intro", "outro"])
def test_an_intro_or_outro_is_heard_in_full_without_a_word_when_so_asked(desk, role):
    recording, files = desk(plan_of([turn()]), {role: {"overlap_s": 0.0}})
    music = np.abs(music_of(files["wav"])).max(axis=1)
    heard = np.flatnonzero(music > 0.02) / MIX_HZ
    cue = recording.cues[0]
    assert heard[-1] - heard[0] == pytest.approx(6.0, abs=0.1)
    assert cue.start_s >= heard[-1] if role == "intro" else cue.end_s <= heard[0]


def test_an_outro_begins_under_the_last_words(desk):
    recording, files = desk(plan_of([turn()]), {"outro": {"overlap_s": 1.5}})
    music, last_s = music_of(files["wav"]), recording.cues[-1].end_s
    assert level_db(music, 0, last_s - 1.5) < -50
    assert -50 < level_db(music, last_s - 1.0, last_s) < level_db(music, last_s + 3, last_s + 4) - 12
    assert recording.duration_s == pytest.approx(last_s + 4.5, abs=0.05)


def test_a_sting_stands_between_chapters_with_silence_around_it(desk):
    plan = plan_of([turn()], [turn(gap=Gap.CHAPTER)], [turn(gap=Gap.PARAGRAPH)])
    recording, files = desk(plan, {"sting": {"seconds": 1.5}})
    one, two, three = recording.cues
    assert two.start_s - one.end_s == pytest.approx(1.5 + 1.2, abs=0.05)
    assert three.start_s - two.end_s < 1.3
    heard = np.flatnonzero(np.abs(music_of(files["wav"])).max(axis=1) > 0.02) / MIX_HZ
    assert heard[0] - one.end_s == pytest.approx(0.6, abs=0.15)
    assert two.start_s - heard[-1] > 0.4


def test_a_bed_is_silent_while_a_sting_plays(desk):
    files = {"tune.wav": tune(3.0, hz=240.0), "bed.wav": tune(9.0, hz=80.0)}
    recording, found = desk(two_chapters(), {"sting": {}, "bed": "bed.wav"}, files)
    one, two = recording.cues
    bed = band(found["wav"], 0, 160) / 32768
    assert level_db(bed, one.end_s + 0.8, two.start_s - 0.8) < level_db(bed, one.start_s + 1, one.start_s + 2) - 30


def test_stereo_is_kept_and_speech_stands_in_the_middle(desk):
    _, files = desk(plan_of([turn()]), {"intro": {"seconds": 3.0}})
    left, right = band(files["wav"], 400, 12_000).T
    assert np.corrcoef(left, right)[0, 1] > 0.999
    left, right = files["wav"][: count(2)].T
    assert abs(np.corrcoef(left, right)[0, 1]) < 0.2


def test_mono_music_makes_a_mono_episode(desk):
    recording, files = desk(plan_of([turn()]), {"bed": {}}, {"tune.wav": tune(3.0, stereo=False)}, ("mp3",))
    assert files["mp3"].shape[1] == 1
    assert_cues_are_where_the_words_are(recording, files["mp3"])


def test_a_short_bed_goes_on_as_long_as_anybody_speaks(desk):
    recording, files = desk(plan_of(*[[turn()]] * 4), {"bed": {}}, {"tune.wav": tune(2.5)})
    music = music_of(files["wav"])
    steps = [
        level_db(music, at, at + 0.4) for at in np.arange(recording.cues[0].start_s + 3, recording.duration_s - 5, 0.4)
    ]
    assert max(steps) - min(steps) < 5
    assert len(steps) > 10


def test_speech_is_the_same_with_music_as_without(desk):
    plan = two_chapters()
    alone, plain = desk(plan)
    mixed, files = desk(plan, {"bed": {}})
    shift = count(mixed.cues[0].start_s) - count(alone.cues[0].start_s)
    assert shift == count(2.0) - count(LEAD_S)
    speech = plain["wav"][:, 0].astype(int)
    size = min(len(speech), len(files["wav"]) - shift)
    left_over = files["wav"][shift : shift + size].astype(int) - speech[:size, None]
    inner = band(left_over, 600, 12_000)[2400:-2400]  # the ends are torn off the bed
    assert np.abs(inner).max() < 32768 * from_db(-50)


def test_everything_lasts_however_short_the_speech(desk):
    plan = plan_of([turn("Yes")])
    recording, files = desk(plan, EVERYTHING)
    assert [b.code for b in tones.listen(words_of(files["wav"]), MIX_HZ)] == [tones.code("yes")]
    assert recording.duration_s == pytest.approx(len(files["wav"]) / MIX_HZ)


def test_gaps_between_cues_are_those_without_music(desk):
    plan = plan_of([turn()], [turn(gap=Gap.PARAGRAPH)], [turn(gap=Gap.PAUSE, pause_s=2.0)])
    gaps = []
    for music in ({}, EVERYTHING):
        recording, _ = desk(plan, music)
        gaps.append([after.start_s - before.end_s for before, after in pairwise(recording.cues)])
    assert gaps[0] == pytest.approx(gaps[1], abs=0.001)
