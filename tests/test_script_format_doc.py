"""Every example in docs/script-format.md is read as the page says."""

from __future__ import annotations

import io
import re
from itertools import product
from pathlib import Path
from typing import NamedTuple

import docx
import pytest
from babel import Locale, localedata
from docx.shared import Pt
from docx.table import Table

from voicebooth import stress
from voicebooth.errors import Problem, ScriptFault
from voicebooth.parse import EXTENSIONS, parse, sayas
from voicebooth.pronounce import pronounced
from voicebooth.script import Gap, Script

PAGE = Path(__file__).parents[1] / "docs" / "script-format.md"
_EXAMPLE = re.compile(
    r"^(?P<fence>`{3,})(?P<kind>\w+)\n(?P<source>.*?)^(?P=fence)\n(?P<claims>(?:\n|[|-][^\n]*\n)*)",
    re.MULTILINE | re.DOTALL,
)


class Example(NamedTuple):
    extension: str
    source: str
    rows: list[list[str]]
    notes: list[str]


def examples() -> list[Example]:
    found = []
    for match in _EXAMPLE.finditer(PAGE.read_text("utf-8")):
        claims = match["claims"].splitlines()
        rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in claims if line.startswith("|")]
        notes = [line.removeprefix("- ") for line in claims if line.startswith("- ")]
        found.append(Example("." + match["kind"], match["source"], rows[2:], notes))
    return found


def word_file(source: str) -> bytes:
    """Return a Word file with a paragraph for each line; spaces are its indent, the rest is as in Markdown."""
    document = docx.Document()
    table: Table | None = None
    for line in source.splitlines():
        if line.startswith("|"):
            table = table or document.add_table(rows=0, cols=2)
            for cell, words in zip(table.add_row().cells, line.strip("|").split("|"), strict=True):
                cell.text = words.strip()
        elif line.startswith("# "):
            document.add_heading(line.removeprefix("# "), 1)
        else:
            paragraph = document.add_paragraph()
            if indent := len(line) - len(line.lstrip()):
                paragraph.paragraph_format.left_indent = Pt(indent * 6)
            for i, words in enumerate(line.lstrip().split("**")):
                paragraph.add_run(words).bold = i % 2 == 1
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def row(script: Script, index: int) -> list[str]:
    turn = script.turns[index]
    chapter = next((chapter.title for chapter in script.chapters if chapter.turn == index), "")
    before = {Gap.PARAGRAPH: "paragraph", Gap.PAUSE: f"pause {turn.pause_s:g} s", Gap.CHAPTER: f"chapter: {chapter}"}
    how = ", ".join(filter(None, [turn.delivery, f"{turn.takes} takes" if turn.takes > 1 else ""]))
    return [str(turn.line), turn.speaker, how, before.get(turn.gap, ""), turn.text, stress.capitals(turn.spoken)]


def note(kind: str, problem: Problem) -> str:
    place = f", line {problem.line}" if problem.line else ""
    return f"{kind}{place}: {problem.message}"


@pytest.mark.parametrize("example", examples(), ids=lambda example: example.source.strip().splitlines()[0][:30])
def test_an_example_is_read_as_the_page_says(example: Example) -> None:
    try:
        data = word_file(example.source) if example.extension == ".docx" else example.source.encode()
        script = pronounced(parse(data, "example" + example.extension))
    except ScriptFault as fault:
        rows, notes = [], [note("error", problem) for problem in fault.problems]
    else:
        columns = len(example.rows[0])  # five, or six where the page tells what is said
        rows = [row(script, index)[:columns] for index in range(len(script.turns))]
        notes = [f"title: {script.meta.title}"] if script.meta.title else []
        notes += [note("warning", problem) for problem in script.warnings]
    assert rows == example.rows
    assert notes == example.notes


def test_the_page_has_examples_of_every_format() -> None:
    found = examples()
    assert len(found) > 15
    assert all(example.rows or example.notes for example in found)
    assert {example.extension for example in found} | {".yml"} == set(EXTENSIONS)


def test_the_page_names_every_extension() -> None:
    page = PAGE.read_text("utf-8")
    assert all(f"`{extension}`" in page for extension in EXTENSIONS)


def test_the_table_of_say_as_is_true() -> None:
    page = PAGE.read_text("utf-8")
    table = page[page.index("| `interpret-as` |") :].partition("\n\n")[0]
    rows = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in table.strip().splitlines()[2:]]
    tried = 0
    for kinds, examples, said, languages in rows:
        form = re.search(r'format="(\w+)"', examples)
        shown = [found for found in re.findall(r"`([^`]+)`", examples) if "format=" not in found]
        expected = said.partition(", with")[0].split("; ")
        for kind, example in product(re.findall(r"`([^`]+)`", kinds), shown):
            found = sayas.said(example, kind, form[1] if form else "", "en")
            assert found
            assert found in expected or said in {"the same, without a format", "1 minute, 21 seconds; …"}
            tried += 1
        if "English," in languages:
            names = [Locale.parse(tag).get_display_name("en") for tag in _languages(kinds.strip("`"))]
            assert sorted(languages.split(", ")) == sorted(names)
    assert tried > 20


def _languages(kind: str) -> list[str]:
    """Return the languages that have words for a kind, of all there are."""
    sample = {"ordinal": "3", "fraction": "3/4"}[kind]
    tags = [tag for tag in localedata.locale_identifiers() if len(tag) == 2]
    return [tag for tag in tags if sayas.said(sample, kind, "", tag)]
