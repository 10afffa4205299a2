"""The XML of a Word document becomes its paragraphs: the words that a reader sees, and what sets them apart.

Elements are those of ECMA-376, part 1, 17. What is marked as deleted, hidden, a comment, a field's code or the fallback
of a drawing is passed over; what is marked as inserted is text. Tables keep their rows and cells.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from voicebooth.errors import Problem, ScriptFault

from . import xmltree
from .docx_styles import Styles, is_on
from .draft import Draft

MAX_PARAGRAPHS = 100_000

_UNREAD = frozenset(
    {
        *("w:del", "w:moveFrom", "w:delText", "w:instrText", "w:delInstrText"),  # deleted, or a field's code
        *("w:rPrChange", "w:pPrChange", "w:tblPrChange", "w:sectPr", "w:sdtPr"),  # how it looked before, and properties
        *("mc:Fallback", "w:pict", "w:rt", "w:ffData"),  # the same once more, old drawings, how a word is read
    }
)
_SIGNS = {"w:tab": " ", "w:ptab": " ", "w:br": "\n", "w:cr": "\n", "w:noBreakHyphen": "-"}


@dataclass(slots=True)
class Paragraph:
    """One paragraph; ``number`` counts them from the top, 1-based, those in tables and empty ones too."""

    number: int
    style: str = ""  # its name, in small letters
    level: int | None = None  # of a heading; 0 for the title
    listed: bool = False
    text: str = ""  # with "\n" where a line is broken inside the paragraph
    strong: int = 0  # characters at its head in bold


@dataclass(slots=True)
class Table:
    """Rows of cells of paragraphs."""

    rows: list[list[list[Paragraph]]] = field(default_factory=list)


def read(xml: bytes, styles: Styles, draft: Draft) -> list[Paragraph | Table]:
    """Return the body of a document, from top to bottom."""
    body = _Body(styles, draft)
    xmltree.feed(xml, body)
    return body.found


@dataclass(slots=True)
class _Run:
    bold: bool | None = None
    style: str = ""
    hidden: bool = False


class _Body:
    """The document as it is read; see ``xmltree.Target``."""

    def __init__(self, styles: Styles, draft: Draft) -> None:
        self.found: list[Paragraph | Table] = []
        self._styles = styles
        self._draft = draft
        self._number = 0
        self._paragraph: Paragraph | None = None
        self._paragraph_style = ""
        self._pieces: list[tuple[str, bool]] = []  # of the paragraph: words, and whether they are bold
        self._run = _Run()
        self._in_text = False
        self._skipping = 0  # depth inside of what is not read
        self._tables = 0  # depth
        self._inside_run = False

    def start(self, name: str, attributes: dict[str, str], _line: int) -> None:
        if self._skipping or name in _UNREAD or name == "w:txbxContent":
            if not self._skipping and name == "w:txbxContent":
                self._draft.warn(self._number, "a text box is not spoken", "put its words into the text")
            self._skipping += 1
        elif name.startswith("w:tbl") or name in {"w:tr", "w:tc"}:
            self._table(name)
        elif name == "w:p":
            self._begin()
        elif name == "w:r":
            self._run, self._inside_run = _Run(), True
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
        elif name == "w:tbl":
            self._tables -= 1

    def data(self, text: str, _line: int) -> None:
        if self._in_text and not self._skipping:
            self._say(text.replace("\n", " "))

    def _say(self, text: str) -> None:
        if not self._run.hidden:
            style = self._run.style if self._styles.is_bold(self._run.style) else self._paragraph_style
            bold = self._styles.is_bold(style) if self._run.bold is None else self._run.bold
            self._pieces.append((text, bold))

    def _property(self, name: str, attributes: dict[str, str]) -> None:
        value = attributes.get("w:val", "")
        paragraph = self._paragraph
        match name:
            case "w:pStyle" if paragraph:
                self._paragraph_style = value
                paragraph.style, paragraph.level = self._styles.name(value), self._styles.level(value)
            case "w:outlineLvl" if paragraph and value.isdecimal() and int(value) < 9:
                paragraph.level = int(value) + 1
            case "w:numPr" if paragraph:
                paragraph.listed = True
            case "w:rStyle" if self._inside_run:
                self._run.style = value
            case "w:b" if self._inside_run:
                self._run.bold = is_on(attributes)
            case "w:vanish" if self._inside_run:
                self._run.hidden = is_on(attributes)
            case _:
                pass

    def _table(self, name: str) -> None:
        """Note where a table, a row or a cell begins; a table inside a table is part of its cell."""
        if name == "w:tbl":
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
            raise ScriptFault(Problem(message, "split it into several episodes", self._number))
        self._paragraph, self._pieces, self._paragraph_style = Paragraph(self._number), [], ""
        self._run = _Run()

    def _finish(self) -> None:
        paragraph, self._paragraph = self._paragraph, None
        if not paragraph:
            return
        words = "".join(text for text, _ in self._pieces)
        strong = 0
        for text, bold in self._pieces:
            if text.strip() and not bold:
                break
            strong += len(text)
        paragraph.text = words.strip()
        paragraph.strong = max(0, min(strong - (len(words) - len(words.lstrip())), len(paragraph.text)))
        self._place(paragraph)

    def _place(self, paragraph: Paragraph) -> None:
        table = self.found[-1] if self.found and self._tables else None
        if isinstance(table, Table) and table.rows and table.rows[-1]:
            table.rows[-1][-1].append(paragraph)
        else:
            self.found.append(paragraph)
