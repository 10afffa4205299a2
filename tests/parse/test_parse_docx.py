"""Word files: what in them is spoken, and by whom."""

from __future__ import annotations

import docx
import pytest

from voicebooth.errors import ScriptFault
from voicebooth.parse import parse
from voicebooth.script import NARRATOR, Gap
from wordfile import ENDLESS, MARK, bare, p, paragraphs, read, said, table, text, told, with_body, zipped

VISIBLE = '<w:vanish w:val="0"/>'


def test_paragraphs_and_headings_with_paragraph_numbers_for_lines() -> None:
    document = docx.Document()
    document.add_heading("Bread", 0)
    document.add_paragraph("From the beginning", style="Subtitle")
    document.add_heading("Flour", 1)
    document.add_paragraph("It starts. With wheat.")
    document.add_paragraph("")
    document.add_paragraph("And water.")
    document.add_heading("Water", 2)
    document.add_paragraph("First", style="List Number")
    document.add_paragraph("Second", style="List Bullet")
    script = read(document)
    assert [(t.line, t.gap, t.text) for t in script.turns] == [
        (4, Gap.CHAPTER, "It starts. With wheat."),
        (6, Gap.PARAGRAPH, "And water."),
        (8, Gap.CHAPTER, "First"),
        (9, Gap.PARAGRAPH, "Second"),
    ]
    assert script.meta.title == "Bread"
    assert [c.title for c in script.chapters] == ["Flour", "Water"]


@pytest.mark.parametrize(
    "texts",
    [
        ("Ann: Hello.", "Bob: Hi.", "Ann: So."),
        ("**Ann:** Hello.", "**Bob: **Hi.", "**Ann:** So."),
        ("**Ann** Hello.", "**Bob **Hi.", "**Ann** So."),
        ("**Ann**", "Hello.", "**Bob**", "Hi.", "**Ann**", "So.", "**Bob**", "Mm."),
        ("ANN", "Hello.", "BOB", "Hi.", "ANN", "So.", "BOB", "Mm."),
    ],
)
def test_names_with_a_colon_in_bold_or_on_their_own(texts: tuple[str, ...]) -> None:
    script = read(paragraphs(*texts))
    assert [(name.title(), words) for name, words in said(script)][:3] == [
        ("Ann", "Hello."),
        ("Bob", "Hi."),
        ("Ann", "So."),
    ]
    assert not script.warnings


def test_bold_words_are_no_names() -> None:
    script = read(paragraphs("**Important** things first.", "**Really** so.", "**Conclusion**", "The end."))
    assert script.speakers == (NARRATOR,)
    assert " ".join(t.text for t in script.turns) == "Important things first. Really so. Conclusion The end."


def test_bold_from_a_style_and_bold_switched_off() -> None:
    document = docx.Document()
    for name in ("Ann", "Bob", "Ann"):
        paragraph = document.add_paragraph()
        paragraph.add_run(name, style="Strong")
        paragraph.add_run(" speaks.").bold = False
    assert said(document) == [("Ann", "speaks."), ("Bob", "speaks."), ("Ann", "speaks.")]


def test_a_line_broken_inside_a_paragraph() -> None:
    document = docx.Document()
    document.add_paragraph("Ann: Hello\tthere.\nBob: Hi.\nAnn: So.")
    assert [(t.speaker, t.text, t.line) for t in read(document).turns] == [
        ("Ann", "Hello there.", 1),
        ("Bob", "Hi.", 1),
        ("Ann", "So.", 1),
    ]


def test_a_table_of_two_columns_is_turns() -> None:
    document = paragraphs("Welcome.")
    table(document, ("Speaker", "Text"), ("Ann (softly)", "Hello"), ("", "and more"), ("Bob:", "Hi"))
    document.add_paragraph("Bye.")
    assert [(t.line, t.speaker, t.delivery, t.text) for t in read(document).turns] == [
        (1, NARRATOR, "", "Welcome."),
        (5, "Ann", "softly", "Hello"),
        (7, "Ann", "softly", "and more"),
        (9, "Bob", "", "Hi"),
        (10, NARRATOR, "", "Bye."),
    ]


def test_columns_of_numbers_and_times_do_not_matter_in_a_table_of_turns() -> None:
    document = docx.Document()
    table(document, ("1", "00:01", "Ann", "Hello."), ("2", "00:05", "Bob", "Hi."))
    assert said(document) == [("Ann", "Hello."), ("Bob", "Hi.")]


@pytest.mark.parametrize(
    "rows",
    [
        (("grain", "grams"), ("rye", "500")),
        (("Rome", "old city"), ("Oslo", "cold city")),
        (("Name", "Age", "Town"), ("Ann", "42", "Rome")),
        (("Ann", "42"), ("Bob", "37")),
        (("alone",),),
    ],
)
def test_other_tables_are_read_row_by_row_and_lose_nothing(rows: tuple[tuple[str, ...], ...]) -> None:
    document = docx.Document()
    table(document, *rows)
    assert [t.text for t in read(document).turns] == [", ".join(row) for row in rows]


