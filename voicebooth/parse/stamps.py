"""The times of a transcript are taken out of its lines, and the names beside them become speakers.

    [00:01:23] Ann: Hello.        ─►  Ann: Hello.
    Ann: [00:01:23] Hello.        ─►  Ann: Hello.
    (00:01:23):                   ─►  (nothing)
    Ann Lee  0:12                 ─►  Ann Lee speaks what follows
    [Ann] [00:12] Hello.          ─►  Ann speaks
    who is [inaudible 00:12:01]   ─►  who is

A time may as well be a word ("[10:30] The doors open"). It is taken for a stamp where a text holds several, nearly each
later than the one before, and the first as early as a recording begins; that stamps are left out is a warning.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from . import labels, speakers
from .blocks import Block, Kind
from .draft import Draft

_FEWEST = 2
_LATER = 4 / 5  # of the stamps come after the one before
_FIRST_S = 600  # at the latest; "[10:30]" is rather the time of day
_FIRST_BARE_S = 300  # without brackets

_TIME = r"\d{1,3}:\d\d(?::\d\d)?(?:[.,]\d{1,3})?"
_RANGE = rf"{_TIME}(?:\s{{0,3}}(?:-->|[-–—])\s{{0,3}}{_TIME})?"
_BRACKETED = rf"(?:\\?\[\s?{_RANGE}\s?\\?\]|\(\s?{_RANGE}\s?\))"  # Markdown may escape square ones
_AT_HEAD = re.compile(rf"[*_]{{0,3}}{_BRACKETED}[*_]{{0,3}}:?[*_]{{0,3}}\s*")
_BEHIND_LABEL = re.compile(rf"([^:：]{{1,80}}[:：][*_]{{0,3}}[ ]?)\s*(?:{_BRACKETED}\s*|{_RANGE}$)")
_NAMED = re.compile(rf"\[([^\W\d][^\[\]]{{0,60}})\]\s{{0,3}}{_BRACKETED}:?\s*")
_ALONE = re.compile(
    rf"[*_]{{0,3}}(?:([^\W\d][^\[\]():：]{{0,60}}?)[*_]{{0,3}}\s{{1,9}}(?:[-–—|]\s)?)?(?:{_BRACKETED}:?|({_RANGE}))[*_]{{0,3}}"
)
_MARK = re.compile(rf"\s*\\?\[[^\[\]\d]{{1,40}}{_TIME}[^\[\]\d]{{0,4}}\]")  # [inaudible 00:12:01]
_ANY = re.compile(_TIME)


def without(parts: Sequence[Block], draft: Draft) -> list[Block]:
    """Return the blocks of a text without the stamps of a transcript, if it is one."""
    found = {i: cleared for i, block in enumerate(parts) if (cleared := _cleared(block))}
    for i in list(found):
        if found[i].speaker and not found[i].text and not _is_followed(parts, i, found):
            del found[i]  # a timetable: "Breakfast 8:00"
    if not _are_stamps([parts[i].text for i in found]):
        return list(parts)
    message = "the times of a transcript are not spoken, here and below"
    draft.warn(parts[min(found)].line, message, "write a time that should be heard in a sentence, without brackets")
    return [found.get(i, block) for i, block in enumerate(parts)]


def _cleared(block: Block) -> Block | None:
    """Return a block without its stamps, or None if it has none."""
    if block.kind is not Kind.TEXT or block.speaker or not _ANY.search(block.text):
        return None
    if (alone := _ALONE.fullmatch(block.text)) and (not alone[1] or _is_name(alone[1])):
        name = " ".join((alone[1] or "").split())
        return replace(block, kind=Kind.TEXT if name else Kind.BLANK, text="", strong=0, speaker=name)
    if (named := _NAMED.match(block.text)) and _is_name(named[1]):
        return replace(block, text=_MARK.sub("", block.text[named.end() :]), strong=0, speaker=named[1].strip())
    text = _AT_HEAD.sub("", block.text, count=1) if _AT_HEAD.match(block.text) else block.text
    if (label := _BEHIND_LABEL.match(text)) and labels.read(text):
        text = label[1] + text[label.end() :]
    text = _MARK.sub("", text)
    cut = len(block.text) - len(text)
    return replace(block, text=text, strong=max(0, block.strong - cut)) if cut else None


def _is_name(name: str) -> bool:
    label = labels.read(f"{name}:")
    return label is not None and speakers.is_proper(label.name) and not speakers.announces(label.name)


def _is_followed(parts: Sequence[Block], at: int, found: Mapping[int, Block]) -> bool:
    """Whether words come behind a name that stands alone, before the next one."""
    after = (i for i in range(at + 1, len(parts)) if parts[i].kind is Kind.TEXT)
    following = next(after, None)
    return following is not None and (following not in found or bool(found[following].text))


def _are_stamps(lines: Sequence[str]) -> bool:
    times = [time[0] for line in lines if (time := _ANY.search(line))]
    if len(times) < _FEWEST:
        return False
    seconds = [_seconds(time) for time in times]
    later = sum(after >= before for before, after in pairwise(seconds))
    bare = all(line[:1].isdigit() or line[-1:].isdigit() for line in lines)
    begins = times[0].count(":") > 1 or seconds[0] < (_FIRST_BARE_S if bare else _FIRST_S)
    return begins and later >= (len(seconds) - 1) * _LATER


def _seconds(time: str) -> float:
    total = 0.0
    for part in time.replace(",", ".").split(":"):
        total = total * 60 + float(part)
    return total
