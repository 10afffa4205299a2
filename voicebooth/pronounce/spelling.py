"""What a speech model misreads is found in a text, with the words that are said for it, by language.

By default only what does not reach the model as it is written, because its characters are markup there
(``speech.markup``): addresses, in which ``_`` would become a space and ``~`` may vanish, and comparisons with ``<`` and
``>``. How the service reads dates, ranges, units and signs is not documented and may well be fine, so these are written
out only where the script asks for it. Numbers, times, money and abbreviations are never touched.

What is written out holds nothing to be written out again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from voicebooth.errors import Problem
from voicebooth.parse.change import Change
from voicebooth.script import Meta

from .spelling_words import TONGUES, Tongue

BY_DEFAULT = frozenset(("addresses", "comparisons"))
KINDS = BY_DEFAULT | {"dates", "ranges", "signs", "units"}

_ADDRESS = re.compile(
    r"(?<![\w@/.])(?P<open><)?(?:https?://(?=\w)|(?=www\.\w))(?P<url>[\w\-.~:/?#\[\]@!$&()*+,;=%]*[\w/=~#])(?(open)>?)"
    r"|(?<![\w.+@-])(?P<mail>\w[\w.+-]*@\w[\w-]*+(?:\.\w[\w-]*+)++)(?!@)",
    re.IGNORECASE,
)
_PIECE = re.compile(r"[^\W_]+|[\W_]")
# A heart, a number in brackets and an arrow are no comparisons.
_COMPARISON = re.compile(
    r"(?P<no><[^\s<>]+>|<3(?![\d.,%]))|(?:(?<=[\w)%°‰])|(?<=[\w)%°‰] ))(?P<sign>[<>]=?) ?(?=[-+−]?\d)"
)
_DATE = re.compile(r"(?<![\w./-])(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)(?![\w/-]|\.\d)")
_RANGE = re.compile(r"(?<![\w.,–-])(?P<low>\d+(?:[.,]\d+)?)(?P<dash> ?– ?)(?P<high>\d+(?:[.,]\d+)?)(?![\d–-]|[.,]\d)")
_UNIT = re.compile(r"(?<=\d) ?(?P<unit>km/h|m/s|°C|°F|kWh|[µμ][mg]|(?:km|cm|m)[²³])(?![\w/²³^])")
_ONE = re.compile(r"(?<![\d.,])1\Z")
_SIGN = re.compile(r"§§?(?= ?\d)|[±≈≤≥≠] ?(?=[-+−]?\d)|(?<=\d) ?‰")
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_CLOSING, _OPENING = frozenset("%°)‰"), frozenset("(+-−±§$€£")  # signs behind and before which a word wants a space


@dataclass(frozen=True, slots=True)
class Spelling:
    """What is written out, in which words; ``None``: nothing is."""

    tongue: Tongue | None
    kinds: frozenset[str]

    @classmethod
    def of(cls, meta: Meta, spell_out: str | None = None) -> Spelling:
        """Return the spelling that a script asks for; ``spell_out`` is what is done where it does not say."""
        asked = spell_out if meta.spell_out is None else meta.spell_out
        return cls(TONGUES.get(meta.language.split("-")[0].lower()), _kinds(asked))

    def find(self, text: str) -> list[Change]:
        """Return what is said in place of what, in order, none touching another."""
        if self.tongue is None:
            return []
        found = [change for kind in sorted(self.kinds) for change in _FINDERS[kind](text, self.tongue)]
        apart: list[Change] = []
        for change in sorted(found, key=lambda change: (change.start, -change.end)):
            if not apart or change.start >= apart[-1].end:
                apart.append(change)
        return apart


def warnings(meta: Meta) -> Iterator[Problem]:
    """Yield a warning where a script asks for words in a language that has none here."""
    if meta.spell_out and _kinds(meta.spell_out) and Spelling.of(meta).tongue is None:
        known = ", ".join(sorted(TONGUES))
        yield Problem("nothing is written out", f"give the language, one of {known}", meta.lines.get("spell_out"))


def _kinds(spell_out: str | None) -> frozenset[str]:
    match spell_out:
        case None:
            return BY_DEFAULT
        case "all":
            return KINDS
        case _:
            return KINDS.intersection(kind.strip() for kind in spell_out.split(","))


def _addresses(text: str, tongue: Tongue) -> Iterator[Change]:
    for found in _ADDRESS.finditer(text):
        address = (found["url"] or found["mail"]).rstrip("/")
        pieces = (tongue.address.get(p, p if p.isalnum() else "") for p in _PIECE.findall(address))
        yield _change(text, found.start(), found.end(), " ".join(filter(None, pieces)), whole=True)


def _comparisons(text: str, tongue: Tongue) -> Iterator[Change]:
    for found in _COMPARISON.finditer(text):
        if not found["no"]:
            yield _change(text, found.start(), found.end(), tongue.comparisons[found["sign"]])


def _dates(text: str, tongue: Tongue) -> Iterator[Change]:
    for found in _DATE.finditer(text):
        month, day = int(found["month"]), int(found["day"])
        if 1 <= month <= 12 and 1 <= day <= _DAYS[month - 1]:
            number = tongue.first if day == 1 else str(day)
            said = tongue.date.format(day=number, month=tongue.months[month - 1], year=found["year"])
            yield _change(text, found.start(), found.end(), said)


def _ranges(text: str, tongue: Tongue) -> Iterator[Change]:
    for found in _RANGE.finditer(text):
        low, high = (float(found[end].replace(",", ".")) for end in ("low", "high"))
        if low < high:  # a score may fall, and 2024–25 is a year and a bit
            yield _change(text, found.start("dash"), found.end("dash"), tongue.to)


def _signs(text: str, tongue: Tongue) -> Iterator[Change]:
    for found in _SIGN.finditer(text):
        yield _change(text, found.start(), found.end(), tongue.signs[found[0].strip()])


def _units(text: str, tongue: Tongue) -> Iterator[Change]:
    for found in _UNIT.finditer(text):
        one, many = tongue.units[found["unit"].replace("\u03bc", "\u00b5")]  # the Greek letter for the sign
        yield _change(text, found.start(), found.end(), one if _ONE.search(text, 0, found.start()) else many)


_FINDERS = {
    "addresses": _addresses,
    "comparisons": _comparisons,
    "dates": _dates,
    "ranges": _ranges,
    "signs": _signs,
    "units": _units,
}


def _change(text: str, start: int, end: int, say: str, *, whole: bool = False) -> Change:
    """Return a change whose words stand apart from what is around them."""
    before, after = text[start - 1 : start], text[end : end + 1]
    left = " " if before.isalnum() or before in _CLOSING else ""
    right = " " if after.isalnum() or after in _OPENING else ""
    return Change(start, end, left + say + right, whole)
