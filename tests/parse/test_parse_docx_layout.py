"""Names that a Word file sets apart by layout: screenplays, plays, tabs, dashes, capitals and underlines."""

from __future__ import annotations

import docx
import pytest
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Inches

from voicebooth.parse import parse
from voicebooth.script import NARRATOR, Gap
from wordfile import bare, p, paragraphs, read, said, table, text, told, with_body

CUE, ASIDE, WORDS = (f'<w:ind w:left="{twips}"/>' for twips in (3168, 2304, 1440))
CENTRED = '<w:jc w:val="center"/>'
SCREENPLAY = [
    ("INT. BAKERY - DAY", ""),
    ("Rain on the window.", ""),
    ("ANN", CUE),
    ("Good morning.", WORDS),
    ("BOB (V.O.)", CUE),
    ("(softly)", ASIDE),
    ("Morning.", WORDS),
    ("(beat)", ASIDE),
    ("Ann.", WORDS),
    ("Ann turns.", ""),
    ("ANN (CONT'D)", CUE),
    ("Who is it?", WORDS),
    ("Say it.", WORDS),
    ("CUT TO:", '<w:ind w:left="7200"/>'),
    ("EXT. STREET - NIGHT", ""),
    ("BOB", CUE),
    ("Cut it out.", WORDS),
    ("CID", CUE),
    ("Taxi!", WORDS),
]
HEARD = [
    (2, NARRATOR, "", "Rain on the window."),
    (4, "ANN", "", "Good morning."),
    (7, "BOB", "softly", "Morning."),
    (9, "BOB", "softly", "Ann."),
    (10, NARRATOR, "", "Ann turns."),
    (12, "ANN", "", "Who is it?"),
    (13, "ANN", "", "Say it."),
    (17, "BOB", "", "Cut it out."),
    (19, "CID", "", "Taxi!"),
]


def laid_out(lines: list[tuple[str, str]]) -> bytes:
    return with_body("".join(p(words, properties) for words, properties in lines))


def heard(data: bytes) -> list[tuple[int, str, str, str]]:
    return [(t.line, t.speaker, t.delivery, t.text) for t in parse(data, "ep.docx").turns]


def test_a_screenplay_is_read_by_where_its_paragraphs_begin() -> None:
    script = read(laid_out(SCREENPLAY))
    assert heard(laid_out(SCREENPLAY)) == HEARD
    assert [(c.title, c.turn) for c in script.chapters] == [("INT. BAKERY - DAY", 0), ("EXT. STREET - NIGHT", 7)]
    assert [t.gap for t in script.turns][3] is Gap.PAUSE
    assert script.turns[3].pause_s == 1
    assert not script.warnings


def test_a_screenplay_by_the_styles_of_a_template() -> None:
    document = docx.Document()
    for name, left in (("Character", 2.2), ("Parenthetical", 1.6), ("Dialogue", 1.0), ("Action", 0.0)):
        style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.paragraph_format.left_indent = Inches(left)
        style.font.all_caps = name == "Character"
    styles = {CUE: "Character", ASIDE: "Parenthetical", WORDS: "Dialogue"}
    for words, properties in SCREENPLAY:
        document.add_paragraph(words.title() if properties == CUE else words, style=styles.get(properties, "Action"))
    script = read(document)
    assert [(t.line, t.speaker.upper() if t.speaker != NARRATOR else t.speaker, t.text) for t in script.turns] == [
        (line, speaker, words) for line, speaker, _, words in HEARD
    ]


@pytest.mark.parametrize(
    "unit", ['w:left="{}"', 'w:start="{}"', 'w:left="0" w:firstLine="{}"', 'w:left="9{}" w:hanging="x"']
)
def test_an_indent_is_written_in_several_ways(unit: str) -> None:
    lines = [(words, f"<w:ind {unit.format(3000 if words.isupper() else 1500)}/>") for words in
             ("ANN", "Hello there.", "BOB", "Hi.", "ANN", "So.", "BOB", "Mm.")]  # fmt: skip
    assert said(laid_out(lines)) == [("ANN", "Hello there."), ("BOB", "Hi."), ("ANN", "So."), ("BOB", "Mm.")]


