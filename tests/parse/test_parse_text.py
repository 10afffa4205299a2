"""Texts as people write them: who speaks, in which order, on which line."""

from __future__ import annotations

import pytest

from voicebooth.parse import parse
from voicebooth.script import NARRATOR, Gap, Script


def read(text: str, name: str = "ep.md") -> Script:
    return parse(text.encode(), name)


def said(text: str, name: str = "ep.md") -> list[tuple[str, str]]:
    return [(turn.speaker, turn.text) for turn in read(text, name).turns]


def test_turns_know_speaker_words_and_line() -> None:
    script = read("Ann: Hello there. How are you?\n\nBob: Fine.\n")
    assert script.speakers == ("Ann", "Bob")
    assert [(s.text, s.line) for s in script.turns[0].sentences] == [("Hello there.", 1), ("How are you?", 1)]
    assert (script.turns[1].text, script.turns[1].line, script.turns[1].gap) == ("Fine.", 3, Gap.TURN)


def test_a_turn_wrapped_over_lines_keeps_the_line_of_each_sentence() -> None:
    script = read("Ann: This is one\nlong sentence. And this\nis another. Third\none.\nBob: Yes.\n")
    assert [(s.text, s.line) for s in script.turns[0].sentences] == [
        ("This is one long sentence.", 1),
        ("And this is another.", 2),
        ("Third one.", 3),
    ]
    assert script.turns[1].line == 5


def test_paragraphs_without_a_name_belong_to_whoever_speaks() -> None:
    script = read("Ann (softly): One.\n\nTwo.\n\nBob: Three.\n\nAnn: Four.")
    assert [(t.speaker, t.delivery, t.gap) for t in script.turns] == [
        ("Ann", "softly", Gap.TURN),
        ("Ann", "softly", Gap.PARAGRAPH),
        ("Bob", "", Gap.TURN),
        ("Ann", "", Gap.TURN),
    ]


def test_text_without_names_is_one_narrator() -> None:
    assert said("Once upon a time.\n\nThe end.") == [(NARRATOR, "Once upon a time."), (NARRATOR, "The end.")]


def test_text_before_the_first_name_is_the_narrators() -> None:
    assert said("Welcome.\n\nAnn: Hi.\n\nBob: Hi.")[0] == (NARRATOR, "Welcome.")


def test_a_labelled_narrator_is_the_narrator() -> None:
    assert {speaker for speaker, _ in said("It was dark.\n\nAnn: Hi.\n\nNARRATOR: Then.\n\nAnn: Ho.")} == {
        NARRATOR,
        "Ann",
    }


@pytest.mark.parametrize(
    ("pause", "seconds"),
    [
        ("(pause)", 1.0),
        ("(pause 1.5s)", 1.5),
        ("(pause 500ms)", 0.5),
        ("(Pause: 2 seconds)", 2.0),
        ("(PAUSE 1,5 s)", 1.5),
        ("( pause 3 )", 3.0),
        ("(pause 0s)", 0.0),
    ],
)
@pytest.mark.parametrize("layout", ["Ann: One. {} Two.", "Ann: One.\n{}\nTwo.", "Ann: One.\n\n{}\n\nAnn: Two."])
def test_pauses(pause: str, seconds: float, layout: str) -> None:
    first, second = read(layout.format(pause)).turns
    assert (first.text, second.text) == ("One.", "Two.")
    assert (second.gap, second.pause_s, second.speaker) == (Gap.PAUSE, seconds, "Ann")


def test_pauses_in_a_row_add_up_and_cross_a_chapter() -> None:
    script = read("One.\n\n(pause 1s)\n\n(pause 500ms)\n\n# Next\n\nTwo.")
    assert (script.turns[1].gap, script.turns[1].pause_s) == (Gap.CHAPTER, 1.5)


def test_what_only_looks_like_a_pause_is_spoken_and_warned_about() -> None:
    script = read("Ann: Wait\n(pause for effect) now.")
    assert script.turns[0].text == "Wait (pause for effect) now."
    assert [w.line for w in script.warnings] == [2]