def test_what_was_deleted_hidden_or_noted_is_not_spoken_and_what_was_inserted_is() -> None:
    mark = 'w:id="1" w:author="x" w:date="2026-01-01T00:00:00Z"'
    data = with_body(
        f"<w:p>{text('One ')}<w:del {mark}><w:r><w:delText>gone</w:delText></w:r></w:del>"
        f"<w:ins {mark}>{text('two ')}</w:ins><w:moveFrom {mark}>{text('moved')}</w:moveFrom>"
        f"<w:commentRangeStart w:id='0'/>{text('three')}<w:commentRangeEnd w:id='0'/>"
        "<w:r><w:commentReference w:id='0'/></w:r><w:r><w:footnoteReference w:id='2'/></w:r>"
        f"{text('secret', '<w:vanish/>')}{text(' four', VISIBLE)}"
        "<w:r><w:noBreakHyphen/></w:r><w:r><w:softHyphen/></w:r>"
        f"<w:sdt><w:sdtPr><w:alias w:val='a'/></w:sdtPr><w:sdtContent>{text('five')}</w:sdtContent></w:sdt></w:p>"
        f"<w:p><w:moveTo {mark}>{text('Six')}</w:moveTo>"
        "<w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText>HYPERLINK \"x\"</w:instrText></w:r>"
        f"<w:hyperlink w:anchor='a'>{text(' seven')}</w:hyperlink></w:p>"
    )
    script = parse(data, "ep.docx")
    assert [t.text for t in script.turns] == ["One two three four-five", "Six seven"]


def test_a_real_comment_and_a_text_box() -> None:
    document = paragraphs("Ann: One.", "Bob: Two.")
    document.add_comment(runs=document.paragraphs[0].runs, text="Do not say this.", author="E")
    assert said(document) == [("Ann", "One."), ("Bob", "Two.")]
    box = f"<w:p>{text('One.')}<w:r><w:txbxContent><w:p>{text('Box.')}</w:p></w:txbxContent></w:r></w:p>"
    script = parse(with_body(box), "ep.docx")
    assert ([t.text for t in script.turns], [w.line for w in script.warnings]) == (["One."], [1])


@pytest.mark.parametrize("rule", ["---", "—", "–-"])
def test_front_matter_in_paragraphs(rule: str) -> None:
    script = read(
        paragraphs(rule, "title: “My talk”", "voices:", "Ann: Kore", "Dr. Lee: Puck", "language: en", rule, "Ann: Hi.")
    )
    assert (script.meta.title, script.meta.language) == ("My talk", "en")
    assert script.meta.voices == {"Ann": "Kore", "Dr. Lee": "Puck"}
    assert (script.turns[0].line, script.turns[0].text) == (8, "Hi.")
    with pytest.raises(ScriptFault) as caught:
        read(paragraphs(rule, "title: x", "date: tomorrow", rule, "Hi."))
    assert caught.value.problems[0].line == 3


def test_a_paragraph_whose_end_was_deleted_goes_on_in_the_next() -> None:
    gone = f"<w:del {MARK}><w:r><w:delText>Bob: gone.</w:delText></w:r></w:del>"
    data = with_body(
        f"<w:p>{ENDLESS}{text('Ann: This ')}</w:p><w:p>{text('goes on.')}</w:p>"
        f"<w:p>{ENDLESS}{gone}</w:p>{p('Bob: That stays.')}<w:p>{ENDLESS}{text('Ann: The end')}</w:p>"
    )
    assert [(t.line, t.speaker, t.text) for t in parse(data, "ep.docx").turns] == [
        (1, "Ann", "This goes on."),
        (4, "Bob", "That stays."),
        (5, "Ann", "The end"),
    ]


def test_a_paragraph_without_an_end_stays_in_its_cell() -> None:
    cell = f"<w:tc><w:p>{ENDLESS}{text('Hello')}</w:p></w:tc>"
    data = bare(f"{p('One.')}<w:tbl><w:tr>{cell}{cell}</w:tr></w:tbl><w:p>{ENDLESS}{text('Two')}</w:p><w:tbl/>{p('3')}")
    assert [t.text for t in parse(data, "ep.docx").turns] == ["One.", "Hello, Hello", "Two", "3"]