def test_a_play_with_centred_names() -> None:
    document = docx.Document()
    for words in ("THE BAKERY", "ANN", "Morning.", "BOB", "(softly)", "Mm.", "(Enter Cid.)", "CID", "Hello?", "ANN",
                  "Come in.", "BOB", "(to Ann)", "Him?"):  # fmt: skip
        paragraph = document.add_paragraph(words)
        if words.isupper():
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    assert [(t.speaker, t.delivery, t.text) for t in read(document).turns] == [
        (NARRATOR, "", "THE BAKERY"),
        ("ANN", "", "Morning."),
        ("BOB", "softly", "Mm."),
        (NARRATOR, "", "(Enter Cid.)"),
        ("CID", "", "Hello?"),
        ("ANN", "", "Come in."),
        ("BOB", "to Ann", "Him?"),
    ]


def test_a_narrator_who_is_named_reads_the_action() -> None:
    head = [(line, "") for line in ("---", "narrator: Nat", "---")]
    turns = heard(laid_out(head + SCREENPLAY))
    assert {speaker for _, speaker, _, _ in turns} == {"Nat", "ANN", "BOB", "CID"}
    assert turns[0] == (5, "Nat", "", "Rain on the window.")


def test_a_table_and_a_heading_in_a_screenplay_are_told() -> None:
    cell = f"<w:tbl><w:tr><w:tc>{p('ON A SIGN')}</w:tc><w:tc>{p('Bread.')}</w:tc></w:tr></w:tbl>"
    heading = p("Act Two", '<w:outlineLvl w:val="0"/>')
    xml = (
        "".join(p(*line) for line in SCREENPLAY[2:13]) + cell + heading + "".join(p(*line) for line in SCREENPLAY[15:])
    )
    script = read(with_body(xml))
    assert [(t.speaker, t.text) for t in script.turns][6:] == [
        (NARRATOR, "ON A SIGN"),
        (NARRATOR, "Bread."),
        ("BOB", "Cut it out."),
        ("CID", "Taxi!"),
    ]
    assert [c.title for c in script.chapters] == ["Act Two"]


def test_lines_broken_in_a_speech_and_signs_of_markup_stay() -> None:
    lines = [("ANN", CUE), ("I *am* here_now.", WORDS), ("BOB", CUE), ("So.", WORDS), ("ANN", CUE), ("Yes.", WORDS)]
    data = with_body(
        "".join(p(*line) for line in lines)
        + p("BOB", CUE)
        + f"<w:p><w:pPr>{WORDS}</w:pPr><w:r><w:t>One</w:t><w:br/><w:t>two.</w:t></w:r></w:p>"
    )
    assert said(data) == [("ANN", "I *am* here_now."), ("BOB", "So."), ("ANN", "Yes."), ("BOB", "One two.")]


def test_what_is_set_in_is_not_at_once_a_screenplay() -> None:
    quoted = [
        ("He wrote to us", CUE),
        ("and so we went.", ""),
        ("A POEM", CENTRED),
        ("It rains.", ""),
        ("Ann", CUE),
        ("x.", ""),
    ]
    assert {speaker for _, speaker, _, _ in heard(laid_out(quoted))} == {NARRATOR}


def test_scenes_and_transitions_without_any_layout() -> None:
    scene, other = "INT. BAKERY - DAY", "EXT. STREET - DAY"
    talk = ["ANN", "Hello.", "BOB", "Hi."]
    lines = ["FADE IN:", scene, "Rain.", *talk, "CUT TO:", other, "Wind.", "ANN", "Taxi!", "BOB", "Wait."]
    script = read(paragraphs(*lines))
    assert said(script) == [
        (NARRATOR, "Rain."),
        ("ANN", "Hello."),
        ("BOB", "Hi."),
        (NARRATOR, "Wind."),
        ("ANN", "Taxi!"),
        ("BOB", "Wait."),
    ]
    assert [c.title for c in script.chapters] == [scene, other]


