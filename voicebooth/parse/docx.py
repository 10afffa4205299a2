"""A Word document becomes a draft: paragraphs are paragraphs, headings chapters, tables of two columns turns.

    bytes ─ docx_archive ─► XML ─ docx_styles, docx_body ─► paragraphs and tables ─► blocks ─ text ─► draft

Word has no lines that stay where they are, so the line of everything is the number of its paragraph, counted from the
top.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from voicebooth.script import Meta

from . import blocks, docx_archive, docx_body, frontmatter, labels, schema, speakers, stamps, text
from .blocks import Block, Kind
from .docx_body import Paragraph, Table
from .docx_styles import Styles
from .draft import Draft
from .labels import Label

_Row = list[list[Paragraph]]  # of cells, without empty paragraphs
_UNSPOKEN = ("subtitle", "toc ", "table of contents", "header", "footer", "caption")
_SPEAKER_HEADS = frozenset({"speaker", "name", "character", "who", "voice", "role", "sprecher", "rolle", "person"})
_STRAIGHT = str.maketrans({"“": '"', "”": '"', "„": '"', "’": "'", "‘": "'", "\u00a0": " "})  # as YAML has them
_RULES = ("—", "–", "—-", "–-")  # what Word makes of three hyphens


def read(data: bytes, draft: Draft) -> Meta:
    """Read a Word file into the draft and return its particulars."""
    parts = docx_archive.read(data)
    body = docx_body.read(parts.document, Styles(parts.styles), draft)
    given, first = _front_matter(body, draft)
    if draft.problems:
        return given
    below = [part for part in body if isinstance(part, Table) or part.number >= first]
    spoken = stamps.without(list(_blocks(below, given.voices)), draft)
    draft.expect(sum(len(block.text.split()) for block in spoken))
    title = text.tell(spoken, draft, markdown=False, given=given)
    named = next((part.text for part in body if isinstance(part, Paragraph) and part.level == 0 and part.text), "")
    return given if given.title else replace(given, title=" ".join((named or title).split()))


def _front_matter(body: Sequence[Paragraph | Table], draft: Draft) -> tuple[Meta, int]:
    """Return the particulars in the paragraphs at the top, and the number of the first paragraph below them."""
    lines: list[str] = []
    for part in body:
        if isinstance(part, Table):
            break
        line = part.text.translate(_STRAIGHT).replace("\n", " ")
        lines.append("---" if line in _RULES else line)
    found = frontmatter.part("\n".join(_indented(lines)), draft)
    return found.meta, found.first_line


def _indented(lines: Sequence[str]) -> Iterator[str]:
    """Yield the lines; those below ``voices:`` and its like are indented, as a list in Word would not show."""
    known, inside = schema.keys_of("particulars"), False
    for line in lines:
        inside = inside and ":" in line and line.partition(":")[0].strip() not in known
        yield f"  {line}" if inside else line
        inside |= line.endswith(":") and line[:-1] in known


def _blocks(body: Sequence[Paragraph | Table], declared: Collection[str]) -> Iterator[Block]:
    for part in body:
        if isinstance(part, Table):
            yield from _table(part, declared)
        else:
            yield from _paragraph(part)


def _paragraph(part: Paragraph) -> Iterator[Block]:
    if part.level == 0 or part.style.startswith(_UNSPOKEN):
        return
    if part.level is not None:
        if part.text:
            yield Block(Kind.HEADING, part.number, " ".join(part.text.split()), level=part.level)
        return
    for i, line in enumerate(part.text.split("\n")):
        words = line.strip()
        strong = len(words) if words.isupper() else part.strong * (i == 0)
        if words:
            yield Block(Kind.TEXT, part.number, words, item=part.listed, strong=min(strong, len(words)))
    yield Block(Kind.BLANK, part.number)


def _table(table: Table, declared: Collection[str]) -> Iterator[Block]:
    """Yield a table as turns, if it has a column of names and one of words; else its rows, one paragraph each."""
    rows = [[[p for p in cell if p.text] for cell in row] for row in table.rows]
    turns = _as_turns(rows, declared)
    for name, words in turns or ():
        yield from _turn(name, words)
    for row in rows if turns is None else ():
        yield from _row(row)
    yield Block(Kind.BLANK, 0)


def _as_turns(rows: Sequence[_Row], declared: Collection[str]) -> list[tuple[Label | None, list[Paragraph]]] | None:
    """Return names and words, if a table is a script.

    Columns without letters (numbers, times) do not matter. Then every row has two cells, the first with a name or
    empty; and a head says so, a name comes back or is declared, or most of the words are sentences.
    """
    width = max(map(len, rows), default=0)
    kept = [i for i in range(width) if any(_has_letters(row[i]) for row in rows if i < len(row))]
    pairs = [[row[i] for i in kept if i < len(row)] for row in rows]
    head = bool(pairs and pairs[0] and {p.text.lower() for p in pairs[0][0]} & _SPEAKER_HEADS)
    pairs = [pair for pair in pairs[head:] if any(pair)]
    if not pairs or any(len(pair) != 2 for pair in pairs):
        return None
    names = [_name(first) for first, _ in pairs]
    if not any(names) or any(first and not name for (first, _), name in zip(pairs, names, strict=True)):
        return None
    keys = [name.key for name in names if name]
    known = len(set(keys)) < len(keys) or any(labels.key(name) in keys for name in declared)
    sentences = sum(bool(words) and not text.goes_on(words[-1].text) for _, words in pairs)
    if head or known or sentences * 2 > len(pairs):
        return [(name, words) for name, (_, words) in zip(names, pairs, strict=True)]
    return None


def _has_letters(cell: Sequence[Paragraph]) -> bool:
    return any(sign.isalpha() for p in cell for sign in p.text)


def _name(cell: Sequence[Paragraph]) -> Label | None:
    """Return the label in a cell that holds nothing but a name."""
    label = labels.read(f"{cell[0].text.rstrip(': ')}:") if len(cell) == 1 else None
    good = label and not label.rest and speakers.is_proper(label.name) and not speakers.announces(label.name)
    return label if good else None


def _turn(name: Label | None, words: Sequence[Paragraph]) -> Iterator[Block]:
    """Yield the words of a row; without a name they go on with the speaker above."""
    for i, part in enumerate(words):
        said = " ".join(part.text.split())
        if name and i == 0:
            yield Block(Kind.TEXT, part.number, said, speaker=name.name, asked=name.asked)
        else:
            yield Block(Kind.TEXT, part.number, said)
        yield Block(Kind.BLANK, part.number)


def _row(row: Sequence[Sequence[Paragraph]]) -> Iterator[Block]:
    cells = [" ".join(" ".join(p.text.split()) for p in cell) for cell in row]
    number = next((p.number for cell in row for p in cell), 0)
    if said := blocks.in_a_row(cells):
        yield Block(Kind.TEXT, number, said, item=True)
