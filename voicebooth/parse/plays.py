"""Names with a full stop behind them become speakers, where a text is printed as a play.

    HAMLET. To be, or not to be   ·   _Ham._ To be   ·   Ham.        ·   HAMLET.
                                                         To be           (an empty line) To be

So are old plays set, and most that are out of copyright. One such line is a sentence ("STOP. Go back."), so a text has
to be full of them: in a third of its paragraphs, with two names or more that come back; half of them, if the names are
neither in capitals nor in italics. Acts and scenes of a play are headings.
A name above an empty line needs no stop.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

from . import asked, labels, lexicon, speakers
from .asked import Asked
from .blocks import Block, Kind

_SHARE = 1 / 3
_SHARE_PLAIN = 1 / 2
_MOST_WORDS = 3  # of a name that does not come back
_SHORTEST = 3  # letters of a name with a number ("1 Clown")
_OFTEN = 3  # times that a name comes back which is not set apart

_TITLES = r"(?:(?:[^\W\d_]|Mrs?|Dr|St|Mme|Mlle|Lt|Capt|Col|Gen|Hon|Prof|Rev|Sgt)\.\s?)*"
_HEAD = re.compile(
    rf"(?P<mark>[_*]{{1,3}})?(?P<number>\d\s)?(?P<name>{_TITLES}[^\W\d_][^\[\]():：!?;,._*]{{0,40}})"
    r"(?P<notes>(?:\s?(?:\([^()]{1,60}\)|\[[^\[\]]{1,60}\]))?)(?:(?P<stop>\.)[_*]{0,3}(?:\s+(?P<words>\S.*)|$)|[_*]{0,3}$)",
    re.IGNORECASE,
)
_OPENING, _CLOSING = frozenset("[("), frozenset("])")
_ACT = re.compile(
    r"[*_]{0,3}(?:(?:[Aa]ct|[Ss]cene|[Aa]cte|[Ss]cène|[Aa]kt|[Ss]zene|[Aa]ufzug)\s+(?:[IVXLC]+|\d+)\b[^\n]{0,100}"
    r"|(?:ACT|SCENE|ACTE|SCÈNE|AKT|SZENE|AUFZUG|PROLOGUE|EPILOGUE)\b[^\n]{0,100})"
)


class _Name(NamedTuple):
    shown: str
    asked: Asked
    words: str
    loud: bool  # in capitals or italics
    stopped: bool  # by a full stop

    @property
    def key(self) -> str:
        return labels.key(self.shown)


def named(parts: Sequence[Block]) -> list[Block]:
    """Return the blocks of a text with the speakers, acts and scenes that a play has, if it is one."""
    found = _of_one_kind(_candidates(parts))
    counts = Counter(name.key for name in found.values())
    loud = {key for key, times in counts.items() if times > 1} & {name.key for name in found.values() if name.loud}
    often = loud | {key for key, times in counts.items() if times >= _OFTEN}
    if _fills(parts, found, loud, _SHARE):
        cast = loud | often & {name.key for name in found.values() if not name.words}
    elif _fills(parts, found, often, _SHARE_PLAIN):
        cast = often
    else:
        return list(parts)
    kept = _kept(found, cast)
    if speakers.are_headings([name.key for name in kept.values()]):
        return list(parts)
    played = [_block(block, kept.get(i)) for i, block in enumerate(parts) if not _stands_below(i, block, kept)]
    directed = _directions(played)
    return [replace(block, anew=i in directed) for i, block in enumerate(played)]


def _of_one_kind(found: Mapping[int, _Name]) -> dict[int, _Name]:
    """Return the names that have a stop behind them, or those that have none, whichever are more."""
    stopped = sum(name.stopped for name in found.values()) * 2 > len(found)
    return {i: name for i, name in found.items() if name.stopped == stopped}


def _kept(found: Mapping[int, _Name], cast: Collection[str]) -> dict[int, _Name]:
    """Return the names that speak: those of the cast, and others among them that look alike."""
    places = [i for i, name in found.items() if name.key in cast]
    return {
        i: name
        for i, name in found.items()
        if name.key in cast
        or (places[0] < i < places[-1] and (name.loud or not name.words) and len(name.shown.split()) <= _MOST_WORDS)
    }


def _candidates(parts: Sequence[Block]) -> Mapping[int, _Name]:
    """Return the names at the heads of paragraphs, by where they stand; one alone on its line has words below it."""
    found: dict[int, _Name] = {}
    waits = False  # for the words of a name, in the next paragraph
    for i, block in enumerate(parts):
        if block.kind is not Kind.TEXT or (i > 0 and parts[i - 1].kind is Kind.TEXT):
            continue
        below = tuple(part.kind for part in parts[i + 1 : i + 3])
        name = None if waits or block.speaker else _read(block.text)
        waits = False
        direction = block.indented and name and not (name.loud or name.stopped)  # "    Faints", below a speech
        if name and not direction and (name.words or _is_above(below, name)):
            found[i] = name
            waits = not name.words and below[:1] != (Kind.TEXT,)
    return found


def _is_above(below: Sequence[Kind], name: _Name) -> bool:
    """Whether words stand below a name: at once, or under an empty line if it is loud or has no stop."""
    if below[:1] == (Kind.TEXT,):
        return name.stopped
    return (name.loud or not name.stopped) and below == (Kind.BLANK, Kind.TEXT)


def _read(line: str) -> _Name | None:
    head = _HEAD.fullmatch(line)
    if not head or not (label := labels.read(f"{head['name']}:")):
        return None
    numbered = head["number"] and len(label.key) < _SHORTEST
    loud = label.name.isupper() and len(label.key) > 1
    says = speakers.announces if head["words"] and not loud else speakers.is_announcement
    if numbered or not speakers.is_proper(label.name) or says(label.name) or label.key.split()[0] in lexicon.STAGE:
        return None
    shown = f"{head['number'] or ''}{label.name}".strip()
    return _Name(shown, asked.read(head["notes"]), head["words"] or "", loud or bool(head["mark"]), bool(head["stop"]))


def _fills(parts: Sequence[Block], found: Mapping[int, _Name], keys: Collection[str], share: float) -> bool:
    """Whether enough of the paragraphs from the first of these names to the last carry one, and there are two."""
    places = [i for i, name in found.items() if name.key in keys]
    if len(keys) < 2:
        return False
    among = range(places[0], places[-1] + 1)
    opening = sum(parts[i].kind is Kind.TEXT and (i == 0 or parts[i - 1].kind is not Kind.TEXT) for i in among)
    apart = sum(not found[i].words and parts[i + 1].kind is Kind.BLANK for i in places)  # are no paragraphs
    return len(places) >= (opening - apart) * share


def _block(block: Block, name: _Name | None) -> Block:
    if name:
        return replace(block, text=name.words, speaker=name.shown, asked=name.asked)
    if block.kind is Kind.TEXT and _ACT.fullmatch(block.text):
        return replace(block, kind=Kind.HEADING, level=2)
    return block


def _stands_below(at: int, block: Block, kept: Mapping[int, _Name]) -> bool:
    """Whether this is the empty line between a name and its words."""
    return block.kind is Kind.BLANK and at - 1 in kept and not kept[at - 1].words


def _directions(played: Sequence[Block]) -> set[int]:
    """Return where paragraphs begin that nobody of the cast speaks: those below a heading, and those in brackets.

    Brackets in the middle of a speech are left to its speaker: a direction is known by the name that follows.
    """
    found: set[int] = set()
    starts = [i for i, block in enumerate(played) if _begins(played, i)]
    for at, after in pairwise((*starts, len(played))):
        lines = [block.text for block in played[at:after] if block.kind is Kind.TEXT]
        spoken = bool(played[at].speaker)
        bracketed = lines and lines[0][:1] in _OPENING and lines[-1].rstrip("._*")[-1:] in _CLOSING
        ends = after == len(played) or played[after].speaker or played[after].kind is Kind.HEADING
        headed = at > 0 and _above(played, at) is Kind.HEADING
        if played[at].kind is Kind.TEXT and not spoken and (headed or (bracketed and ends)):
            found.add(at)
    return found


def _begins(played: Sequence[Block], at: int) -> bool:
    """Whether a heading or a paragraph begins here."""
    block = played[at]
    fresh = at == 0 or played[at - 1].kind is not Kind.TEXT
    return block.kind is Kind.HEADING or (block.kind is Kind.TEXT and (fresh or bool(block.speaker)))


def _above(played: Sequence[Block], at: int) -> Kind | None:
    return next((played[i].kind for i in range(at - 1, -1, -1) if played[i].kind is not Kind.BLANK), None)
