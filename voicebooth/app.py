"""The composition root: settings become adapters, once, and only when they are needed."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from difflib import get_close_matches
from functools import cached_property, lru_cache
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from . import logs, settings
from . import manifest as manifests
from .compare import Comparison, planned
from .deadline import Deadline
from .episode import OnProgress, episode_of, make_episode, make_preview
from .errors import Passing, ScriptFault, SettingsFault, Superseded, VoiceboothError
from .events import Arrival
from .limiter import Limiter
from .manifest import EPISODE, Manifest
from .memory import give_back_large_blocks
from .parse import is_about
from .parse.pronunciations import is_lexicon
from .prepare import Prepared, prepare, read_script
from .publish import PREVIEW, last_manifest
from .retake import Retake
from .secrets import KeySource, open_key
from .settings import Settings
from .shelf import Shelf
from .speech import Price, Speech
from .storage import Store, open_store
from .studio import Options, Studio
from .synthesise import Policy

if TYPE_CHECKING:
    from .speech.gemini import Route

log = logging.getLogger(__name__)

BESIDE_SCRIPTS = frozenset(
    {".aac", ".flac", ".gif", ".jpeg", ".jpg", ".m4a", ".mp3", ".ogg", ".opus", ".png", ".svg", ".wav", ".webp"}
)
LOCAL_EPISODES = "episodes"
KEYS = "https://aistudio.google.com/apikey"
ENTERPRISE_API_VERSION = "v1beta1"  # what Google's SDK takes for this route


class Undelivered(Passing):
    """An event's work is not done, whatever the reason; it must be delivered again."""


class NotOurs(ScriptFault):
    """The script lies outside the scripts bucket."""

    http_status = 403


class NoScript(ScriptFault):
    """There is nothing of that name."""

    http_status = 404


