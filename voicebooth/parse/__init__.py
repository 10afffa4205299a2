"""A script file becomes a Script: who says what, on which line, with chapters, pauses and deliveries.

    bytes ─┬─ decode ─► text ─┬─ frontmatter ─┬─ text       (blocks, plays, inline)    ─┐
           │                  │               ├─ persons    (podcastfy)                ─┤
           │                  │               ├─ fountain   (titlepage)                ─┤
           │                  │               ├─ subtitles  (cues, marks, rolling), text ┤
           │                  │               └─ ssml       (xmltree, prosody)         ─┤
           │                  └─ jsontree, yamltree ─ schema ─ structured              ─┼─► draft ─ sentences ─► Script
           └─ docx (archive, styles, body) ─ frontmatter, text                           ─┘

A format reads its file into a draft; what follows is the same for all. A further format is one more module and one more
line in ``_TEXTS``, or in ``_FILES`` if it is no text. Nothing here touches network, clock or environment.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import PurePosixPath

from voicebooth.errors import ScriptFault
from voicebooth.script import Meta, Script

from . import docx, fountain, frontmatter, jsontree, persons, ssml, structured, subtitles, text, yamltree
from .decode import decode
from .draft import Draft
from .nearest import nearest

_ABOUT = re.compile(r"(changelog|contributing|licen[cs]e|readme(\.[a-z]{2}([-_][a-z]{2})?)?)(\.\w+)?", re.IGNORECASE)


def parse(data: bytes, name: str, *, max_minutes: float = 600, narrator: str = "") -> Script:
    """Return the script in a file; its ``name`` decides the format by its extension.

    ``narrator`` is who reads words without a speaker, and the action of a screenplay, where the script does not say.

    Raises ``ScriptFault`` with every problem found, each with its line and its fix.
    """
    extension = _extension(name)
    draft = Draft(name, max_minutes, narrator)
    try:
        read = _FILES.get(extension)
        meta = read(data, draft) if read else _TEXTS[extension](_text(data, draft), draft)
    except ScriptFault as fault:
        raise ScriptFault(*draft.problems, *fault.problems) from fault
    return draft.finish(meta)


def is_about(name: str) -> bool:
    """Whether a file goes by the name of one about a folder and what is in it, which nobody wants read aloud."""
    return _ABOUT.fullmatch(PurePosixPath(name).name) is not None


def _extension(name: str) -> str:
    """Return the extension, folded. Raises ``ScriptFault`` for those that no format has."""
    extension = PurePosixPath(name).suffix.lower()
    if extension in EXTENSIONS:
        return extension
    meant = nearest(extension, EXTENSIONS)
    accepted = "accepted are " + " ".join(EXTENSIONS)
    what = f'a script cannot end in "{extension[:20]}"' if extension else "the script's name has no extension"
    raise ScriptFault(what, fix=f'did you mean "{meant}"? {accepted}' if meant else accepted)


def _text(data: bytes, draft: Draft) -> str:
    content = decode(data)
    if not content.strip():
        raise ScriptFault("the script is empty", fix="write at least one sentence")
    draft.expect(len(content.split()))
    return content


def _read_text(content: str, draft: Draft, *, markdown: bool) -> Meta:
    meta, body, first_line = frontmatter.part(content, draft)
    if draft.problems:
        return meta
    if persons.is_transcript(body):
        persons.read(body, first_line, draft, markdown=markdown, given=meta)
        return meta
    title = text.read(body, first_line, draft, markdown=markdown, given=meta)
    return meta if meta.title else replace(meta, title=title)


def _read_plain(content: str, draft: Draft) -> Meta:
    return _read_text(content, draft, markdown=False)


def _read_markdown(content: str, draft: Draft) -> Meta:
    return _read_text(content, draft, markdown=True)


def _read_json(content: str, draft: Draft) -> Meta:
    return structured.read([jsontree.read(content, draft.problems)], draft)


def _read_yaml(content: str, draft: Draft) -> Meta:
    return structured.read(yamltree.read(content, draft.problems), draft)


_TEXTS: dict[str, Callable[[str, Draft], Meta]] = {
    ".txt": _read_plain,
    ".md": _read_markdown,
    ".json": _read_json,
    ".yaml": _read_yaml,
    ".yml": _read_yaml,
    ".fountain": fountain.read,
    ".ssml": ssml.read,
    ".xml": ssml.read,
    ".vtt": subtitles.read,
    ".srt": subtitles.read,
}
_FILES: dict[str, Callable[[bytes, Draft], Meta]] = {".docx": docx.read}
EXTENSIONS = (*_TEXTS, *_FILES)
