from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes import tones
from fakes.spoken import SENTENCES, say
from voicebooth.audio import count, from_db, to_float, to_int16
from voicebooth.check import inspect
from voicebooth.errors import FlawedTake
from voicebooth.loudness import integrated_lufs
from voicebooth.take import Sound

TEXT = " ".join(SENTENCES)
RNG = np.random.default_rng(11)


def silence(seconds):
    return np.zeros(count(seconds), np.int16)


def noise(seconds, level_dbfs):
    return to_int16((from_db(level_dbfs) * RNG.standard_normal(count(seconds))).astype(np.float32))


def spoken():
    return np.concatenate([say(text) for text in SENTENCES])


def fading(samples, fall_db):
    return (samples * np.geomspace(1, from_db(fall_db), len(samples))).astype(np.int16)


def trimmed(samples, text=SENTENCES[0]):
    sound = inspect(samples, text, "en")
    return samples[count(sound.speech_start_s) : count(sound.speech_end_s)]


def flaws(samples, text=TEXT, **how):
    with pytest.raises(FlawedTake) as caught:
        inspect(samples, text, "en", **how)
    return [problem.message for problem in caught.value.problems]


@pytest.mark.parametrize("text", SENTENCES)
@pytest.mark.parametrize("speed", [0.8, 1.0, 1.2])
@pytest.mark.parametrize("ratio", [0.8, 0.9, 1.1])
def test_good_speech_passes_in_every_voice_and_pace(text, speed, ratio):
    samples = say(text, speed, ratio)
    sound = inspect(samples, text, "en")
    assert sound.duration_s == pytest.approx(len(samples) / 24_000)
    assert 0 <= sound.speech_start_s < sound.speech_end_s <= sound.duration_s
    assert sound.loudness_lufs == pytest.approx(integrated_lufs(samples))


@pytest.mark.parametrize("gain_db", [-22, -10, 6])
def test_soft_and_loud_speech_passes(gain_db):
    loud = np.concatenate([say(text, gain=from_db(gain_db)) for text in SENTENCES])
    assert inspect(loud, TEXT, "en").loudness_lufs == pytest.approx(integrated_lufs(spoken()) + gain_db, abs=0.3)


def test_a_whisper_passes():
    breath = to_float(noise(12, -12)) * np.abs(to_float(say(TEXT))[: count(12)])
    assert isinstance(inspect(to_int16(breath), TEXT, "en"), Sound)


def test_speech_over_a_noise_floor_passes():
    floor = noise(30, -62)
    samples = spoken()
    assert isinstance(inspect(samples + floor[: len(samples)], TEXT, "en"), Sound)


def test_a_take_without_silence_at_its_ends_passes():
    assert isinstance(inspect(trimmed(say(SENTENCES[0])), SENTENCES[0], "en"), Sound)


def test_a_take_with_a_long_but_natural_pause_passes():
    samples = np.concatenate([say(SENTENCES[0]), silence(1.5), say(SENTENCES[1])])
    assert isinstance(inspect(samples, f"{SENTENCES[0]} {SENTENCES[1]}", "en"), Sound)


@pytest.mark.parametrize("text", ["Yes.", SENTENCES[3], TEXT])
def test_the_tone_code_passes(text):
    assert isinstance(inspect(tones.encode([("Kore", text)]), text, "en"), Sound)


def test_the_words_are_found_between_the_silences():
    sound = inspect(np.concatenate([silence(1), trimmed(say(SENTENCES[0])), silence(2)]), SENTENCES[0], "en")
    assert sound.speech_start_s == pytest.approx(1.0, abs=0.03)
    assert sound.speech_end_s == pytest.approx(sound.duration_s - 2.0, abs=0.03)


