"""From a script in one bucket to an episode in another, once: who makes it, whether it is made, what is recorded.

Resumable by construction: nothing here remembers anything. Whatever is kept in the buckets is found again by the next
try, which plans with the segments of the last manifest and so asks only for what is missing. One claim at a time makes
two deliveries of one event one episode; a newer generation of the script takes the claim over, and the older run stops.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from pathlib import PurePosixPath
from uuid import uuid4

from . import __version__
from .beside import unchanged
from .claim import Claim
from .deadline import Deadline
from .errors import ScriptFault, Superseded
from .journal import Journal
from .manifest import EPISODE, Generator, Manifest, Source
from .prepare import excerpt, prepare, read_script
from .production import TEXTS, Production
from .publish import PREVIEW, Publisher, last_manifest
from .retake import Retake, retaken
from .shelf import Shelf
from .storage import open_store
from .studio import Studio
from .synthesise import Tally

RECIPE = 1  # counts the ways in which finished files have changed for equal takes and settings
KEPT = {
    "alternatives",
    "audio",
    "cast",
    "cover",
    "duration_s",
    "mastering",
    "mode",
    "other_mode_keys",
    "retaking",
    "segments",
    "takes",
}
OnProgress = Callable[[Tally, int], None]  # what was done so far, and how many segments there are


def make_episode(
    studio: Studio,
    name: str,
    generation: int | None = None,
    *,
    deadline: Deadline | None = None,
    on_progress: OnProgress = lambda _tally, _segments: None,
    retakes: Sequence[Retake] = (),
) -> Manifest:
    """Make the episode of a script, or find it made, and return its manifest. No generation means the newest.

    ``retakes`` asks for other takes of some lines, also where the episode is made; see ``retake``.
    Raises ``ScriptFault`` or ``Refusal`` (state ``failed``, ``error.txt`` written), ``Passing`` (all takes kept: try
    again) or ``Superseded`` (a newer generation of the script is made or in the making).
    """
    source = Source(uri=f"{studio.scripts.url}/{name}", generation=generation or _newest(studio, name))
    episode = episode_of(name)
    last = last_manifest(studio.episodes, episode)
    _not_outdated(studio, name, source)
    _no_rival(source, last)
    if last and not retakes and _finished(studio, episode, source, last):
        return last
    with _claim(studio, episode, source) as claim:
        _not_outdated(studio, name, source)  # nor while we waited for the claim
        last = last_manifest(studio.episodes, episode)  # another may have finished it before the claim was ours
        _no_rival(source, last)
        if last and not retakes and _finished(studio, episode, source, last):
            return last
        preview, shelf = last_manifest(studio.episodes, episode, PREVIEW), Shelf(studio.work)
        if retakes:
            last = retaken(studio, shelf, name, last or _begun(source, None, ""), preview, retakes)
        publisher = Publisher(studio.episodes, studio.work, episode, claim)
        with Journal(PurePosixPath(name).name, _begun(source, last, _recipe(studio)), publisher) as journal:
            deadline = deadline or Deadline()
            production = Production(studio, shelf, name, claim, publisher, journal, deadline, on_progress)
            return production.produce(last, preview)


def make_preview(
    studio: Studio,
    name: str,
    stretch: tuple[int, int],
    *,
    on_progress: OnProgress = lambda _tally, _segments: None,
) -> Manifest:
    """Voice the segments of a stretch of lines, first and last, and master them into a file beside the episode's.

    The plan is that of the whole episode, so that nothing is paid for again when that is made; the episode's own files
    and its state stay as they are. Returns the manifest of the preview (``preview.json``).
    Raises ``NoWords`` before anything is written, and all that ``make_episode`` raises.
    """
    source = Source(uri=f"{studio.scripts.url}/{name}", generation=_newest(studio, name))
    episode = episode_of(name)
    with _claim(studio, episode, source) as claim:
        last, before = (last_manifest(studio.episodes, episode, stem) for stem in (EPISODE, PREVIEW))
        excerpt(prepare(studio, read_script(studio, name, source.generation), name, last, before), stretch)
        publisher = Publisher(studio.episodes, studio.work, episode, claim, PREVIEW)
        files = {"audio": before.audio if before else (), "alternatives": ()}
        begun = _begun(source, last, "").model_copy(update=files)
        with Journal(PurePosixPath(name).name, begun, publisher) as journal:
            shelf, deadline = Shelf(studio.work), Deadline()
            production = Production(studio, shelf, name, claim, publisher, journal, deadline, on_progress, stretch)
            return production.produce(last, before)


def episode_of(name: str) -> str:
    """Return the episode's path for a script's name: ``show/ep.md`` → ``show/ep``."""
    return str(PurePosixPath(name).with_suffix(""))


def _claim(studio: Studio, episode: str, source: Source) -> Claim:
    return Claim.take(
        studio.work,
        f"claims/{episode}.json",
        generation=source.generation,
        newest=True,
        owner=uuid4().hex,
        lease_s=studio.options.claim_s,
    )


def _newest(studio: Studio, name: str) -> int:
    if stat := studio.scripts.stat(name):
        return stat.generation
    raise ScriptFault("there is no such script", fix="check the name")


def _no_rival(source: Source, last: Manifest | None) -> None:
    """Raise ``ScriptFault`` when another script makes the episode of this name: ``ep.txt`` beside ``ep.md``.

    A script that failed has no episode to lose, and one that is gone has left its name.
    """
    if last is None or last.script.uri == source.uri or last.state == "failed":
        return
    folder, _, name = last.script.uri.rpartition("/")
    if open_store(folder).stat(name):
        raise ScriptFault(f"{last.script.uri} makes the episode of this name", fix="rename one of the two scripts")


def _not_outdated(studio: Studio, name: str, source: Source) -> None:
    """Raise ``Superseded`` for a generation that is not the one there is now, which has an event of its own.

    Newest is what is there, not the highest number: a file restored from a copy may have an older generation.
    """
    stat = studio.scripts.stat(name)
    if stat is None or stat.generation != source.generation:
        raise Superseded("the script was replaced or removed after this event")


def _finished(studio: Studio, episode: str, source: Source, last: Manifest) -> bool:
    """Tell whether this script's episode is done, by this recipe and with these files beside it, and all there."""
    same = (last.script.uri, last.script.generation) == (source.uri, source.generation)
    if not same or last.state != "done" or last.recipe != _recipe(studio):
        return False
    there = {stat.name.removeprefix(f"{episode}/") for stat in studio.episodes.list(f"{episode}/")}
    whole = there >= TEXTS | last.files
    return whole and unchanged(studio.scripts, last.companions)


def _recipe(studio: Studio) -> str:
    """Return SHA-256 (hex) over all that decides the finished files besides the script."""
    engine, options = studio.speech("").engine, studio.options
    sound = options.loudness_lufs, options.true_peak_dbtp, options.sample_rate_hz, options.bitrate_kbps
    parts = [RECIPE, engine.name, engine.model, options.formats, *sound, options.mode]
    words = [options.narrator, options.spell_out or "", options.lexicon]
    parts += words if any(words) else []  # episodes from before there were these are still good
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _begun(source: Source, last: Manifest | None, recipe: str) -> Manifest:
    """Return a running manifest that still tells what was made and paid for before."""
    kept = last.model_dump(include=KEPT) if last else {}
    begun = Manifest(
        state="running", script=source, updated="", recipe=recipe, generator=Generator(version=__version__)
    )
    return Manifest.model_validate(begun.model_dump() | kept)
