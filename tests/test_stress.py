"""Words marked as stressed: what the marks are to those that know of them, and that they are nothing to the rest."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebooth import pace, stress
from voicebooth.parse.change import is_word


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("so", "SO"),
        (" so, very! ", " SO, VERY! "),
        ("who knows it", "who KNOWS it"),
        ("whoever", "WHOEVER"),
        ("Straße", "STRAẞE"),
        ("naïve", "NAÏVE"),
        ("...", "..."),
        ("", ""),
    ],
)
def test_stress_in_capitals(text: str, sent: str) -> None:
    assert stress.capitals(f"it is {stress.marked(text)} so") == f"it is {sent} so"


def test_marks_stand_next_to_words_and_not_within_one_another() -> None:
    once = stress.marked("“So!”")
    assert (once[0], once[-1]) == ("“", "”")
    assert stress.marked(once) == once
    assert stress.unmarked(once) == "“So!”"


def test_what_capitals_cannot_show() -> None:
    assert [stress.shows(text) for text in ("so", "SO", "it", "2026", "很", "it SQL", "it so")] == [
        True, False, False, False, False, False, True,
    ]  # fmt: skip


@given(st.text(max_size=40), st.text(max_size=40))
def test_marks_are_silent_and_part_no_words(before: str, text: str) -> None:
    marked = before + stress.marked(text)
    assert stress.unmarked(marked) == stress.unmarked(before + text)
    assert not any(is_word(char) for char in set(marked) - set(before + text))
    assert pace.speech_s(marked, "en") == pytest.approx(pace.speech_s(stress.unmarked(before + text), "en"), abs=1e-6)


@given(st.text())
def test_any_text_loses_all_marks(text: str) -> None:
    assert stress.capitals(stress.marked(text)) == stress.unmarked(stress.capitals(stress.marked(text)))
