"""Whatever the bytes: a script or a fault. Whatever the script: all of its words."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from voicebooth.errors import ScriptFault
from voicebooth.parse import EXTENSIONS, parse
from voicebooth.script import NARRATOR, Script

SCRAPS = st.sampled_from([
    "Ann: ", "Bob (softly): ", "**Cid:** ", "\n", "\n\n", "# ", "## x\n",
    "---\n", "title: x\n", "voices:\n", "  Ann: Kore\n",
    "(pause 1s)", "(pause)", "```\n", "<!--", "-->", "<Person1>", "</Person1>", "[", "](", ")",
    "*", "**", "_", "`", "\\",
    "Dr. ", "U.S. ", "... ", "?! ", "“", "”", "\ufeff", "\u200f", ":", "：", "。", "{", "}",
    '"', ",", "- ", "text: ", "\n  ",
    "|", "|-|\n", "> ", "\x07", "\x85", "\u2028", "😀", "é", "e\u0301", "&amp;", "10:30 ", "https://a.b ", "turns:\n",
    "- text: a\n", "&a ", "*a ", "!!x ", '[{"text":"hi"}]', "null", "1e9", "text: |\n  ", "text: >\n",
    "INT. A - DAY\n\n", "ANN\n", "(softly)\n", "[[", "]]", "/*", "*/", "~", "> ", " <\n", "@x\n", "Title: y\n", "  \n",
    "WEBVTT\n\n", "00:01.000 --> 00:02.000\n", "00:00:01,000 --> 00:00:02,000\n", "7\n", "<v Ann>", "NOTE\n", "-->",
    "<emphasis>", "</emphasis>", "<sub alias='x y'>", "</sub>", "<say-as interpret-as='date'>", "1/2/2026", "</say-as>",
    "<speak>", "</speak>", "<p>", "</p>", "<break time='1s'/>", "<voice name='Ann'>", "</voice>", "<!DOCTYPE a [", "♪",
])  # fmt: skip


def check(script: Script) -> None:
    assert script.turns
    for turn in script.turns:
        assert turn.speaker
        assert turn.sentences
        assert turn.text == " ".join(turn.text.split())
        assert any(char.isalnum() for char in turn.spoken)
        assert 0 <= turn.pause_s <= 60
    assert [t.line for t in script.turns] == sorted(t.line for t in script.turns)
    for chapter in script.chapters:
        assert 0 <= chapter.turn < len(script.turns)


def read_or_fault(data: bytes, extension: str) -> None:
    try:
        script = parse(data, "ep" + extension)
    except ScriptFault as exc:
        fault = exc
    else:
        check(script)
        return
    assert fault.problems
    assert all(problem.message for problem in fault.problems)


@given(st.binary(max_size=300), st.sampled_from(EXTENSIONS))
def test_any_bytes_are_a_script_or_a_fault(data: bytes, extension: str) -> None:
    read_or_fault(data, extension)


@pytest.mark.slow
@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(SCRAPS, max_size=30).map("".join), st.sampled_from(EXTENSIONS))
def test_any_scraps_of_scripts_are_a_script_or_a_fault(text: str, extension: str) -> None:
    read_or_fault(text.encode(), extension)


@given(st.text(max_size=200), st.sampled_from(EXTENSIONS))
def test_any_text_is_a_script_or_a_fault(text: str, extension: str) -> None:
    read_or_fault(text.encode("utf-8", "replace"), extension)


WORD = st.text(st.sampled_from("abcdefghijklmnopqrstuvwxyzäéñАбв字1"), min_size=1, max_size=9)
SENTENCE = st.tuples(st.lists(WORD, min_size=1, max_size=12), st.sampled_from(".?!…")).map(
    lambda parts: " ".join(parts[0]).capitalize() + parts[1]
)
SPEAKER = st.sampled_from(["Ann", "Zacharias", "Dr. Lee", "李雷", "Иван", "Speaker 1", "María de la Cruz"])
TURN = st.tuples(SPEAKER, st.lists(SENTENCE, min_size=1, max_size=5))
FORM = st.sampled_from(["{}: {}", "**{}:** {}", "{}：{}", "{} (softly): {}"])


@pytest.mark.slow
@given(st.lists(TURN, min_size=1, max_size=12), FORM, st.sampled_from(["ep.md", "ep.txt"]), st.integers(20, 200))
def test_a_script_in_text_form_reads_back(turns: list[tuple[str, list[str]]], form: str, name: str, width: int) -> None:
    turns = turns + turns[::-1]  # so that every speaker recurs
    lines = [form.format(speaker, wrapped(" ".join(sentences), width)) for speaker, sentences in turns]
    script = parse("\n\n".join(lines).encode(), name)
    assert [(t.speaker, t.text.replace(" ", "")) for t in script.turns] == [
        (speaker, "".join(sentences).replace(" ", "")) for speaker, sentences in turns
    ]


def wrapped(text: str, width: int) -> str:
    """Break at spaces, but never in front of what would read as something else than words."""
    lines = [""]
    for word in text.split():
        if len(lines[-1]) + len(word) > width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return "\n".join(lines)


PROSE = st.text(st.sampled_from("ab AB.,:;!?'’\"“”()-—[]<>|&/%10\n字：。éЖ"), max_size=200)


@pytest.mark.slow
@settings(max_examples=200)
@given(PROSE, st.sampled_from(["ep.md", "ep.txt"]))
def test_words_are_spoken_or_name_the_speaker(text: str, name: str) -> None:
    """No letter goes missing: what is not in the words stands in a label, a delivery or a heading."""
    try:
        script = parse(text.encode(), name)
    except ScriptFault:
        return
    if name.endswith(".md"):  # HTML tags are no words, and targets of links are not spoken
        assume(not re.search(r"^ {0,3}\[[^\[\]\n]+\]:", text, re.MULTILINE))
        text = re.sub(r"</?[ab](?:\s[^<>]*)?/?>", "", text, flags=re.IGNORECASE)
    spoken = "".join(turn.text for turn in script.turns)
    labels = "".join(turn.speaker + turn.delivery for turn in script.turns if turn.speaker != NARRATOR)
    warned = bool(script.warnings)
    for letter in "abéЖ字10":
        total, heard = text.lower().count(letter), spoken.lower().count(letter)
        assert heard <= total
        if not labels and not warned:
            assert heard == total
