"""What verbs have in common: options, and the application that they act on."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from voicebooth.app import App

speech = click.option(
    "--speech",
    type=click.Choice(["gemini", "offline"]),
    help="Who speaks: Gemini, or a draft voice that needs no key.  [default: gemini]",
)
out = click.option("--out", metavar="DIR", help="Where episodes go: a folder or gs://bucket.  [default: episodes]")
formats = click.option(
    "--format", "formats", metavar="LIST", help="mp3, wav or both with a comma between.  [default: mp3]"
)
scripts = click.argument("scripts", metavar="SCRIPT...", nargs=-1, required=True)


def start(**overrides: object) -> App:
    """Return the application, by the settings in force here and what the command line says of them."""
    from voicebooth.app import App  # noqa: PLC0415 - loads the product

    app = App.start(os.environ, Path.cwd(), **overrides)
    for warning in app.settings.warnings:
        click.echo(warning.render("settings"), err=True)
    return app
