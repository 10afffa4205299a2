"""``voicebooth voices``: the voices that a script can name, to read and to hear."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

from voicebooth.errors import SettingsFault

from . import options
from .make import interruptible
from .player import play
from .progress import progress
from .tell import Teller

if TYPE_CHECKING:
    from voicebooth.voices import Voice

ALL = "all"


def _completed(_ctx: click.Context, _option: click.Parameter, begun: str) -> list[CompletionItem]:
    from voicebooth.voices import VOICES  # noqa: PLC0415 - for those who ask

    offered = [(ALL, "one after the other"), *((voice.name, f"{voice.gender}, {voice.descriptor}") for voice in VOICES)]
    return [CompletionItem(name, help=told) for name, told in offered if name.casefold().startswith(begun.casefold())]


@click.command()
@click.option(
    "--play",
    "wanted",
    metavar="[NAME]",
    is_flag=False,
    flag_value=ALL,
    help="Play a voice; without a name all of them.",
    shell_complete=_completed,
)
@options.speech
@options.as_json
@options.quiet
@click.pass_obj
def voices(tell: Teller, wanted: str | None, speech: str | None) -> None:
    """List the voices that a script can name, or play them.

    Each voice says a line, which Gemini is asked for once: one request a voice.
    """
    if wanted is None:
        _list(tell)
    else:
        _play(tell, _meant(wanted), speech)


def _list(tell: Teller) -> None:
    from voicebooth.voices import VOICES  # noqa: PLC0415 - for those who ask

    for voice in VOICES:
        facts = {"name": voice.name, "gender": voice.gender, "descriptor": voice.descriptor}
        tell.line(f"{voice.name:<16} {voice.gender:<7} {voice.descriptor}", facts)


def _play(tell: Teller, names: list[str], speech: str | None) -> None:
    app = options.start(tell, speech=speech)
    studio = app.folder_studio(".")
    app.able(studio)
    from voicebooth.outline import counted  # noqa: PLC0415 - loads the planner
    from voicebooth.sample import sample, save  # noqa: PLC0415 - loads the product

    with interruptible(), progress("voices", tell) as bar:
        found = sample(studio, names, lambda tally: bar.show(tally, len(names)))
    name = names[0] if len(names) == 1 else ALL
    file = str(Path(tempfile.mkdtemp(prefix="voicebooth-"), f"{name}.wav"))
    save(found, Path(file))
    cost = "" if found.usd is None else f" · ${found.usd:.4f}"
    facts = {"voices": names, "file": file, "requests": found.requests, "usd": found.usd}
    if tell.as_json or not tell.quiet:
        tell.line(f"{name}: {counted(found.requests, 'request')}{cost}\n{file}", facts)
    play(tell, file)


def _meant(name: str) -> list[str]:
    """Return the voices of that name; raises ``SettingsFault`` when there are none."""
    from voicebooth.voices import VOICES, find, is_custom, nearest  # noqa: PLC0415 - for those who ask

    voice: Voice | None = find(name)
    if voice or is_custom(name):
        return [voice.name if voice else name]
    if name.casefold() == ALL:
        return [voice.name for voice in VOICES]
    near = nearest(name)
    fix = f'did you mean "{near[0]}"? ' if near else ""
    raise SettingsFault(f'there is no voice "{name}"', fix=f"{fix}voicebooth voices lists them all")
