"""``voicebooth check``: every problem of a script, by line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from . import options
from .tell import Said, Teller

if TYPE_CHECKING:
    from voicebooth.app import App


@click.command()
@options.scripts
@options.as_json
@options.quiet
@click.pass_obj
def check(tell: Teller, scripts: tuple[str, ...]) -> None:
    """Report every problem by line.

    The exit status is 1 when a script cannot become an episode. Asks no service and needs no key.
    """
    app = options.start(tell)
    tell.each(scripts, lambda script: _check(app, script))


def _check(app: App, script: str) -> Said:
    from voicebooth.outline import counted, lasting  # noqa: PLC0415 - loads the planner

    prepared, _ = app.prepared(script)
    turns, estimate_s = len(prepared.script.turns), prepared.plan.estimate_s
    text = f"{script}: fine: {counted(turns, 'turn')}, about {lasting(estimate_s)}"
    facts = {"turns": turns, "speakers": list(prepared.script.speakers), "estimate_s": round(estimate_s, 1)}
    return Said(text, facts, prepared.warnings)
