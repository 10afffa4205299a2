"""A Word file is opened, within limits: what it unpacks to is known before any of it is unpacked.

A ``.docx`` is a ZIP of XML parts (ECMA-376); which part is the document, and which its styles, stands in the parts'
relations. The sizes in the archive's directory bound what is read of each part, whether they are true or not.
"""

from __future__ import annotations

import io
import posixpath
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
_SAVE = 'save it anew as "Word document (.docx)"'
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
    size, packed = archive.getinfo(name).file_size, archive.getinfo(name).compress_size
    if size > MAX_XML_BYTES:
        message = f"the file unpacks to more than {MAX_XML_BYTES // 1_000_000} MB of text and markup"
        raise ScriptFault(message, fix="split it into several episodes")
    if size > max(_SMALL_BYTES, _MAX_RATIO * packed):
        raise ScriptFault("the file unpacks to the same few signs over and over: nobody wrote this", fix=_SAVE)
    with archive.open(name) as part:
        return part.read(MAX_XML_BYTES)


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
