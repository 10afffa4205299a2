"""``voicebooth config``: the settings in force."""

from __future__ import annotations

import os
from pathlib import Path

import click

from . import options
from .tell import Teller


@click.command()
@options.as_json
@click.pass_obj
def config(tell: Teller) -> None:
    """List the settings in force and where each comes from."""
    from voicebooth import settings  # noqa: PLC0415 - loads pydantic

    chosen = settings.load(os.environ, Path.cwd())
    options.told_odd(tell, chosen.warnings)
    for row in settings.table(chosen):
        facts = {"name": row.name, "value": row.value or None, "source": row.source}
        tell.line(f"{row.name:<40} {row.value or '-':<32} {row.source}", facts)
