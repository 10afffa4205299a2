"""Pronunciations, from front matter or from a lexicon file: a mapping of words to how they are said.

Words and sayings are kept composed (NFC) and with single spaces. What is wrong is told by line, never by word: errors
reach logs.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from types import MappingProxyType

from voicebooth.errors import Problem, ScriptFault

from . import jsontree, yamltree
from .decode import decode
from .sentences import has_words
from .tree import Node

MAX_ENTRIES = 10_000
MAX_BYTES = 1_000_000  # of a lexicon
_LONGEST_WORD, _LONGEST_SAYING = 100, 200  # characters
_FIX = 'write a word and how it is said, as in SQL: "sequel"'


def read(node: Node | None) -> Mapping[str, str]:
    """Return word → saying of a mapping without problems."""
    entries = (node.entries or {}) if node else {}
    return MappingProxyType({tidy(word): tidy(str(value.scalar)) for word, value in entries.items()})


def tidy(text: str) -> str:
    """Return text with single spaces, composed."""
    return unicodedata.normalize("NFC", " ".join(text.split()))


def problems(node: Node | None) -> Iterator[Problem]:
    """Yield what is wrong with the entries of a mapping."""
    entries = (node.entries or {}) if node else {}
    if node and len(entries) > MAX_ENTRIES:
        yield Problem(f"there are more than {MAX_ENTRIES:,} pronunciations", "keep those that are needed", node.line)
    for word, value in entries.items():
        if wrong := _wrong(tidy(word), value):
            yield Problem(f"a pronunciation {wrong[0]}", wrong[1], node.key_lines[word] if node else None)


def _wrong(word: str, value: Node) -> tuple[str, str] | None:
    """Return what is wrong with an entry, and the fix."""
    saying = tidy(value.scalar) if isinstance(value.scalar, str) else ""
    text = value.is_null or isinstance(value.scalar, str)
    wrong = (
        (not word, "has no word", _FIX),
        (len(word) > _LONGEST_WORD, f"is for more than {_LONGEST_WORD} characters", "write a word or a few"),
        (not text, "is not text", f"put it in quotes: {_FIX}"),
        (text and not has_words(saying), "says nothing", _FIX),
        (
            len(saying) > _LONGEST_SAYING,
            f"has more than {_LONGEST_SAYING} characters",
            "say the word, do not explain it",
        ),
    )
    return next(((what, fix) for is_so, what, fix in wrong if is_so), None)


def is_lexicon(name: str) -> bool:
    """Whether a file goes by a lexicon's name: ``lexicon.yaml``, ``names.lexicon.json``, ``show-lexicon.yml``."""
    path = PurePosixPath(name.lower())
    return path.stem.endswith("lexicon") and path.suffix in {".json", ".yaml", ".yml"}


def lexicon(data: bytes, path: str, line: int | None) -> Mapping[str, str]:
    """Return word → saying of a file of YAML or, by its extension, JSON.

    ``line`` is the line of the script that names it. Raises ``ScriptFault`` with every problem and its line.
    """
    found: list[Problem] = []
    try:
        root = _root(decode(data), path, found)
    except ScriptFault as fault:
        root = None
        found += fault.problems
    found += problems(root)
    if found:
        raise ScriptFault(*(_placed(problem, path, line) for problem in found))
    return read(root)


def _root(text: str, path: str, found: list[Problem]) -> Node | None:
    as_json = path.lower().endswith(".json")
    roots = [jsontree.read(text, found)] if as_json else yamltree.read(text, found)
    if len(roots) > 1:
        found.append(Problem("there is a second document", "remove the line --- above it", roots[1].line))
    root = roots[0] if roots and not roots[0].is_null else None
    if root and root.entries is None:
        found.append(Problem("this is no list of pronunciations", _FIX, root.line))
    return root


def _placed(problem: Problem, path: str, line: int | None) -> Problem:
    place = f", line {problem.line}" if problem.line else ""
    return Problem(f'the lexicon, "{path}"{place}: {problem.message}', problem.fix, line)
