import io
import math

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.spoken import SENTENCES, of_form, say
from studio import loudness_of
from voicebooth.audio import count, from_db, to_float, to_int16
from voicebooth.encode import Form, Mp3, open_encoder
from voicebooth.loudness import NO_PEAK_DBTP, SILENCE_LUFS, Meter, Monitor, integrated_lufs, measure
from voicebooth.peaks import TruePeak


def sine(hz, seconds, level_dbfs=0.0, phase=0.0):
    time = np.arange(count(seconds)) / 24_000
    return (from_db(level_dbfs) * np.sin(2 * np.pi * hz * time + phase)).astype(np.float32)


@pytest.mark.parametrize("level_dbfs", [0.0, -6.0, -23.0, -40.0])
def test_a_reference_tone_reads_its_level_as_heard_on_two_loudspeakers(level_dbfs):
    # EBU Tech 3341: a 997 Hz sine at 0 dBFS in both channels is 0 LUFS
    measured = measure(sine(997, 5, level_dbfs))
    assert measured.integrated_lufs == pytest.approx(level_dbfs, abs=0.1)
    assert measured.true_peak_dbtp == pytest.approx(level_dbfs, abs=0.1)


def test_the_peak_between_two_samples_counts():
    between = sine(6000, 1, -3.0, phase=math.pi / 4)
    between *= np.minimum(1, np.minimum(np.arange(24_000), np.arange(24_000)[::-1]) / 2400).astype(np.float32)
    assert np.abs(between).max() == pytest.approx(from_db(-6.0), abs=0.002)
    assert measure(between).true_peak_dbtp == pytest.approx(-3.0, abs=0.1)


def test_the_peak_in_the_last_moment_counts():
    samples = np.zeros(24_123, np.int16)
    samples[-3] = 16_384
    assert measure(samples).true_peak_dbtp == pytest.approx(-6.0, abs=0.3)


def test_pauses_do_not_count():
    speech = say(SENTENCES[0])
    assert integrated_lufs(np.append(speech, np.zeros(240_000, np.int16))) == pytest.approx(
        integrated_lufs(speech), abs=0.2
    )


@pytest.mark.parametrize("seconds", [0.01, 0.1, 0.399, 0.4, 0.45])
def test_audio_shorter_than_a_gating_block_is_measured_all_the_same(seconds):
    assert integrated_lufs(sine(997, seconds, -20)) == pytest.approx(-20.0, abs=0.5)


@pytest.mark.parametrize("size", [0, 1, 100, 24_000])
def test_silence_has_a_figure(size):
    measured = measure(np.zeros(size, np.int16))
    assert (measured.integrated_lufs, measured.true_peak_dbtp) == (SILENCE_LUFS, NO_PEAK_DBTP)


@settings(max_examples=25)
@given(st.lists(st.integers(1, 40_000), min_size=1, max_size=6))
def test_blocks_of_any_size_measure_the_same(sizes):
    speech = say(SENTENCES[2])
    meter = Meter()
    for start, stop in zip(np.cumsum([0, *sizes]), [*np.cumsum(sizes), len(speech)], strict=True):
        meter.push(speech[start:stop])
    heard, whole = meter.finish(), measure(speech)
    assert heard.true_peak_dbtp == whole.true_peak_dbtp
    assert heard.integrated_lufs == pytest.approx(whole.integrated_lufs, abs=1e-6)


def test_float_samples_measure_like_integers():
    speech = say(SENTENCES[1])
    assert measure(to_float(speech)).integrated_lufs == pytest.approx(measure(speech).integrated_lufs, abs=0.01)
    assert np.array_equal(to_int16(to_float(speech)), speech)


@pytest.mark.parametrize("level_db", [0.0, -15.0, -30.0])
@pytest.mark.parametrize("ratio", [0.8, 1.0, 1.15])
def test_speech_measures_as_by_ffmpegs_meter(ratio, level_db):
    pause = np.zeros(count(0.7), np.int16)
    speech = np.concatenate([part for text in SENTENCES for part in (say(text, ratio=ratio), pause)])
    as_ffmpeg(to_float(speech, from_db(level_db)))


@pytest.mark.parametrize("rate_hz", [24_000, 44_100, 48_000])
def test_stereo_music_measures_as_by_ffmpegs_meter_at_every_rate(rate_hz):
    time = np.arange(8 * rate_hz) / rate_hz
    left = 0.2 * np.sin(2 * np.pi * 55 * time) + 0.1 * np.sin(2 * np.pi * 1760 * time)
    right = 0.3 * np.random.default_rng(1).standard_normal(len(time)) * np.abs(np.sin(time))
    as_ffmpeg(np.stack([left, right], axis=1).astype(np.float32), rate_hz)


