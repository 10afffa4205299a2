import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from fakes.spoken import SENTENCES, say
from studio import loudness_of
from voicebooth.audio import count, from_db, to_float
from voicebooth.loudness import integrated_lufs
from voicebooth.peaks import limit

CEILING_DBTP = -1.6
REACH = count(0.025)  # how far from a peak the gain may still be down


def at_loudness(samples, lufs):
    return to_float(samples, from_db(lufs - integrated_lufs(samples)))


def test_what_is_under_the_ceiling_is_returned_as_it_is():
    speech = at_loudness(say(SENTENCES[0]), -26)
    assert limit(speech, CEILING_DBTP) is speech


@pytest.mark.parametrize("lufs", [-19, -16, -12, -8])
@pytest.mark.parametrize("ratio", [0.8, 1.0, 1.1])
def test_speech_stays_under_the_ceiling(lufs, ratio):
    speech = at_loudness(np.concatenate([say(text, ratio=ratio) for text in SENTENCES]), lufs)
    limited = limit(speech, CEILING_DBTP)
    assert len(limited) == len(speech)
    assert loudness_of(speech)[1] > CEILING_DBTP + 1 or lufs < -16
    assert loudness_of(limited)[1] <= CEILING_DBTP + 0.1


def test_limiting_at_the_usual_level_costs_next_to_no_loudness():
    speech = at_loudness(np.concatenate([say(text) for text in SENTENCES]), -16)
    assert integrated_lufs(limit(speech, CEILING_DBTP)) == pytest.approx(-16, abs=0.15)


def test_a_peak_between_two_samples_is_caught():
    time = np.arange(24_000) / 24_000
    swell = np.sin(np.pi * time) * np.sin(2 * np.pi * 6000 * time + np.pi / 4)
    between = swell.astype(np.float32)
    assert np.abs(between).max() < from_db(CEILING_DBTP)
    assert loudness_of(limit(between, CEILING_DBTP))[1] <= CEILING_DBTP + 0.1


def test_only_the_surroundings_of_a_peak_change():
    quiet = to_float(np.random.default_rng(5).integers(-3000, 3000, 24_000).astype(np.int16))
    peak = quiet.copy()
    peak[12_000:12_020] = 1.5
    limited = limit(peak, CEILING_DBTP)
    assert np.array_equal(limited[: 12_000 - REACH], quiet[: 12_000 - REACH])
    assert np.array_equal(limited[12_020 + REACH :], quiet[12_020 + REACH :])


def test_the_gain_never_jumps():
    steady = np.full(24_000, 0.5, np.float32)
    steady[12_000] = 2.0
    gain = limit(steady, CEILING_DBTP) / steady
    assert gain.min() == pytest.approx(from_db(CEILING_DBTP) / 2, rel=0.05)
    assert np.abs(np.diff(gain)).max() < 0.01


@settings(max_examples=40)
@given(arrays(np.float32, st.integers(0, 700), elements=st.floats(-4, 4, width=32)))
def test_no_sample_grows_or_passes_the_ceiling(samples):
    limited = limit(samples, CEILING_DBTP)
    assert limited.shape == samples.shape
    assert np.all(np.abs(limited) <= np.abs(samples) + 1e-6)
    assert np.all(np.abs(limited) <= from_db(CEILING_DBTP) + 1e-5)
