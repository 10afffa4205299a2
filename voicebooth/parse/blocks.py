"""The lines of a text file become blocks: lines of text, headings, rules, and the blanks between paragraphs.

Line by line, without recursion, and never backwards further than one line; the cost is linear. A subset of CommonMark
(https://spec.commonmark.org/0.31.2/) that scripts use: a heading needs ``#`` and a space, and ``---`` under text is a
rule, for nothing that might be spoken may turn into a heading by accident. Plain text knows headings, rules and
bullets only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum, auto

from . import references
from .asked import NOTHING, Asked
from .draft import Draft


class Kind(Enum):
    """What a block is."""

    TEXT = auto()
    HEADING = auto()
    RULE = auto()
    BLANK = auto()


@dataclass(frozen=True, slots=True)
class Block:
    """One line. ``text`` is without indent, bullet, quotation mark and ``#``."""

    kind: Kind
    line: int
    text: str = ""
    level: int = 0  # of a heading
    item: bool = False  # begins a list item or a table row
    quoted: bool = False
    strong: int = 0  # characters at its head that are set apart, as names are: in bold or in capitals
    speaker: str = ""  # where the format itself says who speaks
    asked: Asked = NOTHING  # of that speaker
    continues: bool = False  # what was broken off above, if the same speaker goes on
    anew: bool = False  # somebody else begins to speak, named or not
    opens: bool = False  # stands where a speaker would be named, although no blank is above it


_HEADING = re.compile(r"(#{1,6})(?:[ \t]+|$)")
_BULLET = re.compile(r"[-*+•‣◦][ \t]+")
_QUOTE = re.compile(r"(?:>[ \t]?)++")
_FENCE = re.compile(r"(`{3,}+)[^`]*|(~{3,}+)[^~]*")
_RULE_SIGNS = frozenset("-*_=~—–─━•·#")


def read(text: str, first_line: int, draft: Draft, *, markdown: bool) -> list[Block]:
    """Return the blocks of a text whose first line has the number given."""
    if markdown:
        text = references.resolved(without(text, "<!--", "-->"), first_line, draft)
    lines = text.split("\n")
    skipped = _code(lines, first_line, draft) if markdown else frozenset[int]()
    table = _table_lines(lines) if markdown else frozenset[int]()
    blocks: list[Block] = []
    for i, raw in enumerate(lines):
        if i in skipped or not (line := raw.strip()):
            if blocks and blocks[-1].kind is not Kind.BLANK:
                blocks.append(Block(Kind.BLANK, first_line + i))
        elif i in table:
            blocks.extend(_row(line, first_line + i))
        else:
            blocks.append(_block(line, first_line + i, markdown=markdown))
    return blocks


def _block(line: str, number: int, *, markdown: bool) -> Block:
    if len(line) > 2 and _RULE_SIGNS.issuperset(line.replace(" ", "")) and len(set(line) - {" "}) == 1:
        return Block(Kind.RULE, number)
    if heading := _HEADING.match(line):
        title = re.sub(r"(?:^|(?<=\s))#++$", "", line[heading.end() :]).strip()
        return Block(Kind.HEADING if title else Kind.RULE, number, title, level=len(heading[1]))
    quoted = False
    if markdown and (quote := _QUOTE.match(line)):
        quoted, line = True, line[quote.end() :].strip()
    item = False
    if bullet := _BULLET.match(line):
        item, line = True, line[bullet.end() :].strip()
    return Block(Kind.TEXT if line else Kind.BLANK, number, line, item=item, quoted=quoted)


def without(text: str, opening: str, closing: str, scar: str = "") -> str:
    """Return the text with everything between two marks blanked out, line ends kept; what is not closed is text.

    ``scar`` is left on each line that something was taken from.
    """
    parts, at = [], 0
    while (start := text.find(opening, at)) >= 0 and (end := text.find(closing, start + len(opening))) >= 0:
        parts += [text[at:start], scar, f"\n{scar}" * text.count("\n", start, end)]
        at = end + len(closing)
    return "".join(parts) + text[at:]


def _code(lines: list[str], first_line: int, draft: Draft) -> frozenset[int]:
    """Return the indexes of fenced lines, and warn; a fence around the whole script is no code."""
    fences, spans, opened = _fences(lines), list[tuple[int, int]](), -1
    for i in fences:
        if opened < 0:
            opened = i
        elif _closes(lines[i], fences[opened]):
            spans.append((opened, i))
            opened = -1
    code = frozenset(i for start, end in spans for i in range(start, end + 1))
    if not any(line.strip() for i, line in enumerate(lines) if i not in code):
        return frozenset(i for span in spans for i in span)
    for start, _ in spans:
        draft.warn(first_line + start, "a code block is not spoken", "remove its fences (```) if it should be")
    if opened < 0:
        return code
    draft.warn(first_line + opened, "a code block is not closed, so its lines are spoken", "close it with ```")
    return code | {i for i in fences if i not in code and len(lines[i].split()) == 1}


def _fences(lines: list[str]) -> dict[int, str]:
    """Return the lines that begin with a fence, in order, and the fence."""
    found = ((i, _FENCE.fullmatch(line.strip())) for i, line in enumerate(lines) if "```" in line or "~~~" in line)
    return {i: fence[1] or fence[2] for i, fence in found if fence}


def _closes(line: str, mark: str) -> bool:
    bare = line.strip()
    return len(bare) >= len(mark) and set(bare) == {mark[0]}


def _table_lines(lines: list[str]) -> frozenset[int]:
    """Return the indexes of tables: a row, a line of dashes and bars, and rows for as long as they have bars."""
    found: set[int] = set()
    inside = False
    for i, line in enumerate(lines):
        if "|" not in line:
            inside = False
        elif inside:
            found.add(i)
        elif _is_delimiter(line) and i > 0 and "|" in lines[i - 1]:
            found |= {i - 1, i}
            inside = True
    return frozenset(found)


def _is_delimiter(line: str) -> bool:
    return "-" in line and frozenset("|-: \t").issuperset(line)


def _row(line: str, number: int) -> Iterator[Block]:
    if not _is_delimiter(line) and (text := in_a_row(line.strip("|").split("|"))):
        yield Block(Kind.TEXT, number, text, item=True)


def in_a_row(cells: Iterable[str]) -> str:
    """Return the cells of a table row as one text, with commas to hear them apart."""
    text = ""
    for cell in filter(None, map(str.strip, cells)):
        text += (" " if text[-1:] in ".!?,;:：。！？" else ", ") * bool(text) + cell
    return text
