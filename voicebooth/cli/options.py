"""What verbs have in common: options, and the application that they act on."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .tell import Said, Teller

if TYPE_CHECKING:
    from voicebooth.app import App

Verb = Callable[..., Any]

speech = click.option(
    "--speech",
    type=click.Choice(["gemini", "offline"]),
    help="Who speaks: Gemini, or a draft voice that needs no key.  [default: gemini]",
)
out = click.option("--out", metavar="DIR", help="Where episodes go: a folder or gs://bucket.  [default: episodes]")
formats = click.option(
    "--format",
    "formats",
    metavar="LIST",
    help="mp3, m4a, opus, flac, wav or several with commas between.  [default: mp3]",
)
scripts = click.argument("scripts", metavar="SCRIPT...", nargs=-1, required=True, type=click.Path())


def _switch(name: str) -> Callable[[click.Context, click.Parameter, bool], None]:
    def turn(ctx: click.Context, _option: click.Parameter, on: bool) -> None:
        setattr(ctx.ensure_object(Teller), name, on)

    return turn


as_json = click.option(
    "--json",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_switch("as_json"),
    help="Write one JSON object a line, for programs.",
)
quiet = click.option(
    "--quiet",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_switch("quiet"),
    help="Say nothing but what is wrong.",
)


def start(tell: Teller, **overrides: object) -> App:
    """Return the application, by the settings in force here and what the command line says of them."""
    from voicebooth.app import App  # noqa: PLC0415 - loads the product

    app = App.start(os.environ, Path.cwd(), **overrides)
    if app.settings.warnings:
        tell.say(None, Said(warnings=app.settings.warnings))
    return app
