"""Screenplays in Fountain."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebooth.errors import ScriptFault
from voicebooth.parse import parse
from voicebooth.script import NARRATOR, Gap, Script


def read(text: str) -> Script:
    return parse(text.encode(), "ep.fountain")


def said(text: str) -> list[tuple[str, str]]:
    return [(turn.speaker, turn.text) for turn in read(text).turns]


def test_a_scene() -> None:
    script = read(
        "INT. KITCHEN - DAY #1A#\n\nAnn waits.\n\nANN\n(softly)\nHello *there*,\nyou.\n\nBOB (V.O.)\nWhat?\n\n"
        "EXT. YARD - NIGHT\n\nann's dog barks.\n\nANN (CONT'D)\nBye.\n"
    )
    assert [(t.line, t.speaker, t.delivery, t.gap, t.text) for t in script.turns] == [
        (7, "ANN", "softly", Gap.CHAPTER, "Hello there, you."),
        (11, "BOB", "", Gap.TURN, "What?"),
        (18, "ANN", "", Gap.CHAPTER, "Bye."),
    ]
    assert [(c.title, c.turn, c.line) for c in script.chapters] == [
        ("INT. KITCHEN - DAY", 0, 1),
        ("EXT. YARD - NIGHT", 2, 13),
    ]
    assert not script.warnings


@pytest.mark.parametrize(
    "unspoken",
    [
        "CUT TO:",
        "> Burn to pink.",
        "FADE OUT.",
        "FADE IN:",
        "SMASH CUT TO:",
        "> THE END <",
        "# Act One",
        "= They meet.",
        "===",
        "[[a note]]",
        "[[a note\nover two lines]]",
        "/* a scene\n\nANN\nthat was cut\n*/",
        "He runs.",
        "!SCREECH\nof tyres.",
        "~la la la",
        "INT. A SCENE WITHOUT WORDS",
    ],
)
def test_what_is_never_spoken(unspoken: str) -> None:
    source = f"ANN\nOne.\n\n{unspoken}\n\nBOB\nTwo.\n\nANN\nThree.\n"
    assert said(source) == [("ANN", "One."), ("BOB", "Two."), ("ANN", "Three.")]
    assert not read(source).warnings


def test_action_is_read_by_the_narrator_that_the_title_page_names() -> None:
    script = read(
        "Title: Rain\nnarrator: Nat\n\nFADE IN:\n\nINT. HALL\n\nIt rains\nhard.\n\nStill.\n\n"
        "ANN\nOh.\n\n!CRASH\n\nANN\nAh.\n"
    )
    assert [(t.line, t.speaker, t.gap, t.text) for t in script.turns] == [
        (8, "Nat", Gap.CHAPTER, "It rains hard."),
        (11, "Nat", Gap.PARAGRAPH, "Still."),
        (14, "ANN", Gap.TURN, "Oh."),
        (16, "Nat", Gap.TURN, "CRASH"),
        (19, "ANN", Gap.TURN, "Ah."),
    ]


def test_a_screenplay_of_action_alone_says_how_to_have_it_read() -> None:
    with pytest.raises(ScriptFault) as caught:
        read("INT. HALL\n\nIt rains.\n")
    assert "narrator:" in caught.value.problems[0].fix


def test_the_title_page() -> None:
    script = read(
        "Title:\n    _**BRICK & STEEL**_\n    FULL RETIRED\nCredit: Written by\nAuthors: Stu\nDraft date: 2026-01-27\n"
        "Contact:\n    Next: door\nLanguage: en\nVoices:\n    Steel: Puck\nStyle: dry\n\nSTEEL\nBeer's ready!\n"
    )
    meta = script.meta
    assert (meta.title, meta.author, meta.date) == ("BRICK & STEEL FULL RETIRED", "Stu", "2026-01-27")
    assert (meta.language, meta.style, dict(meta.voices)) == ("en", "dry", {"Steel": "Puck"})
    assert meta.lines["voices.Steel"] == 11
    assert script.speakers == ("Steel",)
    assert not script.warnings


def test_a_day_in_another_form_is_left_out_and_a_wrong_value_has_its_line() -> None:
    assert read("Title: X\nDraft date: 1/27/2012\n\nANN\nHi.\n").meta.date == ""
    with pytest.raises(ScriptFault) as caught:
        read("Title: X\nlanguage: klingonese!\nvoices: Kore\n\nANN\nHi.\n")
    assert [problem.line for problem in caught.value.problems] == [2, 3]


@pytest.mark.parametrize("first", ["FADE IN:", "Ann: hello", "INT. HALL", "A long: story."])
def test_what_is_no_title_page(first: str) -> None:
    assert said(f"narrator: N\n\n{first}\n\nANN\nHi.\n")[-1] == ("ANN", "Hi.")
    assert not read(f"{first}\n\nANN\nHi.\n").meta.title


def test_a_title_page_may_begin_with_a_key_of_its_own() -> None:
    script = read("Series: Foo\nTitle: Real title\nAuthor:\n    Stu\n\nANN\nHi.\n")
    assert (script.meta.title, script.meta.author, script.speakers) == ("Real title", "Stu", ("ANN",))
    assert not read("FADE IN:\nA title.\nTitle: no\n\nANN\nHi.\n").meta.title


def test_front_matter_stands_above_and_wins() -> None:
    script = read("---\ntitle: Mine\nvoices: {ann: Kore}\n---\nTitle: Theirs\nAuthor: A\n\nANN\nHi.\n")
    assert (script.meta.title, script.meta.author, script.speakers) == ("Mine", "A", ("ann",))
    assert script.turns[0].line == 9


def test_one_speaker_in_many_spellings() -> None:
    assert read("ANN\na\n\nANN (O.S.)\nb\n\n@Ann\nc\n\nANN (CONT’D) ^\nd\n\nANN:\ne\n").speakers == ("ANN",)
    assert read("@McAVOY\nHi.\n\n@李雷\n你好。\n").speakers == ("McAVOY", "李雷")


def test_dual_dialogue_is_spoken_one_after_the_other() -> None:
    assert said("BRICK\nScrew it.\n\nSTEEL ^\nScrew it!\n") == [("BRICK", "Screw it."), ("STEEL", "Screw it!")]


def test_deliveries_hold_until_the_next_bracket_and_a_beat_is_a_pause() -> None:
    turns = read(
        "ANN (ON PHONE)\n(quietly,\nto Bob)\nOne.\n(beat)\nTwo.\n(loud)\nThree.\n(MORE)\n\nANN (CONT'D)\nFour.\n"
    ).turns
    assert [(t.delivery, t.pause_s, t.text) for t in turns] == [
        ("on phone, quietly, to Bob", 0, "One."),
        ("on phone, quietly, to Bob", 1, "Two."),
        ("on phone, loud", 0, "Three."),
        ("", 0, "Four."),
    ]


def test_two_spaces_keep_a_speech_together_and_an_open_bracket_loses_no_word() -> None:
    assert said("ANN\nOne.\n  \nTwo.\n\nThree.\n") == [("ANN", "One."), ("ANN", "Two.")]
    assert said("ANN\n(never closed\nOne.\n") == [("ANN", "(never closed One.")]


def test_lyrics_in_a_speech_are_its_words() -> None:
    assert said("ANN\n~Willy Wonka!\n") == [("ANN", "Willy Wonka!")]


def test_notes_and_boneyard_inside_a_speech() -> None:
    source = "ANN [[old?]]\nOne. [[Two\nthree.]] Four.\n[[five]]\nSix /* seven\n\neight */ nine.\n"
    assert said(source) == [("ANN", "One. Four. Six nine.")]
    unclosed = read("ANN\nOne. [[Two.\n")
    assert unclosed.turns[0].text == "One. [[Two."
    assert [w.line for w in unclosed.warnings] == [2]


def test_a_typing_slip_in_a_name_is_a_warning() -> None:
    script = read("BARBARA\na\n\nANN\nb\n\nBARBRA\nc\n\nBARBARA\nd\n\nANN\ne\n")
    assert [w.line for w in script.warnings] == [7]


def test_a_narrator_who_also_speaks_is_one_speaker() -> None:
    assert read("narrator: Ann\n\nRain.\n\nANN\nYes.\n").speakers == ("Ann",)
    assert read("---\nnarrator: Ann\n---\nRain.\n\nANN\nYes.\n").speakers == ("Ann",)


WORD = st.text(st.sampled_from("abcdefgäé字1"), min_size=1, max_size=8)
WORDS = st.lists(WORD, min_size=1, max_size=12).map(" ".join)
SPEECH = st.tuples(st.sampled_from(["ANN", "MR. BEAN", "ÉMILE 2"]), WORDS, st.sampled_from(["", "(softly)\n"]))
BETWEEN = st.sampled_from(
    ["", "He goes.\n\n", "EXT. SEA\n\n", "> CUT TO:\n\n", "[[x]]\n\n", "/* ANN\n\nx */\n\n", "= s\n\n"]
)


@given(st.lists(st.tuples(SPEECH, BETWEEN), min_size=1, max_size=12))
def test_every_spoken_word_once_in_order_by_the_right_speaker(parts: list[tuple[tuple[str, str, str], str]]) -> None:
    source = "".join(f"{name}\n{how}{words}\n\n{between}" for (name, words, how), between in parts)
    assert said(source) == [(name, words) for (name, words, _), _ in parts]
    assert [t.delivery for t in read(source).turns] == [how.strip("()\n") for (_, _, how), _ in parts]


def test_a_narrator_from_outside_reads_the_action_unless_the_screenplay_names_one() -> None:
    words = b"It rains.\n\nANN\nYes.\n"
    assert parse(words, "ep.fountain", narrator="Nat").speakers == ("Nat", "ANN")
    assert parse(b"narrator: Sue\n\n" + words, "ep.fountain", narrator="Nat").speakers == ("Sue", "ANN")
    assert parse(b"---\nnarrator: Sue\n---\n" + words, "ep.fountain", narrator="Nat").speakers == ("Sue", "ANN")
    assert parse(words, "ep.fountain", narrator="Ann").speakers == ("Ann",)
    assert parse(words, "ep.fountain").speakers == ("ANN",)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("ep.md", "Rain."),
        ("ep.txt", "Rain.\n<Person1>Yes.</Person1>"),
        ("ep.yaml", "turns: [text: Rain.]"),
        ("ep.json", '[{"text": "Rain."}]'),
        ("ep.ssml", "<speak>Rain.</speak>"),
        ("ep.srt", "1\n00:00:01,000 --> 00:00:02,000\nRain.\n"),
    ],
)
def test_a_narrator_from_outside_reads_what_has_no_name_in_other_formats_too(name: str, content: str) -> None:
    assert parse(content.encode(), name).speakers[0] == NARRATOR
    assert parse(content.encode(), name, narrator="Nat").speakers[0] == "Nat"
    if name.endswith((".md", ".txt", ".ssml", ".srt")):
        own = f"---\nnarrator: Sue\n---\n{content}".encode()
        assert parse(own, name, narrator="Nat").speakers[0] == "Sue"


def test_the_narrator_of_other_formats_reads_what_has_no_name() -> None:
    assert parse(b"---\nnarrator: Ann\n---\nRain.\n", "ep.md").speakers == ("Ann",)
    assert parse(b"---\nnarrator: Ann\n---\nRain.\n<Person1>Yes.</Person1>\n", "ep.txt").speakers == ("Ann", "Person1")
    assert parse(b"narrator: Ann\nturns: [text: Rain.]\n", "ep.yaml").speakers == ("Ann",)
    assert parse(b"turns: [text: Rain.]\n", "ep.yaml").speakers == (NARRATOR,)
