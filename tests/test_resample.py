"""Speech brought to the rate of the files: in place, as long as it was, with nothing added and nothing lost."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.music import band
from fakes.spoken import SENTENCES, say
from voicebooth.resample import Resampler

RATES_HZ = (44_100, 48_000)


def resampled(samples, rate_hz, block=96_000):
    parts = []
    resampler = Resampler(rate_hz, parts.append)
    for at in range(0, len(samples), block):
        resampler.put(samples[at : at + block])
    resampler.finish()
    return np.concatenate(parts) if parts else np.zeros(0, np.int16)


def at_its_rate(samples, rate_hz):
    """Return speech at another rate by its spectrum, which is exact but for the ends."""
    size = round(len(samples) * rate_hz / 24_000)
    return np.fft.irfft(np.fft.rfft(samples.astype(float)), size) * size / len(samples)


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_speech_stays_in_place_with_all_its_band_and_nothing_above(rate_hz):
    speech = say(SENTENCES[3])
    speech = speech[: len(speech) // 80 * 80]
    lifted, exact = resampled(speech, rate_hz), at_its_rate(speech, rate_hz)
    assert len(lifted) == len(exact)
    middle = slice(2000, -2000)
    off = (lifted - exact)[middle]
    assert np.sqrt((band(off, 0, 11_500, rate_hz) ** 2).mean()) < 1.0  # of 32,768
    above = band(lifted, 12_500, rate_hz / 2, rate_hz)[middle]
    assert np.sqrt((above**2).mean()) < 2e-4 * np.sqrt((lifted[middle].astype(float) ** 2).mean())


@given(st.integers(2_400, 60_000), st.integers(1, 30_000), st.sampled_from(RATES_HZ))
def test_blocks_of_any_size_give_the_same_samples_without_a_seam(size, block, rate_hz):
    speech = say(SENTENCES[0])[:size]
    whole = resampled(speech, rate_hz)
    assert len(whole) == pytest.approx(len(speech) * rate_hz / 24_000, abs=1)
    assert np.array_equal(resampled(speech, rate_hz, max(block, size // 40 + 1)), whole)


def test_at_the_rate_of_speech_samples_pass_as_they_are():
    speech = say(SENTENCES[2])
    assert np.array_equal(resampled(speech, 24_000, 1000), speech)


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_nothing_gives_nothing(rate_hz):
    assert not len(resampled(np.zeros(0, np.int16), rate_hz))
