"""The styles of a Word file: which are headings, titles, bold, in capitals, and set in.

A style is known by its name, which is English in every language of Word (its id is not), or by its outline level, and
has from the style it is based on what it does not say itself.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from voicebooth.errors import ScriptFault

from . import xmltree

MAX_STYLES = 10_000  # several times what people have
_LONGEST_CHAIN = 12
_OFF = frozenset({"0", "false", "off", "none"})
MARKS = frozenset({"w:b", "w:caps", "w:smallCaps", "w:vanish"})  # what sets names apart, and what hides
CENTRED = 20_000  # the indent of what is centred: further in than anything else


@dataclass(slots=True)
class Style:
    """One style; ``level``: 1-9 for headings, 0 for the title, None for text."""

    name: str = ""
    based_on: str = ""
    level: int | None = None
    marks: dict[str, bool] = field(default_factory=dict)  # of MARKS, those set or unset
    indent: int | None = None
    listed: bool = False


def is_on(attributes: dict[str, str]) -> bool:
    """Whether a property such as ``<w:b/>`` is set, not unset."""
    return attributes.get("w:val", "1") not in _OFF


def indent(name: str, attributes: dict[str, str]) -> int | None:
    """Return where the first line begins, in twentieths of a point, if ``w:ind`` or ``w:jc`` says so."""
    if name == "w:jc":
        return CENTRED if attributes.get("w:val") == "center" else None
    left = _number(attributes, "w:left", "w:start")
    first, hanging = _number(attributes, "w:firstLine"), _number(attributes, "w:hanging")
    return None if left is None and first is None and hanging is None else (left or 0) + (first or 0) - (hanging or 0)


def _number(attributes: dict[str, str], *names: str) -> int | None:
    values = (attributes.get(name, "") for name in names)
    found = next((value for value in values if value.isdecimal() and len(value) < 7), None)
    return int(found) if found else None


class Styles:
    """The styles by id."""

    def __init__(self, xml: bytes) -> None:
        self._styles: dict[str, Style] = {}
        self._marks: dict[str, dict[str, bool]] = {}
        self._now = Style()
        if xml:
            xmltree.feed(xml, self)

    def name(self, style_id: str) -> str:
        """Return the name of a style in small letters."""
        return self._styles.get(style_id, Style()).name

    def level(self, style_id: str) -> int | None:
        """Return the level of a heading, 0 for the title, or None."""
        return next((style.level for style in self._chain(style_id) if style.level is not None), None)

    def marks(self, style_id: str) -> dict[str, bool]:
        """Return which of ``MARKS`` text in this style has, and which it has not."""
        if style_id not in self._marks:
            chain = reversed(self._chain(style_id))
            self._marks[style_id] = {name: on for style in chain for name, on in style.marks.items()}
        return self._marks[style_id]

    def indent(self, style_id: str) -> int:
        """Return where paragraphs in this style begin; see ``indent``."""
        return next((style.indent for style in self._chain(style_id) if style.indent is not None), 0)

    def is_list(self, style_id: str) -> bool:
        """Whether paragraphs in this style are items of a list."""
        return any(style.listed for style in self._chain(style_id))

    def _chain(self, style_id: str) -> list[Style]:
        chain: list[Style] = []
        while style_id in self._styles and len(chain) < _LONGEST_CHAIN:
            chain.append(self._styles[style_id])
            style_id = chain[-1].based_on
        return chain

    def start(self, name: str, attributes: dict[str, str], _line: int) -> None:
        """See ``xmltree.Target``."""
        value = attributes.get("w:val", "")
        match name:
            case "w:style" if len(self._styles) == MAX_STYLES:
                raise ScriptFault(f"the file has more than {MAX_STYLES:,} styles", fix="copy its text into a new file")
            case "w:style":
                self._now = self._styles[attributes.get("w:styleId", "")] = Style()
            case "w:name":
                self._now.name = value.lower()
                self._now.level = _level(self._now.name)
            case "w:basedOn":
                self._now.based_on = value
            case "w:outlineLvl" if value.isdecimal() and self._now.level is None:
                self._now.level = int(value) + 1 if int(value) < 9 else None
            case "w:ind" | "w:jc" if self._now.indent != CENTRED:
                self._now.indent = indent(name, attributes)
            case "w:numPr":
                self._now.listed = True
            case _ if name in MARKS:
                self._now.marks[name] = is_on(attributes)
            case _:
                pass

    def end(self, name: str) -> None:
        """See ``xmltree.Target``."""
        if name == "w:style":
            self._now = Style()

    def data(self, text: str, line: int) -> None:
        """See ``xmltree.Target``."""


def _level(name: str) -> int | None:
    if name == "title":
        return 0
    number = name.removeprefix("heading ")
    return int(number) if name.startswith("heading ") and number.isdecimal() else None
