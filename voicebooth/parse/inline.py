"""Markdown inside a paragraph becomes the words a reader would say; line ends stay where they are.

Emphasis, code and links lose their marks, images vanish with their descriptions, HTML tags vanish around their words,
escaped signs become themselves. A subset of CommonMark; other ``<…>``, ``|…|`` and ``[…]`` which are no links stay.
Each pattern stops at the sign it began with, so that none runs twice over the same text.
"""

from __future__ import annotations

import html
import re

_PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
_SHIELDS = {sign: chr(0xFDD0 + i) for i, sign in enumerate(_PUNCTUATION)}  # 32 noncharacters for 32 signs
_SIGNS = {ord(shield): sign for sign, shield in _SHIELDS.items()}
_SHIELD = str.maketrans(_SHIELDS)

_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_CODE = re.compile(r"(?<!`)`++([^`]+)`++")  # looked for once in a run of signs, not from each of them
_URL = r"\((?:<[^<>\n]*>|[^()\s]*(?:\([^()\s]*\)[^()\s]*)?)(?:\s+(?:\"[^\"]*\"|'[^']*'))?\s?\)"
_IMAGE = re.compile(rf"!\[[^\[\]]*\]{_URL}")
_LINK = re.compile(rf"\[([^\[\]]*)\]{_URL}")
_AUTOLINK = re.compile(r"<((?:https?://|mailto:)[^<>\s]+)>")
_STARS = re.compile(r"(\*{1,3})(?=[^\s*])([^*]+)(?<=\S)\1")
_BARS = re.compile(r"(?<![\w_])(_{1,3})(?=[^\s_])([^_]+)(?<=\S)\1(?![\w_])")
_STRUCK = re.compile(r"~~(?=\S)([^~]+)(?<=\S)~~")
_SET_APART = "br p div li ul ol td th tr table thead tbody hr h1 h2 h3 h4 h5 h6 blockquote pre dl dt dd section"
_INSIDE = (
    "a abbr audio b big center cite code del details em figcaption figure font i iframe img ins kbd mark nav picture q"
    " s samp script small source span strike strong style sub summary sup svg time u var video"
)
_NAMES = rf"(?P<apart>{_SET_APART.replace(' ', '|')})|{_INSIDE.replace(' ', '|')}|[a-z]+(?:-[a-z0-9]+)+"
_TAG = re.compile(rf"</?(?:{_NAMES})(?:\s[^<>]*)?/?>", re.IGNORECASE)
_TEMPLATE = re.compile(r"\{%[^{}%\n]*%\}|\{:[ ]?[.#][^{}\n]*\}")  # what makers of web sites put in
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,30});", re.IGNORECASE)
_ANY = re.compile(r"[\\`\[*_~<&{]")
_NESTING = 3


def plain(text: str) -> str:
    """Return the spoken words of a paragraph; as many line ends as before."""
    if not _ANY.search(text):
        return text
    text = _ESCAPE.sub(lambda found: found[1].translate(_SHIELD), text)
    text = _CODE.sub(lambda found: found[1].translate(_SHIELD), text)
    text = _IMAGE.sub(_line_ends, text)
    text = _LINK.sub(lambda found: found[1] + _line_ends(found, start=found.end(1)), text)
    text = _TEMPLATE.sub("", _TAG.sub(lambda found: " " * bool(found["apart"]) + _line_ends(found), text))
    text = _AUTOLINK.sub(lambda found: found[1].translate(_SHIELD), text)
    for _ in range(_NESTING):
        before, text = text, _STRUCK.sub(r"\1", _BARS.sub(r"\2", _STARS.sub(r"\2", text)))
        if text == before:
            break
    text = _ENTITY.sub(_entity, text)
    return text.translate(_SIGNS)


def _line_ends(found: re.Match[str], start: int | None = None) -> str:
    """Return the line ends of what vanishes, so that the lines after it keep their numbers."""
    return "\n" * found.string.count("\n", found.start() if start is None else start, found.end())


def _entity(found: re.Match[str]) -> str:
    sign = html.unescape(found[0])
    return " " if sign.isspace() or not sign.isprintable() else sign
