"""The particulars of an episode, from front matter or from the top of a JSON or YAML script, become a Meta."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from types import MappingProxyType
from typing import Any

from voicebooth.script import Meta, Tune

from . import pronunciations
from .tree import Node

_TEXTS = ("title", "show", "language", "date", "author", "description", "style", "model", "narrator", "mode")
_ROLES = ("intro", "outro", "sting", "bed")
_NUMBERS = ("level_lu", "under_lu", "seconds", "overlap_s", "fade_s")


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
    choose, chosen_lines = _chosen(node)
    lines |= chosen_lines
    return Meta(
        **texts,
        voices=MappingProxyType(given),
        cover=node.text("cover"),
        lexicon=node.text("lexicon"),
        pronounce=pronunciations.read(says),
        spell_out=node.text("spell_out") or None,
        choose=MappingProxyType(choose),
        music=_music(node.get("music")),
        lines=MappingProxyType(lines),
    )


def joined(given: Meta, other: Meta) -> Meta:
    """Return what is given, and from the other what is not; mappings are merged, entry by entry."""
    pairs = {field.name: (getattr(given, field.name), getattr(other, field.name)) for field in fields(Meta)}
    return Meta(**{name: _merged(*pair) for name, pair in pairs.items()})


def _merged(given: object, other: object) -> Any:
    if isinstance(given, Mapping) and isinstance(other, Mapping):
        return MappingProxyType({**other, **given})
    return given or other


def _chosen(node: Node) -> tuple[dict[str, int], dict[str, int]]:
    """Return the take in use of each turn named, and the line on which it is."""
    choose = node.get("choose")
    entries = (choose.entries or {}) if choose else {}
    takes = {name: int(value.scalar) for name, value in entries.items() if isinstance(value.scalar, float)}
    return takes, {f"choose.{name}": value.line for name, value in entries.items()}


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
