"""A Word file is opened, within limits: what it unpacks to is known before any of it is unpacked.

A ``.docx`` is a ZIP of XML parts (ECMA-376); which part is the document, and which its styles, stands in the parts'
relations. The sizes in the archive's directory bound what is read of each part, whether they are true or not.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from typing import NamedTuple

from voicebooth.errors import ScriptFault

from . import xmltree

MAX_BYTES = 20_000_000  # of the file; pictures make it large, and are never unpacked
MAX_XML_BYTES = 16_000_000  # of a part; ten hours of talk take half of it
_MAX_RATIO = 100  # of a part unpacked to packed, above _SMALL_BYTES; what people write packs 10:1 to 30:1
_SMALL_BYTES = 250_000
_MAX_PARTS = 4_000
_ENTRY = b"PK\x01\x02"  # begins each entry of the archive's directory
_OLD_WORD = b"\xd0\xcf\x11\xe0"  # of .doc, and of files with a password
_MIMETYPE = slice(30, 38)  # of the first entry's name; OPC has none (ECMA-376, part 2)
_ENCRYPTED = 1  # of an entry's flags
_SAVE = 'save it anew as "Word document (.docx)"'
_HEAD = 20_000  # bytes in which the outermost tag stands
_PREFIX = re.compile(
    rb"xmlns:([\w.-]{1,20})=[\"'](?:http://schemas\.openxmlformats\.org/wordprocessingml/2006|"
    rb"http://purl\.oclc\.org/ooxml/wordprocessingml)/main[\"']"
)
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError, KeyError)
_DOCUMENT = "/officeDocument"
_STYLES = "/styles"


class Parts(NamedTuple):
    """The XML of the document and of its styles (empty if it has none)."""

    document: bytes
    styles: bytes


def read(data: bytes) -> Parts:
    """Return the parts of a file that hold its text. Raises ``ScriptFault`` for what is no Word file, or too big."""
    if not data.strip():
        raise ScriptFault("the script is empty", fix="write at least one sentence")
    if len(data) > MAX_BYTES:
        message = f"the file is {len(data) / 1e6:.1f} MB, more than the {MAX_BYTES // 1_000_000} MB allowed"
        raise ScriptFault(message, fix="take the pictures out, or split it into several episodes")
    if data.startswith(_OLD_WORD):
        raise ScriptFault("this is not a .docx file: it is of an old format, or has a password", fix=_SAVE)
    if data[_MIMETYPE] == b"mimetype":
        raise ScriptFault("this is a file of OpenDocument or an e-book, not of Word", fix=_SAVE)
    if data.count(_ENTRY) > _MAX_PARTS:
        raise ScriptFault("this is not a Word file: it has too many parts", fix=_SAVE)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _parts(archive)
    except _BROKEN as exc:
        raise ScriptFault("this is not a Word file, or it is damaged", fix=_SAVE) from exc


def _parts(archive: zipfile.ZipFile) -> Parts:
    name = _related(archive, "", "_rels/.rels", _DOCUMENT) or "word/document.xml"
    folder = posixpath.dirname(name)
    styles = _related(archive, folder, f"{folder}/_rels/{posixpath.basename(name)}.rels", _STYLES)
    return Parts(_unpacked(archive, name), _unpacked(archive, styles) if styles else b"")


def _related(archive: zipfile.ZipFile, folder: str, relations: str, kind: str) -> str:
    """Return the part that stands in a relation of some kind, or an empty string."""
    if relations not in archive.namelist():
        return ""
    found = _Relations()
    xmltree.feed(_unpacked(archive, relations), found)
    target = next((target for type_, target in found.targets if type_.endswith(kind)), "")
    path = target.removeprefix("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
    return path if target and path in archive.namelist() else ""


def _unpacked(archive: zipfile.ZipFile, name: str) -> bytes:
    part = archive.getinfo(name)
    if part.flag_bits & _ENCRYPTED:
        raise ScriptFault("the file has a password", fix="take the password off, and save it anew")
    if archive.namelist().count(name) > 1:
        raise zipfile.BadZipFile(f"two parts are called {name}")
    size, packed = part.file_size, part.compress_size
    if size > MAX_XML_BYTES:
        message = f"the file unpacks to more than {MAX_XML_BYTES // 1_000_000} MB of text and markup"
        raise ScriptFault(message, fix="split it into several episodes")
    if size > max(_SMALL_BYTES, _MAX_RATIO * packed):
        raise ScriptFault("the file unpacks to the same few signs over and over: nobody wrote this", fix=_SAVE)
    with archive.open(name) as file:
        return _with_usual_prefix(file.read(MAX_XML_BYTES))


def _with_usual_prefix(xml: bytes) -> bytes:
    """Return the XML with ``w:`` in front of Word's names, as all but a few programs write them."""
    declared = _PREFIX.search(xml[:_HEAD])
    if not declared or declared[1] == b"w":
        return xml
    return re.sub(rb"(?<=[<\s/])%s:(?=\w+[\s=/>])" % re.escape(declared[1]), b"w:", xml)


class _Relations:
    """The types and targets of a part's relations, as they are read."""

    def __init__(self) -> None:
        self.targets: list[tuple[str, str]] = []

    def start(self, _name: str, attributes: dict[str, str], _line: int) -> None:
        self.targets.append((attributes.get("Type", ""), attributes.get("Target", "")))

    def end(self, name: str) -> None:
        pass

    def data(self, text: str, line: int) -> None:
        pass
