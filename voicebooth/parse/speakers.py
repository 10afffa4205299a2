"""Which labels are speakers: judged by the whole script, since one line cannot tell "Ann:" from "Rome:".

A label is taken for a speaker when
1. its name is declared under ``voices:``; or
2. its name recurs, looks like a name (capitals where the script has them) and the script has other such names, opens
   with it, or has it in front of a quarter of its paragraphs; or
3. it occurs once, looks like a name and stands among speakers who are established; or
4. nobody recurs, and the script is short: from the first label on, half of the paragraphs or more carry one, or the
   script opens with the only one; or
5. the format itself says so.

A name without a colon, in bold or capitals, must recur, or stand among others that do. "Ann:Hello" counts once the
name is known, or where nearly every paragraph is written so. "Old man:" has small letters, and counts where half of
the paragraphs have names and it comes back twice.

Never, unless declared: words that announce ("Note:", "Chapter 3:", "例："), what stands above a list and nowhere else,
other phrases with lower-case words ("Three things:"), and, for a name that occurs once, what begins with an article or
stands in the middle of a wrapped sentence.
What is refused stays in the text: words can be given to the wrong speaker, but none is lost.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from voicebooth.errors import Problem
from voicebooth.script import NARRATOR

from . import labels, lexicon
from .labels import Label
from .nearest import allowed_slips, slips

_MANY = 1 / 4  # of the paragraphs carry the one name there is
_MOST = 1 / 2
_ALL = 9 / 10  # then whatever stands in front of a colon is a name, capitals or not
_MANY_UNITS = 10  # paragraphs, for that
_SPARSE = 1 / 12  # of the paragraphs, where a name that occurs once is rather a word
_ADDRESS = re.compile(r"<?(?:https?://|www\.)\S+")
_DECLARE = "if it is one, list it under voices:"
_DIGITS = re.compile(r"\d+")
_ACT = re.compile(r"第[〇零一二三四五六七八九十百\d]{1,5}[章幕場场回集部節节课課话話]")
_OFTEN = 3  # times that a name with small letters occurs
_MOST_WORDS = 3  # of a role
_FEW_HEADINGS = 4  # names; more of them, each twice in the same order, are headings and their table of contents
QUOTES = frozenset("\"'“‘„«‹「『")
_NOBODY = Label("")
_CROWD = 100  # speakers; among more, nobody is looked up for typing slips


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text as far as speakers matter: its label, if any, and where it stands."""

    label: Label | None
    number: int
    opens: bool  # a paragraph
    aside: bool = False  # in a list or a quotation, where labels are rarer
    mid_sentence: bool = False  # the line before, of the same paragraph, ended without an end mark
    bare: bool = False  # no colon behind the name
    certain: bool = False  # the format says that this is a speaker
    above_list: bool = False  # nothing but a list follows the colon

    @property
    def key(self) -> str:
        """The folded name, or an empty string."""
        return self.label.key if self.label else ""

    @property
    def tight(self) -> bool:
        """Whether the colon has no space behind it."""
        return self.label is not None and self.label.tight


def recognise(lines: Sequence[Line], declared: Iterable[str]) -> dict[str, str]:
    """Return who speaks: the key of each name and the spelling to show, as declared or as first written."""
    given = {labels.key(name): name for name in declared}
    known = given.keys() | {line.key for line in lines if line.certain}
    upright = [line for line in lines if not line.aside]
    keys = _established(upright, known)
    if not keys.difference(known):
        listed = [line for line in lines if line.opens or line.label]
        keys |= _established(listed, known, everywhere=True) or _established(_loose(listed), known, everywhere=True)
    shown: dict[str, str] = {}
    for line in lines:
        if line.label and line.label.key in keys:
            shown.setdefault(line.label.key, given.get(line.label.key, line.label.name))
    return shown | {key: NARRATOR for key in shown if key == labels.key(NARRATOR)}


