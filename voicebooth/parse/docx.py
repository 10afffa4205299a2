"""A Word document becomes a draft: paragraphs are paragraphs, headings chapters, tables of two columns turns.

    bytes ─ docx_archive ─► XML ─ docx_styles, docx_body ─► paragraphs and tables
        paragraphs and tables ─┬─► blocks ─ stamps, plays, dashes, text ─► draft
                               └─ docx_screenplay ─► lines ─ fountain ────► draft

Word has no lines that stay where they are, so the line of everything is the number of its paragraph, counted from the
top.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace

from voicebooth.script import NARRATOR, Meta

from . import (
    blocks,
    dashes,
    docx_archive,
    docx_body,
    docx_screenplay,
    fountain,
    frontmatter,
    labels,
    plays,
    schema,
    speakers,
    stamps,
    text,
)
from .blocks import Block, Kind
from .docx_paragraph import Paragraph, Table
from .docx_styles import Styles
from .draft import Draft
from .labels import Label

_UNSPOKEN = ("subtitle", "toc ", "table of contents", "caption")
_SPEAKER_HEADS = frozenset({"speaker", "name", "character", "who", "voice", "role", "sprecher", "rolle", "person"})
_COUNT_HEADS = frozenset(
    {"no", "no.", "nr", "nr.", "line", "time", "times", "timecode", "timestamp", "start", "end", "zeit"}
)
_STRAIGHT = str.maketrans({"“": '"', "”": '"', "„": '"', "’": "'", "‘": "'", "\u00a0": " "})  # as YAML has them
_LONGEST_HEADING, _LONGEST_SENTENCE = 100, 60  # characters; what has the style of a heading and is longer is spoken
_SENTENCE_ENDS = (".", "!", "…", "。", "！")
_MANY_NAMES = 4  # in a table; among more, one comes back if they talk
_HALF_OF_DAY = re.compile(r"(?<=\d)\s?[ap]\.?m\b", re.IGNORECASE)
_CONTENTS_ENTRY = re.compile(r"\t\d{1,4}$")  # of a table of contents typed by hand, where a colon makes no speaker
_RULES = ("—", "–", "—-", "–-")  # what Word makes of three hyphens


def read(data: bytes, draft: Draft) -> Meta:
    """Read a Word file into the draft and return its particulars."""
    parts = docx_archive.read(data)
    body = docx_body.read(parts.document, Styles(parts.styles), draft)
    given, first = _front_matter(body, draft)
    if draft.problems:
        return given
    named, below = _titled(part for part in body if isinstance(part, Table) or _is_text(part, first))
    title = _tell(below, draft, given)
    return given if given.title else replace(given, title=" ".join((named or title).split()))


def _is_text(part: Paragraph, first: int) -> bool:
    return part.number >= first and not part.style.startswith(_UNSPOKEN)


def _titled(body: Iterable[Paragraph | Table]) -> tuple[str, list[Paragraph | Table]]:
    """Return the title, and what is left; another paragraph in the style of a title is a heading."""
    title, rest = "", list[Paragraph | Table]()
    for part in body:
        if isinstance(part, Paragraph) and part.level == 0:
            title, told = title or part.text, bool(title)
            if not told:
                continue
            part.level = 1
        rest.append(part)
    return title, rest


def _tell(body: Sequence[Paragraph | Table], draft: Draft, given: Meta) -> str:
    """Read what is spoken into the draft and return the title that a heading gives it."""
    if play := docx_screenplay.lines(body):
        draft.expect(sum(len(line.split()) for _, line in play))
        readers = replace(given, narrator=given.narrator or draft.narrator or NARRATOR)
        fountain.tell(((line, number) for number, line in play), draft, readers, markdown=False)
        return ""
    spoken = dashes.named(plays.named(stamps.without(list(_blocks(body, given.voices)), draft)))
    draft.expect(sum(len(block.text.split()) for block in spoken))
    return text.tell(spoken, draft, markdown=False, given=given)


def _front_matter(body: Sequence[Paragraph | Table], draft: Draft) -> tuple[Meta, int]:
    """Return the particulars in the paragraphs at the top, and the number of the first paragraph below them."""
    lines: list[str] = []
    for part in body:
        if isinstance(part, Table):
            break
        lines += [""] * (part.number - 1 - len(lines))
        line = " ".join(part.text.translate(_STRAIGHT).split())
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
    after = False  # a table of turns or a line of a screenplay: who spoke last does not go on below
    for part in body:
        if isinstance(part, Table):
            turns = _turns(part, declared)
            yield from _rows(part) if turns is None else (block for turn in turns for block in _turn(*turn))
            yield Block(Kind.BLANK, 0)
            after = bool(turns) or after
            continue
        after |= docx_screenplay.is_scene(part.text) or docx_screenplay.is_transition(part.text)
        for block in _paragraph(part) if part.text else ():
            yield replace(block, anew=after) if block.kind is Kind.TEXT else block
            after = after and block.kind is not Kind.TEXT


def _paragraph(part: Paragraph) -> Iterator[Block]:
    scene = docx_screenplay.is_scene(part.text)
    if scene or (part.level is not None and _is_heading(part.text)):
        yield Block(Kind.HEADING, part.number, " ".join(part.text.split()), level=part.level or 2)
        return
    if docx_screenplay.is_transition(part.text):
        return
    for i, line in enumerate(part.text.split("\n")):
        words = line.strip()
        strong = len(words) if words.isupper() else part.strong * (i == 0)
        if words:
            item = part.listed or _CONTENTS_ENTRY.search(words) is not None
            yield Block(Kind.TEXT, part.number, words, item=item, strong=min(strong, len(words)))
    yield Block(Kind.BLANK, part.number)


def _is_heading(text: str) -> bool:
    """Whether what has the style of a heading is one, and no speech that was to look large."""
    return len(text) <= (_LONGEST_SENTENCE if text.endswith(_SENTENCE_ENDS) else _LONGEST_HEADING)


def _turns(table: Table, declared: Collection[str]) -> list[tuple[Label | None, list[Paragraph]]] | None:
    """Return names and words, if a table is a script: it has a column of names and one of words.

    Columns without letters (numbers, times) do not matter. Then every row has two cells, the first with a name or
    empty; and a head says so, a name comes back or is declared, or it has few rows and most of the words are sentences.
    """
    rows = [[[p for p in cell if p.text] for cell in row] for row in table.rows]
    head = bool(rows) and any(p.text.lower() in _SPEAKER_HEADS for cell in rows[0] for p in cell)
    heads, rows = rows[:head], rows[head:]
    width = max(map(len, rows), default=0)
    kept = [
        i for i in range(width) if any(_has_letters(row[i]) for row in rows if i < len(row)) or _is_headed(heads, i)
    ]
    pairs = [pair for row in rows if any(pair := [row[i] for i in kept if i < len(row)])]
    if not pairs or any(len(pair) != 2 for pair in pairs):
        return None
    names = [_name(first) for first, _ in pairs]
    if not any(names) or any(first and not name for (first, _), name in zip(pairs, names, strict=True)):
        return None
    keys = [name.key for name in names if name]
    known = len(set(keys)) < len(keys) or any(labels.key(name) in keys for name in declared)
    sentences = sum(bool(words) and not text.goes_on(words[-1].text) for _, words in pairs)
    if head or known or (sentences * 2 > len(pairs) and len(keys) <= _MANY_NAMES):
        return [(name, words) for name, (_, words) in zip(names, pairs, strict=True)]
    return None


def _is_headed(heads: Sequence[Sequence[Sequence[Paragraph]]], i: int) -> bool:
    """Whether a column of numbers has a head that says more than that they count or are times."""
    titles = (p.text.lower() for row in heads if i < len(row) for p in row[i])
    return any(title not in _COUNT_HEADS and any(map(str.isalpha, title)) for title in titles)


def _has_letters(cell: Sequence[Paragraph]) -> bool:
    return any(sign.isalpha() for p in cell for sign in _HALF_OF_DAY.sub("", p.text))


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


def _rows(table: Table) -> Iterator[Block]:
    """Yield the rows of a table of anything else, one paragraph each; a colon in it makes no speaker."""
    for row in table.rows:
        cells = [" ".join(" ".join(p.text.split()) for p in cell).rstrip(":： ") for cell in row]
        number = next((p.number for cell in row for p in cell if p.text), 0)
        if said := blocks.in_a_row(cells):
            yield Block(Kind.TEXT, number, said, item=True)
