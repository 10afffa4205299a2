"""Links and footnotes of Markdown which are defined apart from their words become words alone.

    the [page][1], see [below]   ─►  the page, see below
    rye[^a] is                   ─►  rye is
    [1]: https://example.org     ─►  (nothing)
    [^a]: A cereal.              ─►  (nothing, with a warning)

A subset of https://spec.commonmark.org/0.31.2/#link-reference-definitions, and footnotes as GitHub and Pandoc have
them. A definition has a target that looks like one, so that ``[Ann]: Hello`` stays. All line ends stay where they are.
"""

from __future__ import annotations

import re

from .draft import Draft

_DEFINITION = re.compile(
    r"^ {0,3}\[(?!\^)(?P<label>[^\[\]\n]{1,100})\]:[ \t]{0,9}<?(?P<target>[^\s<>]{1,2000})>?"
    r"(?:[ \t]{1,9}(?:\"[^\"\n]{0,300}\"|'[^'\n]{0,300}'|\([^()\n]{0,300}\)))?[ \t]*$",
    re.MULTILINE,
)
_TARGET = re.compile(r"[a-z][a-z0-9+.-]{1,20}:\S+|[./#?]\S*|\S*[\w/][./][\w/]\S*", re.IGNORECASE)
_FOOTNOTE = re.compile(r"^ {0,3}\[\^[^\s\[\]]{1,50}\]:[^\n]*(?:\n(?:[ \t]*\n)?(?: {4}|\t)[^\n]*)*", re.MULTILINE)
_MARK = re.compile(r"\[\^[^\s\[\]]{1,50}\]")
_LINK = re.compile(r"(!?)\[([^\[\]]{1,300})\](?:\[([^\[\]\n]{0,100})\])?(?![(:])")


def resolved(text: str, first_line: int, draft: Draft) -> str:
    """Return Markdown whose first line has the number given, without definitions and the marks that refer to them."""
    if "[" not in text:
        return text
    if note := _FOOTNOTE.search(text):
        line = first_line + text.count("\n", 0, note.start())
        draft.warn(line, "footnotes are not spoken, here and below", "put what should be heard into the text")
    text = _MARK.sub("", _FOOTNOTE.sub(_line_ends, text))
    defined = {_folded(found["label"]) for found in _DEFINITION.finditer(text) if _TARGET.fullmatch(found["target"])}
    if not defined:
        return text
    text = _DEFINITION.sub(lambda found: "" if _folded(found["label"]) in defined else found[0], text)
    return _LINK.sub(lambda found: _words(found) if _folded(found[3] or found[2]) in defined else found[0], text)


def _words(link: re.Match[str]) -> str:
    """Return the words of a link; a picture has none."""
    return _line_ends(link) if link[1] else link[2]


def _line_ends(found: re.Match[str]) -> str:
    return "\n" * found[0].count("\n")


def _folded(label: str) -> str:
    return " ".join(label.casefold().split())
