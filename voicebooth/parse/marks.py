"""The marks that captioners make become pieces: who speaks, what is sung, what is no speech.

    [Ann] We go. BOB: Why?   ─►  Ann: We go. · BOB: Why?
    >> MARY (softly): Here.  ─►  MARY, softly: Here.
    ♪ La la ♪                ─►  La la, sung: apart from what is spoken
    [door slams] (LAUGHS)    ─►  nothing

Two pointed brackets in front of a name are a captioner's sign for a speaker, so one is enough. Other names have to come
back, here (in brackets) or by the judgement of ``speakers`` (in front of colons).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from voicebooth.errors import ScriptFault

from . import labels, lexicon, speakers
from .cues import Cue, Piece
from .draft import MAX_LABELS, Draft, too_many_turns
from .labels import Label

MAX_PIECES = 100_000  # of ten hours of talk, word by word
_DASH = re.compile(r"(?:[-–‐][ \t]?(?=[^\W\d]|[\"“'‘¿¡(\[♪])|>{2,3}[ \t]*)")
_ANY = re.compile(r"[-–‐>\[(#:：♪♫♬♩🎵🎶]")  # without one of these a line is words and nothing else
_NOTES = re.compile(r"[♪♫♬♩🎵🎶]+")
_HASHED = re.compile(r"#+[ \t]+(?=\S)")  # notes where the font has none: # La la #
_HASH_END = re.compile(r"(?<=\S)[ \t]+#+")
_SQUARE = re.compile(r"\[[^\[\]]{0,200}\]")
_SHOUTED = re.compile(r"\((?!PAUSE\b)[^a-z()]*[A-Z][^a-z()]*\)")  # (DOOR SLAMS)
_ROUND = re.compile(r"\((?!pause\b)[^()]{0,200}\)", re.IGNORECASE)
_NAMED = re.compile(r"\[([^\[\]]{1,40})\][ \t]*:?[ \t]*(?=\S)")
_INNER_DASH = re.compile(r"(?<=[.?!…♪♫♬♩🎵🎶\"”»)\]])[ \t]+(?=[-–‐][ \t]?[^\W\d])")
_INNER_ARROW = re.compile(r"[ \t]+(?=>{2,3}[ \t]*\S)")


class _Used(NamedTuple):
    """What a file as a whole says of its speakers."""

    bracketed: frozenset[str]  # names
    tagged: frozenset[str]  # keys of names in voice tags
    labelled: frozenset[str]  # keys of names in front of colons
    arrows: bool  # >> stands in front of speakers


def read(shown: Sequence[Cue], draft: Draft) -> list[Cue]:
    """Return the cues as they are spoken; that something is left out, or sung, is noted in the draft once."""
    if sum(len(cue.pieces) for cue in shown) > MAX_PIECES:
        message = f"the subtitles have more than {MAX_PIECES:,} lines of words"
        raise ScriptFault(message, fix="split them into several episodes")
    arrows = any(piece.text.startswith(">>") for cue in shown for piece in cue.pieces)
    tagged = frozenset(labels.key(piece.speaker) for cue in shown for piece in cue.pieces if piece.speaker)
    labelled = _labelled(shown)
    used = _Used(_bracketed(shown, tagged | labelled), tagged, labelled, arrows)
    described: list[int] = []
    said = [cue._replace(pieces=tuple(_said(cue.pieces, used, described))) for cue in shown]
    if described:
        message = "sounds in brackets and signs of music are not spoken, here and below"
        draft.warn(described[0], message, "take words that should be heard out of the brackets")
    if sung := next((piece.line for cue in said for piece in cue.pieces if piece.sung), 0):
        draft.warn(sung, "what is sung is read like speech, here and below", "take it out if it should not be heard")
    return said


def undashed(words: str) -> tuple[str, str]:
    """Return a dash that tells that somebody else speaks, and what follows it."""
    dash = _DASH.match(words)
    return (words[: dash.end()], words[dash.end() :]) if dash else ("", words)


def _bracketed(shown: Sequence[Cue], keys: Collection[str]) -> frozenset[str]:
    """Return the names in brackets that speak; ``keys`` are of those that do without brackets.

    A name is told from a sound by its capital, and by standing in front of words more than once, or among names that
    do.
    """
    heads = Counter(found[1] for cue in shown for p in cue.pieces if (found := _NAMED.match(undashed(p.text)[1])))
    names = {name for name, times in heads.items() if _is_name(name) and (times > 1 or labels.key(name) in keys)}
    return frozenset(names | set(filter(_is_name, heads)) if len(names) > 1 else names)


def _is_name(name: str) -> bool:
    label = labels.read(f"{name}:")
    return label is not None and _is_believed(label) and not set(name.casefold().split()) & lexicon.SOUNDS


def _labelled(shown: Sequence[Cue]) -> frozenset[str]:
    """Return the keys of the names that stand in front of a colon at the head of a line."""
    pieces = [piece for cue in shown for piece in cue.pieces if _ANY.search(piece.text)]
    heads = [(label, piece.line) for piece in pieces if (label := labels.read(undashed(piece.text)[1]))]
    if len(heads) > MAX_LABELS:
        raise too_many_turns(heads[MAX_LABELS][1])
    return frozenset(label.key for label, _ in heads if not label.tight)


def _said(pieces: Collection[Piece], used: _Used, described: list[int]) -> Iterator[Piece]:
    """Yield what is spoken of the pieces of a cue; ``described`` is given the lines of what is not."""
    sings = False  # a song goes on from the line above
    for piece in (part for whole in _whole_brackets(pieces) for part in _parted(whole, used)):
        if not (sings or _ANY.search(piece.text)):
            yield piece
            continue
        dash, rest = undashed(piece.text)
        sings = sings and not dash
        named = _named(piece._replace(text=rest), used, certain=dash.startswith(">"))
        heard = " ".join(_SHOUTED.sub(" ", _SQUARE.sub(" ", named.text)).split())
        words, notes = _unsung("" if _ROUND.fullmatch(heard) else heard, sings=sings)
        if heard != named.text or not words:
            described.append(piece.line)
        if words:
            yield named._replace(text=dash + words, sung=notes > 0 or sings)
        sings = sings != bool(notes % 2)


def _named(piece: Piece, used: _Used, *, certain: bool) -> Piece:
    """Return the piece without the name in front of it; a name in front of a colon stays, unless it is ``certain``."""
    if (found := _NAMED.match(piece.text)) and found[1] in used.bracketed:
        return piece._replace(text=piece.text[found.end() :], speaker=" ".join(found[1].split()))
    label = labels.read(piece.text)
    if label and not label.tight and (label.key in used.tagged or (certain and _is_believed(label))):
        return piece._replace(text=label.rest, speaker=label.name, asked=label.asked)
    return piece


def _is_believed(label: Label) -> bool:
    return speakers.is_proper(label.name) and not speakers.announces(label.name)


def _parted(piece: Piece, used: _Used) -> Iterator[Piece]:
    """Yield the stretches of a line in which several speak: ``We go. MARY: Why?``, ``- We go. - Why?``."""
    if not _ANY.search(piece.text):
        yield piece
        return
    dash, _ = undashed(piece.text)
    cuts = [found.end() for found in _INNER_ARROW.finditer(piece.text)] if used.arrows else []
    if dash and not dash.startswith(">"):
        cuts += [found.end() for found in _INNER_DASH.finditer(piece.text)]
    for part in _cut(piece, cuts):
        mark, words = undashed(part.text)
        names = [at for at, label in labels.inside(words) if _speaks_inside(label, part, used)]
        yield from _cut(part, [len(mark) + at for at in names])


def _cut(piece: Piece, cuts: Iterable[int]) -> Iterator[Piece]:
    """Yield a piece in parts; whoever a voice tag names speaks the first."""
    for start, end in pairwise((*sorted({0, *cuts}), len(piece.text))):
        yield piece._replace(text=piece.text[start:end].rstrip(), speaker="" if start else piece.speaker)


def _speaks_inside(label: Label, piece: Piece, used: _Used) -> bool:
    """Whether a name in the middle of a line can be a speaker: it stands at the head of others, or is in capitals."""
    loud = label.name.isupper() and len(label.key) > 1 and not piece.speaker
    return _is_believed(label) and (loud or label.key in used.labelled | used.tagged)


def _unsung(text: str, *, sings: bool) -> tuple[str, int]:
    """Return the words without signs of music, and how many signs of it there are."""
    if sings or _HASHED.match(text):
        text = _HASH_END.sub(" ♪", _HASHED.sub("♪ ", text, count=1)) if text.endswith("#") else _HASHED.sub("♪ ", text)
    return " ".join(_NOTES.sub(" ", text).split()), len(_NOTES.findall(text))


def _whole_brackets(pieces: Collection[Piece]) -> Iterator[Piece]:
    """Yield the pieces; brackets which go over several lines of a cue stand on the first."""
    held: Piece | None = None
    for piece in pieces:
        if held:
            piece = held._replace(text=f"{held.text} {piece.text}")  # noqa: PLW2901
        opens = max(piece.text.rfind("["), piece.text.rfind("("))
        held = piece if opens >= 0 and not re.search(r"[\])]", piece.text[opens:]) else None
        if not held:
            yield piece
    if held:
        yield held
