"""The terminal's door: ``voicebooth make|plan|check|voices|config``.

Exit status: 0 done · 1 the script is at fault · 2 usage or settings · 3 something passing, try again · 4 a refusal.
Of several scripts the gravest counts, so that 3 means: trying again is all there is to do.
Results go to standard output, everything else to standard error.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

import click

from . import __version__
from .errors import Busy, Problem, SettingsFault, VoiceboothError

if TYPE_CHECKING:
    from click._termui_impl import ProgressBar

    from .app import App
    from .manifest import Manifest
    from .script import Script
    from .synthesise import Tally

BUSY_LOOK_S = 1.0
BUSY_LOOKS = 600
SPEAKERS_SHOWN = 6
INTERRUPTED = 130  # what shells use for Ctrl-C
GRAVEST_FIRST = (2, 4, 1, 3, 0)

_speech = click.option(
    "--speech",
    type=click.Choice(["gemini", "offline"]),
    help="Who speaks: Gemini, or a draft voice that needs no key.  [default: gemini]",
)
_out = click.option("--out", metavar="DIR", help="Where episodes go: a folder or gs://bucket.  [default: episodes]")
_scripts = click.argument("scripts", metavar="SCRIPT...", nargs=-1, required=True)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="voicebooth")
def cli() -> None:
    """Turn scripts into podcast episodes."""


@cli.command()
@_scripts
@_out
@_speech
@click.option("--format", "formats", metavar="LIST", help="mp3, wav or both with a comma between.  [default: mp3]")
@click.option("--play", is_flag=True, help="Open the episode when it is done.")
def make(scripts: tuple[str, ...], out: str | None, speech: str | None, formats: str | None, *, play: bool) -> None:
    """Make episodes.

    SCRIPT is a file or gs://bucket/object. Nothing is paid for twice: run it again after a failure, a Ctrl-C or a
    change of the script, and only what is missing is voiced.
    """
    app = _app(speech=speech, formats=formats, episodes_bucket=out)
    with _interruptible():
        _each(scripts, lambda script: _make(app, script, play=play))


@cli.command()
@_scripts
@_out
@_speech
def plan(scripts: tuple[str, ...], out: str | None, speech: str | None) -> None:
    """Tell what episodes would take and cost.

    Lists segments, voices, minutes, requests, dollars and warnings. Asks no service and needs no key.
    """
    app = _app(speech=speech, episodes_bucket=out)
    _each(scripts, lambda script: _plan(app, script))


@cli.command()
@_scripts
def check(scripts: tuple[str, ...]) -> None:
    """Report every problem by line.

    The exit status is 1 when a script cannot become an episode. Asks no service and needs no key.
    """
    app = _app()
    _each(scripts, lambda script: _check(app, script))


@cli.command()
def voices() -> None:
    """List the voices that a script can name."""
    from .voices import VOICES  # noqa: PLC0415

    for voice in VOICES:
        click.echo(f"{voice.name:<16} {voice.gender:<7} {voice.descriptor}")


@cli.command()
def config() -> None:
    """List the settings in force and where each comes from."""
    from . import settings  # noqa: PLC0415

    for row in settings.table(settings.load(os.environ, Path.cwd())):
        click.echo(f"{row.name:<40} {row.value or '-':<32} {row.source}")


def _app(**overrides: object) -> App:
    from .app import App  # noqa: PLC0415

    app = App.start(os.environ, Path.cwd(), **overrides)
    for warning in app.settings.warnings:
        click.echo(warning.render("settings"), err=True)
    return app


def _each(scripts: tuple[str, ...], do: Callable[[str], None]) -> None:
    """Do it for every script; one that fails does not stop the others, but its status counts."""
    statuses = {0}
    for script in scripts:
        try:
            do(script)
        except VoiceboothError as error:
            _tell("voicebooth" if isinstance(error, SettingsFault) else script, error.problems)
            statuses.add(error.exit_code)
    sys.exit(min(statuses, key=GRAVEST_FIRST.index))


def _make(app: App, script: str, *, play: bool) -> None:
    with _progress(script) as progress:
        manifest, place = _patiently(lambda: app.make(script, progress.show))
    _tell(script, tuple(Problem(w.message, w.fix, w.line) for w in manifest.warnings))
    click.echo(_summary(manifest, anew=progress.begun))
    files = [_path(f"{place}/{audio.name}") for audio in manifest.audio]
    click.echo("\n".join(files))
    if play:
        click.launch(files[0])


@contextmanager
def _interruptible() -> Iterator[None]:
    """Say at once that Ctrl-C or a ``kill`` was heard: what is asked for is paid for, so it is awaited and kept."""

    def stop(number: int, _frame: object) -> None:
        signal.signal(number, signal.SIG_DFL)
        click.echo("\nstopping when the requests on their way are answered; Ctrl-C again stops at once", err=True)
        raise KeyboardInterrupt

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _patiently(make_it: Callable[[], tuple[Manifest, str]]) -> tuple[Manifest, str]:
    """Wait while another process makes the same episode: its result is ours too."""
    for look in range(BUSY_LOOKS):
        try:
            return make_it()
        except Busy:
            if look == 0:
                click.echo("another process makes this episode, or was stopped a moment ago; waiting", err=True)
            threading.Event().wait(BUSY_LOOK_S)
    return make_it()


class _Progress:
    """What a run has done so far, on a bar."""

    def __init__(self, bar: ProgressBar[int]) -> None:
        self.begun = False
        self._bar = bar
        self._lock = threading.Lock()

    def show(self, tally: Tally, segments: int) -> None:
        """Take what was done so far, from any thread."""
        with self._lock:
            self.begun = True
            self._bar.length = segments
            self._bar.update(tally.done - self._bar.pos)


@contextmanager
def _progress(script: str) -> Iterator[_Progress]:
    """Show a bar on a terminal, and nothing elsewhere."""
    with click.progressbar(length=1, label=Path(script).name, file=sys.stderr, hidden=not sys.stderr.isatty()) as bar:
        yield _Progress(bar)


def _summary(manifest: Manifest, *, anew: bool) -> str:
    from .outline import counted  # noqa: PLC0415

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


def _plan(app: App, script: str) -> None:
    from .outline import outline  # noqa: PLC0415 - reading this module must not load the whole product
    from .prepare import within_budget  # noqa: PLC0415

    prepared, kept = app.prepared(script)
    _tell(script, prepared.warnings)
    click.echo(outline(prepared, kept))
    within_budget(prepared, kept.__contains__, app.settings.max_cost_usd)


def _check(app: App, script: str) -> None:
    from .outline import counted, lasting  # noqa: PLC0415

    prepared, _ = app.prepared(script)
    _tell(script, prepared.warnings)
    turns = counted(len(prepared.script.turns), "turn")
    click.echo(f"{script}: fine: {turns} by {_names(prepared.script)}, about {lasting(prepared.plan.estimate_s)}")


def _names(script: Script) -> str:
    """Return who speaks, so that a name not recognised is missed at a glance."""
    names = script.speakers
    shown = [*names[:SPEAKERS_SHOWN], f"{len(names) - SPEAKERS_SHOWN} more"][: len(names)]
    return " and ".join(filter(None, [", ".join(shown[:-1]), shown[-1]]))


def _tell(script: str, problems: tuple[Problem, ...]) -> None:
    for problem in problems:
        click.echo(problem.render(script), err=True)


def main() -> None:
    """Run the command line; every error becomes a message and an exit status."""
    try:
        cli(standalone_mode=False)
    except click.exceptions.Exit as done:
        sys.exit(done.exit_code)
    except click.ClickException as usage:
        usage.show()
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        click.echo("stopped; the takes made so far are kept", err=True)
        sys.exit(INTERRUPTED)
    except VoiceboothError as error:
        _tell("voicebooth", error.problems)
        sys.exit(error.exit_code)
    except Exception as bug:
        logging.getLogger(__name__).debug("bug", exc_info=True)
        click.echo(f"voicebooth: an error of ours ({type(bug).__name__}); LOG_LEVEL=DEBUG shows more", err=True)
        sys.exit(3)
