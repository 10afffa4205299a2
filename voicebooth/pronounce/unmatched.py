"""Entries of the front matter that change nothing become warnings, with the word that was probably meant.

A lexicon is for a whole show: its words need not all come up.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from itertools import chain, islice

from voicebooth.errors import Problem
from voicebooth.parse.nearest import nearest
from voicebooth.script import Script

from .entries import Entries

_MOST = 20  # entries for which a word is looked for: finding the nearest takes time
_WORD = re.compile(r"\w+(?:['’-]\w+)*")


def warnings(script: Script, used: Collection[str]) -> Iterator[Problem]:
    """Yield a warning for each entry that was not used."""
    idle = [word for word in script.meta.pronounce if word not in used]
    texts = [sentence.spoken for turn in script.turns for sentence in turn.sentences] if idle else []
    for number, word in enumerate(idle):
        line = script.meta.lines.get(f"pronounce.{word}")
        fix = _fix(word, texts) if number < _MOST else "remove it"
        yield Problem(f'the pronunciation of "{word}" is not used', fix, line)


def _fix(word: str, texts: list[str]) -> str:
    alone = Entries({word: word})
    if any(alone.find(text) for text in texts):
        return "a longer entry covers it everywhere: remove it"
    near = _nearest(word, texts)
    if near.casefold() == word.casefold():
        return f'the script has "{near}": an entry with capitals matches only as it is written, one without in any case'
    return f'did you mean "{near}"?' if near else "remove it, or write it as in the script"


def _nearest(word: str, texts: list[str]) -> str:
    """Return as many words of the script, in a row, that are most like an entry."""
    length, first = len(_WORD.findall(word)), word[:1].casefold()
    runs = chain.from_iterable(_runs(text, length) for text in texts)
    alike = dict.fromkeys(run for run in runs if run[:1].casefold() == first)
    return nearest(word, alike) if length else ""


def _runs(text: str, length: int) -> Iterator[str]:
    found = list(_WORD.finditer(text))
    for one, last in zip(found, islice(found, max(length - 1, 0), None), strict=False):
        yield text[one.start() : last.end()]
