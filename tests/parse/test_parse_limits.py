"""What is refused, each with a message and a fix."""

from __future__ import annotations

import os
import time

import pytest

from voicebooth.errors import ScriptFault
from voicebooth.parse import EXTENSIONS, parse
from voicebooth.parse.decode import MAX_BYTES, MAX_LINES
from voicebooth.parse.draft import MAX_LABELS
from voicebooth.parse.marks import MAX_PIECES


def fault(data: bytes, name: str = "ep.md", max_minutes: float = 600) -> ScriptFault:
    with pytest.raises(ScriptFault) as caught:
        parse(data, name, max_minutes=max_minutes)
    assert all(problem.message and problem.fix for problem in caught.value.problems)
    return caught.value


@pytest.mark.parametrize("name", ["ep" + extension for extension in EXTENSIONS if extension != ".docx"])
@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf", b"  \n\t\r\n", b"\xff\xfe"])
def test_empty(name: str, data: bytes) -> None:
    assert "empty" in str(fault(data, name))


@pytest.mark.parametrize(
    "data", [b"# Only a heading\n", b"...\n\n!!!\n", b"(pause 2s)\n", b"---\ntitle: x\n---\n", b"---\n"]
)
def test_nothing_to_speak(data: bytes) -> None:
    assert "no words" in str(fault(data))


@pytest.mark.parametrize("name", ["ep" + extension for extension in EXTENSIONS if extension != ".docx"])
@pytest.mark.parametrize(
    "data",
    [
        b"Ann: hi\x00\x00\x00there",
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00",
        b"ID3\x04\x00\x00\x00\x00\x00\x00",
        b"PK\x03\x04\x14\x00\x08\x00",
        b"Gr\xfc\xdfe aus der Provinz",
        b"\xff\xfeA",
        b"\xff\xfe\x00\xd8A\x00",
        b"a\x01\x02\x03\x04b",
    ],
)
def test_not_text(name: str, data: bytes) -> None:
    assert "not" in str(fault(data, name))


def test_the_line_of_a_byte_that_cannot_be_read() -> None:
    assert fault(b"Ann: hi\r\n\r\nBob: \xff\r\n").problems[0].line == 3


def test_too_big() -> None:
    assert "2 MB" in str(fault(b"a" * (MAX_BYTES + 1)))


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("ep.doc", '".docx"'),
        ("ep.mp", '".md"'),
        ("ep", ".txt"),
        ("ep.jsn", '".json"'),
        ("ep.tx", '".txt"'),
        ("a.md/ep", ".md"),
    ],
)
def test_unknown_extensions_list_those_accepted(name: str, hint: str) -> None:
    problem = fault(b"Hi.", name).problems[0]
    assert hint in problem.fix
    assert all(extension in problem.fix for extension in EXTENSIONS)


def test_extensions_in_capitals() -> None:
    assert parse(b"Hi.", "shows/EP.MD").turns


def test_too_long() -> None:
    text = "These are six words to say. " * 100
    assert parse(text.encode(), "ep.md", max_minutes=10).turns
    problem = fault(text.encode(), max_minutes=2).problems[0]
    assert "more than the 2 minutes" in problem.message
    assert "VOICEBOOTH_MAX_MINUTES" in problem.fix


def test_pauses_count_towards_the_length() -> None:
    fault(b"Hi.\n\n" + b"(pause 60s) Hi.\n\n" * 3, max_minutes=2)


def test_words_beyond_any_pace_are_refused_before_they_are_read() -> None:
    assert "words" in str(fault(b"a " * 900_000))


