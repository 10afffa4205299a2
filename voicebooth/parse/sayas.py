"""What ``<say-as>`` asks for becomes what is said in place of its words.

The kinds are those of the W3C (https://www.w3.org/TR/2005/NOTE-ssml-sayas-20050526/) and of Amazon, Google and
Microsoft, which differ in little but their names. What a voice reads right as it stands (a time of day, money with its
sign) stays; what needs a language is left to ``wording``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping

_KINDS = {  # other names → ours
    "spell-out": "characters", "spell": "characters", "verbatim": "characters", "letters": "characters",
    "digit": "digits", "number": "cardinal", "phone": "telephone", "measure": "unit", "money": "currency",
    "bleep": "expletive",
}  # fmt: skip
_NUMBERS = frozenset(("cardinal", "digits", "ordinal", "telephone"))  # which "number" may be, by its format
_PHONE = re.compile(r"\+?\d+|[^\W\d_]+")
_CLOCK = re.compile(r"\d{1,2}(?:[:.h]\d\d){0,2}\s?(?:[ap]\.?m\.?)?", re.IGNORECASE)
_FRACTION = re.compile(r"(?:(?P<whole>\d{1,9})(?:\s*\+\s*|\s+))?(?P<top>\d{1,9})\s?[/⁄]\s?(?P<bottom>\d{1,9})")
_FRACTIONS = {  # language → one and more halves to tenths, "and", "over"
    "de": (
        "halb Drittel Viertel Fünftel Sechstel Siebtel Achtel Neuntel Zehntel",
        "halbe Drittel Viertel Fünftel Sechstel Siebtel Achtel Neuntel Zehntel",
        "und",
        "durch",
    ),
    "en": (
        "half third quarter fifth sixth seventh eighth ninth tenth",
        "halves thirds quarters fifths sixths sevenths eighths ninths tenths",
        "and",
        "over",
    ),
    "es": (
        "medio tercio cuarto quinto sexto séptimo octavo noveno décimo",
        "medios tercios cuartos quintos sextos séptimos octavos novenos décimos",
        "y",
        "sobre",
    ),
    "fr": (
        "demi tiers quart cinquième sixième septième huitième neuvième dixième",
        "demis tiers quarts cinquièmes sixièmes septièmes huitièmes neuvièmes dixièmes",
        "et",
        "sur",
    ),
}
_BLEEPS = {"de": "piep", "en": "bleep", "es": "pip", "fr": "bip"}


def said(text: str, kind: str, form: str, language: str) -> str | None:
    """Return what is said for a text that is to be read as a kind, in a form, in a language (BCP 47).

    The text itself, if a voice reads it so anyway; ``None`` if it is not of that kind, or the language has no words.
    """
    kind, form = _kind(kind.strip().lower(), form.strip().lower())
    if read := _ANYWHERE.get(kind):
        return read(text)
    if kind == "expletive":
        return _BLEEPS.get(_primary(language), "beep")
    if kind == "fraction":
        return _fraction(text, _primary(language))
    if _is_plain(text, kind):
        return text
    from . import wording  # noqa: PLC0415 - Babel is loaded for scripts that need it

    return wording.said(text, kind, form, language)


def _is_plain(text: str, kind: str) -> bool:
    """Whether a voice reads a text right as it stands: a time of day, a short number, money with its sign."""
    match kind:
        case "time":
            return _CLOCK.fullmatch(text) is not None
        case "cardinal":
            return text.isdecimal() and len(text) <= 3
        case "currency":
            return any(unicodedata.category(char) == "Sc" for char in text) and any(map(str.isdecimal, text))
        case _:
            return False


def is_bleep(kind: str) -> bool:
    """Whether words are to be bleeped out."""
    return _kind(kind.strip().lower(), "")[0] == "expletive"


def _kind(kind: str, form: str) -> tuple[str, str]:
    """Return our name of a kind, and its form: ``number:ordinal``, ``vxml:date`` and ``date_mdy`` have two names."""
    first, _, second = re.sub(r"^vxml:", "", kind).replace("_", ":").partition(":")
    if first == "number" and (name := _KINDS.get(second or form, second or form)) in _NUMBERS:
        return name, ""
    return _KINDS.get(first, first), form or second


def _primary(language: str) -> str:
    return language.partition("-")[0].lower()


def _characters(text: str) -> str | None:
    """Return the characters one by one, each with the marks that belong to it."""
    found = ""
    for char in "".join(text.split()):
        found += char if not found or unicodedata.category(char).startswith("M") else f" {char}"
    return found or None


def _digits(text: str) -> str | None:
    return ", ".join(map(" ".join, re.findall(r"\d+", text))) or None


def _telephone(text: str) -> str | None:
    """Return the digits one by one, group by group; letters stay words."""
    if not re.search(r"\d", text):
        return None
    return ", ".join(_apart(group) if group[-1].isdigit() else group for group in _PHONE.findall(text))


def _apart(group: str) -> str:
    """Return digits one by one, a plus with the first."""
    return " ".join(re.findall(r"\+?\d", group))


def _fraction(text: str, language: str) -> str | None:
    found, words = _FRACTION.fullmatch(text), _FRACTIONS.get(language)
    if not found or not words or not (bottom := int(found["bottom"])):
        return None
    one, many, and_, over = words
    names = (one if int(found["top"]) == 1 else many).split()
    part = f"{found['top']} {names[bottom - 2]}" if 2 <= bottom <= 10 else f"{found['top']} {over} {bottom}"
    return f"{found['whole']} {and_} {part}" if found["whole"] else part


_ANYWHERE: Mapping[str, Callable[[str], str | None]] = {
    "characters": _characters,
    "digits": _digits,
    "telephone": _telephone,
}
