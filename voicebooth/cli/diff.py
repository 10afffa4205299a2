"""``voicebooth diff``: what an edit will have voiced, and for how much."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from voicebooth.errors import VoiceboothError

from . import options
from .tell import Said, Teller

if TYPE_CHECKING:
    from voicebooth.compare import Comparison


@click.command()
@click.argument("old", metavar="OLD", type=click.Path())
@click.argument("new", metavar="NEW", type=click.Path())
@options.speech
@options.as_json
@click.pass_obj
def diff(tell: Teller, old: str, new: str, speech: str | None) -> None:
    """Tell what an edit will voice anew and cost.

    NEW is a script, OLD the script before the edit, or the episode.json of an episode. Asks no service and needs no
    key.
    """
    app = options.start(tell, speech=speech)
    try:
        before = app.before(old)
    except VoiceboothError as fault:
        tell.say(old, Said(fault=fault))
        sys.exit(fault.exit_code)
    tell.each([new], lambda script: _compared(app.compared(before, script), old))


def _compared(comparison: Comparison, old: str) -> Said:
    from voicebooth.compare import figures, told  # noqa: PLC0415 - loads the planner

    return Said(told(comparison), {"old": old, **figures(comparison)}, comparison.new.warnings)