@pytest.mark.slow
def test_too_many_turns() -> None:
    assert "turns" in str(fault(b"Ann: a\n\nBob: b\n\n" * (MAX_LABELS // 6 + 1)))


def test_a_pause_without_end() -> None:
    problem = fault(b"Hi.\n\n(pause 999999s)\n\nHo.").problems[0]
    assert problem.line == 3


@pytest.mark.slow
@pytest.mark.parametrize(
    "unit", ["[", "**a", "(pause", "<!--", "```a\n", "a.", "“.”", "&amp", "|-", "~~a", "Ab Cd (e) f", "((", "`"]
)
@pytest.mark.parametrize("name", ["ep.md", "ep.txt"])
def test_hostile_text_costs_no_more_than_its_length(unit: str, name: str) -> None:
    """Quadratic work on 2 MB would take hours: ending at all is the proof."""
    data = (unit * (MAX_BYTES // len(unit.encode())))[: MAX_BYTES // 2].encode()
    try:
        parse(data, name)
    except ScriptFault as exc:
        assert exc.problems  # noqa: PT017 - either outcome is fine


HALF = MAX_BYTES // 2
CUE = "WEBVTT\n\n00:01.000 --> 00:02.000\n"
TRAPS = {
    "quotation marks of Markdown": ("ep.md", ">" * HALF),
    "code marks in a screenplay": ("ep.fountain", "\nNAT\n" + "`" * HALF),
    "spaces behind a name": ("ep.fountain", "ANN" + " " * HALF + "(\nhi"),
    "spaces in a scene": ("ep.fountain", "INT. a" + " " * HALF + "x"),
    "numbers of a scene": ("ep.fountain", "INT. a" + " " * HALF + "#"),
    "extensions that do not end": ("ep.fountain", "ANN" + " (a)" * (HALF // 4) + "x\nhi"),
    "brackets of a speech": ("ep.fountain", "ANN\n" + "(a\n" * (MAX_LINES - 9)),
    "elements without words": ("ep.xml", "<speak>" + "<x>" * 55 + "<y/>" * 59_000 + "</x>" * 55 + "</speak>"),
    "one text of speech markup": ("ep.ssml", "<speak>" + "a" * (HALF - 50) + "</speak>"),
    "brackets in a cue": ("ep.vtt", CUE + "[a\n" * (MAX_LINES - 9)),
    "tags in a cue": ("ep.vtt", CUE + "<v A>a" * (HALF // 6)),
    "arrows": ("ep.srt", (" " * 999 + "--> 1\n") * 900),
    "names": ("ep.vtt", CUE + "".join(f"A{n}b: kk\n" for n in range(85_000))),
    "names in a text": ("ep.txt", "".join(f"A{n}b: kk\n\n" for n in range(29_000))),
    "spaces in names": ("ep.md", ("A" + " " * 200 + ": hi\n") * 4_000),
    "blank lines of YAML": ("ep.yaml", "- text: >\n" + "    a\n\n" * (MAX_LINES // 2 - 9)),
    "lists in lists of YAML": ("ep.yaml", "- " * (HALF // 2)),
    "keys of YAML": ("ep.yaml", "".join(f"k{n}: v\n" for n in range(90_000))),
    "lists in lists of JSON": ("ep.json", "[" * HALF),
    "escapes of JSON": ("ep.json", '[{"text":"' + "\\n" * (HALF // 2) + 'a"}]'),
}


@pytest.mark.slow
@pytest.mark.parametrize("trap", TRAPS)
def test_traps_of_each_format_cost_no_more_than_their_length(trap: str) -> None:
    """As above: what grows with the square of a megabyte does not end."""
    name, text = TRAPS[trap]
    began = time.process_time()
    try:
        parse(text.encode(), name)
    except ScriptFault as exc:
        assert exc.problems  # noqa: PT017 - either outcome is fine
    assert time.process_time() - began < 8  # of a second or two on a machine that does nothing else


@pytest.mark.parametrize("name", ["ep" + extension for extension in EXTENSIONS if extension != ".docx"])
def test_more_lines_than_anybody_writes(name: str) -> None:
    assert "lines" in str(fault(b"a" + b"\n" * (MAX_LINES + 1), name))


def test_more_lines_than_subtitles_have() -> None:
    assert "lines of words" in str(fault((CUE + "so\n" * (MAX_PIECES + 1)).encode(), "ep.vtt"))


def test_more_names_than_any_episode_has() -> None:
    assert "turns" in str(fault("".join(f"A{n}b: kk\n" for n in range(MAX_LABELS + 1)).encode()))


def test_any_size_of_noise_is_refused() -> None:
    fault(os.urandom(4096))
