"""A text is parted into its front matter and its body.

Front matter is YAML between a first line ``---`` and the next ``---`` or ``...``. A script may as well begin with a
rule, so the lines in between must look like it: a small-lettered or a known key in front of a colon.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from voicebooth.script import Meta

from . import meta, schema, yamltree
from .draft import Draft
from .tree import Node

_LINE_ENDS = str.maketrans("\u2028\u2029\x85", "\n\n\n")  # what some editors write for one
_ENTRY = re.compile(r"[\w.\"-]+[ \t]*=")
_KEY = re.compile(r"([^\W\d_][\w -]{0,40}?)[ \t]*:(?:\s|$)")


class Parted(NamedTuple):
    """The particulars, the text below them, and the number of its first line."""

    meta: Meta
    body: str
    first_line: int


def part(text: str, draft: Draft) -> Parted:
    """Return front matter and body; what is wrong with the front matter is noted in the draft."""
    text = text.translate(_LINE_ENDS)
    lines = text.split("\n")
    start = next((i for i, line in enumerate(lines) if line.strip()), len(lines))
    if start < len(lines) and lines[start].rstrip() == "+++" and (bottom := _toml_end(lines, start)):
        fix = "write it in YAML between two lines of three hyphens, if it matters"
        draft.warn(start + 1, "front matter in TOML is not read and not spoken", fix)
        return Parted(Meta(), "\n".join(lines[bottom + 1 :]), bottom + 2)
    if start == len(lines) or lines[start].rstrip() != "---" or not _looks_like(lines, start + 1):
        return Parted(Meta(), text, 1)
    end = next((i for i in range(start + 1, len(lines)) if lines[i].rstrip() in {"---", "..."}), None)
    if end is None:
        draft.fail(start + 1, "the front matter has no end", "close it with a line of three hyphens: ---")
        return Parted(Meta(), "", len(lines))
    found = _read("\n".join(lines[start + 1 : end]), start + 2, draft)
    return Parted(found, "\n".join(lines[end + 1 :]), end + 2)


def _toml_end(lines: list[str], start: int) -> int:
    """Return where a block of TOML ends whose entries begin behind a line, or 0 if there is none."""
    if start + 1 < len(lines) and _ENTRY.match(lines[start + 1]):
        return next((i for i in range(start + 1, len(lines)) if lines[i].rstrip() == "+++"), 0)
    return 0


def _looks_like(lines: list[str], at: int) -> bool:
    """Whether YAML follows: judged by the first line that is neither blank nor a comment."""
    known = schema.keys_of("particulars")
    for line in lines[at:]:
        if line.strip() and not line.startswith("#"):
            if key := _KEY.match(line):
                return key[1].islower() or key[1].lower() in known
            return line.startswith("{")
    return False


def _read(yaml_text: str, first_line: int, draft: Draft) -> Meta:
    roots = yamltree.read(yaml_text, draft.problems, first_line)
    node = roots[0] if roots else Node(first_line, entries={})
    return of(node, draft)


def of(node: Node, draft: Draft) -> Meta:
    """Return the particulars in a mapping; what is wrong with them is noted in the draft."""
    before = len(draft.problems)
    if node.is_null:
        return Meta()
    draft.problems += schema.particulars_problems(node)
    if len(draft.problems) > before:
        return Meta()
    draft.warnings += schema.unknown_particulars(node)
    return meta.read(node)
