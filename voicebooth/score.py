"""The front matter's music becomes a score: which file plays in which role, how loud, and what room it needs.

    intro ════════╲                                   ╱═══════════ outro
    voice         ├ words  words ┤  ══ sting ══  ├ words  words ┤
    bed           ╱──────────────╲               ╱──────────────╲

Loudness is stated against the voices', in LU. Each file is measured, so a loud one and a soft one come out alike, and
what plays under words is ``CLEAR_LU`` softer than they are even where the music is loudest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from .beside import Beside
from .errors import Problem, ScriptFault
from .manifest import Companion
from .music import Track, is_silent
from .reels import Reels
from .script import Tune
from .tape import CLOSE_S, LEAD_S, Room

MOST_BYTES = 50_000_000
CLEAR_LU = 13.0  # of speech above music in its loudest three seconds; under_lu may ask for no less
PAUSE_S = 0.5  # between music and words that do not overlap
BED_LEAD_S = 2.0  # of a bed alone, when no intro comes before
_BED_CLOSE_S = 1.0


@dataclass(frozen=True, slots=True)
class _Usual:
    what: str
    level_lu: float
    under_lu: float
    overlap_s: float
    fade_s: float


_USUAL = {
    "intro": _Usual("the intro", -2.0, -18.0, 3.0, 3.0),
    "outro": _Usual("the outro", -2.0, -18.0, 2.0, 3.0),
    "sting": _Usual("the sting", -3.0, -18.0, 0.0, 0.5),
    "bed": _Usual("the bed", -10.0, -20.0, 0.0, 3.0),
}


@dataclass(frozen=True, slots=True)
class Part:
    """One role's music: its file and how loud that is, its levels against the voices, and times in seconds."""

    companion: Companion
    channels: int
    file_lufs: float
    level_lu: float
    under_lu: float
    alone_s: float
    overlap_s: float  # together with words, before or after
    fade_s: float
    cut: bool  # the file goes on after what is heard of it

    @property
    def rest_db(self) -> float:
        """The gain that brings the file to its level where nobody speaks, when voices are at 0 LUFS."""
        return self.level_lu - self.file_lufs

    @property
    def under_db(self) -> float:
        """The same where somebody speaks."""
        return self.under_lu - self.file_lufs

    @property
    def seconds(self) -> float:
        """How much of the file is heard; of a bed, once through."""
        return self.alone_s + self.overlap_s


@dataclass(frozen=True, slots=True)
class Score:
    """All the music of an episode, by role."""

    parts: Mapping[str, Part] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def channels(self) -> int:
        """Channels that the episode needs: 2 as soon as any music is in stereo."""
        return max((part.channels for part in self.parts.values()), default=1)

    @property
    def room(self) -> Room:
        """What the tape leaves free for music."""
        intro, outro, sting, bed = (self.parts.get(role) for role in ("intro", "outro", "sting", "bed"))
        lead_s = _alone(intro) if intro else BED_LEAD_S if bed else LEAD_S
        close_s = _alone(outro) if outro else bed.fade_s + _BED_CLOSE_S if bed else CLOSE_S
        return Room(lead_s, close_s, sting.alone_s if sting else 0.0)

    def tracks(self, reels: Reels) -> Mapping[str, Track]:
        """Return what plays in each role; the bed goes on for ever."""
        tracks = {role: reels.track(part.companion) for role, part in self.parts.items()}
        if "bed" in tracks:
            tracks["bed"] = tracks["bed"].looped(self.parts["bed"].fade_s)
        return tracks


SPEECH_ALONE = Score()


def read(music: Mapping[str, Tune], beside: Beside, reels: Reels) -> Score:
    """Find, decode and measure the music of a script. Raises ``ScriptFault`` with every problem found."""
    problems: list[Problem] = []
    parts: dict[str, Part] = {}
    for role, tune in music.items():
        try:
            parts[role] = _part(role, tune, beside, reels)
        except ScriptFault as fault:
            problems += fault.problems
    if problems:
        raise ScriptFault(*problems)
    return Score(MappingProxyType(parts))


def _alone(part: Part) -> float:
    return part.alone_s + (0.0 if part.overlap_s else PAUSE_S)


def _part(role: str, tune: Tune, beside: Beside, reels: Reels) -> Part:
    usual = _USUAL[role]
    companion = beside.find(tune.file, usual.what, tune.line, MOST_BYTES)
    try:
        return _measured(role, tune, companion, reels.track(companion))
    except ScriptFault as fault:
        named = f'{usual.what}, "{tune.file}",'
        raise fault.with_problems(Problem(f"{named} {p.message}", p.fix, tune.line) for p in fault.problems) from fault


def _measured(role: str, tune: Tune, companion: Companion, track: Track) -> Part:
    usual = _USUAL[role]
    alone_s, overlap_s = _times(role, tune, track.seconds)
    heard = track.heard(alone_s + overlap_s)
    if is_silent(heard):
        raise ScriptFault("is silent", fix="save it again, or leave it out")
    clear_lu = -CLEAR_LU - (heard.loudest_lufs - heard.integrated_lufs)
    return Part(
        companion=companion,
        channels=track.channels,
        file_lufs=heard.integrated_lufs,
        level_lu=_given(tune.level_lu, usual.level_lu),
        under_lu=min(_given(tune.under_lu, usual.under_lu), clear_lu),
        alone_s=alone_s,
        overlap_s=overlap_s,
        fade_s=_given(tune.fade_s, usual.fade_s),
        cut=alone_s + overlap_s < track.seconds,
    )


def _times(role: str, tune: Tune, file_s: float) -> tuple[float, float]:
    """Return how long a file is heard alone, and how long together with words."""
    overlap_s = _given(tune.overlap_s, _USUAL[role].overlap_s)
    if role == "intro":  # all of it alone, unless it is to be cut
        alone_s = min(_given(tune.seconds, file_s), file_s)
        if tune.seconds is None and tune.overlap_s is not None:
            alone_s -= min(overlap_s, file_s / 2)
        return alone_s, min(overlap_s, file_s - alone_s)
    if role == "outro":
        overlap_s = min(overlap_s, file_s / 2)
        return min(_given(tune.seconds, file_s), file_s - overlap_s), overlap_s
    if role == "sting":
        return min(_given(tune.seconds, file_s), file_s), 0.0
    return file_s, 0.0


def _given(value: float | None, usual: float) -> float:
    return usual if value is None else value
