"""``voicebooth voices``: the voices that a script can name."""

from __future__ import annotations

import click

from . import options
from .tell import Teller


@click.command()
@options.as_json
@click.pass_obj
def voices(tell: Teller) -> None:
    """List the voices that a script can name."""
    from voicebooth.voices import VOICES  # noqa: PLC0415 - for those who ask

    for voice in VOICES:
        facts = {"name": voice.name, "gender": voice.gender, "descriptor": voice.descriptor}
        tell.line(f"{voice.name:<16} {voice.gender:<7} {voice.descriptor}", facts)
