"""Any file is a script or a fault, and any list of turns is read back from the file that is made of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import docx
import pytest
from docx.document import Document
from docx.shared import Inches
from hypothesis import given, settings
from hypothesis import strategies as st

from voicebooth.errors import ScriptFault
from voicebooth.parse import parse
from wordfile import MARK, bare, p, paragraphs, said, saved, table, text, zipped

Turns = Sequence[tuple[str, str]]

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


def _lines(form: str) -> Callable[[Turns], Document]:
    return lambda turns: paragraphs(*(form.format(name=name, words=words) for name, words in turns))


def _names_above(turns: Turns) -> Document:
    return paragraphs(*(line for name, words in turns for line in (f"**{name}**", words)))


def _table(turns: Turns) -> Document:
    document = docx.Document()
    table(document, *turns)
    return document


def _times(turns: Turns) -> Document:
    document = docx.Document()
    table(document, ("Time", "Speaker", "Text"), *((f"0:{n:02}", *turn) for n, turn in enumerate(turns)))
    return document


def _screenplay(turns: Turns) -> Document:
    document = docx.Document()
    for name, words in turns:
        for line, left in ((name, 2.2), (words, 1.0)):
            document.add_paragraph(line).paragraph_format.left_indent = Inches(left)
    return document


FORMS = {
    "colon": _lines("{name}: {words}"),
    "bold": _lines("**{name}** {words}"),
    "bold with a colon": _lines("**{name}:** {words}"),
    "tab": _lines("{name}\t{words}"),
    "bold and a tab": _lines("**{name}**\t{words}"),
    "names above": _names_above,
    "table": _table,
    "table with times": _times,
    "screenplay": _screenplay,
}


def all_over(turns: Turns) -> list[tuple[str, str]]:
    """Return the turns, each speaker among two and coming back."""
    both = [("Ann", "Well."), ("Dr. Lee", "Yes."), *((name, f"{words}.") for name, words in turns)]
    return both + both[::-1]


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(st.lists(TURN, min_size=1, max_size=6), st.sampled_from(sorted(FORMS)))
def test_every_spoken_word_once_in_order_by_the_right_speaker(turns: Turns, form: str) -> None:
    turns = all_over(turns)
    assert joined(said(FORMS[form](turns))) == joined(turns)


def joined(turns: Turns) -> list[tuple[str, str]]:
    """Return the turns; what one speaker says in a row is one turn."""
    whole: list[tuple[str, str]] = []
    for name, words in turns:
        if whole and whole[-1][0] == name:
            words = f"{whole.pop()[1]} {words}"  # noqa: PLW2901
        whole.append((name, words))
    return whole


NOISE = st.sampled_from([
    lambda words: f"<w:del {MARK}><w:r><w:delText>{words}</w:delText></w:r></w:del>",
    lambda words: f"<w:moveFrom {MARK}>{text(words)}</w:moveFrom>",
    lambda words: text(words, "<w:vanish/>"),
    lambda words: f"<w:r><w:instrText>{words}</w:instrText></w:r>",
    lambda words: f"<w:r><w:pict>{text(words)}</w:pict></w:r>",
    lambda _: "<w:r><w:commentReference w:id='0'/></w:r>",
    lambda _: "<w:r><w:footnoteReference w:id='2'/></w:r>",
    lambda _: "<w:bookmarkStart w:id='0' w:name='x'/><w:bookmarkEnd w:id='0'/><w:proofErr w:type='spellStart'/>",
    lambda _: "<w:r><w:softHyphen/><w:lastRenderedPageBreak/></w:r>",
])  # fmt: skip
WRAPPED = st.sampled_from([
    lambda run: run,
    lambda run: f"<w:ins {MARK}>{run}</w:ins>",
    lambda run: f"<w:moveTo {MARK}>{run}</w:moveTo>",
    lambda run: f"<w:hyperlink w:anchor='a'>{run}</w:hyperlink>",
    lambda run: f"<w:sdt><w:sdtPr><w:alias w:val='a'/></w:sdtPr><w:sdtContent>{run}</w:sdtContent></w:sdt>",
    lambda run: f"<w:smartTag w:element='a'>{run}</w:smartTag>",
])  # fmt: skip


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@given(st.data(), st.lists(TURN, min_size=1, max_size=5))
def test_whatever_wraps_the_words_they_stay_and_nothing_joins_them(data: st.DataObject, turns: Turns) -> None:
    turns = all_over(turns)
    xml = ""
    for name, words in turns:
        cut = data.draw(st.integers(0, len(words)))
        runs = [f"{name}: {words[:cut]}", words[cut:]]
        told = [data.draw(WRAPPED)(text(escaped(run))) + data.draw(NOISE)("Cid: never.") for run in runs]
        xml += f"<w:p>{''.join(told)}</w:p>"
    assert joined(said(bare(xml))) == joined(turns)


def escaped(words: str) -> str:
    return words.replace("&", "&amp;").replace("<", "&lt;")


PARAGRAPH = st.tuples(
    st.sampled_from(["ANN", "Bob", "It rains.", "INT. A - DAY", "CUT TO:", "(softly)", "Ann: So.", "I – So.", "a\t1"]),
    st.sampled_from(["", '<w:ind w:left="3000"/>', '<w:ind w:left="1500"/>', '<w:jc w:val="center"/>', "<w:numPr/>"]),
)


@pytest.mark.slow
@settings(max_examples=200, deadline=None)
@given(st.lists(PARAGRAPH, min_size=1, max_size=20))
def test_whatever_the_layout_no_word_is_lost(lines: list[tuple[str, str]]) -> None:
    """What is not spoken is a speaker, a delivery, a chapter or a transition."""
    try:
        script = parse(bare("".join(p(*line) for line in lines)), "ep.docx")
    except ScriptFault:
        return
    spoken = [turn.text for turn in script.turns]
    assert sum("rains" in words for words in " ".join(spoken).split()) == [words for words, _ in lines].count(
        "It rains."
    )
    assert [t.line for t in script.turns] == sorted(t.line for t in script.turns)
