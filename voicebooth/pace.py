"""Text becomes the seconds it takes to say it, at the pace of a podcast.

Every letter takes the time of its script (the first word of its Unicode name), a Latin one that of the language; digits
are spoken long, punctuation is a pause. So a text in several scripts is no special case, and the estimate of two
texts joined is that of the two added up.

Sources. Letters a minute when reading aloud in 17 languages: Trauzettel-Klosinski and Dietz 2012, table of IReST,
https://doi.org/10.1167/iovs.11-8284; a podcast is calmer: three quarters of that, with the pauses, is some 150 words a
minute in English. Syllables a second: Coupé, Oh, Dediu and Pellegrino 2019, https://doi.org/10.1126/sciadv.aaw2594
(Japanese 8.0, Vietnamese 5.3, Thai 4.7). What is marked as an estimate is ours: rates of syllables times
the usual number of letters in a syllable.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import lru_cache

_CALM = 0.75  # of the rate of reading aloud

_LATIN_PER_MIN = {  # letters read aloud; published
    "de": 920, "en": 987, "es": 1025, "fi": 1078, "fr": 998, "it": 950,
    "nl": 978, "pl": 916, "pt": 913, "sl": 885, "sv": 917, "tr": 1054,
}  # fmt: skip

_LIKE = {  # estimate: languages taken to go like a published relative
    "bs": "sl", "ca": "es", "cs": "sl", "da": "sv", "et": "fi", "eu": "es", "gl": "pt", "hr": "sl", "hu": "tr",
    "id": "es", "ms": "es", "nb": "sv", "nn": "sv", "no": "sv", "ro": "it", "sk": "sl", "sr": "sl",
}  # fmt: skip

_SIGNED_PER_S = {  # estimates, in letters and vowel signs a second; in other scripts a sign is an accent
    "THAI": 13.0, "LAO": 13.0, "KHMER": 12.0, "MYANMAR": 12.0, "TIBETAN": 13.0,
    "DEVANAGARI": 10.0, "BENGALI": 10.0, "GUJARATI": 10.0, "GURMUKHI": 10.0, "ORIYA": 10.0, "SINHALA": 11.0,
    "KANNADA": 11.5, "MALAYALAM": 12.0, "TAMIL": 12.0, "TELUGU": 11.5,
}  # fmt: skip

_SCRIPT_PER_S = _SIGNED_PER_S | {  # estimates, in letters a second
    "CJK": 4.6, "HANGUL": 5.5, "YI": 5.0, "ETHIOPIC": 5.5,  # one syllable each
    "HIRAGANA": 6.9, "KATAKANA": 6.9,  # one mora each
    "BOPOMOFO": 10.0, "GREEK": 12.0, "ARMENIAN": 12.0, "GEORGIAN": 12.5,
    "ARABIC": 612 / 60 * _CALM, "CYRILLIC": 986 / 60 * _CALM, "HEBREW": 833 / 60 * _CALM,  # published
}  # fmt: skip

_KANJI_PER_S = 3.6  # estimate: a Chinese character in Japanese is nearly two morae
_VIETNAMESE_PER_S = 13.5  # estimate: 4.4 syllables of 3.1 letters
_DIGIT_S = 0.35  # estimate: "2026" takes 1.4 s
_SYMBOL_S = 0.4  # estimate: "%", "€", "+" are read as words
_SILENT_SYMBOLS = frozenset("|~^`´¨_*#<>")

_KANA = re.compile(r"[ぁ-ヺ]")
_FULL_STOP = re.compile(r"[.!?…:;]+(?=[\s\"'”’»)\]]|$)|[。！？；]+|[।॥۔؟]+|[—–]| - ")
_COMMA = re.compile(r"[,،、，](?!\d)")
_FULL_STOP_S = 0.4
_COMMA_S = 0.18

_FASTEST, _SLOWEST = 1.9, 2.2  # times the natural pace
_EDGE_S = 2.5  # silence and hesitation that a short take may have on top


def speech_s(text: str, language: str = "") -> float:
    """Return the seconds it takes to say the text. ``language`` is BCP 47; empty: judged by the script."""
    letters_s, digits, pauses_s = _measure(text, language)
    return letters_s + digits * _DIGIT_S + pauses_s


def bounds_s(text: str, language: str = "") -> tuple[float, float]:
    """Return the shortest and the longest believable duration of the text when spoken, in seconds.

    Wide on purpose: outside of it, words are missing or something else was said. Digits are what one knows least about
    ("1,000,000" is short, "555-0199" is not), so the bounds give them the most room.
    """
    letters_s, digits, pauses_s = _measure(text, language)
    shortest = (letters_s + digits * _DIGIT_S / 4) / _FASTEST
    longest = (letters_s + digits * _DIGIT_S * 1.5 + pauses_s) * _SLOWEST + _EDGE_S
    return shortest, longest


def _measure(text: str, language: str) -> tuple[float, int, float]:
    tongue = language.replace("_", "-").split("-")[0].lower() or ("ja" if _KANA.search(text) else "")
    letters_s, digits = 0.0, 0
    for char, times in Counter(text).items():
        char_s, digit = _char(char, tongue)
        letters_s += times * char_s
        digits += times * digit
    pauses_s = len(_FULL_STOP.findall(text)) * _FULL_STOP_S + len(_COMMA.findall(text)) * _COMMA_S
    return letters_s, digits, pauses_s


@lru_cache(maxsize=1 << 15)
def _char(char: str, tongue: str) -> tuple[float, bool]:
    """Return the seconds of a letter or symbol, and whether it is a digit."""
    kind = unicodedata.category(char)
    if kind in {"Nd", "No", "Nl"}:
        return 0.0, True
    if kind in {"Sm", "Sc"} or char in "%&@°§":
        return (0.0 if char in _SILENT_SYMBOLS else _SYMBOL_S), False
    script = unicodedata.name(char, "").removeprefix("FULLWIDTH ").removeprefix("HALFWIDTH ").partition(" ")[0]
    if kind[0] == "L" or (kind[0] == "M" and script in _SIGNED_PER_S):
        return 1 / _per_s(script, tongue), False
    return 0.0, False


def _per_s(script: str, tongue: str) -> float:
    """Return the letters a second of a script in a language (its primary subtag)."""
    if script == "CJK" and tongue == "ja":
        return _KANJI_PER_S
    if script in _SCRIPT_PER_S:
        return _SCRIPT_PER_S[script]
    if tongue == "vi":
        return _VIETNAMESE_PER_S
    return _LATIN_PER_MIN.get(_LIKE.get(tongue, tongue), _LATIN_PER_MIN["en"]) / 60 * _CALM
