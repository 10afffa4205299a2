"""``voicebooth plan``: what episodes would take and cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from . import options
from .tell import Said, Teller

if TYPE_CHECKING:
    from voicebooth.app import App


@click.command()
@options.scripts
@options.out
@options.speech
@options.as_json
@click.pass_obj
def plan(tell: Teller, scripts: tuple[str, ...], out: str | None, speech: str | None) -> None:
    """Tell what episodes would take and cost.

    Lists segments, voices, minutes, requests, dollars and warnings. Asks no service and needs no key.
    """
    app = options.start(tell, speech=speech, episodes_bucket=out)
    tell.each(scripts, lambda script: _plan(app, script, f"{script}:\n" if len(scripts) > 1 else ""))


def _plan(app: App, script: str, heading: str) -> Said:
    from voicebooth.errors import ScriptFault  # noqa: PLC0415 - with the planner, below
    from voicebooth.outline import figures, outline  # noqa: PLC0415 - loads the planner
    from voicebooth.prepare import within_budget  # noqa: PLC0415

    prepared, kept = app.prepared(script)
    dear = None
    try:
        within_budget(prepared, kept.__contains__, app.settings.max_cost_usd)
    except ScriptFault as fault:
        dear = fault
    return Said(heading + outline(prepared, kept), figures(prepared, kept), prepared.warnings, dear)