def as_ffmpeg(samples, rate_hz=24_000):
    meter = Meter(rate_hz)
    meter.push(samples)
    heard, (lufs, dbtp) = meter.finish(), loudness_of(samples, rate_hz)
    assert heard.integrated_lufs == pytest.approx(lufs, abs=0.1)
    assert heard.true_peak_dbtp == pytest.approx(dbtp, abs=0.3)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("levels", "lufs"),
    [
        ([(20, -23)], -23),
        ([(20, -33)], -33),
        ([(10, -36), (60, -23), (10, -36)], -23),
        ([(10, -72), (10, -36), (60, -23), (10, -36), (10, -72)], -23),
        ([(20, -26), (20.1, -20), (20, -26)], -23),
    ],
)
def test_the_minimum_requirements_of_ebu_tech_3341(levels, lufs):
    # https://tech.ebu.ch/docs/tech/tech3341.pdf, table 1, cases 1 to 5: stereo sines of 1 kHz, to be met within 0.1 LU
    both = np.concatenate([sine(1000, seconds, level) for seconds, level in levels])
    meter = Meter(peaks=False)
    meter.push(np.stack([both, both], axis=1))
    assert meter.finish().integrated_lufs == pytest.approx(lufs, abs=0.1)


@pytest.mark.parametrize("at", [1, 23, 24, 25, 2399, 2400, 19_199, 19_200, 23_900])
def test_a_peak_beside_the_border_of_two_blocks_is_found_and_none_made_up(at):
    samples = sine(1000, 1, -30)
    samples[at] = 0.5
    _, dbtp = loudness_of(samples)
    for size in (1, 24, 2400, 19_200, 24_000):
        follower = TruePeak()
        for start in range(0, len(samples), size):
            follower.push(samples[start : start + size])
        assert 20 * math.log10(follower.finish()) == pytest.approx(dbtp, abs=0.3)


def test_loud_audio_cut_anywhere_has_no_higher_peak():
    follower, loud = TruePeak(), sine(700, 1, -1)
    loud *= np.minimum(1, np.minimum(np.arange(24_000), np.arange(24_000)[::-1]) / 2400).astype(np.float32)
    for part in np.array_split(loud, 37):
        follower.push(part)
    assert follower.finish() == pytest.approx(from_db(-1), rel=0.002)


def test_encoded_audio_is_measured_as_it_decodes():
    speech, encoder = say(SENTENCES[3]), Mp3()
    body = encoder.encode(speech) + encoder.finish()
    monitor = Monitor("mp3float")
    for at in range(0, len(body), 777):
        monitor.push(body[at : at + 777])
    with av.open(io.BytesIO(body)) as file:
        decoded = np.concatenate([frame.to_ndarray()[0] for frame in file.decode(audio=0)])
    heard, expected = monitor.finish(), measure(decoded)
    assert heard.integrated_lufs == pytest.approx(expected.integrated_lufs, abs=0.1)
    assert heard.true_peak_dbtp == pytest.approx(expected.true_peak_dbtp, abs=0.05)


def test_two_channels_with_the_same_sound_are_as_loud_as_one_heard_on_two_loudspeakers():
    speech = say(SENTENCES[1])
    mono, stereo = measure(speech), measure(np.stack([speech, speech], axis=1))
    assert stereo.integrated_lufs == pytest.approx(mono.integrated_lufs, abs=0.05)
    assert stereo.true_peak_dbtp == pytest.approx(mono.true_peak_dbtp, abs=0.01)


def test_the_louder_of_two_channels_decides_the_peak_and_one_alone_is_three_lu_softer():
    speech = say(SENTENCES[1])
    mono, left = measure(speech), measure(np.stack([speech, np.zeros_like(speech)], axis=1))
    assert left.true_peak_dbtp == pytest.approx(mono.true_peak_dbtp, abs=0.01)
    assert left.integrated_lufs == pytest.approx(mono.integrated_lufs - 3.01, abs=0.1)


@pytest.mark.parametrize("form", [Form(2), Form(1, 48_000), Form(2, 44_100)], ids=str)
def test_encoded_audio_of_any_form_is_measured(form):
    speech = say(SENTENCES[3])
    samples = of_form(speech, form)
    encoder = open_encoder("mp3", form)
    monitor = Monitor(encoder.decoder)
    monitor.push(encoder.encode(samples) + encoder.finish())
    assert monitor.finish().integrated_lufs == pytest.approx(measure(speech).integrated_lufs, abs=0.1)
