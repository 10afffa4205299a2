"""Turns of which several takes are made, and which of them is in use: ``takes 2`` at the turn, ``choose:`` at the top.

A turn is named after its speaker and its first words, ``ann-is-it-gone``: that stays when lines move, and goes with the
words that its takes say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from .errors import Problem, ScriptFault
from .script import Script, Turn

_WORDS = 4  # of the turn in its name
_LONGEST = 48  # characters
_SEPARATORS = re.compile(r"[\W_]+")
_APOSTROPHES = str.maketrans("", "", "'’ʼ")


@dataclass(frozen=True, slots=True)
class Choice:
    """A turn with several takes: its name, and the take in use."""

    name: str
    take: int


def choices(script: Script) -> Mapping[int, Choice]:
    """Return the choice for every turn with several takes, by index. Raises ``ScriptFault`` for a take it has not."""
    names: dict[tuple[str, str, str], str] = {}
    found, problems = {}, []
    for index, turn in enumerate(script.turns):
        if turn.takes == 1:
            continue
        name = names.setdefault((turn.speaker, turn.delivery, turn.text), _free(_name(turn), set(names.values())))
        take = script.meta.choose.get(name, 1)
        if take > turn.takes:
            line = script.meta.lines.get(f"choose.{name}")
            fix = f"choose one of them, or write takes {take} on line {turn.line}"
            problems.append(Problem(f"{name} has {turn.takes} takes, and none with the number {take}", fix, line))
        found[index] = Choice(name, take)
    if problems:
        raise ScriptFault(*problems)
    return found


def warnings(script: Script, found: Mapping[int, Choice]) -> Iterator[Problem]:
    """Yield the choices that no turn goes by."""
    names = sorted({choice.name for choice in found.values()})
    fix = f"there are: {', '.join(names)}" if names else "write takes 2 in brackets behind a speaker's name"
    for name in script.meta.choose:
        if name not in names:
            line = script.meta.lines.get(f"choose.{name}")
            yield Problem(f'no turn with several takes is named "{name[:_LONGEST]}"', fix, line)


def _name(turn: Turn) -> str:
    said = " ".join(turn.text.split()[:_WORDS])
    words = _SEPARATORS.sub(" ", f"{turn.speaker} {said}".translate(_APOSTROPHES).casefold()).split()
    return "-".join(words)[:_LONGEST].strip("-")


def _free(name: str, taken: set[str]) -> str:
    """Return the name, with a number behind it where another turn begins with the same words."""
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name}-{number}"
    return free
