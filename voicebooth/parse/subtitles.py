"""Subtitles become a draft: the words of all cues in a row, given to whoever the cues name.

Cues end where a screen is full, not where a sentence is: their text is joined, and only a long gap behind the end of a
sentence makes a paragraph. Times are not kept: an episode has its own. Who speaks is told by a voice tag, by a name in
front of a colon or in brackets, or, without a name, by a dash.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from voicebooth.errors import ScriptFault
from voicebooth.script import Meta

from . import cues, frontmatter, marks, meta, rolling, text
from .blocks import Block, Kind
from .cues import Cue, Piece
from .draft import Draft

_PARAGRAPH_S = 2.0  # of silence behind a sentence
_BREAK_S = 6.0  # of silence anywhere

_LANGUAGE = re.compile(r"Language:[ \t]*([A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*)[ \t]*", re.IGNORECASE)


def read(content: str, draft: Draft) -> Meta:
    """Read subtitles into the draft and return their particulars."""
    given, body, first_line = frontmatter.part(content, draft)
    if cues.is_webvtt(body):
        given = meta.joined(given, _header(body, first_line, draft))
    shown = cues.read(body, first_line, draft)
    if not shown and not draft.problems:
        raise ScriptFault("the file has no cues", fix="each begins with times: 00:01:02.000 --> 00:01:05.500")
    parts = list(_blocks(rolling.told_once(marks.read(shown, draft))))
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


def _blocks(shown: Sequence[Cue]) -> Iterator[Block]:
    """Yield the words of all cues, with blanks where a paragraph ends and where a song begins and ends."""
    end_s, last = 0.0, Piece("", 0)
    for cue in shown:
        gap_s = cue.start_s - end_s
        if last.text and (gap_s >= _BREAK_S or (gap_s >= _PARAGRAPH_S and not text.goes_on(last.text))):
            yield Block(Kind.BLANK, cue.pieces[0].line if cue.pieces else 0)
        for i, piece in enumerate(cue.pieces):
            dash, words = marks.undashed(piece.text)
            if dash or (last.text and piece.sung != last.sung):
                yield Block(Kind.BLANK, piece.line)
            if words:
                yield _block(piece._replace(text=words), dashed=bool(dash), first=i == 0)
                last = piece._replace(text=words)
        end_s = max(end_s, cue.end_s)


def _block(piece: Piece, *, dashed: bool, first: bool) -> Block:
    return Block(
        Kind.TEXT,
        piece.line,
        piece.text,
        speaker=piece.speaker,
        asked=piece.asked,
        anew=dashed,
        continues=not dashed,
        opens=first,
    )