class App:
    """Everything that a door needs. Adapters are built on first use and kept; safe for many threads."""

    def __init__(self, chosen: Settings) -> None:
        self.settings = chosen
        self._limiter = Limiter(chosen.requests_per_minute)
        self._speech: Callable[[str], Speech] = lru_cache(self._open_speech)

    @classmethod
    def start(cls, environ: Mapping[str, str], folder: Path, **overrides: object) -> App:
        """Read the settings, set up logging and return the application. Raises ``SettingsFault``."""
        give_back_large_blocks()
        chosen = settings.load(environ, folder, overrides)
        logs.setup(chosen.log_level, chosen.environment, chosen.google_cloud_project)
        return cls(chosen)

    @classmethod
    def serve(cls, environ: Mapping[str, str], folder: Path) -> App:
        """As ``start``, where nobody reads a terminal: what is wrong or odd about the settings is logged."""
        logs.setup("INFO", environ.get("ENVIRONMENT", "").strip().lower() or "development")
        with _logged({}):
            app = cls.start(environ, folder)
        for odd in app.settings.warnings:
            log.warning("settings: %s", odd.message)
        return app

    def deliver(self, arrival: Arrival | None) -> None:
        """Make the episode of an event. Returns when it may be forgotten, raises ``Undelivered`` when not."""
        labels = _labels(arrival.bucket, arrival.name, arrival.generation) if arrival else {}
        try:
            with _logged(labels):
                self._deliver(arrival, labels)
        except VoiceboothError as error:
            if not error.acknowledge:
                raise Undelivered(*error.problems, retry_after_s=getattr(error, "retry_after_s", None)) from error

    def _deliver(self, arrival: Arrival | None, labels: Mapping[str, str]) -> None:
        studio = self.cloud_studio
        if arrival is None or (name := _script_in(studio.scripts, arrival)) is None:
            log.info("event ignored: it tells of no script of ours", extra={"labels": labels})
            return
        manifest = make_episode(studio, name, arrival.generation, deadline=self._deadline())
        log.info("episode %s is %s", episode_of(name), manifest.state, extra={"labels": labels})

    def ready(self) -> None:
        """Raise ``SettingsFault`` when a delivery could not be worked on; asks nobody."""
        self.able(self.cloud_studio)

    def able(self, studio: Studio) -> None:
        """Raise ``SettingsFault`` when a studio has nobody to speak in it; asks nobody."""
        studio.engine("")
        if self.settings.speech == "gemini" and not self.settings.google_genai_use_enterprise:
            _ = self._key_source  # says what is missing

    def greet(self, who: str, timeout_s: float) -> str:
        """Ask ``gemini`` or ``offline``, at no cost, whether it would speak; see ``Speech.greet``."""
        return self._opened(who, "").greet(timeout_s)

    def key_source(self) -> str:
        """Fetch the key, where one is needed, and say where it came from."""
        if self.settings.google_genai_use_enterprise:
            return "none is needed: the project speaks"
        self._key()
        if self.settings.gemini_api_key:
            return f"given by {self.settings.source_of('gemini_api_key')}"
        return f"fetched from {self.settings.gemini_api_key_secret}"

    def can_read(self, place: str) -> str:
        """List a store's first object, and return the store's URL."""
        store = open_store(place)
        next(store.list(), None)
        return store.url

    def make_uri(self, uri: str) -> Manifest:
        """Make the episode of a script in the configured scripts bucket and return its manifest.

        Raises ``NotOurs`` or ``NoScript`` besides all that ``make_episode`` raises.
        """
        studio = self.cloud_studio
        root = f"{studio.scripts.url}/"
        if not uri.startswith(root):
            raise NotOurs("this script is not in the scripts bucket", fix=f"put it below {root}")
        name = uri.removeprefix(root)
        if studio.scripts.stat(name) is None:
            raise NoScript("there is no such script", fix="check the name")
        with _logged({"script": uri}):
            return make_episode(studio, name, deadline=self._deadline())

    def make(
        self, script: str, on_progress: OnProgress, retakes: Sequence[Retake] = (), only: tuple[int, int] | None = None
    ) -> tuple[Manifest, str]:
        """Make the episode of a file or ``gs://`` object, or a preview ``only``; return its manifest and its place."""
        studio, name = self.local_studio(script)
        if only:
            manifest = make_preview(studio, name, only, on_progress=on_progress)
        else:
            manifest = make_episode(studio, name, on_progress=on_progress, retakes=retakes)
        return manifest, f"{studio.episodes.url}/{episode_of(name)}"

    @cached_property
    def cloud_studio(self) -> Studio:
        """The studio of the three configured buckets. Raises ``SettingsFault`` when one is missing."""
        chosen = self.settings
        places = (chosen.scripts_bucket, chosen.work_bucket, chosen.episodes_bucket)
        names = ("SCRIPTS_BUCKET", "WORK_BUCKET", "EPISODES_BUCKET")
        if missing := [name for name, place in zip(names, places, strict=True) if not place]:
            raise SettingsFault(*(f"{name} is not set" for name in missing), fix="give gs://name or a folder")
        scripts, work, episodes = (open_store(place) for place in places if place)
        return self._studio(scripts, work, episodes)

    def local_studio(self, script: str) -> tuple[Studio, str]:
        """Return the studio for a script given on the command line, and the script's name in it."""
        scripts, name = _located(script, self.settings.scripts_bucket)
        return self._at_home(scripts), name

    def folder_studio(self, folder: str) -> Studio:
        """Return the studio for all scripts in a folder; those in folders below it belong to shows of that name."""
        return self._at_home(open_store(str(Path(folder).absolute())))

    def _at_home(self, scripts: Store) -> Studio:
        chosen = self.settings
        out = chosen.episodes_bucket or LOCAL_EPISODES
        if out.startswith("gs://") and not chosen.work_bucket:
            raise SettingsFault("WORK_BUCKET is not set", fix="give gs://name or a folder for takes in the making")
        work = chosen.work_bucket or str(Path(out.removeprefix("file://")) / ".work")
        return self._studio(scripts, open_store(work), open_store(out))

    def prepared(self, script: str) -> tuple[Prepared, frozenset[str]]:
        """Return what can be known of an episode before a request, and which of its takes are kept already."""
        studio, name = self.local_studio(script)
        last, preview = (last_manifest(studio.episodes, episode_of(name), stem) for stem in (EPISODE, PREVIEW))
        prepared = _prepared(studio, name, last, preview)
        shelf = Shelf(studio.work)
        return prepared, frozenset(s.key for s in prepared.plan.voiced if shelf.holds(s.key))

    def before(self, old: str) -> Manifest:
        """Return an episode as it was made, given its manifest, or as it would be made of a script."""
        studio, name = self.local_studio(old)
        return _made(studio, name) or planned(_prepared(studio, name))

    def compared(self, old: Manifest, new: str) -> Comparison:
        """Return what a newer version of a script changes. Raises ``SettingsFault`` where that is a manifest."""
        studio, name = self.local_studio(new)
        if _made(studio, name):
            raise SettingsFault(f"{name} goes first, as OLD", fix=f"voicebooth diff {new} SCRIPT")
        return Comparison(old, _prepared(studio, name, old))

    def _deadline(self) -> Deadline:
        return Deadline.after(self.settings.deadline_s)

    def _studio(self, scripts: Store, work: Store, episodes: Store) -> Studio:
        return Studio(scripts, work, episodes, self._speech, self._limiter, self._options)

    @property
    def _options(self) -> Options:
        chosen = self.settings
        return Options(
            formats=chosen.formats,
            loudness_lufs=chosen.loudness_lufs,
            true_peak_dbtp=chosen.true_peak_dbtp,
            mode=chosen.mode,
            narrator=chosen.narrator or "",
            spell_out=chosen.spell_out,
            lexicon=chosen.lexicon or "",
            sample_rate_hz=chosen.sample_rate_hz,
            bitrate_kbps=chosen.bitrate_kbps,
            segment_s=chosen.segment_seconds,
            max_minutes=chosen.max_minutes,
            max_cost_usd=chosen.max_cost_usd,
            claim_s=chosen.claim_s,
            policy=Policy(chosen.concurrency, chosen.retries, chosen.retakes, chosen.request_timeout_s),
        )

    def _open_speech(self, model: str) -> Speech:
        return self._opened(self.settings.speech, model)

    def _opened(self, who: str, model: str) -> Speech:
        if who == "offline":
            from .speech.offline import Offline  # noqa: PLC0415 - each adapter is loaded when it is used

            return Offline()
        from .speech import gemini, models  # noqa: PLC0415

        chosen = self.settings
        row = models.model(model or chosen.gemini_tts_model)
        price = models.price(row, datetime.now(UTC).date())
        key = None if chosen.google_genai_use_enterprise else self._key
        return gemini.Gemini(row, key, self._route(), _overridden(price, chosen))

    def _route(self) -> Route:
        from .speech.gemini import Route  # noqa: PLC0415

        chosen = self.settings
        version, pinned = chosen.api_version, chosen.source_of("api_version") != "default"
        if chosen.google_genai_use_enterprise and not pinned:
            version = ENTERPRISE_API_VERSION
        project = (chosen.google_cloud_project or "") if chosen.google_genai_use_enterprise else ""
        return Route(chosen.google_gemini_base_url or "", version, project, chosen.google_cloud_location)

    def _key(self, refresh: bool = False) -> str:
        return self._key_source(refresh)

    @cached_property
    def _key_source(self) -> KeySource:
        chosen = self.settings
        if not chosen.gemini_api_key and not chosen.gemini_api_key_secret:
            fix = f"set GEMINI_API_KEY to a key from {KEYS} or name a secret in GEMINI_API_KEY_SECRET"
            raise SettingsFault("there is no API key", fix=f"{fix}; the draft voice, --speech offline, needs none")
        return open_key(
            key=chosen.gemini_api_key.get_secret_value() if chosen.gemini_api_key else "",
            reference=chosen.gemini_api_key_secret or "",
            emulator=chosen.secret_manager_emulator_host or "",
            keep_s=chosen.key_cache_s,
        )


