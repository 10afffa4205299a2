"""The title page of a screenplay becomes particulars.

``Key: value`` lines at the top, up to the first empty line, as https://fountain.io/syntax#title-page has it. Besides
Title, Author(s) and Draft date it may hold what front matter holds; those keys are YAML, so that ``voices:`` can be a
mapping. A date is taken if it is written as in 2026-11-23.
"""

from __future__ import annotations

import re

from voicebooth.script import Meta

from . import frontmatter, inline, schema, yamltree
from .draft import Draft
from .frontmatter import Parted
from .tree import Node

_ENTRY = re.compile(r"([A-Za-z][A-Za-z ]{0,30}?)[ \t]*:[ \t]*(.*)")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_OWN = {"title": "title", "author": "author", "authors": "author", "date": "date", "draft date": "date"}
_OTHER = frozenset({"contact", "copyright", "credit", "format", "notes", "revision", "source"})


def part(body: str, first_line: int, draft: Draft) -> Parted:
    """Return the particulars, the screenplay below them, and the number of its first line."""
    lines = body.split("\n")
    start = next((i for i, line in enumerate(lines) if line.strip()), len(lines))
    end = next((i for i in range(start, len(lines)) if not lines[i].strip()), len(lines))
    if start == len(lines) or not _is_page(lines[start:end]):
        return Parted(Meta(), body, first_line)
    found = _read(lines[start:end], first_line + start, draft)
    return Parted(found, "\n".join(lines[end:]), first_line + end)


def _is_page(lines: list[str]) -> bool:
    """Whether a block is a title page: a key of one comes first, or is anywhere among nothing but entries."""
    entries = [line for line in lines if not line[0].isspace()]
    return _begins(lines[0]) or (
        any(map(_begins, entries)) and all(_ENTRY.fullmatch(line.rstrip()) for line in entries)
    )


def _begins(line: str) -> bool:
    """Whether this is a line of a title page: a key that title pages have, not "FADE IN:"."""
    entry = _ENTRY.fullmatch(line.rstrip())
    return entry is not None and _folded(entry[1]) in _OWN.keys() | _OTHER | schema.keys_of("particulars")


def _folded(key: str) -> str:
    return " ".join(key.lower().split())


def _read(lines: list[str], first_line: int, draft: Draft) -> Meta:
    """Read the entries; the lines of each that is YAML are left where they stand, so that errors name them."""
    texts: dict[str, list[str]] = {}
    places: dict[str, int] = {}
    yaml = [""] * len(lines)
    key = ""
    for i, line in enumerate(lines):
        entry = _ENTRY.fullmatch(line.rstrip())
        if entry and not line[0].isspace():
            key = _folded(entry[1])
            line = f"{key}: {entry[2]}"  # noqa: PLW2901 - keys are small-lettered in YAML
        if key in _OWN:
            texts.setdefault(_OWN[key], []).append(entry[2] if entry and key == _folded(entry[1]) else line)
            places.setdefault(_OWN[key], first_line + i)
        elif key in schema.keys_of("particulars"):
            yaml[i] = line
    root = _mapping(yaml, first_line, draft)
    for name, parts in texts.items():
        value = " ".join(inline.plain("\n".join(parts)).split())
        if value and (name != "date" or _DATE.fullmatch(value)):
            root.entries = {**(root.entries or {}), name: Node(places[name], value)}
            root.key_lines[name] = places[name]
    return frontmatter.of(root, draft)


def _mapping(yaml: list[str], first_line: int, draft: Draft) -> Node:
    roots = yamltree.read("\n".join(yaml), draft.problems, first_line)
    return roots[0] if roots and roots[0].entries is not None else Node(first_line, entries={})
