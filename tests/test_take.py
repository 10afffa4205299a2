import io
import wave

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebooth.take import Sound, Take, load, save

SOUND = Sound(duration_s=0.1, loudness_lufs=-21.5, peak_dbfs=-3.25, speech_start_s=0.01, speech_end_s=0.09)


def dump(made: Take) -> bytes:
    file = io.BytesIO()
    save(made, file)
    return file.getvalue()


def take(samples: np.ndarray) -> Take:
    return Take("ab" * 32, samples.astype(np.int16), SOUND, 7, 320, "gemini-3.8-flash-tts", 2)


@given(st.lists(st.integers(-32768, 32767), max_size=300))
def test_a_take_comes_back_as_it_was_but_for_being_cached(values: list[int]) -> None:
    made = take(np.array(values))
    back = load(made.key, dump(made))
    assert np.array_equal(back.samples, made.samples)
    assert back.cached
    assert (back.sound, back.attempts, back.audio_tokens, back.input_tokens) == (SOUND, 2, 320, 7)
    assert back.model_version == "gemini-3.8-flash-tts"


def test_any_player_reads_it() -> None:
    made = take(np.arange(2400))
    with wave.open(io.BytesIO(dump(made))) as audio:
        assert (audio.getframerate(), audio.getnchannels(), audio.getsampwidth()) == (24_000, 1, 2)
        assert audio.readframes(2400) == made.samples.astype("<i2").tobytes()


@given(st.integers(0, 500))
def test_a_part_of_a_take_is_no_take(length: int) -> None:
    whole = dump(take(np.arange(100)))
    with pytest.raises(ValueError, match="not a take"):
        load("key", whole[: min(length, len(whole) - 1)])


@given(st.binary(max_size=200))
def test_other_bytes_are_no_take(data: bytes) -> None:
    with pytest.raises(ValueError, match="not a take"):
        load("key", data)
