"""Markdown noise is gone, and no word with it."""

from __future__ import annotations

import pytest

from voicebooth.parse import inline, parse
from voicebooth.script import Script


def read(text: str, name: str = "ep.md") -> Script:
    return parse(text.encode(), name)


def spoken(text: str, name: str = "ep.md") -> list[str]:
    return [turn.text for turn in read(text, name).turns]


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("**bold** and *italic* and ***both***", "bold and italic and both"),
        ("__bold__ and _italic_", "bold and italic"),
        ("**bold *nested* bold**", "bold nested bold"),
        ("snake_case_name and 2 * 3 * 4 and 5*", "snake_case_name and 2 * 3 * 4 and 5*"),
        ("~~gone~~ back", "gone back"),
        ("a [link](https://example.org/a_(b)) here", "a link here"),
        ('a [link](https://example.org "a title") here', "a link here"),
        ("an ![image of a cat](cat.png) here", "an here"),
        ("[![badge](a.svg)](https://example.org) text", "text"),
        ("`code` and ``more code``", "code and more code"),
        ("`*not emphasis*`", "*not emphasis*"),
        (r"\*not emphasis\* and \[no link\](x) and \\", r"*not emphasis* and [no link](x) and \ ".strip()),
        ("fish &amp; chips&nbsp;now &lt;3", "fish & chips now <3"),
        ("&unknown; &amp", "&unknown; &amp"),
        ("see <https://example.org>", "see https://example.org"),
        ("[laughs] hello [sighs] (really) |soft| <breath>", "[laughs] hello [sighs] (really) |soft| <breath>"),
        ("<b>bold</b>, <a href='x'\ttarget=y>a link</a><br/>and <IMG src=\"a.png\" />more", "bold, a link and more"),
        ("<td>one</td><td>two</td>", "one two"),
        ('<my-note kind="x">a note</my-note> <not-closed', "a note <not-closed"),
        ("`<b>` is code, 2 < 3 > 1, From<u8> and <named thing>", "<b> is code, 2 < 3 > 1, From<u8> and <named thing>"),
        ("{% include x.html %}{: .note} text {a} {:x}", "text {a} {:x}"),
        ("[laughs] (softly) no link", "[laughs] (softly) no link"),
        ("unclosed **bold and [link](", "unclosed **bold and [link]("),
        ("text <!-- a comment --> more", "text more"),
        ("text <!-- unclosed", "text <!-- unclosed"),
    ],
)
def test_inline_markup(source: str, words: str) -> None:
    assert spoken(source) == [words]


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (
            "The [page][1], the [*other* page][Two] and [two].\n\n[1]: https://example.org\n[two]: <a.html> 'A title'",
            "The page, the other page and two.",
        ),
        ('A [get `it`][] here ![alt][pic].\n\n[get `it`]: /x\n[pic]: pic.png "t"', "A get it here ."),
        ("[x][y] and [z] [laughs]\n\n[a]: https://example.org", "[x][y] and [z] [laughs]"),
        (
            "Rye[^1] is[^long-name] old.\n\n[^1]: A cereal.\n    Two lines.\n\n    And more.\n\n[^long-name]: Is it?",
            "Rye is old.",
        ),
        ("[a [b] c]: x\n\n[1] and [2]: two", "[a [b] c]: x [1] and [2]: two"),
    ],
)
def test_references_and_footnotes(source: str, words: str) -> None:
    assert " ".join(spoken(source)) == words


def test_footnotes_are_warned_about_once_and_lines_keep_their_numbers() -> None:
    script = read(
        "One[^1].\n\n[^1]: A note\n    on two lines.\n[^2]: Another.\n\n[a\nb][c] Two.\n\n[c]: https://x.org\n\nEnd."
    )
    assert [(t.text, t.line) for t in script.turns] == [("One.", 1), ("a b Two.", 7), ("End.", 12)]
    assert [w.line for w in script.warnings] == [3]


@pytest.mark.parametrize("source", ["[Ann]: Hello\n\nYes", "[Ann]: Hello there\n\nYes", "[Ann]: Hello.\n\nYes"])
def test_a_name_in_brackets_is_no_definition(source: str) -> None:
    assert " ".join(spoken(source)) == " ".join(source.split())


def test_front_matter_in_toml_is_left_out_with_a_warning() -> None:
    script = read('+++\ntitle = "x"\ntags = [\n  "a",\n]\n+++\nHello.\n')
    assert [(t.text, t.line) for t in script.turns] == [("Hello.", 7)]
    assert [w.line for w in script.warnings] == [1]
    assert spoken("+++\nHello.\n+++\nBye.") == ["+++ Hello. +++ Bye."]


def test_emphasis_and_links_may_span_lines() -> None:
    script = read("One **bold\nover lines** and. A [long\nlink](https://x.org). Then\nmore.")
    assert [(s.text, s.line) for s in script.turns[0].sentences] == [
        ("One bold over lines and.", 1),
        ("A long link.", 2),
        ("Then more.", 3),
    ]


@pytest.mark.parametrize("text", ["a\nb", "![x\ny](z)\nb", "[a\nb](c\n'd')", "`a\nb`", "**a\nb**"])
def test_line_ends_are_kept(text: str) -> None:
    assert inline.plain(text).count("\n") == text.count("\n")


def test_lists_and_quotations_are_paragraphs() -> None:
    text = "Ann: A list.\n\n- one\n* two\n+ three\n1. four\n\n> a quotation\n> goes on\n\nBob: Oh.\n\nAnn: Yes."
    assert spoken(text) == ["A list.", "one", "two", "three 1. four", "a quotation goes on", "Oh.", "Yes."]


def test_tables_are_read_cell_by_cell() -> None:
    text = "| Name | Age |\n|:-----|----:|\n| Ann | 40 |\n| Bob. | 50 |\n\nThe |soft| end."
    assert spoken(text) == ["Name, Age", "Ann, 40", "Bob. 50", "The |soft| end."]


def test_comments_may_span_lines_and_keep_the_count() -> None:
    script = read("Ann: One.\n<!--\nBob: Two.\n-->\nAnn: Three.")
    assert [(t.text, t.line) for t in script.turns] == [("One.", 1), ("Three.", 5)]


def test_a_code_block_is_skipped_with_a_warning() -> None:
    script = read("Ann: Look.\n\n```python\nprint('x')\nBob: no\n```\n\nAnn: Nice.\n")
    assert [t.text for t in script.turns] == ["Look.", "Nice."]
    assert [w.line for w in script.warnings] == [3]


def test_a_fence_around_the_whole_script_is_no_code() -> None:
    script = read("```markdown\nAnn: Hi.\n\nBob: Ho.\n```\n")
    assert script.speakers == ("Ann", "Bob")
    assert not script.warnings


def test_an_unclosed_fence_eats_nothing() -> None:
    script = read("Ann: Hi.\n\n```text\nBob: Ho.\n\nAnn: Ha.")
    assert [t.text for t in script.turns] == ["Hi.", "Ho.", "Ha."]
    assert [w.line for w in script.warnings] == [3]


def test_three_backticks_within_a_line_are_no_fence() -> None:
    assert spoken("```code``` is inline\n\nmore") == ["code is inline", "more"]


def test_plain_text_keeps_what_is_not_speaker_heading_rule_or_bullet() -> None:
    text = "**Ann:** It's **very** [odd](x) & 2*3*4.\n\n> quoted\n\n- item\n\nAnn: ```no``` <!-- comment -->"
    assert spoken(text, "ep.txt") == [
        "It's **very** [odd](x) & 2*3*4.",
        "> quoted",
        "item",
        "```no``` <!-- comment -->",
    ]
