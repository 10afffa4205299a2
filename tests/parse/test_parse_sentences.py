"""Where sentences end, in several languages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebooth.parse.sentences import LONGEST, has_words, split
from voicebooth.parse.words import Words


def sentences(text: str, language: str = "") -> list[str]:
    return [sentence.text for sentence in split([Words(text, 1)], language)]


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", ["Hello.", "How are you?", "Fine!"]),
        ("en", ["Dr. Lee met Mr. Hart at St. John's.", "They talked."]),
        ("en", ["Use tools, e.g. a saw, i.e. a blade.", "Then rest."]),
        ("en", ["He moved to the U.S. Army base.", "It was cold."]),
        ("en", ["He moved to the U.S.", "It was cold."]),
        ("en", ["It costs 3.50 or 1,000.25 today.", "Good."]),
        ("en", ["We met at 5 p.m.", "He left."]),
        ("en", ["Bring salt, pepper, etc.", "We cook."]),
        ("en", ["J. R. R. Hart wrote No. 5.", "I read it."]),
        ("en", ["Did you say no?", "No.", "Fine."]),
        ("en", ["It was I.", "Really."]),
        ("en", ["“Stop!” he said.", "“Why?”", "She ran."]),
        ("en", ['"Stop."', "She ran."]),
        ("en", ["Wait... what is it?", "Nothing..."]),
        ("en", ["It ended (at last.)", "Then we slept."]),
        ("en", ["What?!", "No!!!", "Yes."]),
        ("en", ["1. Wash the rice.", "2. Cook it."]),
        ("en", ["Version 2.0.1 is out.", "See example.org/a.b now."]),
        ("en", ["That was in 2024.", "Then came 2025."]),
        ("de", ["Am 3. Oktober kam Dr. Weber, z.B. mit Brot usw. an.", "Gut."]),
        ("de", ["Das ist ca. 5 m lang.", "Na ja."]),
        ("fr", ["M. Dupont et Mme. Petit, p.ex., dînent.", "« Quoi ? »", "Rien."]),
        ("es", ["El Sr. García llegó.", "¿Qué tal?", "¡Bien!"]),
        ("ru", ["Это т.е. дом.", "Да."]),
        ("zh", ["你好。", "很好！", "是吗？", "是。"]),
        ("zh", ["他说：“好。”", "走了。"]),
        ("ja", ["「はい。」", "そうです。"]),
        ("ar", ["كيف حالك؟", "بخير."]),
        ("hi", ["यह घर है।", "अच्छा।"]),
        ("ur", ["یہ گھر ہے۔", "اچھا۔"]),
        ("", ["Dr. Lee came.", "M. Dupont too."]),
    ],
)
def test_ends(language: str, expected: list[str]) -> None:
    joiner = "" if language in {"zh", "ja"} else " "
    assert sentences(joiner.join(expected), language) == expected


def test_each_sentence_has_the_line_of_its_first_word() -> None:
    lines = [Words("One. Two", 3), Words("goes on. Three.", 4), Words("", 5), Words("Four.", 9)]
    assert [(s.text, s.line) for s in split(lines)] == [("One.", 3), ("Two goes on.", 3), ("Three.", 4), ("Four.", 9)]


def test_scripts_without_spaces_wrap_without_spaces() -> None:
    assert [s.text for s in split([Words("今天天", 1), Words("气很好。", 2)])] == ["今天天气很好。"]


def test_signs_without_words_join_a_neighbour() -> None:
    assert sentences("... ! Hello. ... ?") == ["... ! Hello. ... ?"]


@pytest.mark.parametrize("mark", ["; ", ", ", ": ", " — ", " "])
def test_long_sentences_are_cut_at_clauses_or_spaces(mark: str) -> None:
    text = mark.join(["some words in a row"] * 200)
    pieces = sentences(text)
    assert " ".join(pieces) == text
    assert all(LONGEST // 3 < len(piece) <= LONGEST for piece in pieces[:-1])
    assert all(piece.endswith(mark.strip()) for piece in pieces[:-1])


def test_the_strongest_clause_mark_wins() -> None:
    text = "word " * 60 + "here; " + "word, " * 60 + "end."
    assert sentences(text)[0].endswith("here;")


def test_text_without_any_space_is_cut_anyway() -> None:
    pieces = sentences("字" * 2000)
    assert "".join(pieces) == "字" * 2000
    assert max(map(len, pieces)) <= LONGEST


@given(
    st.lists(
        st.text(st.sampled_from("ab.!? ,;:—\"'()。！字ก1é\u0301U"), max_size=300).map(str.strip), min_size=1, max_size=8
    ),
    st.sampled_from(["", "en", "de", "fr", "zh"]),
)
def test_no_word_is_lost_and_each_sentence_has_one(lines: list[str], language: str) -> None:
    words = [Words(" ".join(line.split()), number) for number, line in enumerate(lines, 1)]
    found = split(words, language)
    everything = "".join("".join(lines).split())
    assert "".join("".join(s.text for s in found).split()) == everything
    assert all(len(s.text) <= LONGEST for s in found)
    if has_words(everything) and len(everything) < LONGEST:
        assert all(has_words(s.text) for s in found)
    assert [s.line for s in found] == sorted(s.line for s in found)
