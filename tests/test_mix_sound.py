"""Mixes listened to with instruments: what a producer would hear as a fault is measured here.

Where speech and music must be told apart, music lies above 12 kHz, where the voices have nothing.
"""

from pathlib import Path

import numpy as np
import pytest

from fakes.music import MIX_HZ, band, chord, file_of, tune, words_of
from fakes.spoken import SENTENCES, say
from mixdesk import count, level_db, music_of
from studio import loudness_of
from test_master import plan_of, take_of, turn
from voicebooth.align import Span
from voicebooth.beside import Beside
from voicebooth.loudness import integrated_lufs
from voicebooth.mix import ATTACK_S, HOLD_S, LAST_HOLD_S, READY_S, RELEASE_S
from voicebooth.parse import parse
from voicebooth.reels import Reels
from voicebooth.score import read
from voicebooth.script import Gap
from voicebooth.storage import open_store

pytestmark = pytest.mark.slow

ALL = {"intro": {"seconds": 3.0}, "outro": {"seconds": 3.0}, "sting": {"seconds": 1.5}, "bed": {}}
PILOT_HZ = 15_000.0
QUIET_S = 0.4


def tone(seconds, hz=PILOT_HZ, level=0.3, phase=0.0, rate=MIX_HZ):
    """Return a tone that sets in at once and breaks off, on both sides."""
    wave = level * np.sin(2 * np.pi * hz * np.arange(round(seconds * rate)) / rate + phase)
    return np.stack([wave, wave]).astype(np.float32)


def hiss(seconds):
    """Return noise between 13 and 16 kHz."""
    noise = np.random.default_rng(5).normal(0, 0.2, (round(seconds * MIX_HZ), 2))
    return band(noise, 13_000, 16_000).T.astype(np.float32)


def real(plan):
    """Return takes of real speech for one-turn segments of as many sentences, and how to find those."""
    quiet = np.zeros(round(QUIET_S * 24_000), np.int16)
    parts, spans, at = [quiet], [], len(quiet)
    for text in SENTENCES:
        heard = np.flatnonzero(np.abs(say(text)) > 200)
        said = say(text)[heard[0] : heard[-1]]
        parts += (said, quiet)
        spans.append(Span(at / 24_000, (at + len(said)) / 24_000))
        at += len(said) + len(quiet)
    return [take_of(segment, np.concatenate(parts)) for segment in plan.segments], lambda *_: spans


def talk(*gaps):
    """Return a plan with a turn of four sentences behind each of these gaps."""
    text = ". ".join(["one two three"] * len(SENTENCES))
    return plan_of(*([turn(text, gap=gap, pause_s=6.0 if gap is Gap.PAUSE else 0.0)] for gap in gaps))


def talked(desk, plan, *how, **more):
    takes, spans = real(plan)
    return desk(plan, *how, takes=takes, spans=spans, **more)


