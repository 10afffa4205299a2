"""JSON becomes nodes that know their lines.

The standard library judges the grammar; the tokens of what it accepts are then read once more, for their places.
Neither converts numbers to integers, whose cost grows with their digits.
"""

from __future__ import annotations

import json
import re
from json import decoder
from typing import NoReturn

from voicebooth.errors import Problem, ScriptFault

from .tree import Builder, Node

_TOKEN = re.compile(r"""[\[\]{}]|"[^"\\]*+(?:\\.[^"\\]*+)*+"|-?\d[\d.eE+-]*+|true|false|null""")
_LONE_SURROGATE = re.compile(r"[\ud800-\udfff]")
_CONSTANTS = {"true": True, "false": False, "null": None}


def read(text: str, problems: list[Problem]) -> Node:
    """Return the root. Raises ``ScriptFault`` with the line on which the text stops being JSON."""
    _judge(text)
    builder = Builder(problems)
    line, at = 1, 0
    for token in _TOKEN.finditer(text):
        line += text.count("\n", at, token.start())
        at = token.start()
        _take(token[0], Node(line), builder)
    return builder.roots[0]


def _judge(text: str) -> None:
    try:
        json.loads(text, parse_int=float, parse_constant=_no_constant)
    except json.JSONDecodeError as exc:
        fix = "look for a missing or extra comma, quote or bracket on this line or the one before"
        raise ScriptFault(Problem(f"this is not JSON: {exc.msg.lower()}", fix, exc.lineno)) from exc
    except RecursionError as exc:
        raise ScriptFault("the script is nested too deeply", fix="a list of turns is enough") from exc


def _no_constant(name: str) -> NoReturn:
    raise ScriptFault(f"this is not JSON: {name} is no number", fix="write a number")


def _take(token: str, node: Node, builder: Builder) -> None:
    match token[0]:
        case "[":
            node.items = []
            builder.open(node)
        case "{":
            node.entries = {}
            builder.open(node)
        case "]" | "}":
            builder.close()
        case '"':
            node.scalar = _string(token, node.line, builder)
            builder.add(node)
        case "t" | "f" | "n":
            node.scalar = _CONSTANTS[token]
            builder.add(node)
        case _:
            node.scalar = float(token)
            builder.add(node)


def _string(token: str, line: int, builder: Builder) -> str:
    value = str(decoder.scanstring(token, 1)[0])  # type: ignore[attr-defined]  # public, but not in the stubs
    if _LONE_SURROGATE.search(value):
        builder.problems.append(Problem("a \\u escape is half of a character", "write the character itself", line))
        return _LONE_SURROGATE.sub(" ", value)
    return value
