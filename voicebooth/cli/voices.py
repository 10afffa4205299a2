"""``voicebooth voices``: the voices that a script can name."""

from __future__ import annotations

import click


@click.command()
def voices() -> None:
    """List the voices that a script can name."""
    from voicebooth.voices import VOICES  # noqa: PLC0415 - for those who ask

    for voice in VOICES:
        click.echo(f"{voice.name:<16} {voice.gender:<7} {voice.descriptor}")
