"""Transcripts with times."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebooth.parse import parse
from voicebooth.script import NARRATOR, Script

FORMS = ["ep.md", "ep.txt"]


def read(text: str, name: str = "ep.md") -> Script:
    return parse(text.encode(), name)


def said(text: str, name: str = "ep.md") -> list[tuple[str, str]]:
    return [(turn.speaker, turn.text) for turn in read(text, name).turns]


DIALOGUE = [("Ann Lee", "One."), ("Bob", "Two."), ("Ann Lee", "Three."), ("Bob", "Four.")]
CLOCK = ["00:00:03", "00:01:59", "00:58:10", "01:02:03"]
LAYOUTS = [
    "[{time}] {name}: {words}",
    "({time}) {name}: {words}",
    "{time} {name}: {words}",
    "{name} ({time}): {words}",
    "{name} ({time}):\n{words}",
    "{name}: [{time}] {words}",
    "{name}: {time}\n{words}",
    "{name}  {time}\n{words}",
    "{name} ({time})\n{words}",
    "{name} ({time})\n\n{words}",
    "{name} - {time}\n{words}",
    "{name} [{time}]\n{words}",
    "[{name}] [{time}] {words}",
    "[{name}] ({time}): {words}",
    "[{time} --> {time}] {name}: {words}",
]
MARKDOWN = [
    "**{name}:** \\[{time}\\] {words}",
    "**{name}** ({time})\n{words}",
    "**[{time}]** **{name}:** {words}",
    "**{name}** [{time}]: {words}",
]


def written(layout: str, times: list[str]) -> str:
    turns = zip(DIALOGUE, times, strict=True)
    return "\n\n".join(layout.format(name=name, words=words, time=time) for (name, words), time in turns)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("short", [False, True])
def test_who_says_what_and_no_time_is_spoken(layout: str, name: str, short: bool) -> None:
    times = ["0:03", "1:59", "12:10", "59:59"] if short else CLOCK
    assert said(written(layout, times), name) == DIALOGUE


@pytest.mark.parametrize("layout", MARKDOWN)
def test_the_same_in_markdown(layout: str) -> None:
    assert said(written(layout, CLOCK)) == DIALOGUE


def test_leaving_times_out_is_a_warning_on_the_first() -> None:
    script = read("Ann: Hello.\n\nBob: [00:04] Hi.\n\nAnn: [00:09] So.\n")
    assert [w.line for w in script.warnings] == [3]
    assert [t.text for t in script.turns] == ["Hello.", "Hi.", "So."]


@pytest.mark.parametrize("mark", ["[inaudible 00:10:48]", "[unintelligible 00:10:48.15]", "\\[crosstalk 00:10:48\\]"])
def test_marks_of_the_transcriber_with_a_time_are_left_out(mark: str) -> None:
    assert said(f"Ann (00:10:40): It was {mark} there.\n\nBob: No {mark}.\n\nAnn: [00:11:01] So.") == [
        ("Ann", "It was there."),
        ("Bob", "No."),
        ("Ann", "So."),
    ]


def test_a_transcript_without_names() -> None:
    assert said("0:00\nhello everyone\n0:03\nand welcome\n0:07\nto the show\n", "ep.txt") == [
        (NARRATOR, "hello everyone"),
        (NARRATOR, "and welcome"),
        (NARRATOR, "to the show"),
    ]
    assert said("(00:01:50):\nOne.\n\n(00:02:37):\nTwo.\n") == [(NARRATOR, "One."), (NARRATOR, "Two.")]
    assert said("[00:00.000 --> 00:04.000]  One.\n[00:04.000 --> 00:09.000]  Two.\n") == [(NARRATOR, "One. Two.")]


KEPT = [
    "[10:30] The doors open.\n\n[11:00] We begin.",  # a time of day
    "[00:10] Once is not often.",
    "At 0:10 we go. At 0:20 we come.",
    "Breakfast 1:10\nLunch 2:30\nDinner 3:40",
    "[3:16] One.\n\n[2:10] Two.\n\n[1:05] Three.\n\n[0:01] Four.",  # backwards
    "The score was 3:16 and 4:17.\n\nThen 5:18.",
    "The aspect is [16:9 or 4:3] here.",
]


@pytest.mark.parametrize("text", KEPT)
def test_other_times_are_words(text: str) -> None:
    script = read(text, "ep.txt")
    assert " ".join(turn.text for turn in script.turns) == " ".join(text.split())
    assert script.speakers == (NARRATOR,)
    assert not script.warnings


def test_a_turn_of_nothing_but_a_time_is_told() -> None:
    script = read("Ann: [00:01] Hello.\n\nBreak: [00:04]\n\nAnn: [00:09] So.\n\nBreak: [00:11]\n\nAnn: Bye.\n")
    assert [t.text for t in script.turns] == ["Hello.", "So.", "Bye."]
    assert [w.line for w in script.warnings if "Break" in w.message] == [3, 7]


WORDS = st.lists(st.text(st.sampled_from("abcdefgäé"), min_size=1, max_size=8), min_size=1, max_size=6).map(" ".join)
TURN = st.tuples(st.sampled_from(["Ann", "Dr. Lee", "Speaker 1", "María de la Cruz"]), WORDS, st.integers(1, 90))


@given(st.lists(TURN, min_size=2, max_size=9), st.sampled_from(LAYOUTS), st.sampled_from(FORMS))
def test_every_word_once_in_order_by_the_right_speaker(
    turns: list[tuple[str, str, int]], layout: str, name: str
) -> None:
    turns = [*turns, *turns[::-1]]  # so that every speaker recurs
    parts, at = [], 0
    for speaker, words, seconds in turns:
        at += seconds
        time = f"{at // 3600:02}:{at // 60 % 60:02}:{at % 60:02}"
        parts.append(layout.format(name=speaker, time=time, words=words.capitalize() + "."))
    assert said("\n\n".join(parts), name) == [(speaker, words.capitalize() + ".") for speaker, words, _ in turns]