@pytest.mark.parametrize(
    ("damage", "complaint"),
    [
        pytest.param(lambda: silence(0), "no audio", id="empty"),
        pytest.param(lambda: np.frombuffer(b"RIFF" * 11, "<i2"), "no audio", id="44 bytes"),
        pytest.param(lambda: silence(20), "silent from start to end", id="silence"),
        pytest.param(
            lambda: RNG.integers(-3, 4, count(20)).astype(np.int16), "silent from start", id="noise floor only"
        ),
        pytest.param(lambda: say(SENTENCES[0]), "too short", id="a part of the words"),
        pytest.param(lambda: np.tile(spoken(), 4), "too long", id="the words four times"),
        pytest.param(lambda: np.concatenate([spoken(), silence(3.0), spoken()]), "between the words", id="hole"),
        pytest.param(lambda: np.append(silence(6), spoken()), "before the first word", id="late start"),
        pytest.param(lambda: np.append(spoken(), silence(8)), "after the last word", id="long end"),
        pytest.param(lambda: np.concatenate([say(text, gain=20) for text in SENTENCES]), "clipped", id="clipped"),
        pytest.param(lambda: spoken() // 40, "too soft", id="far too soft"),
        pytest.param(lambda: fading(spoken(), -36), "fades by", id="fading to a whisper"),
        pytest.param(lambda: fading(spoken()[::-1], -36)[::-1], "swells by", id="swelling from a whisper"),
        pytest.param(lambda: np.append(spoken(), say(TEXT, gain=from_db(-35))), "after the last", id="lost at the end"),
        pytest.param(lambda: np.append(spoken(), noise(0.3, -12)), "ends in noise", id="loud static"),
        pytest.param(lambda: np.append(spoken(), noise(0.05, -20)), "ends in noise", id="short static"),
        pytest.param(lambda: np.append(spoken(), noise(2.0, -45)), "ends in noise", id="soft static"),
        pytest.param(
            lambda: np.append(spoken(), np.frombuffer(RNG.bytes(9_000), "<i2")), "ends in noise", id="bytes of a chunk"
        ),
    ],
)
def test_a_flaw_is_found(damage, complaint):
    assert any(complaint in message for message in flaws(damage()))


@pytest.mark.parametrize("share", [0.3, 0.5, 0.7])
def test_a_take_that_stops_within_a_vowel_is_cut_off(share):
    words = trimmed(say(SENTENCES[3]))
    steps = np.sqrt(np.square(to_float(words[: len(words) // 240 * 240]).reshape(-1, 240)).mean(axis=1))
    place = int(share * len(steps)) - 15
    vowel = place + int(np.argmax(steps[place : place + 30]))
    assert "it is cut off within a word" in flaws(words[: (vowel + 1) * 240], SENTENCES[3])


@pytest.mark.parametrize(("gain_db", "word"), [(-14, "softer"), (13, "louder")])
def test_a_level_far_from_the_other_takes_is_found(gain_db, word):
    usual = integrated_lufs(spoken()) - gain_db
    assert word in flaws(spoken(), usual_lufs=usual)[0]


@pytest.mark.parametrize("gain_db", [-8, 0, 8])
def test_a_level_near_the_other_takes_is_not(gain_db):
    assert isinstance(inspect(spoken(), TEXT, "en", usual_lufs=integrated_lufs(spoken()) - gain_db), Sound)


@pytest.mark.parametrize("share", [0.25, 1])
def test_a_fade_is_found_in_one_voice_and_in_two_in_long_and_in_short_takes(share):
    turns = [(voice, text) for voice, text in zip(("Kore", "Puck") * 2, SENTENCES, strict=True)][: int(4 * share)]
    text = " ".join(text for _, text in turns)
    assert any("fades" in message for message in flaws(fading(tones.encode(turns), -50), text))
    louder = np.concatenate([say(said, gain=from_db(-6 * (at % 2))) for at, (_, said) in enumerate(turns)])
    assert any("fades" in message for message in flaws(fading(louder, -50), text))


@pytest.mark.parametrize("levels_db", [(0, -20), (-20, 0), (0, -12, 0, -12), (0, -15, -15), (0, -6, -15), (0, -20, 0)])
def test_a_whispered_turn_or_a_softer_speaker_is_no_fade(levels_db):
    turns = [SENTENCES[at % 2] for at in range(len(levels_db))]
    audio = np.concatenate([say(text, gain=from_db(db)) for text, db in zip(turns, levels_db, strict=True)])
    assert isinstance(inspect(audio, " ".join(turns), "en"), Sound)


@pytest.mark.parametrize(("text", "times"), [("Yes.", 4), (SENTENCES[1], 5)])
def test_words_said_again_and_again_are_found(text, times):
    assert flaws(np.tile(tones.encode([("Kore", text)]), times), text)


@pytest.mark.parametrize("text", ["No. No. No.", "A.B.C.", "Well... maybe.", "555-0199."])
def test_short_words_with_pauses_pass(text):
    assert isinstance(inspect(say(text), text, "en"), Sound)


def drawn_out(words, seconds):
    return words[np.linspace(0, len(words) - 1, count(seconds)).astype(int)]


def test_one_word_may_be_drawn_out_but_not_for_ever():
    word = trimmed(say(SENTENCES[2]), SENTENCES[2])
    assert isinstance(inspect(drawn_out(word, 2.2), SENTENCES[2], "en"), Sound)
    assert "without its pauses" in flaws(drawn_out(word, 3.4), SENTENCES[2])[0]


@pytest.mark.parametrize(("more", "cut"), [(0, True), (1, False)])
def test_audio_that_stops_after_exactly_20_s_is_cut_off(more, cut):
    said = np.concatenate([spoken(), spoken(), silence(10)])[: 20 * 24_000 + more]
    said[-count(1) :] = 0
    text = " ".join([TEXT] * 3)
    if cut:
        assert "stops after 20 s" in flaws(said, text)[0]
    else:
        assert isinstance(inspect(said, text, "en"), Sound)


def test_all_flaws_are_told_at_once():
    assert len(flaws(np.concatenate([silence(6), say(SENTENCES[0]), silence(8)]))) == 3


@given(st.binary(max_size=6000))
def test_any_bytes_are_speech_or_a_flaw(data):
    samples = np.frombuffer(data[: len(data) // 2 * 2], "<i2")
    with suppress(FlawedTake):
        assert inspect(samples, "Yes.", "en").duration_s == pytest.approx(len(samples) / 24_000)


@pytest.mark.parametrize("words", ["Yes No Yes No Yes No", "hey hi ok sure", "hm oh ah"])
def test_words_that_each_stand_alone_are_no_repeats(words):
    samples = np.concatenate([spoken for word in words.split() for spoken in (say(f"{word}."), QUIET)])
    assert inspect(samples, words.replace(" ", ". "), "en").duration_s > 1


QUIET = np.zeros(count(0.45), np.int16)
