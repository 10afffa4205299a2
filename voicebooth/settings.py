"""Every setting: its name, type, range and default, and what makes a set of them sensible.

The layers of ``settings_sources`` are laid over each other, command line first, and become one frozen ``Settings``, or
a ``SettingsFault`` that tells all problems at once, each with the source it came from. A setting is read from the
variable ``VOICEBOOTH_<NAME>``, a few that other programs share without the prefix; in ``voicebooth.toml`` and its like
it is called as the attribute is. docs/settings.md explains each; a test holds that page against this file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from os.path import normpath
from pathlib import Path
from typing import Annotated, Any, Literal, Self
from urllib.parse import unquote

from pydantic import AfterValidator, BeforeValidator, Field, PrivateAttr, SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from .errors import Problem, SettingsFault
from .settings_sources import Layer, Names, read_layers

Environment = Literal["development", "staging", "production"]
LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]
Format = Literal["mp3", "m4a", "opus", "flac", "wav"]
Mode = Literal["segments", "turns"]

SAMPLE_RATES_HZ = (24_000, 44_100, 48_000)  # the first is that of the voices
LOSSLESS = frozenset({"flac", "wav"})

# Bucket names: https://cloud.google.com/storage/docs/buckets#naming. What has another scheme is no folder.
_BUCKET = r"^(gs://[a-z0-9]([a-z0-9._-]{0,220}[a-z0-9])?(/.*)?|file:///.+|([^:]|:[^/]|:/[^/])+)$"
_SECRET = r"^projects/[^/\s]+/secrets/[A-Za-z0-9_-]+(/versions/[A-Za-z0-9_-]+)?$"  # noqa: S105 - a pattern, no secret
_WEB = r"^https?://[^/@\s]+(/\S*)?$"
_HOST = r"^(\[[0-9A-Fa-f:]+\]|[^\s:/@]+):[0-9]{1,5}$"
_WORD = r"^\S+$"
_WIRE = re.compile(r"[!#-&(-~]+")  # a key travels in an HTTP header; a quotation mark is the shell's or .env's
_FLAGS = {"episodes_bucket": "--out", "formats": "--format", "speech": "--speech"}
_NAME = r"^[^\x00-\x1f:]{1,80}$"
_SPELLED = "addresses|comparisons|dates|ranges|signs|units"
_SPELL_OUT = rf"^(all|none|({_SPELLED})(,({_SPELLED}))*)$"
_LEXICON = r"^([\w-][\w .-]*/)*([\w-][\w .-]*)?lexicon\.(yaml|yml|json)$"  # which is never taken for a script
_BUCKETS = ("scripts_bucket", "work_bucket", "episodes_bucket")


def _number(value: object) -> object:
    if isinstance(value, bool):  # pydantic would take true for 1
        raise ValueError("not a number")  # noqa: TRY004 - pydantic collects ValueErrors only
    return value


def _words(value: object) -> object:
    words = [word.strip().lower() for word in value.split(",")] if isinstance(value, str) else value
    return list(dict.fromkeys(words)) if isinstance(words, list) else words


def _listed(value: object) -> object:
    words = _words(value)
    return ",".join(map(str, words)) if isinstance(words, list) else words


def _sample_rate(value: int) -> int:
    if value not in SAMPLE_RATES_HZ:
        raise ValueError("not a sample rate of players")
    return value


def _cased(case: Callable[[str], str]) -> BeforeValidator:
    return BeforeValidator(lambda value: case(value.strip()) if isinstance(value, str) else value)


Whole = Annotated[int, BeforeValidator(_number)]
Number = Annotated[float, BeforeValidator(_number)]


def _field(default: object, wants: str, *, quote: bool = True, **limits: Any) -> Any:
    return Field(default, json_schema_extra={"wants": wants, "quote": quote}, **limits)


def _whole(default: int | None, low: int, high: int) -> Any:
    return _field(default, f"a whole number from {low} to {high}", ge=low, le=high)


def _span(default: float | None, low: float, high: float) -> Any:
    return _field(default, f"a number from {low:g} to {high:g}", ge=low, le=high, allow_inf_nan=False)


def _bucket() -> Any:
    return _field(None, "gs://name, gs://name/prefix, file:///folder or a folder's path", pattern=_BUCKET)


class Settings(BaseSettings):
    """The settings in force. Units stand in the names: ``_s`` seconds, ``_lufs``, ``_dbtp``, ``_usd``."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True, hide_input_in_errors=True)

    scripts_bucket: str | None = _bucket()
    work_bucket: str | None = _bucket()
    episodes_bucket: str | None = _bucket()

    gemini_api_key: SecretStr | None = _field(None, "the key alone, without spaces or quotes", quote=False)
    gemini_api_key_secret: str | None = _field(
        None, "projects/P/secrets/S or projects/P/secrets/S/versions/V", quote=False, pattern=_SECRET
    )
    gemini_tts_model: str = _field("gemini-3.8-flash-tts", "a model's name", pattern=_WORD)
    google_genai_use_enterprise: bool = _field(False, "true or false")  # noqa: FBT003 - a default
    google_cloud_project: str | None = _field(None, "a project's id", pattern=_WORD)
    google_cloud_location: str = _field("global", "a location such as global or us-central1", pattern=_WORD)
    google_gemini_base_url: str | None = _field(
        None, "a URL that begins with http:// or https://, without user name and password", quote=False, pattern=_WEB
    )
    storage_emulator_host: str | None = _field(None, "http://host:port", quote=False, pattern=_WEB)
    secret_manager_emulator_host: str | None = _field(None, "host:port", pattern=_HOST)
    cloud_tasks_emulator_host: str | None = _field(None, "host:port", pattern=_HOST)

    log_level: Annotated[LogLevel, _cased(str.upper)] = _field("INFO", "DEBUG, INFO, WARNING, ERROR or CRITICAL")
    environment: Annotated[Environment, _cased(str.lower)] = _field("development", "development, staging or production")

    speech: Annotated[Literal["gemini", "offline"], _cased(str.lower)] = _field("gemini", "gemini or offline")
    concurrency: Whole = _whole(16, 1, 64)
    mode: Annotated[Mode, _cased(str.lower)] = _field("segments", "segments or turns")
    narrator: str | None = _field(None, "a name, such as Narrator", pattern=_NAME)
    spell_out: Annotated[str | None, BeforeValidator(_listed)] = _field(
        None, f"all, none, or some of {_SPELLED.replace('|', ', ')} with commas between", pattern=_SPELL_OUT
    )
    lexicon: str | None = _field(
        None, "the name of a file beside scripts that ends in lexicon.yaml or lexicon.json", pattern=_LEXICON
    )
    segment_seconds: Number = _span(75, 5, 500)
    max_minutes: Number = _span(600, 0.1, 6000)
    max_cost_usd: Number | None = _span(None, 0, 100_000)
    deadline_s: Number = _span(500, 1, 3600)
    request_timeout_s: Number = _span(180, 1, 600)
    requests_per_minute: Whole | None = _whole(None, 1, 100_000)
    retries: Whole = _whole(5, 1, 20)
    retakes: Whole = _whole(4, 0, 10)
    loudness_lufs: Number = _span(-16, -30, -10)
    true_peak_dbtp: Number = _span(-1, -9, 0)
    formats: Annotated[tuple[Format, ...], BeforeValidator(_words)] = _field(
        ("mp3",), "mp3, m4a, opus, flac, wav or several with commas between", min_length=1
    )
    sample_rate_hz: Annotated[Whole, AfterValidator(_sample_rate)] | None = _field(None, "24000, 44100 or 48000")
    bitrate_kbps: Whole | None = _whole(None, 32, 320)
    claim_s: Number = _span(60, 1, 600)
    api_version: str = _field("v1beta", "a version such as v1beta", pattern=r"^v[0-9]+((alpha|beta)[0-9]*)?$")
    key_cache_s: Number = _span(600, 0, 86_400)
    usd_per_million_input_tokens: Number | None = _span(None, 0, 10_000)
    usd_per_million_audio_tokens: Number | None = _span(None, 0, 10_000)
    tokens_per_second: Number | None = _span(None, 1, 1000)

    _sources: dict[str, str] = PrivateAttr(default_factory=dict)
    _warnings: tuple[Problem, ...] = PrivateAttr(default=())

    def source_of(self, name: str) -> str:
        """Say which layer a setting's value came from: ``environment``, ``.env``, …, or ``default``."""
        return self._sources.get(name, "default")

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What is odd but no fault; to be shown once."""
        return self._warnings

    def told(self, sources: Mapping[str, str], warnings: tuple[Problem, ...]) -> Self:
        """Note where the values came from and what is odd about them."""
        self._sources, self._warnings = dict(sources), warnings
        return self

    @classmethod
    def settings_customise_sources(cls, *_: Any, **sources: Any) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read nothing but the arguments; ``load`` brings the layers."""
        return (sources["init_settings"],)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of ``voicebooth config``; a secret's value is masked."""

    name: str
    value: str
    source: str