def _made(studio: Studio, name: str) -> Manifest | None:
    """Return the manifest of that name, if it is one."""
    if PurePosixPath(name).name != f"{EPISODE}.json" or studio.scripts.stat(name) is None:
        return None
    return manifests.load(studio.scripts.read(name)[0])


def _prepared(studio: Studio, name: str, last: Manifest | None = None, preview: Manifest | None = None) -> Prepared:
    if studio.scripts.stat(name) is None:
        raise NoScript("there is no such script", fix="check the name")
    return prepare(studio, read_script(studio, name), name, last, preview)


def _labels(bucket: str, name: str, generation: int) -> dict[str, str]:
    return {"script": f"gs://{bucket}/{name}", "generation": str(generation)}


@contextmanager
def _logged(labels: Mapping[str, str]) -> Iterator[None]:
    """Log an error of ours on its way out: what an operator must mend is an ERROR."""
    try:
        yield
    except VoiceboothError as error:
        level = logging.WARNING if isinstance(error, Passing | ScriptFault | Superseded) else logging.ERROR
        log.log(level, "%s: %s", type(error).__name__, error, extra={"labels": labels})
        raise


def _overridden(price: Price, chosen: Settings) -> Price:
    """Put the prices that the user gave in place of those of the table."""
    given = {
        "input_usd_per_million": chosen.usd_per_million_input_tokens,
        "audio_usd_per_million": chosen.usd_per_million_audio_tokens,
        "audio_tokens_per_s": chosen.tokens_per_second,
    }
    changes = {name: value for name, value in given.items() if value is not None}
    return replace(price, **changes, table="settings") if changes else price


