"""What making episodes needs of the outside, and the settings they are made by."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from .limiter import Limiter
from .speech import SAMPLE_RATE_HZ, Engine, Speech
from .storage import Store
from .synthesise import Policy

MUSIC_RATE_HZ = 48_000  # all that is heard of music; twice the voices' rate, and Opus's own


@dataclass(frozen=True, slots=True)
class Options:
    """Settings that an episode is made by."""

    formats: tuple[str, ...] = ("mp3",)
    loudness_lufs: float = -16.0
    true_peak_dbtp: float = -1.0
    mode: str = "segments"
    narrator: str = ""  # this and the next two count where a script does not say
    spell_out: str | None = None
    lexicon: str = ""
    sample_rate_hz: int | None = None  # None: that of the voices, and MUSIC_RATE_HZ where there is music
    bitrate_kbps: int | None = None  # None: what suits each format
    segment_s: float = 75.0
    max_minutes: float = 600.0
    max_cost_usd: float | None = None
    claim_s: float = 60.0
    policy: Policy = field(default_factory=Policy)

    def rate_hz(self, *, music: bool) -> int:
        """Return the sample rate of an episode's files."""
        return self.sample_rate_hz or (MUSIC_RATE_HZ if music else SAMPLE_RATE_HZ)


@dataclass(frozen=True, slots=True)
class Studio:
    """Three buckets, a voice for each model, a rate limit shared by all, and how it is to be done."""

    scripts: Store
    work: Store
    episodes: Store
    speech: Callable[[str], Speech]  # model ("": the default) → service
    limiter: Limiter
    options: Options

    def engine(self, model: str) -> Engine:
        """Return what would speak for a model."""
        return self.speech(model).engine