@pytest.mark.parametrize(
    "words", ["Cut the bread: thin.", "Cut to size, it keeps.", "Interest rose.", "Exterior walls stood."]
)
def test_words_that_begin_like_a_screenplay_are_words(words: str) -> None:
    assert told(["Ann: Hello.", words, "Bob: Hi.", "Ann: So."])[1] == ("Ann", words)


@pytest.mark.parametrize("mark", ["<w:b/>", "<w:caps/>", "<w:smallCaps/>", '<w:u w:val="single"/>', '<w:b w:val="1"/>'])
def test_a_name_may_be_set_apart_in_any_of_these_ways(mark: str) -> None:
    data = bare("".join(f"<w:p>{text(name, mark)}{text(' speaks.')}</w:p>" for name in ("Ann", "Bob", "Ann")))
    assert said(data) == [("Ann", "speaks."), ("Bob", "speaks."), ("Ann", "speaks.")]


@pytest.mark.parametrize("mark", ['<w:b w:val="0"/>', '<w:u w:val="none"/>', "<w:i/>", '<w:caps w:val="false"/>'])
def test_a_name_that_is_not_set_apart_is_words(mark: str) -> None:
    data = bare("".join(f"<w:p>{text(name, mark)}{text(' speaks.')}</w:p>" for name in ("Ann", "Bob", "Ann")))
    assert said(data) == [(NARRATOR, f"{name} speaks.") for name in ("Ann", "Bob", "Ann")]


def test_names_in_front_of_a_tab() -> None:
    lines = ["ANN\tGood morning.", "Bob\tMorning. It\u2019s early.", "ANN\tCoffee?", "Bob\tPlease."]
    assert told(lines) == [
        ("ANN", "Good morning."),
        ("Bob", "Morning. It\u2019s early."),
        ("ANN", "Coffee?"),
        ("Bob", "Please."),
    ]
    assert {name for name, _ in told(["Rye\t500\tg", "Salt\t10\tg", "Rye\t20\tg", "Salt\t5\tg"])} == {NARRATOR}


@pytest.mark.parametrize("dash", [" – ", " - ", " — ", "– ", "- "])
def test_names_in_front_of_dashes_if_they_come_back_again_and_again(dash: str) -> None:
    turns = [("I", "Hi! How are you?"), ("C", "Fine - so far."), ("I", "And the bread?"), ("C", "It rises.")] * 2
    lines = ["An interview", *(f"{name}{dash}{words}" for name, words in turns)]
    assert told(lines) == [(NARRATOR, "An interview"), *turns]


@pytest.mark.parametrize(
    "lines",
    [
        ["Rome – a city.", "Oslo – a city.", "Bern – a city.", "Rome – old.", "Oslo – cold."],
        ["So – we went.", "And – we came.", "So – we saw.", "It was late.", "It was dark.", "We slept."],
        ["1990 – it began.", "1991 – it went on.", "1990 – again.", "1991 – again."],
        ["Note – it rains.", "Tip – stay in.", "Note – it pours.", "Tip – swim.", "Note – so.", "Tip – go."],
        ["Well-known – yes."] * 4,
    ],
)
def test_other_dashes_are_dashes(lines: list[str]) -> None:
    assert told(lines) == [(NARRATOR, line) for line in lines]


def test_a_script_of_dashes_may_hold_a_table() -> None:
    document = paragraphs(*["I – One?", "C – Two."] * 3)
    table(document, ("Grain", "Grams"), ("Rye", "500"))
    assert said(document)[-2:] == [("C", "Grain, Grams"), ("C", "Rye, 500")]
