"""What stands in brackets behind a name becomes what it asks for: a delivery, a number of takes.

    (V.O.) (softly, takes 2) ─► softly · 2 takes

Screenplay extensions, roles and times ask for nothing. What is nearly a number of takes, such as "take 2", is neither
that nor a way to speak: it is handed back to be told to the writer.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from . import lexicon

_WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_NUMBERS = {word: i for i, word in enumerate(_WORDS, 1)}
_NUMBER = rf"\d{{1,3}}|{'|'.join(_NUMBERS)}"
_TAKES = re.compile(rf"takes[ :=]{{1,3}}({_NUMBER})|({_NUMBER}) takes", re.IGNORECASE)
_NEARLY = rf"(?:[\d.,x×]{{1,9}}|{_NUMBER})?"
_NEARLY_TAKES = re.compile(rf"{_NEARLY}\W{{0,3}}takes?\W{{0,3}}{_NEARLY}", re.IGNORECASE)
_NOTE = re.compile(r"[(\[（［【]([^()\[\]（）［］【】]*)[)\]）］】]")
_TIME = re.compile(r"\d{1,2}:\d\d")


class Asked(NamedTuple):
    """How words are to be said, how often, and what of the request is not clear."""

    delivery: str = ""
    takes: int = 1
    unclear: str = ""


NOTHING = Asked()


def read(notes: str) -> Asked:
    """Return what brackets ask for."""
    kept: list[str] = []
    takes, unclear = 1, ""
    for part in (part.strip() for note in _NOTE.findall(notes) for part in re.split(r"[,;]", note)):
        folded = "".join(c for c in part.casefold() if c.isalpha())
        if asked := _TAKES.fullmatch(part):
            takes = _number(asked[1] or asked[2])
        elif _NEARLY_TAKES.fullmatch(part):
            unclear = part
        elif folded and folded not in lexicon.NO_DELIVERY and not _TIME.search(part):
            kept.append(" ".join(part.split()))
    return Asked(", ".join(kept), takes, unclear)


def _number(word: str) -> int:
    return _NUMBERS.get(word.lower()) or int(word)
