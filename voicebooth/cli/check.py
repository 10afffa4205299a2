"""``voicebooth check``: every problem of a script, by line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from . import options
from .tell import Said, Teller

if TYPE_CHECKING:
    from voicebooth.app import App
    from voicebooth.script import Script

SPEAKERS_SHOWN = 6


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
    text = f"{script}: fine: {counted(turns, 'turn')} by {_names(prepared.script)}, about {lasting(estimate_s)}"
    facts = {"turns": turns, "speakers": list(prepared.script.speakers), "estimate_s": round(estimate_s, 1)}
    return Said(text, facts, prepared.warnings)


def _names(script: Script) -> str:
    """Return who speaks, so that a name not recognised is missed at a glance."""
    names = script.speakers
    shown = [*names[:SPEAKERS_SHOWN], f"{len(names) - SPEAKERS_SHOWN} more"][: len(names)]
    return " and ".join(filter(None, [", ".join(shown[:-1]), shown[-1]]))
