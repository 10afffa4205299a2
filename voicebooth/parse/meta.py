"""The particulars of an episode, from front matter or from the top of a JSON or YAML script, become a Meta."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from voicebooth.script import Meta, Tune

from .tree import Node

_TEXTS = ("title", "show", "language", "date", "author", "description", "style", "model")
_ROLES = ("intro", "outro", "sting", "bed")
_NUMBERS = ("level_lu", "under_lu", "seconds", "overlap_s", "fade_s")


def read(node: Node) -> Meta:
    """Return the particulars in a mapping that the schema has accepted."""
    voices = node.get("voices")
    entries = (voices.entries or {}) if voices else {}
    lines = {key: line for key, line in node.key_lines.items() if key in _TEXTS}
    if voices:
        lines |= {"voices": node.key_lines["voices"]}
        lines |= {f"voices.{_spaced(name)}": line for name, line in voices.key_lines.items()}
    texts = {key: node.text(key) for key in _TEXTS}
    texts["language"] = texts["language"].replace("_", "-")
    given = {_spaced(name): " ".join(str(value.scalar).split()) for name, value in entries.items() if value.scalar}
    return Meta(**texts, voices=MappingProxyType(given), music=_music(node.get("music")), lines=MappingProxyType(lines))


def _music(node: Node | None) -> Mapping[str, Tune]:
    found = {role: tune for role in _ROLES if (tune := node.get(role))} if node else {}
    return MappingProxyType({role: _tune(tune) for role, tune in found.items()})


def _tune(node: Node) -> Tune:
    """Return a music file, given by its path alone or with particulars."""
    file = node if node.entries is None else node.entries["file"]
    given = {key: value.scalar for key in _NUMBERS if (value := node.get(key))}
    return Tune(str(file.scalar).strip(), file.line, **{k: v for k, v in given.items() if isinstance(v, float)})


def _spaced(name: str) -> str:
    return " ".join(name.split())
