"""The XML of a Word document becomes its paragraphs: the words that a reader sees, and what sets them apart.

Elements are those of ECMA-376, part 1, 17. What is marked as deleted, hidden, a comment, a field's code or the fallback
of a drawing is passed over, and so is a table of contents; what is marked as inserted is text, and a paragraph whose
end was deleted goes on in the next. Tables keep their rows and cells.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from voicebooth.errors import Problem, ScriptFault

from . import xmltree
from .docx_paragraph import Paragraph, Piece, Table
from .docx_styles import MARKS, Styles, indent, is_on
from .draft import Draft

MAX_PARAGRAPHS = 100_000
MAX_LINES = 25_000  # with words: two for each of the most turns that a script may have, and headings
MAX_CHARACTERS = 2_000_000
_SHORTEN = "split it into several episodes"

_UNREAD = frozenset(
    {
        *("w:del", "w:moveFrom", "w:delText", "w:instrText", "w:delInstrText"),  # deleted, or a field's code
        *("w:rPrChange", "w:pPrChange", "w:tblPrChange", "w:sectPr", "w:sdtPr"),  # how it looked before, and properties
        *("mc:Fallback", "w:pict", "w:rt", "w:ffData"),  # the same once more, old drawings, how a word is read
    }
)
_UNTOLD = {  # what might be missed
    "w:txbxContent": ("a text box is not spoken", "put its words into the text"),
    "m:oMath": ("an equation is not spoken", "write it in words"),
}
_WITHIN_WORDS = str.maketrans({"\n": " ", "\t": " ", "\u00ad": None})  # the last: where a word may be broken
_CONTENTS = "w:docPartGallery", "Table of Contents"
_SIGNS = {"w:tab": "\t", "w:ptab": "\t", "w:br": "\n", "w:cr": "\n", "w:noBreakHyphen": "-"}


def read(xml: bytes, styles: Styles, draft: Draft) -> list[Paragraph | Table]:
    """Return the body of a document, from top to bottom."""
    body = _Body(styles, draft)
    xmltree.feed(xml, body)
    body.end_joined()
    return body.found


@dataclass(slots=True)
class _Run:
    marks: dict[str, bool] = field(default_factory=dict)
    style: str = ""


class _Body:
    """The document as it is read; see ``xmltree.Target``."""

    def __init__(self, styles: Styles, draft: Draft) -> None:
        self.found: list[Paragraph | Table] = []
        self._styles = styles
        self._draft = draft
        self._number = self._lines = self._characters = 0  # so far
        self._paragraph: Paragraph | None = None
        self._paragraph_style = ""
        self._pieces: list[Piece] = []  # of the paragraph
        self._run = _Run()
        self._in_text = False
        self._skipping = 0  # depth inside of what is not read
        self._tables = 0  # depth
        self._inside_run = False
        self._contents = False  # a table of contents is about to begin
        self._in_properties = False  # of the paragraph
        self._endless = False  # its end was deleted
        self._joined = 0  # the number of the paragraph that goes on in the next

    def start(self, name: str, attributes: dict[str, str], _line: int) -> None:
        if name in _UNTOLD and not self._skipping:
            self._draft.warn(self._number, *_UNTOLD[name])
        if self._skipping or name in _UNREAD or name in _UNTOLD or (self._contents and name == "w:sdtContent"):
            self._skipping += 1
            self._skip(name, attributes)
        elif name.startswith("w:tbl") or name in {"w:tr", "w:tc"}:
            self._table(name)
        elif name == "w:p":
            self._begin()
        elif name == "w:r":
            self._run, self._inside_run, self._in_properties = _Run(), True, False
        elif name == "w:t":
            self._in_text = True
        elif name in _SIGNS and self._inside_run and attributes.get("w:type", "textWrapping") == "textWrapping":
            self._say(_SIGNS[name])
        else:
            self._property(name, attributes)

    def end(self, name: str) -> None:
        if self._skipping:
            self._skipping -= 1
        elif name == "w:p":
            self._finish()
        elif name == "w:r":
            self._inside_run = False
        elif name == "w:t":
            self._in_text = False
        elif name == "w:pPr":
            self._in_properties = False
        elif name in {"w:tbl", "w:tc"}:
            self.end_joined()
            self._tables -= name == "w:tbl"

    def data(self, text: str, _line: int) -> None:
        if self._in_text and not self._skipping:
            self._say(text.translate(_WITHIN_WORDS))

    def _say(self, text: str) -> None:
        marks = self._styles.marks(self._paragraph_style) | self._styles.marks(self._run.style) | self._run.marks
        if not marks.get("w:vanish"):
            self._pieces.append(Piece(text, any(marks.values())))
            self._characters += len(text)
        if self._characters > MAX_CHARACTERS:
            message = f"the file has more than {MAX_CHARACTERS:,} characters of text"
            raise ScriptFault(Problem(message, _SHORTEN, self._number))

    def _skip(self, name: str, attributes: dict[str, str]) -> None:
        """Note what matters of what is not read: that a table of contents comes, or that a paragraph has no end."""
        if (name, attributes.get("w:val")) == _CONTENTS:
            self._contents = True
        elif name == "w:sdtContent":
            self._contents = False
        elif name == "w:del" and self._in_properties:
            self._endless = True

    def _property(self, name: str, attributes: dict[str, str]) -> None:
        value = attributes.get("w:val", "")
        paragraph = self._paragraph
        match name:
            case "w:pPr":
                self._in_properties = True
            case "w:pStyle" if paragraph:
                self._paragraph_style = value
                paragraph.style, paragraph.level = self._styles.name(value), self._styles.level(value)
                paragraph.indent, paragraph.listed = self._styles.indent(value), self._styles.is_list(value)
            case "w:outlineLvl" if paragraph and value.isdecimal() and int(value) < 9:
                paragraph.level = int(value) + 1
            case "w:numPr" if paragraph:
                paragraph.listed = True
            case "w:ind" | "w:jc" if paragraph and (at := indent(name, attributes)) is not None:
                paragraph.indent = max(at, paragraph.indent) if name == "w:jc" else at
            case "w:hyperlink" if paragraph and attributes.get("w:anchor", "").startswith("_Toc"):
                paragraph.style = "toc "
            case "w:rStyle" if self._inside_run:
                self._run.style = value
            case "w:u" if self._inside_run:
                self._run.marks[name] = is_on(attributes)
            case _ if name in MARKS and self._inside_run:
                self._run.marks[name] = is_on(attributes)
            case _:
                pass

    def _table(self, name: str) -> None:
        """Note where a table, a row or a cell begins; a table inside a table is part of its cell."""
        if name == "w:tbl":
            self.end_joined()
            self._tables += 1
            if self._tables == 1:
                self.found.append(Table())
        table = self.found[-1] if self.found else None
        if self._tables == 1 and isinstance(table, Table):
            if name == "w:tr":
                table.rows.append([])
            elif name == "w:tc" and table.rows:
                table.rows[-1].append([])

    def _begin(self) -> None:
        self._number += 1
        if self._number > MAX_PARAGRAPHS:
            message = f"the file has more than {MAX_PARAGRAPHS:,} paragraphs"
            raise ScriptFault(Problem(message, _SHORTEN, self._number))
        self._paragraph, self._paragraph_style = Paragraph(self._joined or self._number), ""
        self._pieces = self._pieces if self._joined else []
        self._run, self._in_properties, self._endless, self._joined = _Run(), False, False, 0

    def _finish(self) -> None:
        paragraph, self._paragraph = self._paragraph, None
        if not paragraph:
            return
        if self._endless:
            self._joined = paragraph.number if self._pieces else 0
            return
        paragraph.fill(self._pieces)
        self._place(paragraph)

    def end_joined(self) -> None:
        """End a paragraph that has no next to go on in."""
        if self._joined:
            paragraph, self._joined = Paragraph(self._joined), 0
            paragraph.fill(self._pieces)
            self._place(paragraph)

    def _place(self, paragraph: Paragraph) -> None:
        self._lines += bool(paragraph.text) + paragraph.text.count("\n")
        if self._lines > MAX_LINES:
            message = f"the file has more than {MAX_LINES:,} paragraphs and lines with words"
            raise ScriptFault(Problem(message, _SHORTEN, paragraph.number))
        table = self.found[-1] if self.found and self._tables else None
        if isinstance(table, Table) and table.rows and table.rows[-1]:
            table.rows[-1][-1].append(paragraph)
        else:
            self.found.append(paragraph)
