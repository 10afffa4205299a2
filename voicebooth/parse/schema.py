"""A tree is held against the JSON Schema that ships with the package; what does not fit becomes problems with lines.

Messages are written here: the validator's own quote the values, which may be words of the script.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from voicebooth.errors import Problem

from . import pronunciations, tree
from .nearest import nearest
from .tree import Node

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator, ValidationError

_KINDS = {"string": "text", "number": "a number", "integer": "a whole number", "object": "a mapping", "array": "a list"}
_FIXES = {
    "language": "write a language tag such as en, de or pt-BR",
    "date": "write the day as in 2026-11-23",
    "voices": "write each speaker and a voice, as in Ann: Kore",
    "pronounce": 'write each word and how it is said, as in SQL: "sequel"',
    "lexicon": "name a file beside the script, such as names.lexicon.yaml",
    "spell_out": "write all, none, or some of addresses, comparisons, dates, ranges, signs, units with commas between",
    "choose": "write the name of a turn that has several takes, and the number of one: ann-is-it-gone: 2",
    "takes": "write a whole number from 1 to 10",
    "mode": "write segments or turns",
    "pause_s": "write seconds from 0 to 60, as in 1.5",
    "level_lu": "write how much softer than the voices it is to be, from -40 to 0",
    "under_lu": "write how much softer than the voices it is to be under words, from -40 to -13",
    "seconds": "write seconds from 0.5 to 600",
    "overlap_s": "write seconds from 0 to 10",
    "fade_s": "write seconds from 0 to 10",
    "music": "name files for intro, outro, sting or bed, as in intro: theme.mp3",
}

_IDLE = {"sting": ("under_lu", "overlap_s"), "bed": ("seconds", "overlap_s")}  # keys of a tune, idle there


def particulars_problems(node: Node) -> Iterator[Problem]:
    """Yield what is wrong with front matter."""
    return _problems(node, "#/$defs/particulars")


def script_problems(node: Node) -> Iterator[Problem]:
    """Yield what is wrong with a whole script."""
    return _problems(node, "#")


def keys_of(definition: str) -> frozenset[str]:
    """Return the keys that a definition of the schema (or "script") knows."""
    part = _schema() if definition == "script" else _schema()["$defs"][definition]
    return frozenset(part["properties"])


def unknown_keys(node: Node, definition: str, *more: str) -> Iterator[Problem]:
    """Yield a warning for every key of a mapping that no definition named knows."""
    known = keys_of(definition).union(*map(keys_of, more))
    for key in node.entries or {}:
        if key in known:
            continue
        near = nearest(key, known)
        fix = f'did you mean "{near}"?' if near else "known here: " + ", ".join(sorted(known))
        yield Problem(f'the key "{key[:40]}" is unknown and ignored', fix, node.key_lines[key])


def unknown_particulars(node: Node, *more: str) -> Iterator[Problem]:
    """Yield a warning for every unknown key of front matter, and for what changes nothing inside its music."""
    yield from unknown_keys(node, "particulars", *more)
    if music := node.get("music"):
        yield from unknown_keys(music, "music")
        for role, tune in (music.entries or {}).items():
            if role in keys_of("music"):
                yield from _idle(role, tune, music.key_lines[role])


def _idle(role: str, tune: Node, line: int) -> Iterator[Problem]:
    """Yield a warning for every key of one role's music that changes nothing."""
    if tune.is_null:
        yield Problem(f'"{role}" names no file and is ignored', f"write one, as in {role}: {role}.mp3", line)
    yield from unknown_keys(tune, "tune")
    for key in _IDLE.get(role, ()):
        if tune.get(key):
            yield Problem(f'"{key}" changes nothing for the {role} and is ignored', "leave it out", tune.key_lines[key])


def _problems(node: Node, pointer: str) -> Iterator[Problem]:
    for error in _validator(pointer).iter_errors(tree.plain(node)):
        if list(error.absolute_path)[:-1] != ["pronounce"]:  # its entries are told of below, without their words
            yield _problem(error, node)
    yield from pronunciations.problems(node.get("pronounce"))


def _problem(error: ValidationError, root: Node) -> Problem:
    path = list(error.absolute_path)
    line = tree.at(root, path).line or 1
    name = next((str(step) for step in reversed(path) if isinstance(step, str)), "")
    where = f'"{name[:40]}"' if name and not isinstance(path[-1], int) else "a turn" if path else "the script"
    fix = _FIXES.get(name) or next((_FIXES[str(step)] for step in path if step in _FIXES), "")
    match error.validator:
        case "type":
            return Problem(f"{where} must be {_kind(error.validator_value)}", fix or _type_fix(error), line)
        case "anyOf" if path:
            return Problem("a turn has no text", _missing_text(tree.at(root, path)), line)
        case "anyOf":
            return Problem("the script has no turns", "list them under turns:", line)
        case "minItems" | "minLength":
            return Problem(f"{where} is empty", fix or "write at least one turn", line)
        case "minimum" | "maximum":
            return Problem(f"{where} is out of range", fix, line)
        case _:
            return Problem(f"{where} is not written as it should be", fix, line)


def _kind(expected: str | list[str]) -> str:
    kinds = [expected] if isinstance(expected, str) else expected
    return " or ".join(_KINDS.get(kind, kind) for kind in kinds)


def _type_fix(error: ValidationError) -> str:
    if error.validator_value == "string":
        return "put it in quotes" if isinstance(error.instance, bool | float) else "write one text"
    return 'write a list of turns, each with a "text"'


def _missing_text(turn: Node) -> str:
    near = next((key for key in turn.entries or {} if nearest(key, ["text", "dialogue"])), "")
    return f'did you mean "text" by "{near[:40]}"?' if near else "give it a text"


@cache
def _schema() -> dict[str, Any]:
    schema: dict[str, Any] = json.loads((files("voicebooth") / "schemas" / "script.schema.json").read_text("utf-8"))
    return schema


@cache
def _validator(pointer: str) -> Draft202012Validator:
    from jsonschema import Draft202012Validator, FormatChecker  # noqa: PLC0415 - only scripts in need of it pay for it

    whole = _schema()
    part = {**whole["$defs"]["particulars"], "type": "object", "$defs": whole["$defs"]}
    schema = whole if pointer == "#" else part
    return Draft202012Validator(schema, format_checker=FormatChecker(["date"]))
