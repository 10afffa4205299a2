"""The words of a script become text in which a speech model finds words only.

What 3.8 models read as markup (https://ai.google.dev/gemini-api/docs/speech-generation): ``<…>`` is a sound of the
voice, ``|…|`` is said by the other voice, ``[…]`` may be voiced, markdown may be read aloud. The older ones take
``[…]`` as a direction, and a heading or a speaker's name in front of a line as structure. No way to escape any of it is
documented, so the characters are exchanged, and every word stays. The exceptions are sounds from the documented list in
angle brackets, which are sent on purpose, and the formatting tags of HTML and SSML, which are no words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

SOUNDS = frozenset(
    (
        *("argh", "breath", "heavy breath", "short pause", "long pause", "exhales", "cackle", "cheer", "chuckle"),
        *("chuckles", "cough", "cry", "gasp", "giggle", "groan", "growl", "grunt", "grr", "hiss", "laugh", "laughter"),
        *("moan", "pant", "pff", "phew", "scream", "shout", "shriek", "sigh", "sighs", "sneeze", "snicker", "snort"),
        *("sob", "throat-clearing", "tsk", "whimper", "whispers", "whispering", "yawn"),
    )
)
OLD_SOUNDS: Mapping[str, str] = MappingProxyType(
    {
        "laugh": "[laughs]",
        "laughter": "[laughs]",
        "short pause": "[short pause]",
        "whispering": "[whispers]",
        "whispers": "[whispers]",
    }
)
NEW_SOUNDS: Mapping[str, str] = MappingProxyType({sound: f"<{sound}>" for sound in SOUNDS})
CHARACTERS: Mapping[str, str] = MappingProxyType(
    {
        "<": "＜",  # a comparison stays readable
        ">": "＞",
        "|": " ",
        "[": "(",
        "]": ")",
        "_": " ",
        "`": "",
        "*": "",
        "~~": "",
        "##": "",
    }
)
_FORMATTING = (
    r"a|abbr|audio|b|big|blockquote|br|break|code|del|div|em|emphasis|font|h[1-6]|hr|i|img|ins|li|mark|ol|p|phoneme|"
    r"prosody|q|s|say-as|small|speak|span|strike|strong|sub|sup|td|th|tr|tt|u|ul|voice"
)
_ATTRIBUTE = r"""\s+[\w:-]+\s*=\s*(?:"[^"<>]*"|'[^'<>]*')"""
_FORMAT_TAG = re.compile(rf"</?(?:{_FORMATTING})(?:{_ATTRIBUTE})*\s*/?>", re.IGNORECASE)
_TAG = re.compile(r"<([^<>]*)>")
_BRACKETED = re.compile(r"</?([^\W\d_](?:[^<>]*[^\s<>/])?)/?>")
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\ufeff\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_LEADING = re.compile(r"^\s*(?:(?:#{1,6}|>+|[-*+])\s+)+")
_TIMES = re.compile(r"(?<=\s)\*(?=\s)|(?<=\d)\*(?=\d)")
_BEFORE_STOP = re.compile(r" +(?=[,.;:!?…)](?:\s|$))")


def harmless(text: str, sounds: Mapping[str, str] = NEW_SOUNDS, characters: Mapping[str, str] = CHARACTERS) -> str:
    """Return one line in which nothing is markup but the sounds asked for.

    ``sounds`` says how the model writes a documented sound; one that it does not know is left out. ``characters`` says
    what stands for what else would be markup.
    """
    pieces, end = [], 0
    for tag in _TAG.finditer(text):
        sound = " ".join(tag[1].split()).casefold()
        if sound in SOUNDS:
            pieces += [_words(text[end : tag.start()], characters), sounds.get(sound, "")]
            end = tag.end()
    pieces.append(_words(text[end:], characters))
    return _BEFORE_STOP.sub("", " ".join(" ".join(pieces).split()))


def _words(text: str, characters: Mapping[str, str]) -> str:
    text = _LEADING.sub("", _UNSEEN.sub(" ", text))
    text = _TIMES.sub("×", _FORMAT_TAG.sub(" ", text))
    text = _BRACKETED.sub(r" \1 ", text)
    for mark, instead in characters.items():
        text = text.replace(mark, instead)
    return text
