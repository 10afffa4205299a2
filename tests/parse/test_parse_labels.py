"""Names where no colon, no space or no end mark tells them; and what looks like a direction."""

from __future__ import annotations

import pytest

from voicebooth.parse import parse
from voicebooth.script import NARRATOR, Script

LONG = "Ann: We walked all night and at last we came to the city of {}"


def read(text: str, name: str = "ep.md") -> Script:
    return parse(text.encode(), name)


@pytest.mark.parametrize("end", ["Rome」", "Rome』", "Rome—", "Rome – ", "Rome 😀", "Rome…", "Rome »", "Rome)"])
def test_a_name_that_occurs_once_speaks_after_any_line_that_does_not_break_off(end: str) -> None:
    script = read(f"{LONG.format(end)}\nCid: Red.\nBob: Oh.\nAnn: Yes.\nBob: H.")
    assert script.speakers == ("Ann", "Cid", "Bob")
    assert not script.warnings


@pytest.mark.parametrize("end", ["", "many,", "many、", "Rome", "7", "हिन्दी"])
def test_after_one_that_breaks_off_it_is_words_with_a_warning(end: str) -> None:
    script = read(f"{LONG.format(end)}\nPetra: red.\nBob: Oh.\nAnn: Yes.\nBob: H.")
    assert script.speakers == ("Ann", "Bob")
    assert [w.line for w in script.warnings] == [2]
    assert not read(f"{LONG.format(end)}\nNote: red.\nBob: Oh.\nAnn: Yes.\nBob: H.").warnings


@pytest.mark.parametrize("name", ["ep.md", "ep.txt"])
def test_a_speaker_in_the_middle_of_a_line_is_a_word_with_a_warning(name: str) -> None:
    script = read(
        "Ann: We go.\n\nBob: Do we? Ann: We do. Mind you: it rains. (Bob: Oh.)\n\nAnn: So I said Bob: no.", name
    )
    assert [t.speaker for t in script.turns] == ["Ann", "Bob", "Ann"]
    assert [(w.line, '"Ann"' in w.message) for w in script.warnings] == [(3, True)]


def test_no_space_behind_the_colons_of_a_whole_script() -> None:
    script = read("Ann:Hello.\nBob:Hi.\nAnn:So.\n")
    assert [(t.speaker, t.text) for t in script.turns] == [("Ann", "Hello."), ("Bob", "Hi."), ("Ann", "So.")]
    assert read("Ann:Hello.\n\nBob:Hi.", "ep.txt").speakers == ("Ann", "Bob")


@pytest.mark.parametrize("line", ["std::vector is a type.", "mailto:ann is a link.", "See:this.", "Std:vector it is."])
def test_a_colon_without_a_space_in_prose_is_prose(line: str) -> None:
    assert read(f"It was a day.\n\n{line}\n\nWe slept.\n\n{line}\n").speakers == (NARRATOR,)


@pytest.mark.parametrize("form", ["{}\n{}", "**{}**\n{}", "**{}:**\n{}", "{} (softly)\n{}"])
@pytest.mark.parametrize("names", [("ANN", "BOB"), ("DR. LEE", "MARY ANN")])
def test_names_on_their_own_line(form: str, names: tuple[str, str]) -> None:
    words = [(names[0], "One."), (names[1], "Two."), (names[0], "Three."), (names[1], "Four.")]
    script = read("\n\n".join(form.format(*pair) for pair in [*words, ("CID", "Five.")]))
    assert [(t.speaker, t.text) for t in script.turns] == [*words, ("CID", "Five.")]
    assert {t.delivery for t in script.turns} == {"softly" if "softly" in form else ""}


@pytest.mark.parametrize(
    "text",
    [
        "STOP\nSaid the sign.\n\nGo on.\n\nSTOP\nSaid the next.\n\nWe slept.\n\nIt rained.\n\nStill.",
        "**Flour**\nIs ground.\n\n**Water**\nIs wet.\n\nThe end.",
        "STOP\nsaid the sign.\n\nNarrator: Go on.\n\nNarrator: It rained.",
        "THE END\n\nOf it all.\n\nTHE END\n\nAgain.",
        "NOTE\nOne.\n\nWARNING\nTwo.\n\nNOTE\nThree.\n\nWARNING\nFour.",
        "Ann\nOne.\n\nBob\nTwo.\n\nAnn\nThree.\n\nBob\nFour.",
    ],
)
def test_lines_that_are_no_names(text: str) -> None:
    assert read(text).speakers == (NARRATOR,)


def test_a_typing_slip_in_data_is_a_warning() -> None:
    names = ["Ann", "Bob", "Ann", "Bob", "Anm"]
    source = "turns:\n" + "".join(f"  - {{speaker: {name}, text: Hi.}}\n" for name in names)
    assert [(w.line, '"Ann"' in w.message) for w in read(source, "ep.yaml").warnings] == [(6, True)]
    assert not read(f"voices: {{Anm: Kore}}\n{source}", "ep.yaml").warnings


@pytest.mark.parametrize(
    "text",
    [
        "[MUSIC]",
        "[THEME MUSIC FADES]",
        "(DOOR SLAMS)",
        "SFX: a door",
        "MUSIC: up",
        "So. (beat) Well.",
        "So. (a long beat) No",
    ],
)
@pytest.mark.parametrize("name", ["ep.md", "ep.txt"])
def test_directions_are_spoken_with_a_warning(text: str, name: str) -> None:
    script = read(f"Hello.\n\n{text}\n", name)
    assert script.turns[1].text == text
    assert [w.line for w in script.warnings] == [3]


@pytest.mark.parametrize("text", ["[laughs] Yes.", "The BBC (UK) said so.", "[1] is a note.", "(see AB)"])
def test_other_brackets_are_spoken_without(text: str) -> None:
    assert not read(text).warnings


@pytest.mark.parametrize("end", ["\u2028", "\u2029", "\x85", "\r", "\r\n"])
def test_all_line_ends_end_lines(end: str) -> None:
    script = read(end.join(["---", "title: x", "---", "Ann: One.", "Bob: Two.", "Ann: Three."]), "ep.txt")
    assert [(t.line, t.speaker) for t in script.turns] == [(4, "Ann"), (5, "Bob"), (6, "Ann")]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Das ist z. B. Der Anfang."),
        ("de", "Wir gehen, d. h. Anna geht."),
        ("de", "Es ist i. d. R. Montag."),
        ("fr", "Prenons p. ex. Paris."),
        ("ru", "Это т. е. Москва."),
        ("", "It is (e. g. Rome) far."),
    ],
)
def test_an_abbreviation_with_spaces_ends_no_sentence(language: str, text: str) -> None:
    script = read(f"---\nlanguage: {language or 'en'}\n---\n{text} Und so weiter ist es.")
    assert [s.text for s in script.turns[0].sentences] == [text, "Und so weiter ist es."]
