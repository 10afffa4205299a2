"""``voicebooth watch``: the bucket, locally. Drop a script in, find its episode."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

import click

from voicebooth.errors import Passing, Problem, ScriptFault, SettingsFault, Superseded, VoiceboothError

from . import options
from .make import interruptible, made
from .progress import progress
from .tell import Said, Teller, outcome

if TYPE_CHECKING:
    from voicebooth.desk import Desk, Run
    from voicebooth.studio import Studio
    from voicebooth.synthesise import Tally
    from voicebooth.watch import Sightings


@click.command()
@click.argument("folder", metavar="FOLDER", shell_complete=options.folders)
@options.out
@options.speech
@options.formats
@click.option(
    "--jobs", type=click.IntRange(1, 16), default=1, show_default=True, help="How many episodes to make at a time."
)
@options.as_json
@options.quiet
@click.pass_obj
def watch(
    tell: Teller, folder: str, out: str | None, speech: str | None, formats: str | None, jobs: int
) -> None:  # it ends by Ctrl-C
    """Make an episode of every script that is put into a folder.

    Scripts whose episodes are missing or out of date are made at once, and again whenever they change. One that is at
    fault does not stop the others: mend it, and it is made. Ctrl-C ends it.
    """
    app = options.start(tell, speech=speech, formats=formats, episodes_bucket=out)
    if not Path(folder).is_dir():
        raise _no_folder(folder)
    studio = app.folder_studio(folder)
    watched = _Watch(tell, studio, folder)
    app.able(studio)
    with interruptible():
        watched.run(jobs)


def _no_folder(place: str) -> SettingsFault:
    if Path(place).is_file():
        fix = f"watch the folder it lies in, or make its episode once: voicebooth make {place}"
        return SettingsFault(f"{place}: this is a file", fix=fix)
    return SettingsFault(f"{place}: there is no such folder", fix="make it, or name another")


class _Watch:
    """The folder, and how it is spoken of."""

    def __init__(self, tell: Teller, studio: Studio, folder: str) -> None:
        from voicebooth.watch import Leanings  # noqa: PLC0415 - loads the parser

        self._tell = tell
        self._leanings = Leanings()
        self._studio = studio
        self._folder = folder
        self._aside = _kept_apart(studio)
        self._bars = False
        self._told: dict[str, tuple[int, tuple[Problem, ...]]] = {}  # what is wrong with a script, and since when

    def run(self, jobs: int) -> None:
        """Look and make until Ctrl-C."""
        from voicebooth.desk import Desk  # noqa: PLC0415 - for those who watch
        from voicebooth.watch import LOOK_S, Sightings, files_in  # noqa: PLC0415 - loads the parser

        self._bars = jobs == 1 and self._tell.is_watched
        sightings, troubled = Sightings(), False
        self._event("watching", f"watching {self._folder} for {self._studio.episodes.url}; Ctrl-C ends it")
        with Desk(self._make, jobs) as desk:
            while True:
                try:
                    seen = files_in(self._studio.scripts, self._aside)
                except Passing as passing:  # a network folder that is away for a moment
                    if not troubled:
                        self._tell.say(self._folder, Said(fault=passing), event="failed")
                    troubled = True
                else:
                    troubled = False
                    self._want(desk, sightings, sightings.look(seen, time.monotonic()))
                desk.look()
                threading.Event().wait(LOOK_S)

    def _want(self, desk: Desk, sightings: Sightings, ready: dict[str, int]) -> None:
        from voicebooth.parse import is_about  # noqa: PLC0415 - loads the parser
        from voicebooth.watch import is_script  # noqa: PLC0415

        for name in filter(is_about, ready):
            self._tell.note(f"{self._path(name)}: passed over, for it is about the folder; voicebooth make makes it")
        scripts = {*filter(is_script, ready), *self._leanings.due(sightings.settled, ready)}
        for name in sorted(scripts):
            if desk.want(name, sightings.settled[name]):
                script = self._path(name)
                self._event("superseded", f"{script}: changed meanwhile; beginning anew", script=script)

    def _make(self, run: Run) -> float | None:
        """Make one episode and tell of it; return how soon to try again, in seconds."""
        script = self._path(run.name)
        said = outcome(lambda: self._made(run, script))
        if said.fault and (run.halted or isinstance(said.fault, Superseded)):  # or a newer one is about to be seen
            return None
        if isinstance(said.fault, ScriptFault):
            self._leanings.failed(run.name)
        if self._is_told(run, said.fault):
            return None
        if said.facts.get("anew") is False and not self._tell.as_json:
            self._tell.note(f"{script}: its episode is up to date")
        else:
            self._tell.say(script, said, event="failed" if said.fault else "made")
        if isinstance(said.fault, Passing):
            return said.fault.retry_after_s or 0.0
        return None

    def _is_told(self, run: Run, fault: VoiceboothError | None) -> bool:
        """Note what is wrong with a script, and tell whether that was said already of this very version."""
        before = self._told.pop(run.name, None)
        if not isinstance(fault, ScriptFault):
            return False
        self._told[run.name] = (run.generation, fault.problems)
        return before == self._told[run.name]

    def _made(self, run: Run, script: str) -> Said:
        from voicebooth.episode import episode_of, make_episode  # noqa: PLC0415 - loads the product

        with progress(script, self._tell, hidden=not self._bars) as bar:

            def on_progress(tally: Tally, segments: int) -> None:
                run.go_on()
                if not bar.begun and not self._bars:  # which tells as much
                    self._event("making", f"{script}: making its episode", script=script, segments=segments)
                bar.show(tally, segments)

            manifest = make_episode(self._studio, run.name, run.generation, on_progress=on_progress)
        self._leanings.made(run.name, {file.name: file.generation for file in manifest.companions})
        return made(manifest, f"{self._studio.episodes.url}/{episode_of(run.name)}", anew=bar.begun)

    def _path(self, name: str) -> str:
        return str(Path(self._folder, name))

    def _event(self, event: str, text: str, **facts: object) -> None:
        if self._tell.as_json:
            self._tell.line("", {"event": event, "folder": self._folder, **facts})
        else:
            self._tell.note(text)


def _kept_apart(studio: Studio) -> tuple[str, ...]:
    """Return where in the watched folder episodes go, to be passed over: their transcripts are no scripts.

    Raises ``SettingsFault`` where the two cannot be told apart, for the work would then trigger itself.
    """
    scripts = _folder(studio.scripts.url)
    aside = []
    for place in (studio.episodes.url, studio.work.url):
        if not place.startswith("file://"):
            continue
        there = _folder(place)
        if scripts == there or there in scripts.parents:
            raise SettingsFault(
                f"{scripts} lies where episodes go", fix="give --out a folder beside it or in it, such as episodes"
            )
        if there.is_relative_to(scripts):
            aside.append(f"{there.relative_to(scripts).as_posix()}/")
    return tuple(aside)


def _folder(url: str) -> Path:
    return Path(unquote(url.removeprefix("file://"))).resolve()
