"""Plays as they are printed: a name and a full stop."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebooth.parse import parse
from voicebooth.script import NARRATOR, Script

FORMS = ["ep.txt", "ep.md"]


def read(text: str, name: str = "ep.txt") -> Script:
    return parse(text.encode(), name)


def said(text: str, name: str = "ep.txt") -> list[tuple[str, str]]:
    return [(turn.speaker, turn.text) for turn in read(text, name).turns]


SPEECHES = [("{0}", "Who goes there?"), ("{1}", "A friend, I swear it."), ("{0}", "Come in."), ("{1}", "So I will.")]
LAYOUTS = ["{name}. {words}", "{name}.\n{words}", "_{name}._ {words}", "{name}.  {words}", "_{name}._\n{words}"]


def written(layout: str, names: tuple[str, str], times: int = 2) -> tuple[str, list[tuple[str, str]]]:
    speeches = [(name.format(*names), words) for name, words in SPEECHES * times]
    return "\n\n".join(layout.format(name=name, words=words) for name, words in speeches), speeches


@pytest.mark.parametrize("layout", [*LAYOUTS, "{name}.\n\n{words}"])
@pytest.mark.parametrize("names", [("ROSALIND", "JAQUES"), ("MRS. PAGE", "FIRST LORD"), ("ÉLISE", "M. JOURDAIN")])
@pytest.mark.parametrize("form", FORMS)
def test_names_in_capitals(layout: str, names: tuple[str, str], form: str) -> None:
    text, speeches = written(layout, names)
    script = read(text, form)
    assert [(t.speaker, t.text) for t in script.turns] == speeches
    assert not script.warnings


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("names", [("Ros", "Jaq"), ("Lady Ann", "Mr. Lane"), ("1 Clown", "2 Clown"), ("Ähre", "Über")])
def test_names_in_mixed_case_that_fill_the_text(layout: str, names: tuple[str, str]) -> None:
    text, speeches = written(layout, names)
    assert said(text) == speeches


def test_a_name_that_comes_once_among_others_and_a_line_of_two_names() -> None:
    text, speeches = written(LAYOUTS[0], ("ANN", "BOB"))
    once = "\n\nA PORTER. Knock, knock.\n\nPORTER. Who is it?\n\nANN AND BOB. We!\n\n"
    half = len(speeches) // 2
    halves = text.split("\n\n")
    found = said("\n\n".join(halves[:half]) + once + "\n\n".join(halves[half:]))
    assert ("PORTER", "Who is it?") in found
    assert ("ANN AND BOB", "We!") in found


def test_acts_and_scenes_are_chapters_and_directions_are_the_narrator_s() -> None:
    text, speeches = written(LAYOUTS[1], ("Ros", "Jaq"))
    top = "A PLAY\n\nACT I.\n\nScene I. A forest.\n\n[Enter Ros\nand Jaq.]\n\n"
    play = f"{top}{text}\n\n[Exeunt.]\n\nScene II. A hut.\n\n{text}"
    script = read(play)
    assert [c.title for c in script.chapters] == ["Scene I. A forest.", "Scene II. A hut."]
    directions = [(NARRATOR, "A PLAY"), (NARRATOR, "[Enter Ros and Jaq.]")]
    assert [(t.speaker, t.text) for t in script.turns] == [*directions, *speeches, (NARRATOR, "[Exeunt.]"), *speeches]


def test_brackets_in_the_middle_of_a_speech_stay_with_the_speaker() -> None:
    text, _ = written(LAYOUTS[0], ("ANN", "BOB"))
    found = said(f"{text}\n\nANN. Look!\n\n[A ghost.]\n\nIt is gone.\n\n{text}")
    assert found[8:11] == [("ANN", "Look!"), ("ANN", "[A ghost.]"), ("ANN", "It is gone.")]


def test_brackets_behind_a_name_are_a_delivery() -> None:
    text, _ = written(LAYOUTS[0], ("ANN", "BOB"))
    script = read(f"{text}\n\nANN (aside). Is he mad?\n\nBOB [softly]. No.")
    assert [(t.speaker, t.delivery, t.text) for t in script.turns[-2:]] == [
        ("ANN", "aside", "Is he mad?"),
        ("BOB", "softly", "No."),
    ]


PROSE = [
    "STOP. Go back.\n\nWe went on.\n\nSTOP. Now.\n\nWe did not stop.\n\nIt rained.\n\nWe slept.\n\nGO. Go now.",
    "Yes. We did.\n\nNo. We did not.\n\nYes. I said so.\n\nNo. I said no.\n\nYes. Then.\n\nNo. Never.",
    "Paris. It rains.\n\nRome. It shines.\n\nOslo. It snows.\n\nBonn. It is dry.",
    "ACT I. Rain.\n\nACT II. Snow.\n\nACT I. Rain.\n\nACT II. Snow.",
    "I. One.\n\nII. Two.\n\nIII. Three.\n\nIV. Four.",
    "A. One.\n\nB. Two.\n\nA. One.\n\nB. Two.",
    "NASA. It flies.\n\nNASA. It lands.\n\nNASA. It is home.",
]


@pytest.mark.parametrize("text", PROSE)
@pytest.mark.parametrize("form", FORMS)
def test_prose_is_no_play(text: str, form: str) -> None:
    script = read(text, form)
    assert script.speakers == (NARRATOR,)
    assert " ".join(turn.text for turn in script.turns) == " ".join(text.split())


WORDS = st.lists(st.text(st.sampled_from("abcdefgäé"), min_size=2, max_size=8), min_size=2, max_size=9).map(" ".join)
SPEECH = st.tuples(st.sampled_from(["ANN", "OLD MAN", "DR. LEE", "ÉLISE"]), WORDS)


@given(st.lists(SPEECH, min_size=2, max_size=10), st.sampled_from([*LAYOUTS, "{name}.\n\n{words}"]))
def test_every_word_once_in_order_by_the_right_speaker(speeches: list[tuple[str, str]], layout: str) -> None:
    speeches = [("ANN", "one two"), ("ÉLISE", "three"), *speeches, *speeches[::-1], ("ANN", "four"), ("ÉLISE", "five")]
    text = "\n\n".join(layout.format(name=name, words=words.capitalize() + ".") for name, words in speeches)
    assert said(text) == [(name, words.capitalize() + ".") for name, words in speeches]
