"""Seconds of speech from text."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebooth.pace import bounds_s, speech_s

ENGLISH = (
    "Welcome back to the programme. This week we look at how bread is made, why dough rises, and what Roman bakers "
    "understood about yeast. Did they, in fact, know more than modern factories? Our guest has spent half her life "
    "among ovens, and she still finds something surprising every morning."
)
SAME_SENTENCE = {
    "en": "The weather is very nice today, let us go for a walk in the park together.",
    "de": "Heute ist das Wetter sehr schön, lasst uns zusammen im Park spazieren gehen.",
    "es": "Hoy hace muy buen tiempo, vamos a dar un paseo juntos por el parque.",
    "ru": "Сегодня очень хорошая погода, давайте вместе погуляем в парке.",
    "ar": "الطقس جميل جدا اليوم، فلنذهب معا في نزهة إلى الحديقة.",
    "he": "מזג האוויר יפה מאוד היום, בואו נלך ביחד לטייל בפארק.",
    "hi": "आज मौसम बहुत अच्छा है, चलो साथ में पार्क में टहलने चलते हैं।",
    "th": "วันนี้อากาศดีมาก เราไปเดินเล่นที่สวนสาธารณะด้วยกันเถอะ",
    "zh": "今天天气很好，我们一起去公园散步吧。",
    "ja": "今日は天気がとてもいいので、一緒に公園へ散歩に行きましょう。",
    "ko": "오늘은 날씨가 아주 좋으니 함께 공원에 산책하러 갑시다.",
    "vi": "Hôm nay thời tiết rất đẹp, chúng ta hãy cùng nhau đi dạo trong công viên.",
}


def test_english_is_spoken_at_about_150_words_a_minute() -> None:
    words_per_min = len(ENGLISH.split()) / speech_s(ENGLISH, "en") * 60
    assert 140 <= words_per_min <= 175


@pytest.mark.parametrize("language", SAME_SENTENCE)
def test_the_same_sentence_takes_about_as_long_in_every_language(language: str) -> None:
    assert 3.5 <= speech_s(SAME_SENTENCE[language], language) <= 6.5


@pytest.mark.parametrize("language", sorted(set(SAME_SENTENCE) - {"vi", "de", "es"}))
def test_without_a_language_the_script_decides(language: str) -> None:
    text = SAME_SENTENCE[language]
    assert speech_s(text) == pytest.approx(speech_s(text, language))


def test_a_region_and_an_unknown_language_do_no_harm() -> None:
    text = SAME_SENTENCE["es"]
    assert speech_s(text, "es-MX") == speech_s(text, "es") == speech_s(text, "ES_mx")
    assert speech_s(text, "xx") == speech_s(text, "")


def test_foreign_words_go_at_their_own_pace() -> None:
    assert speech_s("podcast", "ar") == speech_s("podcast", "ja") == speech_s("podcast", "en")


def test_languages_differ_in_letters_a_second() -> None:
    assert speech_s("kirjoituskone", "fi") < speech_s("kirjoituskone", "de")


def test_digits_are_long_and_punctuation_is_a_pause() -> None:
    assert speech_s("1984", "en") > 3 * speech_s("abcd", "en")
    assert speech_s("Yes. No. Well, yes.", "en") > speech_s("Yes No Well yes", "en") + 1
    assert speech_s("3.14 and 1,000", "en") == pytest.approx(speech_s("314 and 1000", "en"))


def test_accents_take_no_time_but_vowel_signs_do() -> None:
    assert speech_s(unicodedata.normalize("NFD", "crèmes"), "fr") == pytest.approx(speech_s("crèmes", "fr"))
    assert speech_s("की", "hi") > speech_s("क", "hi")


def test_silence_takes_none() -> None:
    assert speech_s("", "en") == speech_s("  \n ", "en") == 0


@given(st.text(), st.text(), st.sampled_from(["", "en", "ja", "zh-TW", "th", "xx"]))
def test_the_estimate_of_more_text_is_never_less(one: str, more: str, language: str) -> None:
    both_s = speech_s(f"{one} {more}", language)
    assert both_s >= 0
    assert both_s >= speech_s(one, language) * 0.75 - 1e-9  # the language of unmarked text may turn out to be Japanese


@given(st.lists(st.sampled_from(ENGLISH.split()), min_size=1), st.lists(st.sampled_from(ENGLISH.split()), min_size=1))
def test_estimates_add_up(one: list[str], other: list[str]) -> None:
    both = " ".join(one + other)
    assert speech_s(both, "en") == pytest.approx(speech_s(" ".join(one), "en") + speech_s(" ".join(other), "en"))


@given(st.text(), st.sampled_from(["", "en", "ja"]))
def test_bounds_hold_the_estimate(text: str, language: str) -> None:
    shortest, longest = bounds_s(text, language)
    assert 0 <= shortest <= speech_s(text, language) <= longest


def test_bounds_are_wide_but_not_blind() -> None:
    shortest, longest = bounds_s(ENGLISH, "en")
    natural = speech_s(ENGLISH, "en")
    assert natural * 0.4 < shortest < natural * 0.6
    assert natural * 2 < longest < natural * 2.6
    assert bounds_s("Yes.", "en")[0] < 0.3
    assert bounds_s("Yes.", "en")[1] > 3
    assert bounds_s("1,000,000", "en")[0] < 0.7  # "a million"