# Read without the prefix, because other programs go by the same names.
_SHARED = re.compile(r"(gemini|google)_.+|.+_bucket|.+_emulator_host|log_level|environment")


def variable(name: str) -> str:
    """Return the environment variable of a setting."""
    return name.upper() if _SHARED.fullmatch(name) else f"VOICEBOOTH_{name.upper()}"


NAMES = Names(
    variables={variable(name): name for name in Settings.model_fields},
    secrets=frozenset(name for name, field in Settings.model_fields.items() if field.annotation == SecretStr | None),
)


def load(environ: Mapping[str, str], folder: Path, overrides: Mapping[str, object] | None = None) -> Settings:
    """Return the settings in force, from the command line, the environment and the files of a folder.

    ``overrides`` are the command line's, by attribute name; ``None`` in it means "not given".
    Raises ``SettingsFault`` with every problem found.
    """
    layers, problems, warnings = read_layers(environ, folder, overrides or {}, NAMES, Settings, _FLAGS)
    sources = {name: layer for layer in reversed(layers) for name in layer.values}
    try:
        settings = Settings(_build_sources=(tuple(layers), {}))  # type: ignore[call-arg] # mypy sees the fields only
    except ValidationError as wrong:
        names = dict.fromkeys(str(error["loc"][0]) for error in wrong.errors(include_input=False))
        raise SettingsFault(*problems, *(_complaint(sources[name], name) for name in names)) from None
    problems += _nonsense(settings, sources, folder)
    if problems:
        raise SettingsFault(*problems)
    origins = {name: layer.name for name, layer in sources.items()}
    return settings.told(origins, (*warnings, *_oddities(settings, origins)))


