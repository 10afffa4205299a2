"""XML as a tree whose elements and words know their lines, and what is refused."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebooth.errors import ScriptFault
from voicebooth.parse import xmltree
from voicebooth.parse.words import Words
from voicebooth.parse.xmltree import Element


def problem(source: str, first_line: int = 1) -> tuple[int | None, str, str]:
    with pytest.raises(ScriptFault) as caught:
        xmltree.read(source, first_line)
    (found,) = caught.value.problems
    return found.line, found.message, found.fix


def test_elements_attributes_and_words_with_their_lines() -> None:
    root = xmltree.read('\n\n<x:a b="1"\n c="&lt;2">one\ntwo<d/>three\n<e>four</e></x:a>', 10)
    assert (root.name, root.tag, root.line, root.attributes) == ("x:a", "a", 12, {"b": "1", "c": "<2"})
    assert [(child.text, child.line) for child in root.children if isinstance(child, Words)] == [
        ("one\n", 13),
        ("two", 14),
        ("three\n", 14),
    ]
    assert [(child.name, child.line, child.text()) for child in root.children if isinstance(child, Element)] == [
        ("d", 14, ""),
        ("e", 15, "four"),
    ]
    assert root.text() == "one\ntwothree\nfour"


def test_character_data_sections_comments_and_instructions() -> None:
    root = xmltree.read("<a>1 &lt; <![CDATA[2 <b> & 3]]><!-- no --><?no no?> &#52;&#x35;</a>", 1)
    assert root.text() == "1 < 2 <b> & 3 45"


@pytest.mark.parametrize(
    ("source", "line", "message"),
    [
        ("<a>\n<b></a>", 2, "<b> is not closed"),
        ("<a>\n</a>\n<b/>", 3, "this is not XML: junk after document element"),
        ("words", 1, "this is not XML: syntax error"),
        ("", 1, "this is not XML: no element found"),
        ("<a b='1' b='2'/>", 1, "this is not XML: duplicate attribute"),
        ("<a b=1/>", 1, "this is not XML: not well-formed (invalid token)"),
        ("<a>\n&eacute;</a>", 2, "XML does not know &eacute;"),
        ("<a>\n&nosuch;</a>", 2, "this is not XML: undefined entity"),
        ("<!DOCTYPE a [\n<!ENTITY b 'c'>]><a/>", 2, "XML entities are not allowed in a script"),
        (
            "<!DOCTYPE a [<!NOTATION g SYSTEM 'g'>\n<!ENTITY p SYSTEM 'p' NDATA g>]><a/>",
            2,
            "XML entities are not allowed",
        ),
        ("<a>" * 61, 1, "the script is nested too deeply"),
        (f"<a>{'<b/>' * 60_000}</a>", 1, "the script holds too many tags"),
    ],
)
def test_what_is_refused_names_its_line(source: str, line: int, message: str) -> None:
    found = problem(source, 5)
    assert found[0] == line + 4
    assert message in found[1]
    assert found[2]


def test_an_encoding_that_is_not_there() -> None:
    class Nobody:
        def start(self, name: str, attributes: dict[str, str], line: int) -> None: ...
        def end(self, name: str) -> None: ...
        def data(self, text: str, line: int) -> None: ...

    with pytest.raises(ScriptFault) as caught:
        xmltree.feed(b"<?xml version='1.0' encoding='klingon'?><a/>", Nobody())
    assert "encoding" in caught.value.problems[0].message


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"]) | st.just("\n"), max_size=12)
NAME = st.sampled_from(["a", "b", "x:c"])


def element(children: st.SearchStrategy[tuple[str, str]]) -> st.SearchStrategy[tuple[str, str]]:
    def made(name: str, value: str, several: list[tuple[str, str]]) -> tuple[str, str]:
        inside, text = ("".join(parts) for parts in zip(*several, strict=True)) if several else ("", "")
        return f"<{name} v={quoteattr(value)}>{inside}</{name}>", text

    return st.builds(made, NAME, TEXT, st.lists(children, max_size=4))


CONTENT = st.recursive(TEXT.map(lambda text: (escape(text), text)), element, max_leaves=10)


@given(st.lists(CONTENT, max_size=5), st.integers(1, 1000))
def test_any_tree_reads_back_with_all_its_text_on_its_lines(several: list[tuple[str, str]], first_line: int) -> None:
    inside, text = ("".join(parts) for parts in zip(*several, strict=True)) if several else ("", "")
    source = f"<root>{inside}</root>"
    root = xmltree.read(source, first_line)
    assert root.text() == text
    lines = source.split("\n")

    def look(parent: Element) -> None:
        assert f"<{parent.name}" in lines[parent.line - first_line]
        for child in parent.children:
            if isinstance(child, Element):
                look(child)
            else:
                assert "\n" not in child.text[:-1]
                assert escape(child.text.strip("\n")) in lines[child.line - first_line]

    look(root)
