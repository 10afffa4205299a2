"""A Dockerfile as data: stages, each with its instructions in order."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Template

from dockerfile_parse import DockerfileParser


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction: its word in capitals, and the rest of it, continued lines joined."""

    word: str
    value: str


@dataclass(frozen=True, slots=True)
class Stage:
    """What stands between one FROM and the next."""

    base: str
    name: str
    instructions: tuple[Instruction, ...]

    def values(self, word: str) -> list[str]:
        """Return the values of all instructions of one kind."""
        return [each.value for each in self.instructions if each.word == word]

    def last(self, word: str) -> str:
        """Return the value of the last instruction of a kind: the one that counts. There must be one."""
        return self.values(word)[-1]

    @property
    def environment(self) -> dict[str, str]:
        """The variables that ENV sets, each with those before it filled in, ``$PATH`` as the base has it."""
        found = {"PATH": "/usr/local/bin:/usr/local/sbin:/usr/bin:/usr/sbin:/bin:/sbin"}
        for value in self.values("ENV"):
            found |= {name: Template(to).safe_substitute(found) for name, to in pairs(value)}
        return found

    @property
    def labels(self) -> dict[str, str]:
        """What LABEL says."""
        return dict(pair for value in self.values("LABEL") for pair in pairs(value))


def read(path: Path) -> tuple[Mapping[str, str], list[Stage]]:
    """Read a Dockerfile: the arguments that stand before its first stage with their defaults, and the stages."""
    with path.open("rb") as file:
        structure = DockerfileParser(fileobj=file).structure
    everything = [Instruction(each["instruction"], each["value"]) for each in structure]
    everything = [each for each in everything if each.word != "COMMENT"]
    first = next(n for n, each in enumerate(everything) if each.word == "FROM")
    arguments = dict(pair for each in everything[:first] for pair in pairs(each.value))
    return arguments, list(_stages(everything[first:]))


def pairs(value: str) -> Iterator[tuple[str, str]]:
    """Read ``a=1 b="two words"``."""
    for word in shlex.split(value):
        name, _, to = word.partition("=")
        yield name, to


def words(value: str) -> list[str]:
    """Read the exec form: ``["program", "argument"]``."""
    found = json.loads(value)
    return [str(word) for word in found]


def _stages(instructions: list[Instruction]) -> Iterator[Stage]:
    starts = [n for n, each in enumerate(instructions) if each.word == "FROM"]
    for start, end in zip(starts, [*starts[1:], len(instructions)], strict=True):
        said = re.fullmatch(r"(\S+)(?:\s+AS\s+(\S+))?", instructions[start].value, re.IGNORECASE)
        if not said:
            raise ValueError(f"no stage begins so: FROM {instructions[start].value}")
        yield Stage(said[1], said[2] or str(len(starts) - 1), tuple(instructions[start + 1 : end]))
