"""``voicebooth plan``: what episodes would take and cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from . import options, tell

if TYPE_CHECKING:
    from voicebooth.app import App


@click.command()
@options.scripts
@options.out
@options.speech
def plan(scripts: tuple[str, ...], out: str | None, speech: str | None) -> None:
    """Tell what episodes would take and cost.

    Lists segments, voices, minutes, requests, dollars and warnings. Asks no service and needs no key.
    """
    app = options.start(speech=speech, episodes_bucket=out)
    tell.each(scripts, lambda script: _plan(app, script))


def _plan(app: App, script: str) -> None:
    from voicebooth.outline import outline  # noqa: PLC0415 - loads the planner
    from voicebooth.prepare import within_budget  # noqa: PLC0415

    prepared, kept = app.prepared(script)
    tell.problems(script, prepared.warnings)
    click.echo(outline(prepared, kept))
    within_budget(prepared, kept.__contains__, app.settings.max_cost_usd)
