"""Where settings come from: the command line, the environment, ``.env`` and one file ``voicebooth.toml|yaml|json|ini``.

Each becomes a ``Layer``: values by setting, as they were written. Here is decided what a source may say at all. A name
that nobody knows is a problem, with the nearest name beside it; in the environment only a warning, so that an older
release still starts where a newer one's variables are set. A secret belongs in the environment or in ``.env`` and
nowhere else. What a file holds is never repeated in a message, for it may be a key.
"""

from __future__ import annotations

import configparser
import json
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import partial
from io import StringIO
from pathlib import Path
from types import MappingProxyType
from typing import Any

from dotenv.parser import parse_stream
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

from .errors import Problem

PREFIX = "VOICEBOOTH_"
COMMAND_LINE, ENVIRONMENT, DOTENV = "command line", "environment", ".env"
FILES = ("voicebooth.toml", "voicebooth.yaml", "voicebooth.yml", "voicebooth.json", "voicebooth.ini")


@dataclass(frozen=True, slots=True)
class Names:
    """All settings by their environment variable, and which of them are secret."""

    variables: Mapping[str, str]  # "VOICEBOOTH_CONCURRENCY" → "concurrency"
    secrets: frozenset[str]


class Layer(PydanticBaseSettingsSource):
    """One source: its name as errors show it, its values by setting, and how it spells each setting."""

    def __init__(
        self, settings: type[BaseSettings], name: str, values: dict[str, Any], spelling: dict[str, str]
    ) -> None:
        """Keep the values; nothing is read."""
        super().__init__(settings)
        self.name, self.values, self._spelling = name, values, spelling

    def spelt(self, name: str) -> str:
        """Return the setting's name as this source writes it."""
        return self._spelling.get(name, name)

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:  # noqa: ARG002 - the base class's signature
        """Return one value, for pydantic-settings."""
        return self.values.get(field_name), field_name, False

    def __call__(self) -> dict[str, Any]:
        """Return all values, for pydantic-settings."""
        return self.values


class _Unreadable(Exception):
    """A file's form is wrong; says where, never what stands there."""


def read_layers(
    environ: Mapping[str, str],
    folder: Path,
    overrides: Mapping[str, object],
    names: Names,
    settings: type[BaseSettings],
    flags: Mapping[str, str],
) -> tuple[list[Layer], list[Problem], list[Problem]]:
    """Return the layers, topmost first, the problems in them and what deserves a warning.

    ``flags``: what the command line calls the settings that it takes.
    """
    variables, keys = names.variables, {name: name for name in names.variables.values()}
    problems: list[Problem] = []
    warnings = list(_unknown(ENVIRONMENT, (n for n in environ if n.startswith(PREFIX)), variables))
    layers = [
        _layer(settings, COMMAND_LINE, overrides, keys, flags),
        _layer(settings, ENVIRONMENT, environ, variables),
    ]
    problems += _unknown(COMMAND_LINE, overrides, keys)
    for file, text in _texts(folder, problems):
        known = variables if file == DOTENV else keys
        try:
            found = _READERS[Path(file).suffix](text)
        except _Unreadable as wrong:
            problems.append(Problem(f"{file}: {wrong}"))
            continue
        layers.append(_layer(settings, file, found, known))
        misplaced = [] if file == DOTENV else [name for name in found if _is_secret(name, names)]
        strangers = (n for n in found if n not in misplaced and (file != DOTENV or n.startswith(PREFIX)))
        problems += _unknown(file, strangers, known)
        problems += map(partial(_misplaced, file), sorted(misplaced))
    return layers, problems, warnings


def _layer(
    settings: type[BaseSettings],
    name: str,
    found: Mapping[str, object],
    known: Mapping[str, str],
    spelt: Mapping[str, str] = MappingProxyType({}),
) -> Layer:
    """Keep what is known and given; an empty variable counts as not given."""
    values = {known[key]: value for key, value in found.items() if key in known and value is not None and value != ""}
    return Layer(settings, name, values, {setting: key for key, setting in known.items()} | dict(spelt))


def _texts(folder: Path, problems: list[Problem]) -> Iterator[tuple[str, str]]:
    """Yield the settings files that are there with their text, ``.env`` first."""
    present = [file for file in FILES if (folder / file).exists()]
    if len(present) > 1:
        problems.append(Problem(f"{present[1]}: {present[0]} is here too; keep one of them"))
    for file in (DOTENV, *present[:1]):
        try:
            yield file, (folder / file).read_text(encoding="utf-8-sig")
        except FileNotFoundError:
            continue
        except UnicodeDecodeError:
            problems.append(Problem(f"{file}: is not UTF-8 text; save it as UTF-8"))
        except OSError as wrong:
            problems.append(Problem(f"{file}: cannot be read ({wrong.strerror}); make it a readable file"))


def _unknown(source: str, found: Mapping[str, object] | Iterator[str], known: Mapping[str, str]) -> Iterator[Problem]:
    for name in found:
        if name not in known:
            bare = {key.upper().removeprefix(PREFIX): key for key in known}
            near = get_close_matches(name.upper().removeprefix(PREFIX), bare, n=1)
            fix = f"did you mean {bare[near[0]]}?" if near else "docs/settings.md lists them all"
            yield Problem(f"{source}: {name[:60]} is not a setting; {fix}")


def _is_secret(name: str, names: Names) -> bool:
    """Tell whether a secret is meant, in whatever spelling: advice to spell it well would bring a key into the file."""
    return name.lower().removeprefix(PREFIX.lower()) in names.secrets


def _misplaced(file: str, name: str) -> Problem:
    where = f"put it in .env or the environment as {name.upper().removeprefix(PREFIX)}"
    return Problem(f"{file}: {name[:60]} is a secret and does not belong in this file; {where}")


def _toml(text: str) -> Mapping[str, object]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as wrong:
        raise _Unreadable(f"is not valid TOML: {wrong}") from None


def _yaml(text: str) -> Mapping[str, object]:
    import yaml  # noqa: PLC0415 - only those who use it pay for it

    try:
        return _mapping(yaml.safe_load(text))
    except (yaml.YAMLError, ValueError) as wrong:
        mark = getattr(wrong, "problem_mark", None)
        raise _Unreadable(f"line {mark.line + 1 if mark else 1} is not valid YAML") from None


def _json(text: str) -> Mapping[str, object]:
    try:
        return _mapping(json.loads(text))
    except json.JSONDecodeError as wrong:
        raise _Unreadable(f"line {wrong.lineno} is not valid JSON") from None


def _ini(text: str) -> Mapping[str, object]:
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read_string(text)
        return dict(parser["voicebooth"])
    except (configparser.Error, KeyError):
        raise _Unreadable("is not an INI file with one section, [voicebooth]") from None


def _env(text: str) -> Mapping[str, object]:
    bindings = list(parse_stream(StringIO(text)))
    if broken := next((b for b in bindings if b.error or (b.key and b.value is None)), None):
        raise _Unreadable(f"line {broken.original.line} is not NAME=value")
    return {b.key: b.value for b in bindings if b.key}


def _mapping(content: object) -> Mapping[str, object]:
    match content:
        case None:
            return {}
        case dict():
            return {str(key): value for key, value in content.items()}
        case _:
            raise _Unreadable("does not hold names and values")


_READERS: Mapping[str, Callable[[str], Mapping[str, object]]] = {
    "": _env,
    ".toml": _toml,
    ".yaml": _yaml,
    ".yml": _yaml,
    ".json": _json,
    ".ini": _ini,
}
