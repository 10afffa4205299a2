"""The nodes that JSON and YAML are read into: plain values which know their line.

``plain`` gives what a JSON Schema validates; ``at`` finds the node that an error's path leads to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from voicebooth.errors import Problem, ScriptFault

from .words import Words

MAX_DEPTH = 20  # a script needs four
MAX_NODES = 150_000

Scalar = str | float | bool | None


@dataclass(slots=True, eq=False)
class Node:
    """A value and the line (1-based) on which it begins. One of ``scalar``, ``items`` and ``entries`` is in use."""

    line: int
    scalar: Scalar = None
    items: list[Node] | None = None
    entries: dict[str, Node] | None = None
    key_lines: dict[str, int] = field(default_factory=dict)
    lines: tuple[Words, ...] = ()  # of a text over several lines: its words by source line, "" for a blank line

    @property
    def words(self) -> tuple[Words, ...]:
        """The lines of a text."""
        if self.lines or not isinstance(self.scalar, str):
            return self.lines
        return tuple(Words(text, self.line) for text in self.scalar.split("\n"))

    def get(self, key: str) -> Node | None:
        """Return an entry that is there and not null."""
        node = (self.entries or {}).get(key)
        return node if node and not node.is_null else None

    def text(self, key: str) -> str:
        """Return an entry's text with single spaces, or an empty string."""
        node = self.get(key)
        return " ".join(node.scalar.split()) if node and isinstance(node.scalar, str) else ""

    @property
    def is_null(self) -> bool:
        """Whether nothing is given."""
        return self.scalar is None and self.items is None and self.entries is None


def plain(node: Node) -> Any:
    """Return the node as json.loads would, without entries that are null."""
    if node.items is not None:
        return [plain(item) for item in node.items]
    if node.entries is not None:
        return {key: plain(value) for key, value in node.entries.items() if not value.is_null}
    return node.scalar


def at(node: Node, path: Sequence[str | int]) -> Node:
    """Return the node at a path of keys and indexes."""
    for step in path:
        if isinstance(step, int) and node.items is not None:
            node = node.items[step]
        elif node.entries is not None:
            node = node.entries[str(step)]
    return node


class Builder:
    """Values, in the order in which they are written, become nodes.

    Raises ``ScriptFault`` for what is nested too deep or holds too many values; notes duplicate keys as
    ``problems``.
    """

    def __init__(self, problems: list[Problem]) -> None:
        """Take the list that problems are added to."""
        self.problems = problems
        self.roots: list[Node] = []
        self._open: list[Node] = []
        self._keys: list[Node | None] = []
        self._count = 0

    @property
    def wants_key(self) -> bool:
        """Whether what is added next is the key of a mapping."""
        return bool(self._open) and self._open[-1].entries is not None and self._keys[-1] is None

    def add(self, node: Node) -> None:
        """Add a scalar, which is a key where one is due."""
        self._count += 1
        if self._count > MAX_NODES:
            raise ScriptFault(Problem("the script holds too many values", "split it into several episodes", node.line))
        if not self._open:
            self.roots.append(node)
        elif (items := self._open[-1].items) is not None:
            items.append(node)
        elif (key := self._keys[-1]) is not None:
            self._enter(self._open[-1], key, node)
        elif isinstance(node.scalar, str):
            self._keys[-1] = node
        else:
            raise ScriptFault(Problem("a key must be a word", _FORM, node.line))

    def open(self, node: Node) -> None:
        """Add a list or a mapping, and add to it from now on."""
        self.add(node)
        self._open.append(node)
        self._keys.append(None)
        if len(self._open) > MAX_DEPTH:
            raise ScriptFault(Problem("the script is nested too deeply", _FORM, node.line))

    def close(self) -> None:
        """End the list or mapping opened last."""
        self._open.pop()
        self._keys.pop()

    def _enter(self, mapping: Node, key: Node, value: Node) -> None:
        name = str(key.scalar)
        entries = mapping.entries if mapping.entries is not None else {}
        if name in entries:
            first = mapping.key_lines[name]
            message = f'"{name[:40]}" stands twice, first on line {first}'
            self.problems.append(Problem(message, "keep one of the two", key.line))
        else:
            entries[name] = value
            mapping.key_lines[name] = key.line
        self._keys[-1] = None


_FORM = "see the script format: a mapping with title, voices and turns, or a list of turns"
