"""``voicebooth check``: every problem of a script, by line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from . import options, tell

if TYPE_CHECKING:
    from voicebooth.app import App


@click.command()
@options.scripts
def check(scripts: tuple[str, ...]) -> None:
    """Report every problem by line.

    The exit status is 1 when a script cannot become an episode. Asks no service and needs no key.
    """
    app = options.start()
    tell.each(scripts, lambda script: _check(app, script))


def _check(app: App, script: str) -> None:
    from voicebooth.outline import counted, lasting  # noqa: PLC0415 - loads the planner

    prepared, _ = app.prepared(script)
    tell.problems(script, prepared.warnings)
    turns = counted(len(prepared.script.turns), "turn")
    click.echo(f"{script}: fine: {turns}, about {lasting(prepared.plan.estimate_s)}")
