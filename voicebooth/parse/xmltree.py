"""XML is read safely, with its lines: as events, or as a tree.

Python's own expat does the reading. It fetches nothing from outside, and a document that declares entities is refused
at the declaration, before any of them can grow (https://docs.python.org/3/library/xml.html#xml-security). A document
type without entities, as SSML samples have it, does no harm.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.entities import html5
from itertools import count
from typing import NoReturn, Protocol
from xml.parsers import expat

from voicebooth.errors import Problem, ScriptFault

from .sentences import has_words
from .words import Words

MAX_DEPTH = 60
MAX_ELEMENTS = 400_000  # of any document; as many are read in half a second
MAX_STRETCH = 1_000_000  # bytes of a tag with its attributes, or of text without a tag; more than ten hours have
MAX_NODES = 60_000  # six for each of the most turns that a script may have
_STRETCH = re.compile(rb"(?<=<)[^<]{%d}" % MAX_STRETCH)  # from a sign on, so that no byte is looked at twice
_ENTITY = re.compile(r"&(\w{1,31});")
_UNCLOSED = (expat.errors.XML_ERROR_TAG_MISMATCH, expat.errors.XML_ERROR_NO_ELEMENTS)


class Target(Protocol):
    """What is told of a document while it is read; ``line`` is 1-based."""

    def start(self, name: str, attributes: dict[str, str], line: int) -> None:
        """Begin an element."""

    def end(self, name: str) -> None:
        """End the element begun last."""

    def data(self, text: str, line: int) -> None:
        """Take characters between tags; never of more than one line at once."""


@dataclass(slots=True)
class Element:
    """An element and the line on which it begins. Names are as written, prefix included."""

    name: str
    attributes: dict[str, str]
    line: int
    children: list[Element | Words] = field(default_factory=list)
    speaks: bool = False  # there are words inside

    @property
    def tag(self) -> str:
        """The name without its prefix."""
        return self.name.rpartition(":")[2]

    @property
    def last_line(self) -> int:
        """The line on which its last words stand, or it begins."""
        last = self.children[-1] if self.children else None
        return self.line if last is None else last.last_line if isinstance(last, Element) else last.line

    def text(self) -> str:
        """All characters inside."""
        return "".join(child.text if isinstance(child, Words) else child.text() for child in self.children)


def feed(source: str | bytes, target: Target, first_line: int = 1) -> None:
    """Tell a target of a whole document. Raises ``ScriptFault`` with the line on which it stops being safe XML."""
    data = source.encode() if isinstance(source, str) else source
    if _STRETCH.search(data):
        raise ScriptFault("the file holds a tag or a text of more than 1 MB", fix="split it into several episodes")
    parser = expat.ParserCreate()

    def line() -> int:
        return first_line + parser.CurrentLineNumber - 1

    def refuse(*_: object) -> NoReturn:
        fix = "write the characters themselves, and remove <!ENTITY …>"
        raise ScriptFault(Problem("XML entities are not allowed in a script", fix, line()))

    numbers = count(1)
    opened: list[tuple[str, int]] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if next(numbers) > MAX_ELEMENTS:
            raise ScriptFault(Problem("the file holds too much markup", "split it into several episodes", line()))
        opened.append((name, line()))
        target.start(name, attributes, line())

    def end(name: str) -> None:
        opened.pop()
        target.end(name)

    parser.EntityDeclHandler = refuse
    parser.UnparsedEntityDeclHandler = refuse
    parser.SkippedEntityHandler = refuse
    parser.ExternalEntityRefHandler = refuse
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = lambda text: target.data(text, line())
    try:
        parser.Parse(source, True)  # noqa: FBT003 - the signature is expat's
    except expat.ExpatError as exc:
        raise ScriptFault(_fault(exc.code, opened, data[parser.ErrorByteIndex :][:40], line())) from exc
    except (ValueError, LookupError) as exc:
        raise ScriptFault("this is not XML: its encoding cannot be read", fix="save it in UTF-8") from exc


def _fault(code: int, opened: list[tuple[str, int]], rest: bytes, line: int) -> Problem:
    """Return what is wrong where reading stopped, ``rest`` being what stands there."""
    entity = _ENTITY.match(rest.decode("utf-8", "replace"))
    if entity and (sign := html5.get(f"{entity[1]};")):
        fix = f"write {sign if sign.isprintable() else 'the character'} itself, or &#{ord(sign[0])};"
        return Problem(f"XML does not know &{entity[1]};", fix, line)
    if opened and expat.errors.messages[code] in _UNCLOSED:
        name, begun = opened[-1]
        return Problem(f"<{name[:40]}> is not closed", f"write </{name[:40]}> where it ends", begun)
    fix = "close every tag, and write & as &amp; and < as &lt;"
    return Problem(f"this is not XML: {expat.ErrorString(code)}", fix, line)


def read(text: str, first_line: int) -> Element:
    """Return the root of a document whose first line has the number given; see ``feed``."""
    body = text.lstrip()
    builder = _Builder()
    feed(body, builder, first_line + text.count("\n", 0, len(text) - len(body)))
    return builder.root


class _Builder:
    def __init__(self) -> None:
        self.root = Element("", {}, 1)
        self._open: list[Element] = []
        self._line: list[str] = []  # the characters so far of a line
        self._at = 0
        self._count = 0

    def start(self, name: str, attributes: dict[str, str], line: int) -> None:
        self._flush()
        element = Element(name, attributes, line)
        if self._open:
            self._open[-1].children.append(element)
        else:
            self.root = element
        self._open.append(element)
        self._count += 1
        if len(self._open) > MAX_DEPTH:
            raise ScriptFault(Problem("the script is nested too deeply", "a few tags inside one another do", line))
        if self._count > MAX_NODES:
            raise ScriptFault(Problem("the script holds too many tags", "split it into several episodes", line))

    def end(self, _name: str) -> None:
        self._flush()
        self._open.pop()

    def data(self, text: str, line: int) -> None:
        if line != self._at:
            self._flush()
        self._at = line
        self._line.append(text)

    def _flush(self) -> None:
        """Add the characters of a line; one blank is as good as many."""
        words, self._line = Words("".join(self._line), self._at), []
        if not words.text or not self._open:
            return
        children = self._open[-1].children
        before = children[-1] if children else None
        if words.text.isspace() and isinstance(before, Words) and before.text[-1].isspace():
            return
        children.append(words)
        if not self._open[-1].speaks and has_words(words.text):
            for element in self._open:
                element.speaks = True