def envelope_db(samples, low_hz, high_hz):
    """Return the level of a band in each 10 ms."""
    part = band(samples[:, 0] / 32768, low_hz, high_hz)
    steps = part[: len(part) // 480 * 480].reshape(-1, 480)
    return 10 * np.log10((steps**2).mean(axis=1) + 1e-12)


@pytest.mark.parametrize("rate_hz", [44_100, 48_000])
def test_what_music_has_above_the_voices_is_in_every_format(desk, rate_hz):
    low, high = chord(6.0, rate=44_100), tone(6.0, level=0.05, rate=44_100)
    files = {"tune.wav": file_of(low + high)}
    formats = ("mp3", "m4a", "opus", "flac", "wav")
    _, heard = desk(plan_of([turn()]), {"intro": {"seconds": 4.0}}, files, formats, rate_hz)
    wanted = 20 * np.log10(0.05 / 0.2)
    for name, samples in heard.items():
        rate = desk.rates[name]
        assert rate == (48_000 if name == "opus" else rate_hz)
        spectrum = np.abs(np.fft.rfft(samples[rate : 3 * rate, 0] * np.hanning(2 * rate)))
        loudest = [spectrum[round(2 * hz) - 20 :][:40].max() for hz in (180.0, PILOT_HZ)]
        assert 20 * np.log10(loudest[1] / loudest[0]) == pytest.approx(wanted, abs=1.5), name


def test_speech_is_over_the_bed_by_twelve_lu_in_every_sentence(desk):
    plan = talk(Gap.TURN, Gap.PARAGRAPH, Gap.PAUSE, Gap.CHAPTER)
    swelling = np.concatenate([hiss(4.0) * gain for gain in (0.4, 1.0, 0.6)], axis=1)
    recording, files = talked(desk, plan, ALL, {"tune.wav": file_of(swelling, rate=MIX_HZ)}, ("mp3", "opus", "flac"))
    for samples in files.values():
        voices, music = band(samples, 0, 12_000) / 32768, band(samples, 12_500, 17_000) / 32768
        for cue in recording.cues:
            part = slice(count(cue.start_s), count(cue.end_s))
            over_lu = integrated_lufs(voices[part], MIX_HZ) - integrated_lufs(music[part], MIX_HZ)
            assert over_lu >= 12, (cue.text, over_lu)


def test_a_bed_does_not_pump_between_sentences_and_moves_smoothly(desk):
    plan = talk(Gap.TURN, Gap.PARAGRAPH, Gap.PAUSE)
    recording, files = talked(desk, plan, {"bed": {"fade_s": 0.5}}, {"tune.wav": file_of(tone(60.0), rate=MIX_HZ)})
    level, cues = envelope_db(files["wav"], 14_900, 15_100), recording.cues
    first, paused, again, last = (
        round(100 * s) for s in (cues[0].start_s, cues[7].end_s, cues[8].start_s, cues[-1].end_s)
    )
    for talk_of in (level[first + 5 : paused - 5], level[again + 5 : last - 5]):
        assert len(talk_of) > 500
        assert np.ptp(talk_of) < 0.3
    pause = level[paused - 20 : again + 20]
    assert pause.max() - pause.min() == pytest.approx(10, abs=0.3)
    assert np.abs(np.diff(pause)).max() < 10 * np.pi / 2 / (100 * ATTACK_S) * 1.2  # dB in 10 ms, of a raised cosine
    up = np.flatnonzero(pause > pause.max() - 0.1)
    assert (up[0] - 20) / 100 == pytest.approx(HOLD_S + RELEASE_S, abs=0.15)
    assert (len(pause) - 20 - up[-1]) / 100 == pytest.approx(READY_S + ATTACK_S, abs=0.15)


@pytest.mark.parametrize("role", ALL)
def test_music_that_sets_in_at_its_loudest_and_breaks_off_does_not_click(desk, role):
    abrupt = tone(2.717, hz=61.0, level=0.9, phase=np.pi / 2)
    plan = talk(Gap.TURN, Gap.CHAPTER, Gap.PARAGRAPH)
    _, files = talked(desk, plan, {role: {"overlap_s": 0.0}}, {"tune.wav": file_of(abrupt, rate=MIX_HZ)})
    assert np.abs(band(files["wav"], 0, 80)).max() > 500
    edges = np.abs(band(files["wav"] / 32768, 12_500, 24_000))[100:-100]  # the ends of the file are none of the music's
    assert edges.max() < 0.0008


def test_a_sting_and_an_outro_of_their_own_are_at_their_level_from_the_start(desk):
    plan = talk(Gap.TURN, Gap.CHAPTER)
    music = {"sting": {"seconds": 2.0}, "outro": {"overlap_s": 0.0}}
    recording, files = talked(desk, plan, music, {"tune.wav": file_of(tone(5.0), rate=MIX_HZ)})
    level = envelope_db(files["wav"], 14_900, 15_100)
    heard = np.flatnonzero(level > -60)
    (sting, outro) = np.split(heard, np.flatnonzero(np.diff(heard) > 50) + 1)
    for strip in (sting, outro):
        assert level[strip[2:20]].mean() == pytest.approx(level[strip[60:100]].mean(), abs=0.3)
    assert level[outro[60]] - level[sting[60]] == pytest.approx(1.0, abs=0.3)  # -2 against -3 LU
    assert sting[0] / 100 > recording.cues[3].end_s + 0.3
    assert sting[-1] / 100 < recording.cues[4].start_s - 0.3


def test_an_outro_comes_up_soon_after_the_last_word(desk):
    music = {"outro": {"overlap_s": 2.0}}
    recording, files = talked(desk, talk(Gap.TURN), music, {"tune.wav": file_of(tone(9.0), rate=MIX_HZ)})
    level, end = envelope_db(files["wav"], 14_900, 15_100), round(100 * recording.cues[-1].end_s)
    up = np.flatnonzero(level > level.max() - 0.5)[0]
    assert (up - end) / 100 == pytest.approx(LAST_HOLD_S + RELEASE_S, abs=0.25)
    assert level[end - 30 : end - 5].max() < level.max() - 12


def drums(seconds):
    """Return beats that are all peaks: a low one, a sharp one."""
    random, beats = np.random.default_rng(2), []
    for beat in range(2 * int(seconds)):
        time = np.arange(MIX_HZ // 2) / MIX_HZ
        low = np.sin(2 * np.pi * 50 * time)[:, None] * np.exp(-14 * time)[:, None]
        sharp = random.normal(0, 0.3, (len(time), 2)) * np.exp(-40 * time)[:, None]
        beats.append(sharp if beat % 2 else np.repeat(low, 2, axis=1))
    whole = np.concatenate(beats).T
    return (whole / np.abs(whole).max()).astype(np.float32)


@pytest.mark.parametrize("music", [drums, hiss])
def test_no_peak_of_loud_music_is_above_the_ceiling_in_any_format(desk, music):
    loud = {role: {**how, "level_lu": 6.0} for role, how in ALL.items()}
    files = {"tune.wav": file_of(music(6.0), rate=MIX_HZ)}
    for formats in (("mp3",), ("m4a",), ("opus", "flac")):  # the room that is left is that of the formats asked for
        _, heard = talked(desk, talk(Gap.TURN, Gap.CHAPTER), loud, files, formats)
        for name, samples in heard.items():
            _, peak_dbtp = loudness_of((samples / 32768).astype(np.float32), desk.rates[name])
            assert -4 < peak_dbtp <= -1, name


def test_speech_and_music_sound_the_same_at_either_rate_of_players(desk):
    plan, music = plan_of([turn()], [turn(gap=Gap.CHAPTER)]), {"intro": {"seconds": 3.0}, "sting": {"seconds": 1.0}}
    one, _ = desk(plan, music, rate_hz=44_100)
    other, files = desk(plan, music, rate_hz=48_000)
    assert one.cues == other.cues
    assert one.duration_s == other.duration_s
    assert one.integrated_lufs == pytest.approx(other.integrated_lufs, abs=0.1)
    assert len(files["wav"]) == pytest.approx(other.duration_s * MIX_HZ, abs=2)


def test_speech_is_where_it_was_after_it_was_brought_to_the_rate_of_music(desk):
    plan = plan_of([turn()], [turn(gap=Gap.CHAPTER)])
    _, voices = desk(plan, rate_hz=24_000)
    _, lifted = desk(plan)
    voices, lifted = voices["wav"][:, 0].astype(float), lifted["wav"][::2, 0].astype(float)
    assert len(voices) == len(lifted)
    left_over = lifted - voices
    assert np.sqrt((left_over**2).mean()) < 0.01 * np.sqrt((voices**2).mean())  # so there is no shift, and no click
    assert np.abs(left_over).max() < 0.03 * np.abs(voices).max()


def test_short_music_in_a_loop_has_the_level_it_is_to_have(desk):
    recording, files = desk(plan_of(*[[turn()]] * 3), {"bed": {}}, {"tune.wav": tune(0.8)})
    music, cue = music_of(files["wav"]), recording.cues[1]
    voices_lufs = integrated_lufs(words_of(files["wav"])[count(cue.start_s) : count(cue.end_s)] / 32768, MIX_HZ)
    assert level_db(music, cue.start_s, cue.end_s) < voices_lufs - 12


def test_the_music_of_the_example_is_mixed_as_a_show_would_be(desk):
    examples = Path(__file__).parents[1] / "examples"
    script = parse((examples / "with-music.md").read_bytes(), "with-music.md")
    plan = talk(Gap.TURN, Gap.PAUSE, Gap.CHAPTER)
    takes, spans = real(plan)
    with Reels(open_store(str(examples)), MIX_HZ) as reels:
        score = read(script.meta.music, Beside(open_store(str(examples)), "with-music.md"), reels)
        assert score.channels == 2
        recording, files = desk(plan, takes=takes, spans=spans, score=score, tracks=score.tracks(reels), channels=2)
    first, music = recording.cues[0].start_s, files["wav"] / 32768
    assert first == pytest.approx(5.0, abs=0.05)
    assert -22 < integrated_lufs(music[count(0.5) : count(4.0)], MIX_HZ) < -16  # it begins softly
    side = (music[:, 0] - music[:, 1]) / 2  # the voices stand in the middle
    quiet_db, loud_db = level_db(side, first + 1, first + 3), level_db(side, 1.0, 4.0)
    assert loud_db - quiet_db > 12
