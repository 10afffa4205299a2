"""Subtitles become a draft: the words of all cues in a row, given to whoever the cues name.

Cues end where a screen is full, not where a sentence is: their text is joined, and only a long gap behind the end of a
sentence makes a paragraph. Times are not kept: an episode has its own. Who speaks is told by a voice tag, by a name in
front of a colon or in brackets, or, without a name, by a dash.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence

from voicebooth.errors import ScriptFault
from voicebooth.script import Meta

from . import cues, frontmatter, labels, meta, rolling, speakers, text
from .blocks import Block, Kind
from .cues import Cue, Piece
from .draft import Draft

_PARAGRAPH_S = 2.0  # of silence behind a sentence
_BREAK_S = 6.0  # of silence anywhere

_LANGUAGE = re.compile(r"Language:[ \t]*([A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*)[ \t]*", re.IGNORECASE)
_DASH = re.compile(r"(?:[-–‐][ \t]?(?=[^\W\d]|[\"“'‘¿¡(\[♪])|>{2,3}[ \t]*)")
_NOTES = re.compile(r"[♪♫♬♩]+")
_SQUARE = re.compile(r"\[[^\[\]]{0,200}\]")
_SHOUTED = re.compile(r"\((?!PAUSE\b)[^a-z()]*[A-Z][^a-z()]*\)")  # (DOOR SLAMS)
_ROUND = re.compile(r"\((?!pause\b)[^()]{0,200}\)", re.IGNORECASE)
_NAMED = re.compile(r"\[([^\[\]]{1,40})\][ \t]*:?[ \t]*(?=\S)")
_SOUNDS = frozenset(
    (
        *("applause", "cheering", "cheers", "clapping", "crosstalk", "crying", "foreign", "gasps", "groans"),
        *("inaudible", "laughs", "laughter", "music", "noise", "pause", "screaming", "shouting", "sighs", "silence"),
        *("singing", "sobbing", "sound", "speaking", "whispering"),
    )
)


def read(content: str, draft: Draft) -> Meta:
    """Read subtitles into the draft and return their particulars."""
    given, body, first_line = frontmatter.part(content, draft)
    if cues.is_webvtt(body):
        given = meta.joined(given, _header(body, first_line, draft))
    shown = cues.read(body, first_line, draft)
    if not shown and not draft.problems:
        raise ScriptFault("the file has no cues", fix="each begins with times: 00:01:02.000 --> 00:01:05.500")
    parts = list(_blocks(rolling.told_once(_spoken(shown, draft))))
    text.tell(parts, draft, markdown=False, given=given)
    return given


def _header(body: str, first_line: int, draft: Draft) -> Meta:
    """Return what stands above the first cue: front matter in a NOTE, and the language, as many tools write it."""
    lines = body.split("\n")
    end = next((i for i, line in enumerate(lines) if "-->" in line), len(lines))
    language = next((tag[1] for line in lines[:end] if (tag := _LANGUAGE.fullmatch(line))), "")
    note = next((i for i in range(end - 1) if lines[i].strip() == "NOTE" and lines[i + 1].rstrip() == "---"), None)
    found = Meta()
    if note is not None:
        found = frontmatter.part("\n" * (first_line + note) + "\n".join(lines[note + 1 : end]), draft).meta
    return meta.joined(found, Meta(language=language.replace("_", "-")))


def _spoken(shown: Sequence[Cue], draft: Draft) -> list[Cue]:
    """Return the cues without the sounds and the music that they describe, and with the names in brackets as speakers.

    A name in brackets is told from a sound by its capital, and by standing in front of words more than once, or among
    names that do.
    """
    heads = Counter(found[1] for cue in shown for p in cue.pieces if (found := _NAMED.match(_undashed(p.text)[1])))
    names = {name for name, times in heads.items() if times > 1 and _is_name(name)}
    if len(names) > 1:
        names |= set(filter(_is_name, heads))
    described: list[int] = []
    said = [cue._replace(pieces=tuple(_said(cue, names, described))) for cue in shown]
    if described:
        message = "sounds in brackets and signs of music are not spoken, here and below"
        draft.warn(described[0], message, "take words that should be heard out of the brackets")
    return said


def _said(cue: Cue, names: Collection[str], described: list[int]) -> Iterator[Piece]:
    for piece in _whole_brackets(cue.pieces):
        dash, rest = _undashed(piece.text)
        speaker = piece.speaker
        if (named := _NAMED.match(rest)) and named[1] in names:
            speaker, rest = " ".join(named[1].split()), rest[named.end() :]
        kept = " ".join(_SHOUTED.sub(" ", _SQUARE.sub(" ", _NOTES.sub(" ", rest))).split())
        if _ROUND.fullmatch(kept):
            kept = ""
        if kept != rest:
            described.append(piece.line)
        if kept:
            yield piece._replace(text=dash + kept, speaker=speaker)


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


def _is_name(name: str) -> bool:
    found = labels.read(f"{name}:")
    words = set(name.casefold().split())
    return bool(found) and speakers.is_proper(name) and not speakers.announces(name) and not words & _SOUNDS


def _undashed(words: str) -> tuple[str, str]:
    """Return a dash that tells that somebody else speaks, and what follows it."""
    dash = _DASH.match(words)
    return (words[: dash.end()], words[dash.end() :]) if dash else ("", words)


def _blocks(shown: Sequence[Cue]) -> Iterator[Block]:
    """Yield the words of all cues, with blanks where a paragraph ends."""
    end_s, last = 0.0, ""
    for cue in shown:
        gap_s = cue.start_s - end_s
        if last and (gap_s >= _BREAK_S or (gap_s >= _PARAGRAPH_S and not text.goes_on(last))):
            yield Block(Kind.BLANK, cue.pieces[0].line if cue.pieces else 0)
        for piece in cue.pieces:
            dash, words = _undashed(piece.text)
            if dash:
                yield Block(Kind.BLANK, piece.line)
            if words:
                yield Block(Kind.TEXT, piece.line, words, speaker=piece.speaker, anew=bool(dash), continues=not dash)
                last = words
        end_s = max(end_s, cue.end_s)
