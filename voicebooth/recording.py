"""What mastering leaves behind besides the files: how long, how loud, and what is heard when."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cue:
    """One sentence in the finished audio."""

    start_s: float
    end_s: float
    speaker: str
    text: str
    line: int
    turn: int


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a segment's sound stands in the finished audio, from its first word to its last."""

    key: str
    start_s: float
    duration_s: float


@dataclass(frozen=True, slots=True)
class Recording:
    """What was delivered. Loudness and true peak are those of the first lossy format, decoded, else of the samples."""

    duration_s: float
    integrated_lufs: float
    true_peak_dbtp: float
    cues: tuple[Cue, ...]
    segments: tuple[Placed, ...]