def _located(script: str, scripts_bucket: str | None) -> tuple[Store, str]:
    """Split a script's place into store and name; below the configured bucket it keeps its path there."""
    root = (scripts_bucket or "").rstrip("/")
    if root and script.startswith(f"{root}/"):
        return open_store(root), script.removeprefix(f"{root}/")
    if script.startswith("gs://"):
        bucket, _, name = script.removeprefix("gs://").partition("/")
        return open_store(f"gs://{bucket}"), name
    path = Path(script).absolute()
    if os.path.isdir(path):  # noqa: PTH112 - Path.is_dir raises where a folder may not be looked into
        raise ScriptFault("this is a folder", fix="name the scripts in it, such as folder/*.md")
    if (there := _names_in(path.parent)) and path.name not in there and not path.exists():  # not only in another case
        near = get_close_matches(path.name, there, n=1)
        raise NoScript("there is no such script", fix=f'did you mean "{near[0]}"?' if near else "check the name")
    return open_store(str(path.parent)), path.name


def _names_in(folder: Path) -> list[str]:
    """Return what is in a folder; nothing when it may not be looked into."""
    try:
        return os.listdir(folder)  # noqa: PTH208 - names are wanted
    except OSError:
        return []


def _script_in(scripts: Store, arrival: Arrival) -> str | None:
    """Return the arrived object's name below our scripts; ``None`` when it is nothing to be read aloud."""
    path = PurePosixPath(arrival.name)
    url = f"gs://{arrival.bucket}/{arrival.name}"
    hidden = any(part.startswith((".", "~")) for part in path.parts)
    beside = path.suffix.lower() in BESIDE_SCRIPTS or is_lexicon(arrival.name) or is_about(arrival.name)
    if beside or hidden or arrival.name.endswith("/") or not url.startswith(f"{scripts.url}/"):
        return None
    return url.removeprefix(f"{scripts.url}/")
