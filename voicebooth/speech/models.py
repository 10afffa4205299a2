"""The speech models as data: limits, the dialect of a request, prices with the day they begin.

Behaviour that depends on the model is decided by a row of this table, never by a piece of its name.

Limits: https://ai.google.dev/gemini-api/docs/models (input 8,192 tokens, output 16,384). A second of audio counts as 32
tokens on 3.x and as 25 on 2.5, whose calls were seen to end after 8,192 of them
(https://github.com/googleapis/python-genai/issues/922). Prices, US dollars per million tokens:
https://ai.google.dev/gemini-api/docs/pricing, standard tier, as read on the day in ``PRICE_TABLE``.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum
from types import MappingProxyType

from voicebooth.errors import SettingsFault

from . import Price

PRICE_TABLE = "ai.google.dev/pricing 2026-09-23"
_MARGIN = 0.75  # of the longest answer is planned for at most: an estimate of length may be a third too low


class Dialect(Enum):
    """How words, voices and directions are put into a request."""

    METADATA = "text is spoken as it stands; speaker and style stand beside each part"
    TRANSCRIPT = "directions first, the words under a transcript heading"
    PREAMBLE = "one sentence of directions that ends in a colon, then the words"


@dataclass(frozen=True, slots=True)
class Tariff:
    """US dollars per million tokens, from a day on."""

    since: date
    input_usd: float
    audio_usd: float


@dataclass(frozen=True, slots=True)
class Model:
    """One model. ``tariffs`` in order of their days."""

    id: str
    dialect: Dialect
    tariffs: tuple[Tariff, ...]
    max_input_tokens: int = 8192
    max_output_tokens: int = 16384
    tokens_per_s: float = 32.0  # of audio
    voices_per_request: int = 2

    @property
    def longest_request_s(self) -> float:
        """No request may be planned longer than this."""
        return self.max_output_tokens / self.tokens_per_s * _MARGIN


def _model(name: str, dialect: Dialect, *tariffs: tuple[str, float, float], old: bool = False) -> Model:
    table = tuple(Tariff(date.fromisoformat(day), given, made) for day, given, made in tariffs)
    row = Model(name, dialect, table)
    return replace(row, tokens_per_s=25.0, max_output_tokens=8192) if old else row


_TARIFF_25_FLASH = ("2025-05-20", 0.50, 10.00)
_TARIFF_25_PRO = ("2025-05-20", 1.00, 20.00)

MODELS: Mapping[str, Model] = MappingProxyType(
    {
        row.id: row
        for row in (
            _model("gemini-3.8-flash-tts", Dialect.METADATA, ("2026-09-22", 0.50, 9.00), ("2027-01-01", 1.00, 18.00)),
            _model(
                "gemini-3.8-flash-lite-tts", Dialect.METADATA, ("2026-09-22", 0.50, 6.00), ("2027-01-01", 1.00, 12.00)
            ),
            _model("gemini-3.1-flash-tts-preview", Dialect.TRANSCRIPT, ("2026-04-15", 1.00, 20.00)),
            _model("gemini-2.5-flash-preview-tts", Dialect.PREAMBLE, _TARIFF_25_FLASH, old=True),
            _model("gemini-2.5-pro-preview-tts", Dialect.PREAMBLE, _TARIFF_25_PRO, old=True),
            _model("gemini-2.5-flash-tts", Dialect.PREAMBLE, _TARIFF_25_FLASH, old=True),
            _model("gemini-2.5-pro-tts", Dialect.PREAMBLE, _TARIFF_25_PRO, old=True),
        )
    }
)


def model(name: str, like: Mapping[str, str] = MappingProxyType({})) -> Model:
    """Return the row of a model id; ``like`` names, for ids newer than this table, the known model they behave like.

    Raises ``SettingsFault`` for an id that is in neither.
    """
    wanted = name.removeprefix("models/")
    if wanted in MODELS:
        return MODELS[wanted]
    if wanted in like:
        return replace(model(like[wanted]), id=wanted)
    near = difflib.get_close_matches(wanted, MODELS, n=3, cutoff=0.3) or list(MODELS)
    raise SettingsFault(f"the speech model {wanted!r} is not known", fix=f"choose one of: {', '.join(near)}")


def price(row: Model, on: date) -> Price:
    """Return what a model charges on a day; before its first known tariff, that one."""
    now = max((t for t in row.tariffs if t.since <= on), key=lambda t: t.since, default=row.tariffs[0])
    return Price(now.input_usd, now.audio_usd, row.tokens_per_s, PRICE_TABLE)
