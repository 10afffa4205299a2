"""The head of a line becomes a label, if it has the form of one: a short name, perhaps a delivery, a colon.

Form only: whether "Rome:" is a speaker or the first word of an essay is for ``speakers`` to decide, from the whole
script. All patterns look at the first ``_HEAD`` characters, so that their cost per line is bounded.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache

from . import asked, lexicon
from .asked import NOTHING, Asked

_HEAD = 240
_MAX_WORDS = 4  # besides particles such as "de la"
_LONGEST_BARE = 60  # characters of a name, and perhaps a delivery, on a line of its own
_MAX_UNSPACED = 12  # letters of a name in a script without spaces

_TIME = r"\d{1,2}:\d\d(?::\d\d)?(?:[.,]\d{1,3})?"
_BRACKETED = r"\([^()]{1,80}\)|\[[^\[\]]{1,80}\]|（[^（）]{1,80}）|［[^［］]{1,80}］|【[^【】]{1,80}】"
_LABEL = re.compile(
    rf"(?:[(\[]?{_TIME}[)\]]?\s{{0,3}}[-–—]?\s{{0,3}})?"
    r"(?P<open>\*{1,3}|_{1,3})?\s?"
    r"(?P<name>[^\s:：*()（）\[\]［］【】|<>\"“”„«»][^:：*()（）\[\]［］【】|<>\"“”„«»]{0,63}?)\s{0,3}"
    r"(?P<close>\*{1,3}|_{1,3})?\s{0,3}"
    rf"(?P<notes>(?:(?:{_BRACKETED})\s{{0,3}}){{0,3}})"
    r"(?P<close2>\*{1,3}|_{1,3})?\s{0,3}"
    r"(?P<colon>[:：])(?P<close3>\*{1,3}|_{1,3})?",
)
_DIRECTION = re.compile(r"[\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069]")
_NAME = re.compile(r"(?:[^\W_]|[\u0300-\u036f])[\w .'’‘ʼ`\-‐‑‒–/&#+·・．´\u0300-\u036f\u0590-\u05c7\u0610-\u061a"
                   r"\u064b-\u065f\u0900-\u0903\u093a-\u094f\u0980-\u0dff\u0e30-\u0e4e\u200c\u200d]*")  # fmt: skip
_NUMBERED = re.compile(r"\d+[.)]?(?:\s|$)")
_INSIDE = re.compile(r"(?<=[.?!…—♪\"”»)\]])[ \t]+(?=[*_]{0,3}[^\W\d][^:：]{0,63}[:：])")
_DASHED = re.compile(r"\s[-–—]|[–—]\s")  # as headings are, "SCENE 4 – THE END"
_BEGINS_SPEECH = '"“«¿¡„*_'
_UNSPACED = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Label:
    """A name in front of a colon. ``rest`` is the line behind it."""

    name: str
    rest: str = ""
    asked: Asked = NOTHING
    tight: bool = False  # a letter follows the colon at once: a slip, or no label at all
    key: str = field(init=False, repr=False, compare=False)  # what spellings of one name share

    def __post_init__(self) -> None:
        """Fold the name once: whoever looks for speakers asks for it again and again."""
        object.__setattr__(self, "key", key(self.name))


@lru_cache(maxsize=1 << 14)
def key(name: str) -> str:
    """Return a name folded: case, stops, kinds of apostrophe, hyphen and space make no other speaker."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return " ".join(folded.translate(_SAME).split())


_SAME = str.maketrans(
    {"’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'", "‐": "-", "‑": "-", "–": "-", "_": " ", ".": ""}
)


def read(line: str) -> Label | None:
    """Return the label at the head of a line that has no leading space, or None."""
    head = line[:_HEAD]
    if ":" not in head and "：" not in head:
        return None
    head = _DIRECTION.sub("", head)
    found = _LABEL.match(head)
    if not found:
        return None
    name = " ".join(found["name"].split()).strip("_ ")
    if not _is_name(name):
        return None
    rest = head[found.end() :] + line[_HEAD:]
    if found["open"] and not (found["close"] or found["close2"] or found["close3"]):
        rest = found["open"] + rest.lstrip()  # the emphasis goes on behind the colon
    tight = found["colon"] == ":" and rest[:1].strip() != "" and not found["close3"]
    if tight and not (rest[0].isalpha() or rest[0] in _BEGINS_SPEECH):
        return None  # "10:30", "https://", "C:\\"
    return Label(name, rest.strip(), asked.read(found["notes"]), tight)


def inside(line: str) -> Iterator[tuple[int, Label]]:
    """Yield the labels in the middle of a line, behind the end of a sentence, and where they begin."""
    for found in _INSIDE.finditer(line):
        label = read(line[found.end() :])
        if label and not label.tight:
            yield found.end(), label


def bare(line: str, strong: int, *, alone: bool) -> Label | None:
    """Return the label of a name that is set apart otherwise than by a colon, or None.

    Set in bold in front of the words (``strong`` is the length of what is bold), or in bold or capitals on a line of
    its own, if the line stands ``alone``: above words and under none.
    """
    if 0 < strong < len(line):
        head, rest = line[:strong].rstrip(), line[strong:].strip()
    elif alone and len(line) <= _LONGEST_BARE and (strong or line.isupper() or line[-1] in "*_)]"):
        head, rest = line, ""
    else:
        return None
    head = head.rstrip(" -–—")
    label = read(f"{head}:")
    if not label or label.rest or ":" in head or _DASHED.search(head):
        return None
    marked = strong or (head[0] in "*_" and head[0] == head[-1])
    return replace(label, rest=rest) if marked or label.name.isupper() else None


def _is_name(name: str) -> bool:
    if not _NAME.fullmatch(name) or _NUMBERED.match(name) or not any(c.isalpha() for c in name):
        return False
    words = [word for word in name.split() if word.casefold() not in lexicon.PARTICLES]
    return len(words) <= _MAX_WORDS and len(_UNSPACED.findall(name)) <= _MAX_UNSPACED