def _loose(lines: Iterable[Line]) -> list[Line]:
    """Return the lines as if every colon had a space behind it."""
    return [replace(line, label=replace(line.label, tight=False)) if line.label else line for line in lines]


def _established(lines: Sequence[Line], given: Collection[str], *, everywhere: bool = False) -> set[str]:
    """Return the keys of the speakers. ``everywhere``: only if hardly a paragraph is without a label."""
    units = _units(lines)
    heads = [line for line in units if line.label and not line.tight]
    loud = _writes_loud(heads)
    labelled = [line for line in heads if _may_be_speaker(line, given, loud=loud)]
    if everywhere and len(labelled) * 10 < len(units) * 9:
        return set()
    counts = Counter(line.key for line in labelled)
    proper = _proper(labelled)
    share = len(labelled) / max(len(units), 1)
    opens = bool(units) and units[0] in labelled
    recurring = _recurring(labelled, proper, share)
    if len(recurring.difference(given)) == 1 and not given and not (opens or share >= _MANY):
        recurring = set()
    chat = recurring and share >= _ALL and len(units) >= _MANY_UNITS
    known = recurring | counts.keys() & set(given) | ({key for key in counts if counts[key] > 1} if chat else set())
    bare = any(line.bare and line.key in recurring for line in labelled)
    once = {line.key for line in labelled if _may_occur_once(line, loud=loud) and (bare or not line.bare)}
    once &= proper | (_short(labelled) if chat else set())
    if known:
        once -= {key for key in _quoted(labelled) if counts[key] > 1}
        return known if are_told(labelled) else known | (set() if share < _SPARSE else once) | _slips_of(known, counts)
    first = next((i for i, line in enumerate(units) if line.key in once), len(units))
    among = units[first:]
    if len(once) > 1 and sum(line.key in once for line in among) >= len(among) * _MOST:
        return once
    return {units[0].key} if opens and units[0].key in once and not _stands_apart(lines) else set()


def _stands_apart(lines: Sequence[Line]) -> bool:
    """Whether the label at the top is a paragraph of its own, as a heading with a colon is."""
    first = next(i for i, line in enumerate(lines) if line.label)
    return not (lines[first].label or _NOBODY).rest and all(line.opens for line in lines[first + 1 : first + 2])


def _units(lines: Sequence[Line]) -> list[Line]:
    """Return the lines that begin a paragraph or a turn; the words under a name of their own go with the name."""
    units: list[Line] = []
    alone = False
    for line in lines:
        if line.label and not line.tight:
            units.append(line)
            alone = not (line.bare or line.label.rest)
        elif line.opens:
            units += [] if alone else [line]
            alone = False
    return units


def are_told(labelled: Sequence[Line]) -> bool:
    """Whether the format says of most labels that they are speakers; then a lone word with a colon is none."""
    return sum(line.certain for line in labelled) * 2 > len(labelled)


def _recurring(labelled: Sequence[Line], proper: Collection[str], share: float) -> set[str]:
    """Return the keys that come back and look like names; one that is always bare only among others, or everywhere."""
    counts = Counter(line.key for line in labelled)
    chat = share >= _MOST and not any(line.certain for line in labelled)
    small = {line.key for line in labelled if chat and line.label and _is_one_small_word(line.label.name)}
    roles = {line.key for line in labelled if counts[line.key] >= _OFTEN and _is_role(line)}
    small |= roles if share >= _MOST else set()
    found = {key for key, times in counts.items() if times > 1 and (key in proper or key in small)}
    bare = found.difference(line.key for line in labelled if not line.bare)
    lonely = len(bare) == 1 and share < _MOST
    found -= bare if lonely or are_headings([line.key for line in labelled if line.key in bare]) else set()
    quoted = _quoted(labelled)  # "Now say: «…»" is no speaker where others speak without quotation marks
    found = found - quoted or found
    return found | (roles - quoted if found else set())


