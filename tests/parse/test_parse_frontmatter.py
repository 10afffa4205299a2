"""Front matter: the particulars, their lines, and what is wrong with them."""

from __future__ import annotations

import pytest

from voicebooth.errors import ScriptFault
from voicebooth.parse import parse
from voicebooth.score import CLEAR_LU
from voicebooth.script import Script

FULL = """---
# what this is
title: "Part 2: Home"
show: A Show
language: pt_BR
date: 2026-11-23
author: Ann
description: >
  Over
  two lines.
style: calm
model: some-model
pronounce: {GIF: jif}
voices:
  Ann: Kore
  "O'Neil": Puck
---
Ann: Hi.
"""


def read(text: str, name: str = "ep.md") -> Script:
    return parse(text.encode(), name)


@pytest.mark.parametrize("name", ["ep.md", "ep.txt"])
def test_everything_front_matter_may_hold(name: str) -> None:
    script = read(FULL, name)
    meta = script.meta
    assert (meta.title, meta.show, meta.language, meta.date) == ("Part 2: Home", "A Show", "pt-BR", "2026-11-23")
    assert (meta.author, meta.description, meta.style, meta.model) == ("Ann", "Over two lines.", "calm", "some-model")
    assert dict(meta.voices) == {"Ann": "Kore", "O'Neil": "Puck"}
    assert (meta.lines["title"], meta.lines["voices"], meta.lines["voices.Ann"]) == (3, 14, 15)
    assert script.turns[0].line == 18
    assert not script.warnings


@pytest.mark.parametrize(
    "text", ["\n\n---\ntitle: X\n---\nHi.", "---\ntitle: X\n...\nHi.", "---\n{title: X}\n---\nHi."]
)
def test_where_front_matter_may_stand_and_end(text: str) -> None:
    assert read(text).meta.title == "X"


@pytest.mark.parametrize(
    "text",
    [
        "---\nAnn: Hi.\n---\nBob: Ho.",
        "---\n\nHello.\n\n---\n\nBye.",
        "---",
        "---\n---\nHi.",
        "Hi.\n---\ntitle: no\n---\n",
    ],
)
def test_a_rule_at_the_top_is_no_front_matter(text: str) -> None:
    if text == "---":
        with pytest.raises(ScriptFault):
            read(text)
    else:
        assert read(text).meta.title == ""


def test_empty_entries_are_not_given() -> None:
    assert read("---\ntitle:\nvoices:\nshow: ~\n---\nHi.").meta.title == ""


def test_words_that_yaml_once_took_for_booleans_and_times_are_words() -> None:
    assert read("---\nlanguage: no\nshow: 10:30\ntitle: On\n---\nHi.").meta.language == "no"


@pytest.mark.parametrize(
    ("key", "near"),
    [
        ("titel", '"title"'),
        ("voice", '"voices"'),
        ("Title", '"title"'),
        ("layout", "known here"),
        ("tags", "known here"),
    ],
)
def test_an_unknown_key_is_a_warning(key: str, near: str) -> None:
    script = read(f"---\nshow: X\n{key}: y\n---\nHi.")
    assert [(w.line, key in w.message, near in w.fix) for w in script.warnings] == [(3, True, True)]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("title: [a, b]", '"title" must be text'),
        ("title: 1984", '"title" must be text'),
        ("voices: Kore", '"voices" must be a mapping'),
        ("voices: {Ann: 3}", '"Ann" must be text'),
        ("voices: {Ann: ''}", '"Ann" is empty'),
        ("language: English!", '"language" is not written'),
        ("date: 2026-13-45", '"date" is not written'),
        ("date: tomorrow", '"date" is not written'),
        ("show: x", '"show" stands twice, first on line 2'),
        ("title: a: b", "not YAML"),
        ("\ttitle: x", "not YAML"),
        ("title: &a x", "anchors"),
        ("title: *a", "anchors"),
        ("title: !!python/name:os.system x", "tags"),
        ("[a]: b", "a key must be a word"),
        ("title: " + "[" * 100 + "]" * 100, "nested too deeply"),
    ],
)
def test_wrong_front_matter_is_an_error_with_its_line(line: str, words: str) -> None:
    with pytest.raises(ScriptFault) as caught:
        read(f"---\nshow: X\n{line}\n---\nHello to you.\n")
    problem = caught.value.problems[0]
    assert words in problem.message
    assert problem.fix
    assert problem.line == 3


def test_all_problems_are_told_at_once_in_order() -> None:
    with pytest.raises(ScriptFault) as caught:
        read("---\ntitle: 3\nlanguage: 4\nvoices: 5\ntitle: x\n---\nHi.")
    assert [p.line for p in caught.value.problems] == [2, 3, 4, 5]


def test_front_matter_without_an_end() -> None:
    with pytest.raises(ScriptFault, match="no end") as caught:
        read("---\ntitle: X\n\nAnn: Hi.\n")
    assert caught.value.problems[0].line == 1


def test_characters_that_yaml_does_not_allow() -> None:
    with pytest.raises(ScriptFault, match="characters that YAML does not allow"):
        read('---\ntitle: "\x01"\n---\n' + "Hello to you. " * 20)


MUSIC = """---
music:
  intro:
  sting: {file: s.wav, level_lu: -3, fade_s: 1,
    under_lu: -20, overlap_s: 1}
  bed:
    file: b.mp3
    seconds: 5
    overlap_s: 0
    under_lu: -20
  outro: {file: o.mp3, seconds: 5, overlap_s: 1, under_lu: -13, level_lu: -2, fade_s: 1, louder: 1}
---
Ann: Hi.
"""


def test_keys_of_music_that_change_nothing_are_told_of_by_line() -> None:
    script = read(MUSIC)
    told = [(warning.line, warning.message) for warning in script.warnings]
    assert told == [
        (3, '"intro" names no file and is ignored'),
        (5, '"under_lu" changes nothing for the sting and is ignored'),
        (5, '"overlap_s" changes nothing for the sting and is ignored'),
        (8, '"seconds" changes nothing for the bed and is ignored'),
        (9, '"overlap_s" changes nothing for the bed and is ignored'),
        (11, 'the key "louder" is unknown and ignored'),
    ]
    assert list(script.meta.music) == ["outro", "sting", "bed"]


def test_music_under_words_may_not_be_louder_than_it_will_ever_be() -> None:
    assert CLEAR_LU == 13
    assert read("---\nmusic:\n  bed: {file: b.mp3, under_lu: -13}\n---\nAnn: Hi.\n").warnings == ()
    with pytest.raises(ScriptFault) as fault:
        read("---\nmusic:\n  bed: {file: b.mp3, under_lu: -12.9}\n---\nAnn: Hi.\n")
    (problem,) = fault.value.problems
    assert (problem.line, problem.message) == (3, '"under_lu" is out of range')
    assert problem.fix.endswith("from -40 to -13")
