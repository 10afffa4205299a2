"""Lines of words become sentences, each with the line on which it starts.

Lines are joined into one text (no space where a script without spaces wraps), candidates for an end are found by one
regular expression that runs in linear time, and each is judged by the words around it. When in doubt the text stays
together: a sentence too long costs nothing, a cut in "Dr. Lee" is heard. What is longer than ``LONGEST`` characters is
cut at a clause mark, at a space or, failing both, anywhere, so that a plan always finds a place. What is said in place
of some words is one whole: nothing is cut inside.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from voicebooth.script import Sentence

from . import abbreviations
from .change import Change, applied
from .words import Words, within

LONGEST = 600

_CLOSERS = r"""(?:["'”’»«›‹)\]}」』）】〉》]|[ ]»(?=\s|\Z))"""
_END = re.compile(
    rf"(?:(?<![.!?…‼⁇⁈⁉؟۔։።])[.!?…‼⁇⁈⁉؟۔։።]++{_CLOSERS}*+(?=\s))"
    rf"|(?:(?<![。！？｡।॥။៕])[。！？｡।॥။៕]++{_CLOSERS}*+)",
)
_WORD = re.compile(r"[^\W_]")
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3000-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uff65]")
_OPENERS = "\"'“‘«‹([{「『（¿¡„‚-–—*_"
_CLAUSE_MARKS = (";；—", ":：–", ",،、，؛")  # the strongest first
_LONGEST_ABBREVIATION = 12


def has_words(text: str) -> bool:
    """Whether there is anything to pronounce: a letter or a digit."""
    return _WORD.search(text) is not None


def split(lines: Sequence[Words], language: str = "") -> tuple[Sentence, ...]:
    """Return the sentences of one paragraph. Joined again they hold the same words in the same order."""
    text, offsets, says = _join(lines)
    cuts = [0, *(at for at in _cuts(text, language) if _free(at, says)), len(text)]

    def line(at: int) -> int:
        return lines[bisect_right(offsets, at) - 1].line

    return tuple(
        Sentence(piece, line(at), _say(piece, within(says, at, at + len(piece))), end_line=line(at + len(piece) - 1))
        for a, b in pairwise(cuts)
        for at, piece in _short_enough(text, a, b, says)
    )


def _say(text: str, says: Sequence[Change]) -> str:
    """Return what is said for a text; empty when it is the text."""
    said = applied(text, says) if says else text
    return said if said != text else ""


def _free(at: int, says: Sequence[Change]) -> bool:
    """Whether an offset is not inside of words for which something else is said."""
    before = bisect_left(says, at, key=lambda change: change.start) - 1
    return before < 0 or says[before].end <= at


def _join(lines: Iterable[Words]) -> tuple[str, list[int], tuple[Change, ...]]:
    """Return one text with single spaces, the offset in it at which each line starts, and what is said otherwise."""
    parts: list[str] = []
    offsets: list[int] = []
    says: list[Change] = []
    at, last = 0, " "
    for line in map(Words.tidy, lines):
        part = line.text
        if part and last != " " and not (_UNSPACED.match(last) and _UNSPACED.match(part)):
            parts.append(" ")
            at += 1
        offsets.append(at)
        says += [change.moved(at) for change in line.says]
        parts.append(part)
        at += len(part)
        last = part[-1] if part else last
    return "".join(parts), offsets, tuple(says)


def _cuts(text: str, language: str) -> list[int]:
    """Return the offsets behind which a sentence ends and another, with words of its own, begins."""
    inner = abbreviations.inner(language)
    german = language.lower().startswith("de")
    cuts: list[int] = []
    word = _WORD.search(text)
    for end in _END.finditer(text):
        starts = cuts[-1] if cuts else 0
        if word and word.start() < end.start() and _ends(text, starts, end, inner, german=german):
            cuts.append(end.end())
            word = _WORD.search(text, end.end())
    if cuts and not word:
        cuts.pop()
    return cuts


def _ends(text: str, start: int, end: re.Match[str], inner: frozenset[str], *, german: bool) -> bool:
    """Judge a candidate by the word in front of the mark and the one after it."""
    mark = end[0]
    following = text[end.end() : end.end() + 40].lstrip().lstrip(_OPENERS)
    if following[:1].islower():
        return False
    if mark[0] != "." or mark[1:2] in {".", "!", "?", "…"}:
        return True
    before = _word_before(text, end.start())
    bare = before.casefold()
    if (
        bare in inner
        or _is_spaced(text, end.start(), inner)
        or (bare in abbreviations.BEFORE_NUMBER and following[:1].isdigit())
    ):
        return False
    if bare.isdigit():
        alone = end.start() - len(before) <= start + 1  # "1." in front of an item
        return not alone and not (german and len(bare) <= 2)
    if bare in abbreviations.LAST or _is_initials(before):
        return _next_word(following) in abbreviations.STARTERS
    return True


def _word_before(text: str, end: int) -> str:
    tail = text[max(0, end - _LONGEST_ABBREVIATION) : end]
    return tail.split(" ")[-1].lstrip(_OPENERS)


def _is_spaced(text: str, stop: int, inner: frozenset[str]) -> bool:
    """Whether a stop belongs to an abbreviation written with spaces: "z. B.", "p. ex.", "т. е."."""
    before = text[max(0, stop - _LONGEST_ABBREVIATION) : stop + 1].split(" ")[-3:]
    after = text[stop + 1 : stop + 1 + _LONGEST_ABBREVIATION].split()[:2]
    runs = (before[i:] + after[:n] for i in range(len(before)) for n in range(len(after) + 1))
    return any(
        len(run) > 1
        and all(part.endswith(".") for part in run)
        and "".join(run).lstrip(_OPENERS).removesuffix(".").casefold() in inner
        for run in runs
    )


def _next_word(following: str) -> str:
    found = re.match(r"\w+", following)
    return found[0].casefold() if found else ""


def _is_initials(word: str) -> bool:
    """Whether this is a name's initial or letters with stops: "J", "U.S" (but not "I", which ends many a sentence)."""
    letters = word.split(".")
    return word != "I" and all(len(letter) == 1 and letter.isupper() for letter in letters)


def _short_enough(text: str, start: int, end: int, says: Sequence[Change]) -> Iterator[tuple[int, str]]:
    """Yield the sentence between two offsets, in pieces of at most ``LONGEST`` characters if need be and can be."""
    while start < end and text[start] == " ":
        start += 1
    while end - start > LONGEST:
        at = _around(_place_to_cut(text, start), text, start, end, says)
        yield start, text[start:at].rstrip()
        start = at
        while start < end and text[start] == " ":
            start += 1
    if start < end:
        yield start, text[start:end]


def _around(at: int, text: str, start: int, end: int, says: Sequence[Change]) -> int:
    """Return a cut that leaves whole what it would go through: in front of it, behind it, or at the end of all."""
    if _free(at, says):
        return at
    change = says[bisect_left(says, at, key=lambda change: change.start) - 1]
    if has_words(text[start : change.start]):
        return change.start
    return change.end if _WORD.search(text, change.end, end) else end


def _place_to_cut(text: str, start: int) -> int:
    """Return the offset of the best cut within ``LONGEST`` characters, so that both sides keep words."""
    window = text[start : start + LONGEST]
    for marks in _CLAUSE_MARKS:
        for cut in _after_marks(window, marks):
            if has_words(window[:cut]):
                return start + cut
    space = window.rfind(" ")
    if space > 0 and has_words(window[:space]):
        return start + space
    at = start + LONGEST
    while at > start + 1 and unicodedata.combining(text[at]):
        at -= 1
    return at


def _after_marks(window: str, marks: str) -> Iterator[int]:
    """Yield the offsets behind clause marks, the last first, in the later two thirds of the window."""
    for at in range(len(window) - 2, LONGEST // 3, -1):
        if window[at] in marks and (window[at + 1] == " " or _UNSPACED.match(window[at])):
            yield at + 1
