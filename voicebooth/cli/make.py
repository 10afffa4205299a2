"""``voicebooth make``: scripts become episodes, while somebody watches and may lose patience."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

import click

from voicebooth.errors import Busy, Problem

from . import lines, options, player
from .progress import progress
from .tell import Said, Teller

if TYPE_CHECKING:
    from voicebooth.app import App
    from voicebooth.manifest import Manifest
    from voicebooth.retake import Retake

BUSY_LOOK_S = 1.0
BUSY_LOOKS = 600


@click.command()
@options.scripts
@options.out
@options.speech
@options.formats
@click.option("--play", is_flag=True, help="Open the episode when it is done.")
@options.as_json
@options.quiet
@click.option(
    "--only",
    metavar="LINE[-LINE]",
    callback=lines.stretch,
    help="Voice what holds these lines, to listen to: a preview beside the episode.",
)
@click.option(
    "--retake",
    metavar="LINE[=TAKE]",
    multiple=True,
    callback=lines.retakes,
    help="Voice a line anew, or use one of its takes again. May be given more than once.",
)
@click.pass_obj
def make(
    tell: Teller,
    scripts: tuple[str, ...],
    out: str | None,
    speech: str | None,
    formats: str | None,
    only: tuple[int, int] | None,
    retake: list[Retake],
    *,
    play: bool,
) -> None:
    """Make episodes.

    SCRIPT is a file or gs://bucket/object. Nothing is paid for twice: run it again after a failure, a Ctrl-C or a
    change of the script, and only what is missing is voiced.
    """
    lines.of_one(scripts, only, retake)
    app = options.start(tell, speech=speech, formats=formats, episodes_bucket=out)
    with interruptible():
        tell.each(scripts, lambda script: _make(app, tell, script, retake, only, play=play))


def _make(
    app: App, tell: Teller, script: str, retake: list[Retake], only: tuple[int, int] | None, *, play: bool
) -> Said:
    with progress(script, tell) as bar:
        manifest, place = _patiently(lambda: app.make(script, bar.show, retake, only), tell)
    if play:
        player.play(tell, files_of(manifest, place)[0])
    return made(manifest, place, anew=bar.begun)


def made(manifest: Manifest, place: str, *, anew: bool) -> Said:
    """Return what is to be told of an episode; ``anew`` when something was done for it."""
    files = files_of(manifest, place)
    warnings = tuple(Problem(w.message, w.fix, w.line) for w in manifest.warnings)
    facts = {"anew": anew, "files": files, "manifest": manifest.model_dump(mode="json")}
    return Said("\n".join([_summary(manifest, anew=anew), *files]), facts, warnings)


def files_of(manifest: Manifest, place: str) -> list[str]:
    """Return where the audio is: paths, from here if it is below, or URLs."""
    return [_path(f"{place}/{audio.name}") for audio in manifest.audio]


@contextmanager
def interruptible() -> Iterator[None]:
    """Say at once that Ctrl-C or a ``kill`` was heard: what is asked for is paid for, so it is awaited and kept."""

    def stop(number: int, _frame: object) -> None:
        signal.signal(number, signal.SIG_DFL)
        with suppress(OSError):  # whoever reads this was stopped as well, maybe
            click.echo("\nstopping when the requests on their way are answered; Ctrl-C again stops at once", err=True)
        raise KeyboardInterrupt

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _patiently(make_it: Callable[[], tuple[Manifest, str]], tell: Teller) -> tuple[Manifest, str]:
    """Wait while another process makes the same episode: its result is ours too."""
    for look in range(BUSY_LOOKS):
        try:
            return make_it()
        except Busy:
            if look == 0:
                tell.note("another process makes this episode, or was stopped a moment ago; waiting")
            threading.Event().wait(BUSY_LOOK_S)
    return make_it()


def _summary(manifest: Manifest, *, anew: bool) -> str:
    from voicebooth.outline import counted  # noqa: PLC0415 - loads the planner

    minutes, seconds = divmod(round(manifest.duration_s or 0), 60)
    parts = [f"{manifest.title}: {minutes}:{seconds:02}"]
    if anew:
        parts.append(f"{counted(manifest.requests.made, 'request')}, {counted(manifest.requests.cached, 'take')} kept")
    else:
        parts.append("made before, nothing to do")
    if manifest.loudness:
        parts.append(f"{manifest.loudness.integrated_lufs:.1f} LUFS, peak {manifest.loudness.true_peak_dbtp:.1f} dBTP")
    if anew and manifest.cost.usd is not None and manifest.cost.price_table:
        parts.append(f"${manifest.cost.usd:.4f}")
    return " · ".join(parts) + f"\n{manifest.disclosure}"


def _path(url: str) -> str:
    """Return a file's URL as a path, from here if it is below; any other as it is."""
    if not url.startswith("file://"):
        return url
    path = Path(unquote(url.removeprefix("file://")))
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)
