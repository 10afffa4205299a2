"""Cues: times and text, as players read them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebooth.parse.cues import Piece, is_webvtt, read
from voicebooth.parse.draft import Draft


def pieces(body: str, draft: Draft | None = None) -> list[tuple[str, int, str]]:
    return [(p.text, p.line, p.speaker) for cue in read(body, 1, draft or Draft("x")) for p in cue.pieces]


@pytest.mark.parametrize(
    ("line", "start_s", "end_s"),
    [
        ("00:00:01.500 --> 00:00:02.250", 1.5, 2.25),
        ("00:00:01,500 --> 00:00:02,250", 1.5, 2.25),
        ("00:01.500 --> 00:02.250", 1.5, 2.25),
        ("1:02:03.4 --> 1:02:04.05", 3723.4, 3724.05),
        ("100:00:00.000 --> 100:00:01.000", 360000, 360001),
        ("  00:01.000-->00:02.000", 1, 2),
        ("00:01.000 --> 00:02.000 align:start position:0%", 1, 2),
        ("00:00:01,000 --> 00:00:02,000 X1:40 X2:600", 1, 2),
        ("00:90.000 --> 02:00.000", 90, 120),
    ],
)
def test_times(line: str, start_s: float, end_s: float) -> None:
    (cue,) = read(f"{line}\nHello.\n", 1, Draft("x"))
    assert (cue.start_s, cue.end_s, cue.pieces) == (start_s, end_s, (Piece("Hello.", 2),))


@pytest.mark.parametrize("line", ["00:01 --> 00:02", "1.5 --> 2.5", "00:00:01.000 --> later 00:02", "12:00 -->"])
def test_times_that_cannot_be_read(line: str) -> None:
    draft = Draft("x")
    read(f"WEBVTT\n\n{line}\nHello.\n", 5, draft)
    assert [problem.line for problem in draft.problems] == [7]


@pytest.mark.parametrize("text", ["a --> b", "see -->", "-->"])
def test_an_arrow_in_words_is_no_time(text: str) -> None:
    draft = Draft("x")
    assert [text for text, _, _ in pieces(f"00:01.000 --> 00:02.000\n{text}\n", draft)] == [text]
    assert not draft.problems


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<i>a</i> <b>b</b><u>c</u>", [("a bc", 2, "")]),
        ('<font color="#fff" size=2>a</font>', [("a", 2, "")]),
        ("<c.yellow.bg_blue>a</c> <lang en>b</lang>", [("a b", 2, "")]),
        ("a<00:00:01.200> b<00:01.500><c> c</c>", [("a b c", 2, "")]),
        ("<ruby>漢<rt>kan</rt>字<rt>ji</rt></ruby>", [("漢字", 2, "")]),
        ("{\\an8}a{\\i1}b{\\i0} {c}", [("ab {c}", 2, "")]),
        ("a\\Nb\\hc", [("a b c", 2, "")]),
        ("a &lt;b&gt; &amp; c&nbsp;d &quot;e&quot;", [('a <b> & c d "e"', 2, "")]),
        ("1 < 2 and 3 > 2", [("1 < 2 and 3 > 2", 2, "")]),
        ("<v Ann>a</v>", [("a", 2, "Ann")]),
        ("<v.loud Ann Lee>a\nb", [("a", 2, "Ann Lee"), ("b", 3, "Ann Lee")]),
        ("<v Ann>a<v Bob>b", [("a", 2, "Ann"), ("b", 2, "Bob")]),
        ("a<v Ann &amp; Bob>b", [("a", 2, ""), ("b", 2, "Ann & Bob")]),
        ("<v>a", [("a", 2, "")]),
        ("<i>\n</i>", []),
    ],
)
def test_markup(text: str, expected: list[tuple[str, int, str]]) -> None:
    assert pieces(f"00:01.000 --> 00:02.000\n{text}\n") == expected


def test_counters_and_identifiers_are_not_text_and_numbers_are() -> None:
    subrip = "1\n00:00:01,000 --> 00:00:02,000\n1984\n\n2\n00:00:02,000 --> 00:00:03,000\n7\n8\n"
    assert [text for text, _, _ in pieces(subrip)] == ["1984", "7", "8"]
    webvtt = "WEBVTT\n\nintro - 1\n00:01.000 --> 00:02.000\n1984\n\n2\n00:02.000 --> 00:03.000\n7\n"
    assert [text for text, _, _ in pieces(webvtt)] == ["1984", "7"]


@pytest.mark.parametrize(("body", "expected"), [("WEBVTT\n", True), ("\n WEBVTT x", True), ("1\nWEBVTT", False)])
def test_a_file_says_what_it_is(body: str, expected: bool) -> None:
    assert is_webvtt(body) is expected


WORD = st.text(st.sampled_from("abcéЖ字1.,!?"), min_size=1, max_size=6).filter(lambda word: not word.isdigit())
TEXT = st.lists(st.lists(WORD, min_size=1, max_size=5).map(" ".join), min_size=1, max_size=3)


@given(st.lists(TEXT, min_size=1, max_size=9), st.booleans(), st.booleans())
def test_all_lines_of_all_cues(texts: list[list[str]], webvtt: bool, counted: bool) -> None:
    body, expected = "WEBVTT\n\n" if webvtt else "", []
    for i, lines in enumerate(texts):
        body += f"{i + 1}\n" * counted + f"00:{i:02}:00.000 --> 00:{i:02}:01.000\n"
        for line in lines:
            expected.append((line, body.count("\n") + 1, ""))
            body += line + "\n"
        body += "\n"
    draft = Draft("x")
    assert pieces(body, draft) == expected
    assert not draft.problems
    assert not draft.warnings
