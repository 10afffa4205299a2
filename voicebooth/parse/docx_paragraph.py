"""What the body of a Word document is made of: paragraphs, and tables of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple


class Piece(NamedTuple):
    """A stretch of words, and whether it is set apart: in bold, in capitals or underlined."""

    text: str
    apart: bool


@dataclass(slots=True)
class Paragraph:
    """One paragraph; ``number`` counts them from the top, 1-based, those in tables and empty ones too."""

    number: int
    style: str = ""  # its name, in small letters
    level: int | None = None  # of a heading; 0 for the title
    listed: bool = False
    indent: int = 0  # where its first line begins, in twentieths of a point
    text: str = ""  # with "\n" where a line is broken inside the paragraph
    strong: int = 0  # characters at its head that are set apart, or in front of the one tab

    def fill(self, pieces: Sequence[Piece]) -> None:
        """Take the words."""
        words = "".join(piece.text for piece in pieces)
        strong = 0
        for piece in pieces:
            if piece.text.strip() and not piece.apart:
                break
            strong += len(piece.text)
        self.text = words.strip()
        strong -= len(words) - len(words.lstrip())
        if self.text.count("\t") == 1:
            strong = max(strong, self.text.index("\t"))
        self.strong = max(0, min(strong, len(self.text)))


@dataclass(slots=True)
class Table:
    """Rows of cells of paragraphs."""

    rows: list[list[list[Paragraph]]] = field(default_factory=list)
