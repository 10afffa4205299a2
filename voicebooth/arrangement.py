"""How an episode's music is played, as its manifest tells it, and what a newer script changes in what is heard.

None of it costs anything in speech: music is mixed to takes that are kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath

from .manifest import Played
from .score import Score

_TOLD = {
    "level_lu": "is at {} LU where nobody speaks instead of {}",
    "under_lu": "is at {} LU under words instead of {}",
    "alone_s": "is alone for {} s instead of {}",
    "overlap_s": "overlaps words by {} s instead of {}",
    "fade_s": "fades for {} s instead of {}",
}
_NO_USE = {("sting", "under_lu"), ("sting", "overlap_s"), ("bed", "alone_s"), ("bed", "overlap_s")}


def arranged(score: Score) -> tuple[Played, ...]:
    """Return what a manifest says of a score."""
    return tuple(
        Played(
            role=role,
            name=part.companion.name,
            channels=part.channels,
            level_lu=round(part.level_lu, 1),
            under_lu=round(part.under_lu, 1),
            alone_s=round(part.alone_s, 2),
            overlap_s=round(part.overlap_s, 2),
            fade_s=round(part.fade_s, 2),
        )
        for role, part in score.parts.items()
    )


def changes(old: Sequence[Played] | None, new: Sequence[Played] | None) -> list[str]:
    """Return a line for each thing that is heard otherwise. Where one of the two does not tell, nothing is known."""
    if old is None or new is None:
        return []
    before, now = ({played.role: played for played in music} for music in (old, new))
    rows = [f"the {role} is new: {_file(played)}" for role, played in now.items() if role not in before]
    rows += [f"the {role} is heard no more" for role in before if role not in now]
    for role in (role for role in now if role in before):
        rows += _differences(before[role], now[role])
    if old and new and _channels(old) != _channels(new):
        rows.append(f"the episode is in {_channels(new)} instead of {_channels(old)}")
    return rows


def _differences(old: Played, new: Played) -> Iterator[str]:
    if _file(old) != _file(new):
        yield f"the {new.role} plays {_file(new)} instead of {_file(old)}"
    for field, words in _TOLD.items():
        before, now = getattr(old, field), getattr(new, field)
        if before != now and (new.role, field) not in _NO_USE:
            yield f"the {new.role} {words.format(f'{now:g}', f'{before:g}')}"


def _file(played: Played) -> str:
    return PurePosixPath(played.name).name


def _channels(music: Sequence[Played]) -> str:
    return "stereo" if any(played.channels > 1 for played in music) else "mono"
