"""Where the words of a lexicon stand in a text.

- An entry in small letters matches in any case, one with capitals only as it is written: ``IT`` is never ``it``.
- Whole words only: what a letter, a digit or a mark touches is part of a longer word. A sign, and a script without
  spaces, has no such border. Behind an apostrophe an ending may follow (``'s``, ``'ll``; a name may have any, as in
  Turkish ``Ankara'da``), and a word may begin that is no ending: ``l'OTAN`` holds ``OTAN``, ``don't`` neither ``don``
  nor ``t``. One apostrophe is as good as the other.
- ``SQLs`` and ``Nguyens`` are plurals of ``SQL`` and ``Nguyen``: of an entry with capitals that ends in one, or has
  four letters. ``new`` is not looked for in ``news``, nor ``Doe`` in ``Does``.
- The longest entry wins, then the front matter, then the one with capitals. What was said is not looked at again.

Texts and entries are composed (NFC).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

from voicebooth.parse.change import Change, is_word

_ENDINGS = frozenset(("s", "d", "ll", "re", "ve", "m"))  # of English words, behind an apostrophe
_TAILS = _ENDINGS | {"t"}  # which are no words themselves
_PREFIX = 3  # characters by which entries are looked up
_NAME = 4  # letters from which on a word with a capital is taken to have a plural in s
_HISSING = ("s", "x", "z", "ch", "sh")


@dataclass(frozen=True, slots=True)
class _Entry:
    """``key`` is what is looked for: the word, folded unless ``exact``."""

    word: str
    key: str
    say: str
    exact: bool
    rank: int  # 0: of the front matter

    @property
    def is_name(self) -> bool:
        return self.exact and len(self.word) > 1

    @property
    def has_plural(self) -> bool:
        last = self.word[-1]
        long = len(self.word) >= _NAME and last.isalpha()
        return self.is_name and (long or last.isupper() or last.isdigit())


class Entries:
    """The words of several lexicons, the first of which goes first. ``used`` holds those that were found."""

    def __init__(self, *lexicons: Mapping[str, str]) -> None:
        self.used: set[str] = set()
        found: dict[str, _Entry] = {}
        for rank, lexicon in enumerate(lexicons):
            for word, say in lexicon.items():
                found.setdefault(word, _entry(word, say, rank))
        self._by_start: dict[str, list[_Entry]] = {}
        for entry in sorted(found.values(), key=lambda e: (-len(e.word), e.rank, not e.exact)):
            self._by_start.setdefault(_folded(entry.word[:_PREFIX]), []).append(entry)

    def find(self, text: str) -> list[Change]:
        """Return what is said in place of the words found, in order, none touching another."""
        return list(self._find(text)) if self._by_start else []

    def _find(self, text: str) -> Iterator[Change]:
        text = _plain(text)
        folded, at = _folded(text), 0
        while at < len(text):
            change = self._at(text, folded, at) if _may_start(text, folded, at) else None
            if change:
                yield change
            at = change.end if change else at + 1

    def _at(self, text: str, folded: str, at: int) -> Change | None:
        starts = (folded[at : at + length] for length in range(_PREFIX, 0, -1))
        for entry in chain.from_iterable(self._by_start.get(start, ()) for start in starts):
            if not (text if entry.exact else folded).startswith(entry.key, at):
                continue
            ending = _ending(text, folded, at + len(entry.key), entry)
            if ending is not None:
                self.used.add(entry.word)
                say = _plural(entry.say) if ending == "s" else entry.say + ending
                return Change(at, at + len(entry.key) + len(ending), say)
        return None


def _entry(word: str, say: str, rank: int) -> _Entry:
    plain = _plain(word)
    folded = _folded(plain)
    exact = folded != plain
    return _Entry(word, plain if exact else folded, say, exact, rank)


def _plain(text: str) -> str:
    """Return text with one kind of apostrophe and of final letters, each where it was."""
    return text.replace("’", "'").replace("ς", "σ")


def _folded(text: str) -> str:
    """Return text in small letters, each where it was."""
    small = text.lower()
    if len(small) != len(text):
        small = "".join(char.lower() if len(char.lower()) == 1 else char for char in text)
    return _plain(small)


def _may_start(text: str, folded: str, at: int) -> bool:
    """Whether no word goes on here."""
    if not is_word(text[at]) or not at:
        return True
    if text[at - 1] == "'" and at > 1 and is_word(text[at - 2]):
        return folded[at : _end(text, at)] not in _TAILS
    return not is_word(text[at - 1])


def _ending(text: str, folded: str, end: int, entry: _Entry) -> str | None:
    """Return the ending that follows a word; ``None`` when it is another word that goes on."""
    if not is_word(entry.key[-1]):
        return ""
    if text.startswith("'", end):
        after = _end(text, end + 1)
        suffix = folded[end + 1 : after]
        named = entry.is_name and suffix and suffix != "t"
        if (suffix in _ENDINGS or named) and not _goes_on(text, after):
            return text[end:after]
    if entry.has_plural and text.startswith("s", end) and not _goes_on(text, end + 1):
        return "s"
    return None if _goes_on(text, end) else ""


def _goes_on(text: str, at: int) -> bool:
    """Whether a word that was read up to here is longer."""
    if text.startswith("'", at):
        at += 1
    return at < len(text) and is_word(text[at])


def _end(text: str, at: int) -> int:
    """Return where the letters end that begin here."""
    while at < len(text) and is_word(text[at]):
        at += 1
    return at


def _plural(say: str) -> str:
    return say + ("es" if say.lower().endswith(_HISSING) else "s")
