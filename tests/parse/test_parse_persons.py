"""Transcripts of podcastfy."""

from __future__ import annotations

from voicebooth.parse import parse
from voicebooth.script import NARRATOR, Gap, Script


def read(text: str, name: str = "ep.txt") -> Script:
    return parse(text.encode(), name)


def test_a_transcript_with_front_matter() -> None:
    script = read(
        "---\ntitle: X\nvoices:\n  Person1: Kore\n---\n"
        "<Person1> Welcome! (pause 1s) Ready? </Person1><Person2>Yes.\nNote: I am.\n</Person2>\n\n"
        "<Person1>\nLet's go.\n\nNow.</Person1>\n"
    )
    assert script.meta.title == "X"
    assert [(t.speaker, t.text, t.line, t.gap) for t in script.turns] == [
        ("Person1", "Welcome!", 6, Gap.TURN),
        ("Person1", "Ready?", 6, Gap.PAUSE),
        ("Person2", "Yes. Note: I am.", 6, Gap.TURN),
        ("Person1", "Let's go.", 11, Gap.TURN),
        ("Person1", "Now.", 13, Gap.PARAGRAPH),
    ]
    assert not script.warnings


def test_tags_in_other_spellings_and_more_than_two() -> None:
    script = read("<person1>a</person1>\n< Person 2 >b</ Person 2 >\n<PERSON3>c</PERSON3>")
    assert script.speakers == ("Person1", "Person2", "Person3")


def test_headings_and_a_narrator_in_front() -> None:
    script = read("Once.\n\n# One\n\n<Person1>a</Person1>\n\n# Two\n\n<Person2>b</Person2>")
    assert script.speakers == (NARRATOR, "Person1", "Person2")
    assert [(c.title, c.turn) for c in script.chapters] == [("One", 1), ("Two", 2)]


def test_broken_tags_lose_no_word_and_are_warned_about() -> None:
    script = read("<Person1>a\n<Person2>b</Person2>\nc\n</Person1>\n<Person1>d")
    assert [(t.speaker, t.text) for t in script.turns] == [
        ("Person1", "a"),
        ("Person2", "b c"),
        ("Person1", "d"),
    ]
    assert [w.line for w in script.warnings] == [2, 3, 5]


def test_other_tags_stay_in_the_text() -> None:
    assert (
        read("<Person1>Hi <b>you</b> <break time='1s'/></Person1>").turns[0].text == "Hi <b>you</b> <break time='1s'/>"
    )


def test_the_declared_spelling_is_used() -> None:
    assert read("---\nvoices: {person 1: Kore}\n---\n<Person1>a</Person1>").speakers == ("person 1",)


def test_a_tag_in_prose_makes_no_transcript() -> None:
    assert read("Ann: we write <Person1> here.\n\nBob: Oh.").speakers == ("Ann", "Bob")
