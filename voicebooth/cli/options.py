"""What verbs have in common: options, and the application that they act on."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem

from voicebooth.errors import Problem

from .tell import Said, Teller

if TYPE_CHECKING:
    from voicebooth.app import App

Verb = Callable[..., Any]
FORMATS = ("mp3", "m4a", "opus", "flac", "wav")  # as the settings know them, which take long to load


def folders(_ctx: click.Context, _param: click.Parameter, begun: str) -> list[CompletionItem]:
    """Leave it to the shell to complete the name of a folder."""
    return [CompletionItem(begun, type="dir")]


def _more_formats(_ctx: click.Context, _option: click.Parameter, begun: str) -> list[CompletionItem]:
    """Complete the last of several with commas between, by one that is not there yet."""
    before, comma, last = begun.rpartition(",")
    chosen = before.lower().split(",")
    fitting = [name for name in FORMATS if name.startswith(last.lower()) and name not in chosen]
    return [CompletionItem(f"{before}{comma}{name}") for name in fitting]


speech = click.option(
    "--speech",
    type=click.Choice(["gemini", "offline"]),
    help="Who speaks: Gemini, or a draft voice that needs no key.  [default: gemini]",
)
out = click.option(
    "--out",
    metavar="DIR",
    shell_complete=folders,
    help="Where episodes go: a folder or gs://bucket.  [default: episodes]",
)
formats = click.option(
    "--format",
    "formats",
    metavar="LIST",
    shell_complete=_more_formats,
    help=f"{', '.join(FORMATS)} or several with commas between.  [default: mp3]",
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
    told_odd(tell, app.settings.warnings)
    return app


def told_odd(tell: Teller, warnings: tuple[Problem, ...]) -> None:
    """Tell what is odd about the settings, if anything is."""
    if warnings:
        tell.say(None, Said(warnings=warnings))
