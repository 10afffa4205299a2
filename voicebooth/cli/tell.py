"""What a person reads: problems by file and line, and the exit status that sums them up."""

from __future__ import annotations

import sys
from collections.abc import Callable

import click

from voicebooth.errors import Problem, SettingsFault, VoiceboothError

GRAVEST_FIRST = (2, 4, 1, 3, 0)


def each(scripts: tuple[str, ...], do: Callable[[str], None]) -> None:
    """Do it for every script; one that fails does not stop the others, but its status counts."""
    statuses = {0}
    for script in scripts:
        try:
            do(script)
        except VoiceboothError as error:
            problems("voicebooth" if isinstance(error, SettingsFault) else script, error.problems)
            statuses.add(error.exit_code)
    sys.exit(min(statuses, key=GRAVEST_FIRST.index))


def problems(file: str, found: tuple[Problem, ...]) -> None:
    """Write problems to standard error, each with its line and its fix."""
    for problem in found:
        click.echo(problem.render(file), err=True)
