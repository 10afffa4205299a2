"""Every dependency probed as it will be used, and what to do about those that fail.

Nothing here costs money: the speech service is asked what it knows of a model, and what is written into a bucket is a
few bytes that are deleted at once. A probe that cannot be made because of an earlier one is left out.
"""

from __future__ import annotations

import os
import platform
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import partial
from importlib import import_module, metadata
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from urllib.parse import unquote
from uuid import uuid4

from .errors import SettingsFault, VoiceboothError

if TYPE_CHECKING:
    from .app import App
    from .storage import Store

LIBRARIES = {"av": "av", "lameenc": "lameenc", "numpy": "numpy", "pydantic": "pydantic", "yaml": "PyYAML"}
INSTALLATION = 2  # exit status of what a setting or an installation must mend
GREETING_S = 20.0
SKEW_S = 20.0  # a third of a claim's lease: beyond it two computers may think that it is their turn
HOUR_BYTES = 216_000_000  # an hour of takes (24 kHz, 16 bit) and its MP3
LITTLE_BYTES, TOO_LITTLE_BYTES = 1_000_000_000, HOUR_BYTES


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. ``status`` is the exit status that it asks for."""

    check: str
    state: Literal["ok", "warn", "fail"]
    message: str
    fix: str = ""
    status: int = 0


def examine(environ: Mapping[str, str], folder: Path, **overrides: object) -> Iterator[Finding]:
    """Yield what is found, one thing after the other; ``overrides`` are the command line's settings."""
    yield Finding("python", "ok", f"{platform.python_version()} on {platform.system()}")
    missing = list(_missing())
    if missing:
        yield from missing
        return
    yield Finding("packages", "ok", ", ".join(f"{name} {metadata.version(name)}" for name in LIBRARIES.values()))
    from .app import App  # noqa: PLC0415 - loads the packages above

    try:
        app = App.start(environ, folder, **overrides)
    except SettingsFault as fault:
        yield from _failures("settings", fault)
        return
    yield from _settings(app)
    yield from _audio()
    yield from _speech(app)
    yield from _places(app)


def _missing() -> Iterator[Finding]:
    for module, name in LIBRARIES.items():
        try:
            import_module(module)
        except ImportError as broken:
            fix = "install voicebooth anew into an environment of its own"
            yield Finding("packages", "fail", f"{name} cannot be loaded ({broken})", fix, INSTALLATION)


def _settings(app: App) -> Iterator[Finding]:
    for odd in app.settings.warnings:
        yield Finding("settings", "warn", odd.message, odd.fix)
    sources = [app.settings.source_of(name) for name in type(app.settings).model_fields]
    given = sorted({source for source in sources if source != "default"})
    count = len(sources) - sources.count("default")
    yield Finding("settings", "ok", f"{count} given, by {', '.join(given)}" if given else "all by default")


def _audio() -> Iterator[Finding]:
    """Whether each audio format can be made, and what it holds be heard again."""
    import av  # noqa: PLC0415 - loaded by now

    from .encode import ENCODERS, open_encoder  # noqa: PLC0415

    for name in ENCODERS:
        try:
            if decoder := open_encoder(name).decoder:
                av.codec.Codec(decoder, "r")
        except (VoiceboothError, ValueError) as broken:
            yield Finding(
                "audio", "fail", f"{name} cannot be made ({broken})", "install av and lameenc anew", INSTALLATION
            )
            return
    yield Finding("audio", "ok", f"{', '.join(ENCODERS)} can be made and read")


def _speech(app: App) -> Iterator[Finding]:
    draft = list(_probed("draft voice", lambda: app.greet("offline", GREETING_S) and "", "speaks English"))
    if app.settings.speech == "offline":
        yield from draft
        yield Finding("key", "ok", "none is needed: the draft voice speaks")
        return
    for finding in draft:  # nobody needs it now
        yield Finding(finding.check, "ok" if finding.state == "ok" else "warn", finding.message, finding.fix)
    library = list(_probed("packages", _client, "{}"))
    key = list(_probed("key", app.key_source, "{}"))
    yield from library
    yield from key
    if all(finding.state == "ok" for finding in (*library, *key)):
        date = ""

        def greet() -> str:
            nonlocal date
            date = app.greet("gemini", GREETING_S)
            return app.settings.gemini_tts_model

        yield from _probed("service", greet, "answers, lets us in and has {}")
        yield from _clock(date, datetime.now(UTC))


