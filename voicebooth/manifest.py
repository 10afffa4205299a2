"""``episode.json``: what an episode is, or how far it has come, or why it failed.

Read back as foreign data: a bucket outlives the code that wrote into it. The JSON Schema in ``schemas/`` is drawn from
these models. A newer program keeps every field an older one knows (``version`` stays 1 as long as that holds).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

EPISODE = "episode"  # its manifest is episode.json
DISCLOSURE = "The voices in this episode were made by a machine."
DRAFT_DISCLOSURE = "Draft: the voices in this episode are an offline stand-in made by a machine."

State = Literal["queued", "running", "parked", "done", "failed"]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Source(_Part):
    """The script: its URI, the generation that was read, SHA-256 (hex) of its bytes."""

    uri: str
    generation: int
    sha256: str = ""


class Companion(_Part):
    """A file beside the script that went into the episode: its full name in the scripts bucket, and its generation."""

    name: str
    generation: int


class Played(_Part):
    """Music in one role (intro, outro, sting, bed): levels in LU against the voices, channels of the file, times."""

    role: str
    name: str  # of the file
    channels: int
    level_lu: float  # while nobody speaks
    under_lu: float  # while somebody does
    alone_s: float
    overlap_s: float  # together with words
    fade_s: float


class Progress(_Part):
    """How many of the plan's segments are voiced."""

    segments: int = 0
    done: int = 0


class AudioFile(_Part):
    """A finished audio file beside this manifest."""

    name: str
    bytes: int
    duration_s: float
    mime_type: str


class Loudness(_Part):
    """Measured on the finished audio by EBU R128, as heard on two loudspeakers."""

    integrated_lufs: float
    true_peak_dbtp: float


class Role(_Part):
    """Who speaks with which voice."""

    speaker: str
    voice: str


class SegmentRecord(_Part):
    """One segment: identity of its take, where it stands in script and episode, what it took."""

    key: str
    take: int = 1  # above: it was voiced anew
    speakers: tuple[str, ...]
    first_line: int
    last_line: int
    start_s: float | None = None
    duration_s: float | None = None
    attempts: int = 0
    cached: bool = False
    tokens: int = 0


class Alternative(_Part):
    """One of several takes of a turn, in a file of its own, and whether it is the one in the episode."""

    turn: str  # as the script's front matter names it
    line: int
    take: int
    chosen: bool
    name: str  # of the file
    bytes: int
    duration_s: float
    mime_type: str


class Requests(_Part):
    """Requests of the run that wrote this: made, failed among them, and takes that needed none."""

    made: int = 0
    failed: int = 0
    cached: int = 0


class Cost(_Part):
    """US dollars: of this run's requests by the tokens reported, and of the whole script as estimated before."""

    usd: float | None = None
    estimated_usd: float | None = None
    price_table: str = ""


class Note(_Part):
    """A problem or warning, for a person."""

    line: int | None = None
    message: str
    fix: str = ""


class Mastering(_Part):
    """How far mastering came in runs whose time was up before it was done: the next one goes on from there."""

    passes: int = 0  # of the whole, each of which measured how loud it is
    trim_db: float = 0.0  # what they found to be missing
    late: int = 0  # runs in a row that ended in the midst of a pass, with nothing else to do


class Generator(_Part):
    """What wrote this."""

    name: str = "voicebooth"
    version: str


class Manifest(_Part):
    """The whole of ``episode.json``."""

    version: Literal[1] = 1
    state: State
    script: Source
    updated: str  # RFC 3339
    title: str = ""
    show: str = ""
    language: str = ""
    date: str = ""
    recipe: str = ""  # SHA-256 over the settings that decide the finished files
    companions: tuple[Companion, ...] = ()
    music: tuple[Played, ...] | None = None  # None: written by a program that does not tell
    progress: Progress = Progress()
    duration_s: float | None = None
    audio: tuple[AudioFile, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    cover: str = Field(default="", description="Name of the picture beside this manifest; empty: none.")
    loudness: Loudness | None = None
    cast: tuple[Role, ...] = ()
    mode: Literal["segments", "turns"] = "segments"
    segments: tuple[SegmentRecord, ...] = ()
    other_mode_keys: tuple[str, ...] = ()  # of the last plan in the other mode, paid for all the same
    takes: Mapping[str, int] = {}  # key of a segment's first take → number of the take in use, for all voiced anew
    retaking: tuple[str, ...] = ()  # of these a further take was asked, and no episode is finished with it yet
    mastering: Mastering = Mastering()
    requests: Requests = Requests()
    cost: Cost = Cost()
    warnings: tuple[Note, ...] = ()
    errors: tuple[Note, ...] = ()
    retry_after_s: float | None = None
    engine: str = ""
    model: str = ""
    generator: Generator
    disclosure: str = Field(default=DISCLOSURE, description="Says that the voices are machine-made.")

    @property
    def files(self) -> frozenset[str]:
        """Names of all files but texts."""
        names = [*(file.name for file in self.audio), *(file.name for file in self.alternatives), self.cover]
        return frozenset(filter(None, names))

    @property
    def keys(self) -> frozenset[str]:
        """Keys of all segments: what is paid for, or planned to be."""
        return frozenset(segment.key for segment in self.segments)

    def known(self, mode: str) -> frozenset[str]:
        """Return the keys that a plan in this mode prefers; of segments voiced anew those of their first takes."""
        return (self.keys if mode == self.mode else frozenset(self.other_mode_keys)).union(self.takes)

    def aside(self, mode: str) -> tuple[str, ...]:
        """Return what a plan in this mode puts aside: the keys of the other mode's plan, for the day it comes back."""
        return self.other_mode_keys if mode == self.mode else tuple(segment.key for segment in self.segments)


def dump(manifest: Manifest) -> bytes:
    """Return the manifest as JSON, for people too."""
    return manifest.model_dump_json(indent=1).encode() + b"\n"


def load(data: bytes) -> Manifest | None:
    """Read a manifest; ``None`` when it is none that this program understands."""
    try:
        return Manifest.model_validate_json(data)
    except ValidationError:
        return None
