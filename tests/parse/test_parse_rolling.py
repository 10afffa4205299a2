"""Captions that show again what they have shown."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebooth.parse import parse
from voicebooth.parse.cues import Cue, Piece
from voicebooth.parse.rolling import told_once


def cue(start_s: float, end_s: float, *lines: str, speaker: str = "") -> Cue:
    return Cue(start_s, end_s, tuple(Piece(line, i, speaker) for i, line in enumerate(lines, 1)))


def in_a_row(*texts: tuple[str, ...]) -> list[Cue]:
    return [cue(i, i + 1, *lines) for i, lines in enumerate(texts)]


def told(cues: list[Cue]) -> list[str]:
    return [" ".join(piece.text for piece in part.pieces) for part in told_once(cues)]


def test_three_lines_that_move_up_one_by_one() -> None:
    rolled = in_a_row(("a b",), ("a b", "c d"), ("a b", "c d", "e f"), ("c d", "e f", "g h"), ("e f", "g h", "i"))
    assert told(rolled) == ["a b", "c d", "e f", "g h", "i"]


def test_a_line_that_grows_word_by_word() -> None:
    assert told(in_a_row(("we",), ("we were",), ("we were going",), ("we were going home",))) == [
        "we",
        "were",
        "going",
        "home",
    ]


def test_a_line_that_stays_alone_between_two() -> None:
    rolled = in_a_row(("one two",), ("one two", "three"), ("three",), ("three", "four five"), ("four five",))
    assert told(rolled) == ["one two", "three", "", "four five", ""]


def test_the_speaker_of_what_is_new_is_kept() -> None:
    cues = [
        cue(0, 1, "hello there"),
        Cue(1, 2, (Piece("hello there", 1), Piece("who is it", 2, "Ann"))),
        Cue(2, 3, (Piece("who is it", 1, "Ann"), Piece("it is me", 2, "Bob"))),
        Cue(3, 4, (Piece("it is me", 1, "Bob"), Piece("so", 2, "Ann"))),
    ]
    new = [piece for part in told_once(cues) for piece in part.pieces]
    assert [(piece.speaker, piece.text) for piece in new] == [
        ("", "hello there"),
        ("Ann", "who is it"),
        ("Bob", "it is me"),
        ("Ann", "so"),
    ]


@pytest.mark.parametrize(
    "texts",
    [
        [("No.",), ("No.",), ("Yes.",), ("It rains.",)],
        [("It is.",), ("It is so.",), ("Is it?",), ("I see.",)],
        [("the end",), ("end of all",), ("it was",), ("was it not",)],
        [("ha",), ("ha",), ("who",), ("me",), ("you",), ("we",)],
    ],
)
def test_people_who_say_things_twice(texts: list[tuple[str, ...]]) -> None:
    assert told(in_a_row(*texts)) == [" ".join(lines) for lines in texts]


def test_the_same_cue_twice_at_once_is_a_shadow_and_later_it_is_said_again() -> None:
    assert told([cue(0, 2, "Hello."), cue(0, 2, "Hello."), cue(4, 6, "Bye."), cue(8, 9, "So.")]) == [
        "Hello.",
        "",
        "Bye.",
        "So.",
    ]
    assert told([cue(0, 2, "Hello."), cue(3, 5, "Hello."), cue(6, 7, "Bye.")]) == ["Hello.", "Hello.", "Bye."]


def test_nothing_and_one() -> None:
    assert told([]) == []
    assert told([cue(0, 1, "Hello.")]) == ["Hello."]
    assert told([cue(0, 1), cue(1, 2)]) == ["", ""]


def rolled_up(lines: list[str], height: int) -> Iterator[tuple[str, ...]]:
    for i in range(len(lines)):
        yield tuple(lines[max(0, i - height + 1) : i + 1])


LINES = st.lists(st.lists(st.sampled_from("abcdef"), min_size=1, max_size=5).map(" ".join), min_size=6, max_size=24)


@given(LINES, st.integers(2, 4))
def test_whatever_rolls_is_told_once(lines: list[str], height: int) -> None:
    numbered = [f"{line} {i}" for i, line in enumerate(lines)]
    assert " ".join(filter(None, told(in_a_row(*rolled_up(numbered, height))))) == " ".join(numbered)


@given(LINES)
def test_whatever_does_not_roll_is_left_alone(lines: list[str]) -> None:
    alone = [f"{i} {line}" for i, line in enumerate(lines)]  # no cue begins as the one before ends
    assert told(in_a_row(*((line,) for line in alone))) == alone


def test_rolling_and_marks_together() -> None:
    lines = [
        "&gt;&gt; ANN: hello there",
        "&gt;&gt; BOB: oh hello",
        "it is late",
        "&gt;&gt; ANN: so it is",
        "good night",
    ]
    shown = [lines[:1], *([above, line] for above, line in pairwise(lines))]
    times = [f"00:00:{i:02}.000 --> 00:00:{i + 1:02}.000" for i in range(len(shown))]
    cues = [f"{time}\n" + "\n".join(text) for time, text in zip(times, shown, strict=True)]
    script = parse(("WEBVTT\n\n" + "\n\n".join(cues)).encode(), "ep.vtt")
    assert [(turn.speaker, turn.text) for turn in script.turns] == [
        ("ANN", "hello there"),
        ("BOB", "oh hello it is late"),
        ("ANN", "so it is good night"),
    ]
