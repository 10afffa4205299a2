"""Word files, written by python-docx (a reader and writer of its own) and, for what it cannot write, by hand."""

from __future__ import annotations

import io
import subprocess
import sys
import time
import tracemalloc
import zipfile
from pathlib import Path

import docx
import pytest
from docx.document import Document
from docx.oxml import parse_xml
from hypothesis import given, settings
from hypothesis import strategies as st

from voicebooth.errors import ScriptFault
from voicebooth.parse import parse
from voicebooth.parse.docx_archive import MAX_BYTES
from voicebooth.script import NARRATOR, Gap, Script

VISIBLE = '<w:vanish w:val="0"/>'
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def saved(document: Document) -> bytes:
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def read(document: Document) -> Script:
    return parse(saved(document), "ep.docx")


def said(script: Script) -> list[tuple[str, str]]:
    return [(turn.speaker, turn.text) for turn in script.turns]


def paragraphs(*texts: str) -> Document:
    """Return a document; ``**…**`` at the head of a text is bold."""
    document = docx.Document()
    for text in texts:
        paragraph = document.add_paragraph()
        _, bold, rest = text.split("**", 2) if text.startswith("**") else ("", "", text)
        if bold:
            paragraph.add_run(bold).bold = True
        paragraph.add_run(rest)
    return document


def table(document: Document, *rows: tuple[str, ...]) -> None:
    made = document.add_table(rows=len(rows), cols=len(rows[0]))
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            made.cell(r, c).text = text


def with_body(xml: str) -> bytes:
    """Return a file whose paragraphs are given as XML."""
    document = docx.Document()
    for element in parse_xml(f"<w:body {W}>{xml}</w:body>"):
        document.element.body.insert(-1, element)
    return saved(document)


def text(words: str, properties: str = "") -> str:
    return f'<w:r>{f"<w:rPr>{properties}</w:rPr>" * bool(properties)}<w:t xml:space="preserve">{words}</w:t></w:r>'


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
    assert said(read(document)) == [("Ann", "speaks."), ("Bob", "speaks."), ("Ann", "speaks.")]


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
    assert said(read(document)) == [("Ann", "Hello."), ("Bob", "Hi.")]


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
    assert said(read(document)) == [("Ann", "One."), ("Bob", "Two.")]
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


def fault(data: bytes) -> ScriptFault:
    with pytest.raises(ScriptFault) as caught:
        parse(data, "ep.docx")
    assert all(problem.message and problem.fix for problem in caught.value.problems)
    return caught.value


