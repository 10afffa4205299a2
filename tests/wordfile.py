"""Word files to read: by python-docx (a writer that is not ours) and, for what it cannot write, of XML by hand."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Sequence

import docx
from docx.document import Document
from docx.oxml import parse_xml

from voicebooth.parse import parse
from voicebooth.script import Script

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
SPACES = f'{W} xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
HEAD = f"<w:document {SPACES}><w:body>"
TAIL = "</w:body></w:document>"
MARK = 'w:id="1" w:author="x" w:date="2026-01-01T00:00:00Z"'
ENDLESS = f"<w:pPr><w:rPr><w:del {MARK}/></w:rPr></w:pPr>"  # a paragraph whose end was deleted


def saved(document: Document) -> bytes:
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def with_body(xml: str) -> bytes:
    """Return a file whose paragraphs are given as XML, in a document of python-docx with its styles."""
    document = docx.Document()
    for element in parse_xml(f"<w:body {SPACES}>{xml}</w:body>"):
        document.element.body.insert(-1, element)
    return saved(document)


def zipped(*parts: tuple[str, bytes], packed: bool = True) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED) as archive:
        for name, data in parts:
            archive.writestr(name, data)
    return file.getvalue()


def bare(xml: str, *more: tuple[str, bytes], packed: bool = True) -> bytes:
    """Return the smallest file there can be: the document, and what else is given."""
    return zipped(("word/document.xml", f"{HEAD}{xml}{TAIL}".encode()), *more, packed=packed)


def text(words: str, properties: str = "") -> str:
    return f'<w:r>{f"<w:rPr>{properties}</w:rPr>" * bool(properties)}<w:t xml:space="preserve">{words}</w:t></w:r>'


def p(words: str, properties: str = "") -> str:
    """Return a paragraph; ``properties`` are its own, such as ``<w:ind w:left="1440"/>``."""
    return f"<w:p>{f'<w:pPr>{properties}</w:pPr>' * bool(properties)}{text(words)}</w:p>"


def table(document: Document, *rows: Sequence[str]) -> None:
    made = document.add_table(rows=len(rows), cols=len(rows[0]))
    for r, row in enumerate(rows):
        for c, words in enumerate(row):
            made.cell(r, c).text = words


def paragraphs(*texts: str) -> Document:
    """Return a document; ``**…**`` at the head of a text is bold."""
    document = docx.Document()
    for words in texts:
        paragraph = document.add_paragraph()
        _, strong, rest = words.split("**", 2) if words.startswith("**") else ("", "", words)
        if strong:
            paragraph.add_run(strong).bold = True
        paragraph.add_run(rest)
    return document


def read(file: Document | bytes) -> Script:
    return parse(file if isinstance(file, bytes) else saved(file), "ep.docx")


def said(file: Document | bytes | Script) -> list[tuple[str, str]]:
    script = file if isinstance(file, Script) else read(file)
    return [(turn.speaker, turn.text) for turn in script.turns]


def told(lines: Iterable[str]) -> list[tuple[str, str]]:
    """Return who says what in a file with a paragraph for each line."""
    return said(paragraphs(*lines))