def test_a_table_of_contents_is_not_spoken_wherever_it_is_marked() -> None:
    gallery = "<w:docPartObj><w:docPartGallery w:val='Table of Contents'/></w:docPartObj>"
    sdt = "<w:sdt><w:sdtPr>{}</w:sdtPr><w:sdtContent>{}</w:sdtContent></w:sdt>"
    link = f"<w:hyperlink w:anchor='_Toc12'>{text('Flour 3')}</w:hyperlink>"
    data = with_body(
        f"{sdt.format(gallery, p('Water 4'))}<w:p>{link}</w:p>{sdt.format('', p('Kept.'))}"
        f"<w:p><w:hyperlink w:anchor='_Somewhere'>{text('A link.')}</w:hyperlink></w:p>"
    )
    assert [t.text for t in parse(data, "ep.docx").turns] == ["Kept.", "A link."]


def test_what_a_style_hides_and_where_a_word_may_break() -> None:
    document = paragraphs("An ex\u00adample.")
    style = document.styles.add_style("Secret", docx.enum.style.WD_STYLE_TYPE.CHARACTER)
    style.font.hidden = True
    document.paragraphs[0].add_run(" Hidden.", style="Secret")
    assert said(document) == [(NARRATOR, "An example.")]


def test_an_equation_is_left_out_with_a_warning() -> None:
    script = read(with_body(f"<w:p>{text('It is ')}<m:oMath><m:r><m:t>x=2</m:t></m:r></m:oMath>{text('so.')}</w:p>"))
    assert [t.text for t in script.turns] == ["It is so."]
    assert [w.message for w in script.warnings] == ["an equation is not spoken"]