def zipped(*parts: tuple[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts:
            archive.writestr(name, data)
    return file.getvalue()


def test_what_is_no_word_file() -> None:
    whole = saved(paragraphs("Hi."))
    assert "empty" in str(fault(b""))
    assert "old format" in str(fault(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100)))
    for data in (b"Ann: Hi.", whole[:2000], whole[2000:], zipped(("a", b"b")), zipped(("word/document.xml", b"Hi."))):
        fault(data)
    assert "no words" in str(fault(saved(docx.Document())))


BOMBS = [
    lambda: zipped(("word/document.xml", b"<a>" + bytes(400_000_000))),
    lambda: zipped(("word/document.xml", f"<!DOCTYPE a [{LAUGHS}]><w:p>&l9;</w:p>".encode())),
    lambda: zipped(("word/document.xml", b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><w:p>&x;</w:p>')),
    lambda: zipped(("word/document.xml", b"<w:body>" + b"<w:p/>" * 2_000_000)),
    lambda: zipped(*((f"{i}", b"") for i in range(20_000))),
    lambda: with_body(f"<w:p>{text('so ' * 250_000)}</w:p>"),
    lambda: bytes(MAX_BYTES + 1),
    lambda: saved(paragraphs("Hi.")).replace(b"\x00\x00\x08\x00", b"\x01\x00\x63\x00"),
]
LAUGHS = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10 if i else "lol"}">' for i in range(10))


@pytest.mark.slow
@pytest.mark.parametrize("bomb", BOMBS, ids=range(len(BOMBS)))
def test_bombs_are_clear_errors_in_under_a_second_and_100_mb(bomb) -> None:
    data = bomb()
    began = time.process_time()
    fault(data)
    assert time.process_time() - began < 1
    tracemalloc.start()
    fault(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 100e6


HEAD = f"<w:document {W}><w:body>".encode()
MARKUP = {
    "bold": (HEAD + b"<w:p><w:r>" + b"<w:b/>" * 2_600_000, "over and over"),
    "paragraphs": (HEAD + b"<w:p/>" * 99_000, "over and over"),
    "varied": (HEAD + b"".join(b'<w:b a="%x"/>' % (i * 2654435761 % 2**32) for i in range(600_000)), "too much markup"),
}
CHILD = """
import re, sys, time
from voicebooth.errors import ScriptFault
from voicebooth.parse import parse
try:
    parse(sys.stdin.buffer.read(), "ep.docx")
except ScriptFault as fault:
    peak_kb = re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1]
    print(int(peak_kb) / 1024, time.process_time(), fault, sep="\\n")
"""


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak of a process without its parent's")
@pytest.mark.parametrize("shape", MARKUP)
def test_much_markup_is_a_clear_error_in_a_process_that_stays_small(shape: str) -> None:
    xml, message = MARKUP[shape]
    data = zipped(("word/document.xml", xml))
    done = subprocess.run([sys.executable, "-c", CHILD], input=data, capture_output=True, check=True)
    peak_mb, seconds, fault = done.stdout.decode().split("\n", 2)
    assert message in fault
    assert float(peak_mb) < 100
    assert float(seconds) < 1.5  # with the start of Python


TEMPLATE = saved(paragraphs("**Ann** Hello.", "**Bob** Hi.", "**Ann** So."))


@settings(max_examples=60)
@given(st.integers(0, len(TEMPLATE) - 1), st.binary(min_size=1, max_size=20))
def test_a_damaged_file_is_a_script_or_a_fault(at: int, other: bytes) -> None:
    try:
        assert parse(TEMPLATE[:at] + other + TEMPLATE[at + len(other) :], "ep.docx").turns
    except ScriptFault as exc:
        assert exc.problems  # noqa: PT017 - either outcome is fine


TAG = st.sampled_from(
    ["w:p", "w:r", "w:t", "w:tbl", "w:tr", "w:tc", "w:del", "w:ins", "w:br", "w:rPr", "w:b", "w:numPr"]
)
TREE = st.recursive(
    st.sampled_from(["", "Ann: x", "BOB", "a", "---", "title: x"]),
    lambda inside: st.tuples(TAG, st.lists(inside, max_size=4)).map(lambda p: f"<{p[0]}>{''.join(p[1])}</{p[0]}>"),
    max_leaves=30,
)


@given(TREE)
def test_any_markup_is_a_script_or_a_fault(xml: str) -> None:
    try:
        script = parse(zipped(("word/document.xml", f"<w:body>{xml}</w:body>".encode())), "ep.docx")
    except ScriptFault as exc:
        assert exc.problems  # noqa: PT017 - either outcome is fine
    else:
        assert [t.line for t in script.turns] == sorted(t.line for t in script.turns)


WORD = st.text(st.sampled_from("abcdefgäé字<&"), min_size=1, max_size=8).filter(
    lambda word: any(c.isalpha() for c in word)
)
TURN = st.tuples(st.sampled_from(["Ann", "Dr. Lee", "李雷"]), st.lists(WORD, min_size=1, max_size=6).map(" ".join))


@settings(max_examples=25, deadline=None)
@given(st.lists(TURN, min_size=1, max_size=6), st.sampled_from(["bold", "colon", "table"]))
def test_every_spoken_word_once_in_order_by_the_right_speaker(turns: list[tuple[str, str]], form: str) -> None:
    turns = [(name, f"{words}.") for name, words in [*turns, *turns[::-1]]]  # so that every speaker recurs
    if form == "table":
        document = docx.Document()
        table(document, *turns)
    else:
        document = paragraphs(
            *(f"**{name}** {words}" if form == "bold" else f"{name}: {words}" for name, words in turns)
        )
    assert said(read(document)) == turns
