import io

import av
import lameenc
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes import tones

LINES = [
    ("Kore", "Good evening, and welcome. It's a well-known story; isn't it?"),
    ("Puck", "Zweiundzwanzig Äpfel! 你好。 Привет, мир."),
    ("Kore", "हिन्दी and नमस्ते are words too."),
]


def mp3(samples, rate_hz=tones.RATE_HZ):
    encoder = lameenc.Encoder()
    encoder.set_in_sample_rate(rate_hz)
    encoder.set_channels(1)
    encoder.set_bit_rate(64)
    encoder.silence()
    data = bytes(encoder.encode(samples.tobytes()) + encoder.flush())
    with av.open(io.BytesIO(data)) as file:
        return np.concatenate([frame.to_ndarray().ravel() for frame in file.decode(audio=0)])


@pytest.mark.parametrize(
    "change", [lambda s: s, lambda s: s // 3, lambda s: (s.clip(-3500, 3500) * 6).astype(np.int16)]
)
def test_words_and_voices_come_back_after_gain_limiting_shift_and_mp3(change):
    shifted = np.concatenate([np.zeros(1234, np.int16), change(tones.encode(LINES))])
    assert tones.decode(mp3(shifted)) == tones.spoken(LINES)


def test_starts_are_where_the_words_are():
    heard = tones.listen(tones.encode([("Leda", "One two. Three.")]))
    starts = [burst.start_s for burst in heard]
    assert starts == pytest.approx([0.12, 0.48, 0.84 + tones.SENTENCE_GAP_S], abs=0.02)


def test_case_punctuation_and_smart_quotes_make_no_other_word():
    assert tones.words("“Don’t — STOP,” he said… <b>") == tones.words("don't stop he said b")
    assert tones.words("你好 abc") == ["你", "好", "abc"]


def test_no_sound_no_word():
    assert tones.decode(np.zeros(0, np.int16)) == []
    assert tones.decode(np.zeros(48_000, np.int16)) == []


def test_a_missing_doubled_or_swapped_word_is_noticed():
    whole = tones.spoken([("Kore", "one two three")])
    assert tones.decode(tones.encode([("Kore", "one three")])) != whole
    assert tones.decode(tones.encode([("Kore", "one two two three")])) != whole
    assert tones.decode(tones.encode([("Puck", "one two three")])) != whole


@given(st.lists(st.tuples(st.sampled_from(tones.VOICES), st.text(max_size=40)), min_size=1, max_size=4))
def test_any_text_survives(lines):
    assert tones.decode(tones.encode(lines)) == tones.spoken(lines)
