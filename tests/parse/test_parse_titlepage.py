"""The title page of a screenplay, as programs write it."""

from __future__ import annotations

import pytest

from voicebooth.errors import ScriptFault
from voicebooth.parse import parse
from voicebooth.parse.draft import Draft
from voicebooth.parse.titlepage import part
from voicebooth.script import Meta, Script

SCENE = "\n\nANN\nHello.\n"


def read(page: str) -> Script:
    return parse((page + SCENE).encode(), "ep.fountain")


@pytest.mark.parametrize(
    ("page", "title"),
    [
        ("Title: Rain", "Rain"),
        ("TITLE: Rain", "Rain"),
        ("title:Rain", "Rain"),
        ("Title:\n    Rain", "Rain"),
        ("Title:\n\t_**Rain**_\n\t_**in May**_", "Rain in May"),
        ("Title: Rain\n    in May", "Rain in May"),
        ("Title: Rain: a play", "Rain: a play"),
        ('Title: "Rain"', '"Rain"'),
        ("Title: Rain & Snow &amp; Hail", "Rain & Snow & Hail"),
        ("\n\nTitle: Rain", "Rain"),
        ("Credit: by\nTitle: Rain", "Rain"),
        ("Title:\nAuthor: A", ""),
    ],
)
def test_titles(page: str, title: str) -> None:
    script = read(page)
    assert script.meta.title == title
    assert [(turn.speaker, turn.text) for turn in script.turns] == [("ANN", "Hello.")]
    assert not script.warnings


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Author: A. Writer", {"author": "A. Writer"}),
        ("Authors:\n    A\n    and B", {"author": "A and B"}),
        ("Draft date: 2026-11-23", {"date": "2026-11-23"}),
        ("Date: 2026-11-23", {"date": "2026-11-23"}),
        ("Draft date: November 2026", {"date": ""}),
        ("Language: pt_BR", {"language": "pt-BR"}),
        ("Show: The Show", {"show": "The Show"}),
        ("Narrator: Nat", {"narrator": "Nat"}),
        ("Contact:\n    1 Main St.\n    Tel: 5", {"title": "X"}),
        ("Copyright: (c) 2026\nRevision: Blue\nFormat: Screenplay\nNotes: none\nSource: life", {"title": "X"}),
    ],
)
def test_particulars(line: str, expected: dict[str, str]) -> None:
    meta = read(f"Title: X\n{line}").meta
    assert {key: getattr(meta, key) for key in expected} == expected


def test_voices_are_yaml_and_name_the_characters() -> None:
    script = read("Title: X\nVoices:\n    ann: Kore\n    Bob Lee: Puck")
    assert dict(script.meta.voices) == {"ann": "Kore", "Bob Lee": "Puck"}
    assert script.meta.lines["voices.Bob Lee"] == 4
    assert script.speakers == ("ann",)


@pytest.mark.parametrize(
    ("page", "line"),
    [
        ("Title: X\nVoices: Kore", 2),
        ("Title: X\nAuthor: A\nlanguage: klingonese!", 3),
        ("\nTitle: X\nlanguage: klingonese!", 3),
    ],
)
def test_what_is_wrong_has_its_line(page: str, line: int) -> None:
    with pytest.raises(ScriptFault) as caught:
        read(page)
    assert line in [problem.line for problem in caught.value.problems]


@pytest.mark.parametrize(
    "body",
    ["FADE IN:", "INT. HALL - DAY", "Ann: hello", "It was: rain.", "A page\nTitle: X", "", "  \n\n", "# Title: X"],
)
def test_what_is_no_title_page_is_left_where_it_stands(body: str) -> None:
    assert part(body, 7, Draft("x")) == (Meta(), body, 7)


def test_the_screenplay_begins_below_and_keeps_its_line_numbers() -> None:
    found = part("Title: X\nAuthor: Y\n\nANN\nHello.", 10, Draft("x"))
    assert (found.body, found.first_line) == ("\nANN\nHello.", 12)
    assert read("Title: X\nAuthor: Y").turns[0].line == 5


def test_a_page_that_is_all_there_is_has_no_words() -> None:
    with pytest.raises(ScriptFault, match="no words"):
        parse(b"Title: X\nAuthor: Y\n", "ep.fountain")
