"""A Word file that is laid out as a screenplay or a play becomes lines of Fountain.

    name, set in from the words below it, or centred    @NAME
    (in brackets) below a name                          (parenthetical)
    what stands as far in as words below names do       dialogue
    heading, INT. and EXT.                              .scene
    CUT TO: and its like                                >transition
    anything else                                       !action

Screenwriting programs and templates of Word have styles for these, which few writers keep to; where a paragraph begins
is what a reader goes by, and what is gone by here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from . import labels, speakers
from .docx_paragraph import Paragraph, Table
from .labels import Label

_SET_IN = 400  # twentieths of a point by which a name begins to the right of the words below it: a third of an inch
_SLACK = 200  # by which the words of one speech may differ
_LONGEST_NAME = 40  # characters, with what stands in brackets
_LONGEST_SCENE = 100
_LEAST_NAMES = 4
_SHARE = 1 / 10  # of the paragraphs are names
_SCENE = re.compile(r"(?:INT|EXT|I/E|INT\.?/EXT)[. ]", re.IGNORECASE)
_TRANSITION = re.compile(
    r"(?:(?:smash|match|jump|hard) )?cut (?:away|back|to|away to|back to)[.:]?"
    r"|fade (?:in|out|to(?: black| white)?)[.:]?|(?:dissolve|wipe) to[.:]?",
    re.IGNORECASE,
)
_NO_NAME = tuple(".!?…;,:")


def lines(body: Sequence[Paragraph | Table]) -> list[tuple[int, str]] | None:
    """Return the lines with the numbers of their paragraphs, or None if the file is not laid out so."""
    flow = [part for part in body if isinstance(part, Table) or part.text]
    pairs = [(p, q) for p, q in pairwise(flow) if isinstance(p, Paragraph) and isinstance(q, Paragraph)]
    cues = [(label, p, q) for p, q in pairs if (label := _name(p))]
    set_in = [cue for cue in cues if cue[1].indent >= cue[2].indent + _SET_IN]
    counts = Counter(label.key for label, _, _ in set_in)
    often = {key for key, times in counts.items() if times > 1}
    depth = _commonest(p.indent for label, p, _ in set_in if label.key in often)
    named = {p.number for label, p, _ in cues if label.key in often and _is_tall(p)}
    named |= {p.number for label, p, _ in set_in if label.key in often or (p.indent == depth and _is_tall(p))}
    if len(often) < 2 or len(named) < max(_LEAST_NAMES, len(flow) * _SHARE):
        return None
    return list(_told(flow, named, _commonest(q.indent for _, p, q in set_in if p.number in named)))


def is_scene(text: str) -> bool:
    """Whether a line says where a scene is, wherever it stands."""
    return text.isupper() and "\n" not in text and len(text) <= _LONGEST_SCENE and _SCENE.match(text) is not None


def is_transition(text: str) -> bool:
    """Whether a line says how one scene becomes the next, wherever it stands."""
    return (text.isupper() or text.endswith(":")) and _TRANSITION.fullmatch(text) is not None


def _name(part: Paragraph) -> Label | None:
    """Return the name that a paragraph holds, if it may hold nothing else."""
    text = part.text
    if part.level is not None or len(text) > _LONGEST_NAME or "\n" in text or text.endswith(_NO_NAME):
        return None
    label = labels.read(f"{text}:")
    good = label and not label.rest and not speakers.announces(label.name) and not _SCENE.match(text)
    return label if good else None


def _is_tall(part: Paragraph) -> bool:
    return part.text.isupper() or part.strong >= len(part.text)


def _commonest(values: Iterator[int]) -> int:
    return max(Counter(values).items(), key=lambda item: item[1], default=(0, 0))[0]


def _told(flow: Sequence[Paragraph | Table], named: set[int], words_indent: int) -> Iterator[tuple[int, str]]:
    speaking = fresh = False  # fresh: the name stands right above
    for part in flow:
        if isinstance(part, Table):
            speaking = False
            for cell in (cell for row in part.rows for cell in row):
                yield from (line for p in cell if p.text for line in _apart(p.number, "!", p.text))
        elif part.number in named:
            yield from ((part.number, ""), (part.number, f"@{part.text}"))
            speaking = fresh = True
        elif speaking and _is_speech(part, words_indent, fresh=fresh):
            yield from _speech(part, fresh=fresh)
            fresh = False
        else:
            speaking = False
            yield from _apart(part.number, _sign(part), part.text)


def _is_speech(part: Paragraph, words_indent: int, *, fresh: bool) -> bool:
    """Whether a paragraph below a name is spoken: by where it begins, or, where that tells nothing, by its form."""
    if part.level is not None or _SCENE.match(part.text) or is_transition(part.text):
        return False
    if words_indent > _SET_IN:
        return part.indent >= words_indent - _SLACK
    return fresh or not _is_bracketed(part.text)


def _is_bracketed(text: str) -> bool:
    return text.startswith(("(", "[")) and text.endswith((")", "]", ").", "]."))


def _speech(part: Paragraph, *, fresh: bool) -> Iterator[tuple[int, str]]:
    if not (fresh or _is_bracketed(part.text)):
        yield part.number, "  "  # a new paragraph of the same speech
    yield from ((part.number, line) for line in part.text.split("\n") if line.strip())


def _sign(part: Paragraph) -> str:
    if part.level is not None or _SCENE.match(part.text):
        return "." if part.text[:1].isalnum() else "!"
    return ">" if _TRANSITION.fullmatch(part.text) else "!"


def _apart(number: int, sign: str, text: str) -> Iterator[tuple[int, str]]:
    yield from ((number, ""), (number, sign + " ".join(text.split())), (number, ""))