def are_headings(keys: Sequence[str]) -> bool:
    """Whether names come first all once, as in a table of contents, and then all once more, as headings do."""
    half = len(set(keys))
    return half > _FEW_HEADINGS and len(keys) == 2 * half == 2 * len(set(keys[:half]))


def _quoted(labelled: Iterable[Line]) -> set[str]:
    """Return the keys that stand in front of a quotation most of the time, unless that is how all speak."""
    heads = [(line.key, line.label.rest[:1] in QUOTES) for line in labelled if line.label and line.label.rest]
    counts, before = Counter(key for key, _ in heads), Counter(key for key, quotes in heads if quotes)
    if sum(before.values()) * 2 > len(heads):
        return set()
    return {key for key, times in before.items() if times * 2 > counts[key]}


def _proper(labelled: Iterable[Line]) -> set[str]:
    """Return the keys that look like names wherever, or nearly wherever, they stand."""
    labels_of = [(line.key, is_proper(line.label.name)) for line in labelled if line.label]
    counts, tall = Counter(key for key, _ in labels_of), Counter(key for key, proper in labels_of if proper)
    return {key for key, times in tall.items() if times * 2 >= counts[key]}


def _is_role(line: Line) -> bool:
    """Whether a name is written as "Audience member" and "Edward's mom" are: a capital only in front."""
    words = line.label.name.split() if line.label and not line.bare else []
    return 1 < len(words) <= _MOST_WORDS and _stands_tall(words[0]) and words[0].casefold() not in lexicon.ARTICLES


def _writes_loud(heads: Iterable[Line]) -> bool:
    """Whether names are in capitals throughout: then "A SERVANT:" is one, too."""
    counts = Counter(line.key for line in heads if line.label and line.label.name.isupper())
    often = sum(times > 1 for key, times in counts.items() if len(key) > 1)
    small = sum(not line.label.name.isupper() for line in heads if line.label)
    return often > 1 and counts.total() > small


def _may_be_speaker(line: Line, given: Collection[str], *, loud: bool = False) -> bool:
    label = line.label
    if label is None or label.key in given:
        return label is not None
    phrase = loud and label.name.isupper()
    announced = is_announcement(label.name) if phrase else announces(label.name)
    return not (line.above_list or announced or _ADDRESS.fullmatch(label.rest))


def _may_occur_once(line: Line, *, loud: bool) -> bool:
    first = line.key.partition(" ")[0]
    article = first in lexicon.ARTICLES and " " in line.key
    return not line.mid_sentence and (not article or (loud and line.label is not None and line.label.name.isupper()))


def _short(labelled: Iterable[Line]) -> set[str]:
    """Return the keys of one or two words, however they are written."""
    return {line.key for line in labelled if line.key.count(" ") < 2}


def _slips_of(known: Collection[str], counts: Mapping[str, int]) -> set[str]:
    """Return the names that occur once and are a slip or a number away from a known one, whatever they look like."""
    rare = [key for key, times in counts.items() if times == 1]
    others = [key for key in counts if key in known][:_CROWD]
    return {key for key in rare[:_CROWD] if any(_is_slip(key, other) or _numbered(key, other) for other in others)}


@lru_cache(maxsize=1 << 14)
def announces(name: str) -> bool:
    """Whether the words of a label announce something instead of naming someone."""
    words = name.casefold().split()
    if len(words) > 1 and (words[0] in lexicon.NO_FIRST or words[-1] in lexicon.NO_LAST):
        return True
    return is_announcement(name)


def is_announcement(name: str) -> bool:
    """Whether the words are what writers announce things with, a number behind them or not."""
    folded = name.casefold().replace("’", "'")
    words = folded.split()
    if folded.endswith(lexicon.SAYING) or not words or _ACT.match(folded):
        return True
    while len(words) > 1 and (words[-1] in lexicon.NUMBERS or words[-1].strip("#.").isdigit()):
        words.pop()
    phrase = " ".join(words)
    return bool({phrase, phrase.rstrip("."), phrase.replace(".", "")} & lexicon.NO_NAMES)


