"""The styles of a Word file: which are headings, titles, and bold.

A style is known by its name, which is English in every language of Word (its id is not), or by its outline level, and
has from the style it is based on what it does not say itself.
"""

from __future__ import annotations

from dataclasses import dataclass

from . import xmltree

_LONGEST_CHAIN = 12
_OFF = frozenset({"0", "false", "off", "none"})


@dataclass(slots=True)
class Style:
    """One style; ``level``: 1-9 for headings, 0 for the title, None for text."""

    name: str = ""
    based_on: str = ""
    level: int | None = None
    bold: bool | None = None


def is_on(attributes: dict[str, str]) -> bool:
    """Whether a property such as ``<w:b/>`` is set, not unset."""
    return attributes.get("w:val", "1") not in _OFF


class Styles:
    """The styles by id."""

    def __init__(self, xml: bytes) -> None:
        self._styles: dict[str, Style] = {}
        self._now = Style()
        if xml:
            xmltree.feed(xml, self)

    def name(self, style_id: str) -> str:
        """Return the name of a style in small letters."""
        return self._styles.get(style_id, Style()).name

    def level(self, style_id: str) -> int | None:
        """Return the level of a heading, 0 for the title, or None."""
        return next((style.level for style in self._chain(style_id) if style.level is not None), None)

    def is_bold(self, style_id: str) -> bool:
        """Whether text in this style is bold."""
        return next((style.bold for style in self._chain(style_id) if style.bold is not None), False)

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
            case "w:style":
                self._now = self._styles[attributes.get("w:styleId", "")] = Style()
            case "w:name":
                self._now.name = value.lower()
                self._now.level = _level(self._now.name)
            case "w:basedOn":
                self._now.based_on = value
            case "w:outlineLvl" if value.isdecimal() and self._now.level is None:
                self._now.level = int(value) + 1 if int(value) < 9 else None
            case "w:b":
                self._now.bold = is_on(attributes)
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