def test_a_pause_at_the_end_and_a_silent_label_are_warned_about() -> None:
    script = read("Ann: Hi.\n\nBob:\n\nAnn: Ho.\n\n(pause 1s)\n")
    assert [w.line for w in script.warnings] == [None, 3]


def test_chapters_stand_in_front_of_their_turn() -> None:
    script = read("# Start\n\nAnn: Hi.\n\n## Middle ##\n\nBob: Ho.\n\nMore.\n\n# End\n\nAnn: Bye.")
    assert [(c.title, c.turn, c.line) for c in script.chapters] == [("Start", 0, 1), ("Middle", 1, 5), ("End", 3, 11)]
    assert [t.gap for t in script.turns] == [Gap.CHAPTER, Gap.CHAPTER, Gap.PARAGRAPH, Gap.CHAPTER]
    assert script.meta.title == ""


@pytest.mark.parametrize("name", ["ep.md", "ep.txt"])
def test_a_lone_first_heading_is_the_title(name: str) -> None:
    script = read("# The *Show*\n\n## One\nHi.\n\n## Two\nHo.", name)
    assert script.meta.title == ("The Show" if name == "ep.md" else "The *Show*")
    assert [c.title for c in script.chapters] == ["One", "Two"]
    assert not script.warnings


def test_the_title_heading_is_a_chapter_too_if_text_stands_under_it() -> None:
    script = read("# The Show\n\nHello.\n\n## One\nHi.")
    assert (script.meta.title, [c.title for c in script.chapters]) == ("The Show", ["The Show", "One"])


def test_the_front_matters_title_wins() -> None:
    script = read("---\ntitle: Real\n---\n# Heading\n\n## One\nHi.\n")
    assert (script.meta.title, [(c.title, c.line) for c in script.chapters]) == ("Real", [("One", 6)])


def test_headings_without_words_are_no_chapters() -> None:
    script = read("## Empty\n\n## Full\n\nHi.\n\n## Last\n")
    assert [c.title for c in script.chapters] == ["Full"]
    assert [w.line for w in script.warnings] == [1, 7]


def test_a_hash_without_a_space_is_no_heading() -> None:
    assert said("#winning is a word.") == [(NARRATOR, "#winning is a word.")]


@pytest.mark.parametrize("rule", ["---", "***", "* * *", "_____", "======", "———"])
@pytest.mark.parametrize("name", ["ep.md", "ep.txt"])
def test_rules_are_breaks_and_not_spoken(rule: str, name: str) -> None:
    script = read(f"Ann: One.\n{rule}\nBob: Two.\n\nAnn: Three.", name)
    assert [(t.speaker, t.text, t.gap) for t in script.turns] == [
        ("Ann", "One.", Gap.TURN),
        ("Bob", "Two.", Gap.PARAGRAPH),
        ("Ann", "Three.", Gap.TURN),
    ]


def test_signs_alone_are_left_out_with_a_warning() -> None:
    script = read("Ann: Hi.\n\nBob: ...\n\nAnn: Ho.")
    assert [t.speaker for t in script.turns] == ["Ann", "Ann"]
    assert {w.line for w in script.warnings} == {3}


def test_right_to_left_marks_around_names_do_not_matter() -> None:
    assert said("\u200fשרה\u200f: שלום.\n\nדוד: היי.\n\nשרה: כן.") == [
        ("שרה", "שלום."),
        ("דוד", "היי."),
        ("שרה", "כן."),
    ]


@pytest.mark.parametrize(
    ("encoding", "bom"),
    [("utf-8", ""), ("utf-8", "\ufeff"), ("utf-16-le", "\ufeff"), ("utf-16-be", "\ufeff"), ("utf-16-le", ""),
     ("utf-16-be", ""), ("utf-32-le", "\ufeff")],
)  # fmt: skip
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends(encoding: str, bom: str, end: str) -> None:
    text = bom + "Ann: Grüße, “Bob”!\n\nBob: Ça va…\n\nAnn: Да.".replace("\n", end)
    script = parse(text.encode(encoding), "ep.txt")
    assert [(t.speaker, t.text, t.line) for t in script.turns] == [
        ("Ann", "Grüße, “Bob”!", 1),
        ("Bob", "Ça va…", 3),
        ("Ann", "Да.", 5),
    ]
