"""How a verb speaks: text for a person, or with ``--json`` one object a line for a program.

For a person, results go to standard output and problems to standard error, in colour on a terminal unless ``NO_COLOR``
is set (https://no-color.org). For a program everything goes to standard output, and a problem is an object with
``file``, ``line``, ``message`` and ``fix``. The exit status is the same.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial

import click

from voicebooth.errors import Problem, SettingsFault, VoiceboothError

GRAVEST_FIRST = (2, 4, 1, 3, 0)
PROGRAM, SETTINGS = "voicebooth", "settings"  # stand where a file's name would, when no file is to blame
RED, YELLOW, CYAN = "red", "yellow", "cyan"


class Unheard(Exception):
    """Nobody takes what is said: whoever read it has gone, or there is no room to write it."""


@dataclass(frozen=True, slots=True)
class Said:
    """What came of a script: for a person, for a program, and what is wrong with it."""

    text: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)
    warnings: tuple[Problem, ...] = ()
    fault: VoiceboothError | None = None

    @property
    def status(self) -> int:
        """The exit status that this alone would give."""
        return self.fault.exit_code if self.fault else 0


class Teller:
    """One command's voice; safe to use from many threads."""

    def __init__(self) -> None:
        self.as_json = False
        self.quiet = False
        self._lock = threading.RLock()

    @property
    def is_watched(self) -> bool:
        """Whether somebody at a terminal wants to see how far it is."""
        return sys.stderr.isatty() and not self.as_json and not self.quiet

    def each(self, scripts: Iterable[str], do: Callable[[str], Said]) -> None:
        """Do it for every script and exit; one that fails does not stop the others, but its status counts."""
        statuses = {0}
        for script in scripts:
            said = outcome(partial(do, script))
            self.say(script, said)
            statuses.add(said.status)
        sys.exit(gravest(statuses))

    def say(self, script: str | None, said: Said, **facts: object) -> None:
        """Tell what came of a script, or of a command that is about none."""
        ours = PROGRAM if script is None or isinstance(said.fault, SettingsFault) else script
        with self._lock:
            if self.as_json:
                problems = said.fault.problems if said.fault else ()
                self._object(
                    {
                        **facts,
                        "script": script,
                        "status": said.status,
                        "warnings": _objects(script, said.warnings),
                        "errors": _objects(None if ours == PROGRAM else script, problems),
                        **said.facts,
                    }
                )
                return
            if not self.quiet:
                self._problems(script or SETTINGS, said.warnings, YELLOW)
                if said.text:
                    _write(said.text)
            self._problems(ours, said.fault.problems if said.fault else (), RED)

    def line(self, text: str, facts: Mapping[str, object]) -> None:
        """Tell one result that is about no script."""
        with self._lock:
            if self.as_json:
                self._object(facts)
            else:
                _write(text)

    def note(self, text: str) -> None:
        """Tell a person what is going on."""
        if not self.as_json and not self.quiet:
            _write(text, err=True)

    def _object(self, facts: Mapping[str, object]) -> None:
        _write(json.dumps(facts))

    def _problems(self, file: str, found: Iterable[Problem], colour: str) -> None:
        for problem in found:
            message, _, fix = problem.render(file).partition("\n    fix: ")
            place = f"{file}:{problem.line}" if problem.line else file
            told = click.style(place, fg=colour, bold=True) + message.removeprefix(place)
            told += f"\n    {click.style('fix:', fg=CYAN)} {fix}" if fix else ""
            _write(told, err=True)


def outcome(work: Callable[[], Said]) -> Said:
    """Return what the work says, its failure included."""
    try:
        return work()
    except VoiceboothError as error:
        return Said(fault=error)


def gravest(statuses: Iterable[int]) -> int:
    """Return the exit status that sums up several."""
    return min(statuses, key=GRAVEST_FIRST.index)


def _objects(file: str | None, problems: Iterable[Problem]) -> list[dict[str, object]]:
    return [{"file": file, "line": p.line, "message": p.message, "fix": p.fix} for p in problems]


def _write(text: str, *, err: bool = False) -> None:
    try:
        click.echo(text, err=err, color=_colour())
    except OSError as lost:
        raise Unheard from lost


def _colour() -> bool | None:
    """Return what click should do: no colour where it is not wanted, else as the stream can."""
    return False if os.environ.get("NO_COLOR") else None