def test_fields_smart_tags_rubies_and_alternate_content_are_told_once() -> None:
    mc = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    data = with_body(
        f"<w:p><w:smartTag>{text('One ')}</w:smartTag><w:fldSimple w:instr='REF x'>{text('two ')}</w:fldSimple>"
        f"<w:ruby><w:rt>{text('reading')}</w:rt><w:rubyBase>{text('three ')}</w:rubyBase></w:ruby>"
        f"<w:r><mc:AlternateContent {mc}><mc:Choice><w:t>four</w:t></mc:Choice>"
        "<mc:Fallback><w:t>four again</w:t></mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )
    assert [t.text for t in read(data).turns] == ["One two three four"]


@pytest.mark.parametrize("prefix", ["ns0", "word"])
@pytest.mark.parametrize("space", [
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main", "http://purl.oclc.org/ooxml/wordprocessingml/main"
])  # fmt: skip
def test_another_prefix_and_the_strict_form(prefix: str, space: str) -> None:
    body = p("Ann: The ns0:tag.", '<w:ind w:left="1440"/>') + p("Bob: Hi.")
    root = f'<{prefix}:document xmlns:{prefix}="{space}">'
    renamed = f"{root}{f'<w:body>{body}</w:body>'.replace('w:', f'{prefix}:')}</{prefix}:document>"
    assert said(zipped(("word/document.xml", renamed.encode()))) == [("Ann", "The ns0:tag."), ("Bob", "Hi.")]


@pytest.mark.parametrize(
    "heading",
    [
        "Bob: Let us show you how it rises, and what becomes of it when the oven is too hot for it.",
        "Bob: " + "Bread " * 30 + "and more",
    ],
)
def test_speech_in_the_style_of_a_heading_is_speech(heading: str) -> None:
    document = paragraphs("Ann: So.", "Bob: Hm.")
    document.add_heading(heading, 6)
    document.add_paragraph("Ann: Good.")
    assert said(document)[2:] == [("Bob", heading.removeprefix("Bob: ")), ("Ann", "Good.")]


def test_a_second_title_is_a_heading_and_a_paragraph_in_the_style_of_a_header_is_text() -> None:
    document = docx.Document()
    for title, words in (("Bread", "One."), ("Water", "Two.")):
        document.add_heading(title, 0)
        document.add_paragraph(words, style="Header")
    script = read(document)
    assert (script.meta.title, [c.title for c in script.chapters]) == ("Bread", ["Water"])
    assert [t.text for t in script.turns] == ["One.", "Two."]


def test_a_form_is_no_script_and_a_table_ends_what_its_last_speaker_says() -> None:
    document = docx.Document()
    table(
        document, ("Title:", "Bread."), ("Course:", "Two."), ("Group:", "Six."), ("Leader:", "Lee."), ("Date:", "May.")
    )
    document.add_paragraph("It rises.")
    assert said(document) == [
        (NARRATOR, "Title, Bread."),
        (NARRATOR, "Course, Two."),
        (NARRATOR, "Group, Six."),
        (NARRATOR, "Leader, Lee."),
        (NARRATOR, "Date, May."),
        (NARRATOR, "It rises."),
    ]


@pytest.mark.parametrize("head", [(), (("Time", "Name", "Words"),), (("No.", "Speaker", "Text"),)])
@pytest.mark.parametrize("time", ["5:30", "5:30 pm", "17", "(0:01:07)"])
def test_a_column_of_times_does_not_matter_with_a_head_or_without(head: tuple[tuple[str, ...]], time: str) -> None:
    document = docx.Document()
    table(document, *head, (time, "Ann", "Hello."), (time, "Bob", "Hi."), (time, "Ann", "So."))
    assert said(document) == [("Ann", "Hello."), ("Bob", "Hi."), ("Ann", "So.")]


def test_a_list_of_players_in_a_table_is_nobody_speaking() -> None:
    document = docx.Document()
    table(document, ("Director:", "A. Lee"), ("Ann:", "B. Kim"), ("Lights and sound:", "C. Wu"))
    for line in ("Ann: Hello.", "Bob: Hi.", "Ann: So."):
        document.add_paragraph(line)
    assert said(document)[:4] == [
        (NARRATOR, "Director, A. Lee"),
        (NARRATOR, "Ann, B. Kim"),
        (NARRATOR, "Lights and sound, C. Wu"),
        ("Ann", "Hello."),
    ]


@pytest.mark.parametrize(
    "lines",
    [
        ("Ann:", "Hello.", "Bob:", "Hi.", "Ann:", "So."),
        ("interviewer:", "Hello?", "guest:", "Hi.", "interviewer:", "So?", "guest:", "Hm.", "Well."),
        ("Ann:", "Hi.", "Ann's mom:", "Ho.", "Ann:", "So.", "Ann's mom:", "Mm.", "Ann's mom:", "Go."),
        ("Ann: Hi.", "Old man: Ho.", "Ann: So.", "Old man: Mm.", "Old man: Go."),
        ("Pr. José : Oui.", "Personnage du joueur : Non.") * 3,
    ],
)
def test_names_with_small_letters_and_names_above_their_words(lines: tuple[str, ...]) -> None:
    names = {line.partition(":")[0].strip() for line in lines if ":" in line}
    script = read(paragraphs(*lines))
    assert set(script.speakers) == names
    assert not any(":" in turn.text for turn in script.turns)


@pytest.mark.parametrize(
    "extra",
    [
        "Key idea: bread needs time.",
        "The result: bread.",
        "第一幕：家里",
        "FADE IN:",
        "Cut to:",
        "INT. BAKERY: morning",
    ],
)
def test_what_is_no_name_among_names(extra: str) -> None:
    lines = ["Ann: Hello.", extra, "Bob: Hi.", "Ann: So.", extra, "Bob: Mm.", "Bob: Well."]
    assert {name for name, _ in told(lines)} <= {"Ann", "Bob", NARRATOR}


def test_what_stands_above_a_list_is_no_name() -> None:
    document = docx.Document()
    for topic, point in (("Project Plan:", "Tasks are done."), ("Class Diagram:", "It is drawn."), ("Code:", "Begun.")):
        document.add_paragraph(topic)
        document.add_paragraph(point, style="List Bullet")
    assert read(document).speakers == (NARRATOR,)


def test_a_colon_at_the_top_is_a_heading_when_it_stands_alone() -> None:
    assert said(paragraphs("MAIN IDEAS:", "It rains.", "Girl A waits."))[0] == (NARRATOR, "MAIN IDEAS:")
    assert said(paragraphs("Ann: It rains.", "A girl waits."))[0] == ("Ann", "It rains.")


def test_headings_and_their_table_of_contents_are_no_speakers() -> None:
    topics = [f"THE {word} OF BREAD" for word in ("ORIGIN", "RISE", "FALL", "PRICE", "TASTE")]
    lines = [*(line for topic in topics for line in (topic, "Page.")), *(s for t in topics for s in (t, "It is so."))]
    assert read(paragraphs(*lines)).speakers == (NARRATOR,)
    typed = [f"{topic}: A STUDY\t{page}" for page, topic in enumerate(topics, 3)]
    lines = [*typed, *(line for topic in topics for line in (f"{topic}: A STUDY", "It is so.", "And more."))]
    assert read(paragraphs(*lines)).speakers == (NARRATOR,)


def test_a_script_in_which_all_speak_in_quotation_marks() -> None:
    turns = [("Ann", "“Hello.”"), ("Bob", "“Hi.”"), ("Ann", "“So.”"), ("Bob", "“Mm.”")]
    lines = ["YOU", "“Who?”", *(f"{name}: {words}" for name, words in turns), "YOU", "“Me.”"]
    assert told(lines)[1:5] == turns


def test_a_play_with_full_stops_and_a_transcript_with_times() -> None:
    turns = [("HAMLET", "To be."), ("HORATIO", "My lord?"), ("HAMLET", "Or not."), ("HORATIO", "My lord!")]
    assert told([f"{name}. {words}" for name, words in turns]) == turns
    stamped = [f"[00:00:{n:02}] {name.title()}: {words}" for n, (name, words) in enumerate(turns)]
    assert told(stamped) == [(name.title(), words) for name, words in turns]
