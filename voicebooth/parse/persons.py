"""Transcripts of podcastfy, ``<Person1>…</Person1><Person2>…</Person2>``, become a draft.

The form is that of https://github.com/souzatharsis/podcastfy. A tag that is not closed ends where the next one opens.
"""

from __future__ import annotations

import re

from voicebooth.script import NARRATOR, Meta

from . import blocks
from .draft import MAX_TURNS, Draft, too_many_turns
from .text import Reader

_TAG = re.compile(r"<[ \t]{0,3}(?P<end>/)?[ \t]{0,3}person[ \t_]{0,3}(?P<number>\d{1,3})[ \t]{0,3}>", re.IGNORECASE)
_AT_LINE_START = re.compile(r"^[ \t]{0,9}<[ \t]{0,3}person[ \t_]{0,3}\d{1,3}[ \t]{0,3}>", re.IGNORECASE | re.MULTILINE)


def is_transcript(body: str) -> bool:
    """Whether a text holds turns in such tags."""
    return _AT_LINE_START.search(body) is not None


def read(body: str, first_line: int, draft: Draft, *, markdown: bool, given: Meta) -> None:
    """Read a transcript into the draft."""
    declared = {name.casefold().replace(" ", ""): name for name in given.voices}
    reader = Reader(draft, markdown=markdown, speaker=given.narrator or draft.narrator or NARRATOR)
    line, at, inside = first_line, 0, ""
    for count, tag in enumerate(_TAG.finditer(body)):
        if count > 2 * MAX_TURNS:
            raise too_many_turns(line)
        outside = bool(at) and not inside
        _take(body[at : tag.start()], line, reader, outside=outside)
        line += body.count("\n", at, tag.end())
        at = tag.end()
        name = f"Person{int(tag['number'])}"
        if inside and not (tag["end"] and name == inside):
            draft.warn(line, f"<{inside}> is not closed before this tag", f"write </{inside}> where {inside} stops")
        inside = "" if tag["end"] else name
        if inside:
            reader.turn(declared.get(name.casefold(), name), line)
    if inside:
        draft.warn(line, f"<{inside}> is not closed", f"write </{inside}> at the end")
    _take(body[at:], line, reader, outside=not inside)
    reader.end()


def _take(text: str, line: int, reader: Reader, *, outside: bool) -> None:
    """Let the reader go on with the text between two tags."""
    parts = blocks.read(text, line, reader.draft, markdown=reader.markdown)
    stray = next((block.line for block in parts if outside and block.kind is blocks.Kind.TEXT), None)
    if stray:
        reader.draft.warn(stray, "text outside of the tags is given to the speaker before it", "put it inside a tag")
    for block in parts:
        reader.take(block)
