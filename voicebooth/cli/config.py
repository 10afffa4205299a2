"""``voicebooth config``: the settings in force."""

from __future__ import annotations

import os
from pathlib import Path

import click


@click.command()
def config() -> None:
    """List the settings in force and where each comes from."""
    from voicebooth import settings  # noqa: PLC0415 - loads pydantic

    for row in settings.table(settings.load(os.environ, Path.cwd())):
        click.echo(f"{row.name:<40} {row.value or '-':<32} {row.source}")