def _client() -> str:
    """Load the service's library, which the draft voice does without."""
    import_module("google.genai")
    return f"google-genai {metadata.version('google-genai')}"


def _clock(date: str, now: datetime) -> Iterator[Finding]:
    """How far this computer's clock is from the service's, which tells whole seconds."""
    with suppress(ValueError):
        off_s = (now - parsedate_to_datetime(date)).total_seconds()
        if abs(off_s) <= SKEW_S:
            yield Finding("clock", "ok", f"within {SKEW_S:.0f} seconds of the service's")
        else:
            way = "ahead of" if off_s > 0 else "behind"
            fix = "set the clock by the network: computers agree by it who makes an episode"
            yield Finding("clock", "warn", f"{abs(off_s):.0f} seconds {way} the service's", fix)


def _places(app: App) -> Iterator[Finding]:
    """Whether scripts can be read, work and episodes be written, and whether there is room for them."""
    if scripts := app.settings.scripts_bucket:
        yield from _probed("scripts", partial(app.can_read, scripts), "{} can be read")
    try:
        studio = app.folder_studio(".")
    except VoiceboothError as fault:
        yield from _failures("work", fault)
        return
    for check, store in (("work", studio.work), ("episodes", studio.episodes)):
        folder = _folder(store)
        if folder and not folder.exists():
            yield _to_be_made(check, folder)
        else:
            yield from _probed(check, partial(_written, store), "{} can be written")
    yield _room(shutil.disk_usage(_nearest(_folder(studio.work) or Path.cwd())).free)


def _written(store: Store) -> str:
    """Write a probe, replace it by precondition, and delete it."""
    name = f"probe-{uuid4().hex}.txt"
    generation = store.write(name, b"a probe, deleted at once\n", if_generation=0)
    try:
        generation = store.write(name, b"a probe\n", if_generation=generation)
    finally:
        store.delete(name, if_generation=generation)
    return store.url


def _to_be_made(check: str, folder: Path) -> Finding:
    parent = _nearest(folder)
    if os.access(parent, os.W_OK | os.X_OK) and parent.is_dir():
        return Finding(check, "ok", f"{folder} will be made when it is needed")
    fix = "give the program the right to write there, or choose another place"
    return Finding(check, "fail", f"{folder} cannot be made: {parent} may not be written to", fix, INSTALLATION)


def _room(free_bytes: int) -> Finding:
    message = f"{free_bytes / 1e9:.1f} GB free, enough for {free_bytes // HOUR_BYTES} hours of episodes"
    if free_bytes >= LITTLE_BYTES:
        return Finding("disk", "ok", message)
    full = free_bytes < TOO_LITTLE_BYTES
    return Finding("disk", "fail" if full else "warn", message, "make room on the disk", INSTALLATION if full else 0)


def _probed(check: str, probe: Callable[[], str], message: str) -> Iterator[Finding]:
    try:
        yield Finding(check, "ok", message.format(probe()))
    except VoiceboothError as fault:
        yield from _failures(check, fault)
    except ModuleNotFoundError as missing:
        fix = "pip install 'voicebooth[cloud]'"
        yield Finding(check, "fail", f"{missing.name} must be installed", fix, INSTALLATION)


def _failures(check: str, fault: VoiceboothError) -> Iterator[Finding]:
    for problem in fault.problems:
        yield Finding(check, "fail", problem.message, problem.fix, fault.exit_code)


def _folder(store: Store) -> Path | None:
    """Return where on this machine a store is, if it is."""
    return Path(unquote(store.url.removeprefix("file://"))) if store.url.startswith("file://") else None


def _nearest(folder: Path) -> Path:
    return next(path for path in (folder, *folder.parents) if path.exists())