@lru_cache(maxsize=1 << 14)
def is_proper(name: str) -> bool:
    """Whether every word has a capital, where its script has capitals, or is a particle such as "de"."""
    words = re.split(r"[\s/&+_-]+", name)
    small = lexicon.PARTICLES | lexicon.NUMBERS
    return all(_stands_tall(word) or word in small for word in words if word) and any(
        _stands_tall(word) for word in words
    )


def _is_one_small_word(name: str) -> bool:
    """Whether a name is written as in a chat: "ann", "speaker 1"."""
    words = name.split()
    return name.islower() and len(words) - (words[-1].isdigit() or words[-1] in lexicon.NUMBERS) <= 1


def _stands_tall(word: str) -> bool:
    letters = [c for c in word if c.isalpha()]
    return not letters or any(not c.islower() for c in letters)


def named(names: Iterable[tuple[str, int]]) -> list[Line]:
    """Return the lines of a format that says itself who speaks: names and where they stand."""
    return [Line(Label(name), number, opens=True, certain=True) for name, number in names]


def doubtful(shown: Mapping[str, str], lines: Sequence[Line], declared: Iterable[str]) -> list[Problem]:
    """Return a warning for every speaker who appears once under a name that is a slip away from another's."""
    given = {labels.key(name) for name in declared}
    where = {line.key: line.number for line in reversed(lines) if line.label}
    counts = Counter(line.key for line in lines if line.key in shown)
    often = [key for key in shown if counts[key] > 1 or key in given][:_CROWD]
    problems = list(_overlooked(shown, lines))
    for key in list(shown)[:_CROWD]:
        if counts[key] > 1 or key in given:
            continue
        meant = [other for other in often if _is_slip(key, other)]
        if meant:
            likely = shown[min(meant, key=lambda other: (slips(key, other), -counts[other]))]
            message = f'"{shown[key]}" speaks only once; is "{likely}" meant?'
            problems.append(
                Problem(message, f'write "{likely}:", or give "{shown[key]}" a voice under voices:', where[key])
            )
    return problems


def _overlooked(shown: Mapping[str, str], lines: Sequence[Line]) -> Iterable[Problem]:
    """Yield a warning for every name in front of a colon that is read as words, though it may be a speaker's."""
    told: set[str] = set()
    counts = Counter(line.key for line in lines)
    for line in lines:
        label = line.label
        if not label or line.bare or line.aside or label.tight or label.key in shown or label.key in told:
            continue
        loud = counts[label.key] > 1 or (label.name.isupper() and len(label.key) > 2)
        if (shown or loud) and is_proper(label.name) and _may_be_speaker(line, ()):
            message, fix = f'"{label.name}" is read as a word here, not as a speaker', _DECLARE
            if line.mid_sentence:
                message = "this is read as the middle of a sentence that began on the line before, not as a speaker"
                fix = "if it is a speaker, put an empty line in front of it"
            else:
                told.add(label.key)
            yield Problem(message, fix, line.number)


def _numbered(one: str, other: str) -> bool:
    """Whether two names differ in their digits only, as "speaker 1" and "speaker 2" do."""
    return _DIGITS.sub("", one) == _DIGITS.sub("", other) != ""


def _is_slip(rare: str, other: str) -> bool:
    """Whether one name may be the other mistyped. "Host 1" and "Host 2", "Guest A" and "Guest B" may not."""
    one, two = rare.split(), other.split()
    different = [(a, b) for a, b in zip(one, two, strict=False) if a != b]
    if len(one) == len(two) and all(len(a) == 1 or a.isdigit() or b.isdigit() for a, b in different):
        return False
    return not _numbered(rare, other) and 0 < slips(rare, other) <= allowed_slips(rare)
