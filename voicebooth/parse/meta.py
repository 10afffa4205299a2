"""The particulars of an episode, from front matter or from the top of a JSON or YAML script, become a Meta."""

from __future__ import annotations

from types import MappingProxyType

from voicebooth.script import Meta

from . import pronunciations
from .tree import Node

_TEXTS = ("title", "show", "language", "date", "author", "description", "style", "model")


def read(node: Node) -> Meta:
    """Return the particulars in a mapping that the schema has accepted."""
    voices = node.get("voices")
    entries = (voices.entries or {}) if voices else {}
    lines = {key: line for key, line in node.key_lines.items() if key in {*_TEXTS, "cover", "lexicon", "spell_out"}}
    if voices:
        lines |= {"voices": node.key_lines["voices"]}
        lines |= {f"voices.{_spaced(name)}": line for name, line in voices.key_lines.items()}
    says = node.get("pronounce")
    if says:
        lines |= {f"pronounce.{pronunciations.tidy(word)}": line for word, line in says.key_lines.items()}
    texts = {key: node.text(key) for key in _TEXTS}
    texts["language"] = texts["language"].replace("_", "-")
    given = {_spaced(name): " ".join(str(value.scalar).split()) for name, value in entries.items() if value.scalar}
    return Meta(
        **texts,
        voices=MappingProxyType(given),
        cover=node.text("cover"),
        lexicon=node.text("lexicon"),
        pronounce=pronunciations.read(says),
        spell_out=node.text("spell_out") or None,
        lines=MappingProxyType(lines),
    )


def _spaced(name: str) -> str:
    return " ".join(name.split())
