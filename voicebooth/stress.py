"""Words to be stressed: how they are marked in what is said, on the way from the script to an engine.

A mark is a noncharacter (https://www.unicode.org/faq/private_use.html#noncharacters): no letter, no sign, silent, and
no part of a word. An engine that can be asked for stress turns the marks into what asks it, any other takes them out.
"""

from __future__ import annotations

import re

_OPEN, _CLOSE = "\U0001fffe", "\U0001ffff"
_WORDS = re.compile(r"[^\W_](?:.*[^\W_])?", re.DOTALL)
_MARKED = re.compile(f"{_OPEN}([^{_OPEN}{_CLOSE}]*){_CLOSE}")
_MARKS = str.maketrans("", "", _OPEN + _CLOSE)
_OTHERWISE = re.compile(r"\b(?:aids|am|id|it|pm|us|who)\b")  # in capitals these are other words
_UPPER = str.maketrans({"ß": "ẞ"})


def marked(text: str) -> str:
    """Return text whose words are marked as stressed, from the first to the last."""
    return _WORDS.sub(f"{_OPEN}\\g<0>{_CLOSE}", text.translate(_MARKS), count=1)


def unmarked(text: str) -> str:
    """Return text without marks."""
    return text.translate(_MARKS)


def capitals(text: str) -> str:
    """Return text with stressed words in capitals, but for those that would be other words then."""
    return _MARKED.sub(lambda found: _capitals(found[1]), text).translate(_MARKS)


def shows(text: str) -> bool:
    """Whether there is a word in a text that capitals can stress."""
    return _capitals(text) != text


def _capitals(text: str) -> str:
    parts, at = [], 0
    for found in _OTHERWISE.finditer(text):
        parts += [text[at : found.start()].translate(_UPPER).upper(), found[0]]
        at = found.end()
    return "".join(parts) + text[at:].translate(_UPPER).upper()
