"""How many takes the brackets behind a name ask for."""

from __future__ import annotations

import pytest

from voicebooth.parse import parse
from voicebooth.parse.asked import read
from voicebooth.script import Script

SCRIPT = "Ann ({}): Is it gone?\n\nBob: I think so.\n\nAnn: Good.\n"


def script(notes: str, form: str = SCRIPT, name: str = "ep.md") -> Script:
    return parse(form.format(notes).encode(), name)


@pytest.mark.parametrize(
    ("notes", "takes", "delivery"),
    [
        ("takes 2", 2, ""),
        ("Takes: 3", 3, ""),
        ("takes=4", 4, ""),
        ("takes two", 2, ""),
        ("takes: Ten", 10, ""),
        ("3 takes", 3, ""),
        ("two takes", 2, ""),
        ("whispering, takes two", 2, "whispering"),
        ("takes two; very softly", 2, "very softly"),
    ],
)
def test_what_is_clear_is_a_number_of_takes(notes: str, takes: int, delivery: str) -> None:
    found = script(notes)
    assert (found.turns[0].takes, found.turns[0].delivery) == (takes, delivery)
    assert [turn.takes for turn in found.turns[1:]] == [1, 1]
    assert not found.warnings


NEARLY = ["take 2", "takes", "take two", "takes 2.5", "takes x2", "2 take", "take", "2x takes"]


@pytest.mark.parametrize("notes", NEARLY)
@pytest.mark.parametrize("with_delivery", [False, True])
def test_what_is_nearly_that_is_a_warning_and_no_way_to_speak(notes: str, with_delivery: bool) -> None:
    found = script(f"softly, {notes}" if with_delivery else notes)
    assert (found.turns[0].takes, found.turns[0].delivery) == (1, "softly" * with_delivery)
    assert [(w.line, notes in w.message) for w in found.warnings] == [(1, True)]


@pytest.mark.parametrize("notes", ["takes a breath", "takes offence", "mistakes two", "double take, slowly"])
def test_other_words_are_a_delivery(notes: str) -> None:
    found = script(notes)
    assert (found.turns[0].takes, found.turns[0].delivery) == (1, notes)
    assert not found.warnings


def test_roles_extensions_and_times_ask_for_nothing() -> None:
    assert read("(V.O.) [host] (00:01:02)").delivery == ""
    assert read("(V.O., takes 2) （小声）") == ("小声", 2, "")
    assert read("") == ("", 1, "")


FOUNTAIN = "ANN ({})\n(softly)\nOne.\n(loud)\nTwo.\n\nBOB\nThree.\n(takes 3)\nFour.\n\nRain.\n\nANN\nFive.\n"


def test_a_screenplay_asks_for_takes_of_a_speech_or_of_a_stretch() -> None:
    turns = script("takes two", FOUNTAIN, "ep.fountain").turns
    assert [(t.text, t.delivery, t.takes) for t in turns] == [
        ("One.", "softly", 2),
        ("Two.", "loud", 2),
        ("Three.", "", 1),
        ("Four.", "", 3),
        ("Five.", "", 1),
    ]


def test_takes_of_a_screenplay_end_where_the_narrator_who_also_speaks_goes_on() -> None:
    source = "narrator: Ann\n\nANN (takes 2)\nOne.\n\nRain.\n"
    assert [t.takes for t in parse(source.encode(), "ep.fountain").turns] == [2, 1]


def test_a_screenplay_is_warned_about_what_is_not_clear() -> None:
    assert [w.line for w in script("take 2", FOUNTAIN, "ep.fountain").warnings] == [3]
    assert [t.delivery for t in script("take 2", FOUNTAIN, "ep.fountain").turns][:2] == ["softly", "loud"]


def test_subtitles_ask_for_takes_too() -> None:
    cue = "1\n00:00:01,000 --> 00:00:02,000\n{}\n"
    turns = script(">> ANN (takes 2, softly): Is it gone?", cue, "ep.srt").turns
    assert [(t.speaker, t.delivery, t.takes) for t in turns] == [("ANN", "softly", 2)]
