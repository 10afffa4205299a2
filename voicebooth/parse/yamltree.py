"""YAML becomes nodes that know their lines.

Built from the parser's events, one by one and without recursion, so that nothing is constructed but texts, numbers,
booleans and null. Anchors and aliases are refused: a script has no use for them, and they are what makes YAML
explode. Numbers and booleans are those of YAML 1.2 (https://yaml.org/spec/1.2.2/#103-core-schema), in which "no", "on"
and "10:30" are the words they look like.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

import yaml

from voicebooth.errors import Problem, ScriptFault

from .tree import Builder, Node, Scalar
from .words import Words

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times faster where libyaml is there
_NUMBER = re.compile(r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?")
_CONSTANTS = {"null": None, "~": None, "": None, "true": True, "false": False}
_WINDOW = 200  # characters in which the next word of a text over several lines is looked for


def read(text: str, problems: list[Problem], first_line: int = 1) -> list[Node]:
    """Return the root of every document in the text, whose first line has the number given.

    Raises ``ScriptFault`` with the line on which the text stops being YAML.
    """
    builder = Builder(problems)
    source = text.split("\n")
    try:
        for event in yaml.parse(text, Loader=_Loader):
            _take(event, source, first_line, builder)
    except yaml.MarkedYAMLError as exc:
        mark = exc.problem_mark or exc.context_mark
        line = first_line + mark.line if mark else None
        raise ScriptFault(Problem(f"this is not YAML: {exc.problem}", _FIX, line)) from exc
    except yaml.YAMLError as exc:
        raise ScriptFault("this is not YAML: it holds characters that YAML does not allow", fix=_FIX) from exc
    return builder.roots


_FIX = 'check the indent; put a text that holds a colon or begins with a sign in quotes, as in title: "Part 2: Home"'


def _take(event: yaml.Event, source: Sequence[str], first_line: int, builder: Builder) -> None:
    start, end = _lines(event)
    line = first_line + start
    if getattr(event, "anchor", None):
        fix = "write the text out where it is wanted, or put quotes around what begins with & or *"
        raise ScriptFault(Problem("YAML anchors and aliases are not allowed in a script", fix, line))
    if getattr(event, "tag", None) not in {None, "!"}:
        fix = "remove it, or put quotes around what begins with !"
        raise ScriptFault(Problem("YAML tags are not allowed in a script", fix, line))
    match event:
        case yaml.ScalarEvent():
            value = str(event.value) if builder.wants_key else _value(event)
            words: tuple[Words, ...] = ()
            if isinstance(value, str) and end > start:
                begin = start + 1 if event.style in {"|", ">"} else start
                words = _placed(value, source[begin : end + 1], first_line + begin)
            builder.add(Node(words[0].line if words else line, value, lines=words))
        case yaml.SequenceStartEvent():
            builder.open(Node(line, items=[]))
        case yaml.MappingStartEvent():
            builder.open(Node(line, entries={}))
        case yaml.SequenceEndEvent() | yaml.MappingEndEvent():
            builder.close()
        case _:
            pass


def _lines(event: yaml.Event) -> tuple[int, int]:
    """Return the lines (0-based) on which the source of an event starts and ends."""
    start, end = event.start_mark, event.end_mark
    return (start.line if start else 0), (end.line if end else 0)


def _value(event: yaml.ScalarEvent) -> Scalar:
    text = str(event.value)
    if event.style:
        return text
    folded = text.lower()
    if folded in _CONSTANTS and text in {folded, text.title(), text.upper()}:
        return _CONSTANTS[folded]
    return float(text) if _NUMBER.fullmatch(text) else text


def _placed(value: str, raw: Sequence[str], first_line: int) -> tuple[Words, ...]:
    """Return the words of a text over several source lines by line: each is looked for behind the one before.

    What escapes hide is taken to stand where the word before it stood.
    """
    source = "\n".join(raw)
    starts = [0, *accumulate(len(line) + 1 for line in raw)]
    placed: list[Words] = []
    at = 0
    for stretch in value.split("\n"):
        lines: dict[int, list[str]] = {}
        number = first_line + bisect_right(starts, at) - 1
        for word in stretch.split():
            found = source.find(word, at, at + _WINDOW + len(word))
            if found >= 0:
                at = found + len(word)
                number = first_line + bisect_right(starts, found) - 1
            lines.setdefault(number, []).append(word)
        if placed and placed[-1].text and lines and min(lines) > placed[-1].line + 1:
            placed.append(Words("", placed[-1].line + 1))  # folding has hidden that a blank line stands here
        placed += [Words(" ".join(words), line) for line, words in lines.items()] or [Words("", number)]
    return tuple(placed)