def table(settings: Settings) -> list[Row]:
    """List every setting in force with its source, secrets masked."""
    return [
        Row(variable(name), _shown(getattr(settings, name)), settings.source_of(name))
        for name in type(settings).model_fields
    ]


def wants(name: str) -> str:
    """Say in words what a setting takes: ``a whole number from 1 to 64``."""
    return str(_hints(Settings.model_fields[name])["wants"])


def _hints(field: FieldInfo) -> dict[str, Any]:
    return field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}


def _shown(value: object) -> str:
    match value:
        case None:
            return ""
        case SecretStr():
            return "********"
        case bool():
            return str(value).lower()
        case float():
            return f"{value:g}"
        case tuple():
            return ",".join(value)
        case _:
            return str(value)


def _complaint(layer: Layer, name: str) -> Problem:
    """Say what is wrong with a value, without repeating what may hold a key."""
    quote = _hints(Settings.model_fields[name])["quote"]
    value = layer.values[name]
    said = f'"{value}"' if isinstance(value, str) else _shown(value)
    state = f"is {said[:80]}" if quote else "has the wrong form"
    return Problem(f"{layer.name}: {layer.spelt(name)} {state}; give {wants(name)}")


def _nonsense(settings: Settings, sources: Mapping[str, Layer], folder: Path) -> Iterator[Problem]:
    """Find values that have the right form and still make no sense, alone or together."""

    def problem(name: str, message: str) -> Problem:
        return Problem(f"{sources[name].name}: {sources[name].spelt(name)} {message}")

    if settings.gemini_api_key and not _WIRE.fullmatch(settings.gemini_api_key.get_secret_value()):
        yield _complaint(sources["gemini_api_key"], "gemini_api_key")
    if settings.google_genai_use_enterprise and not settings.google_cloud_project:
        yield problem("google_genai_use_enterprise", "is true but names no project; set GOOGLE_CLOUD_PROJECT as well")
    places = {name: _place(url, folder) for name in _BUCKETS if (url := getattr(settings, name))}
    for one, other in combinations(places, 2):
        if _overlap(places[one], places[other], nested=one == "scripts_bucket"):
            yield problem(other, f"lies in the same place as {variable(one)}; give each a place of its own")


def _place(url: str, folder: Path) -> Path:
    """Return a bucket's URL as a path that can be compared with others."""
    if url.startswith("gs://"):
        return Path("gs:", url.removeprefix("gs://"))
    plain = unquote(url.removeprefix("file://")) if url.startswith("file://") else url
    return Path(normpath(folder / plain))


def _overlap(one: Path, other: Path, *, nested: bool) -> bool:
    """Tell whether two places are one, or, where it matters, one inside the other.

    Nothing may be written where scripts are looked for, or the work would trigger itself.
    """
    return one == other or (nested and (one in other.parents or other in one.parents))


def _oddities(settings: Settings, origins: Mapping[str, str]) -> Iterator[Problem]:
    """Find values that are allowed and most likely a slip."""
    for name in ("storage_emulator_host", "secret_manager_emulator_host", "cloud_tasks_emulator_host"):
        if settings.environment == "production" and getattr(settings, name):
            yield Problem(f"{origins[name]}: {variable(name)} is set in production; unset it to reach the real service")
    if settings.bitrate_kbps and LOSSLESS.issuperset(settings.formats):
        yield Problem(
            f"{origins['bitrate_kbps']}: {variable('bitrate_kbps')} has no effect: flac and wav keep every sample"
        )
