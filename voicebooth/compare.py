"""Two versions of a script: what the newer one will have voiced, keep and drop, its speakers and its files.

Nothing is asked and nothing looked up but the two: a segment counts as kept when the older version has its sound, as if
that one had been made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from . import __version__
from .arrangement import arranged, changes
from .manifest import Generator, Manifest, Role, SegmentRecord, Source
from .outline import counted, lasting
from .plan import Segment
from .prepare import Prepared


@dataclass(frozen=True, slots=True)
class Comparison:
    """An episode as it was, or was planned, and the plan for the newer script."""

    old: Manifest
    new: Prepared

    @property
    def voiced(self) -> tuple[Segment, ...]:
        """Segments whose sound is new, each sound once."""
        fresh = {s.key: s for s in reversed(self.new.plan.segments) if s.key not in self.old.keys}
        return tuple(reversed(fresh.values()))

    @property
    def kept(self) -> tuple[Segment, ...]:
        """Segments that need no request."""
        return tuple(segment for segment in self.new.plan.segments if segment.key in self.old.keys)

    @property
    def dropped(self) -> tuple[SegmentRecord, ...]:
        """Segments of the old episode that the new one does not have."""
        wanted = {segment.key for segment in self.new.plan.segments}
        return tuple(segment for segment in self.old.segments if segment.key not in wanted)

    @property
    def usd(self) -> float | None:
        """What voicing the new segments costs, by estimate; ``None`` where nothing has a price."""
        return sum(map(self.new.cost_usd, self.voiced)) if self.new.engine.price else None

    @property
    def speakers(self) -> tuple[dict[str, str], dict[str, str], dict[str, tuple[str, str]]]:
        """Speakers that were added, removed (each with a voice) and recast (with the old voice and the new)."""
        before = {role.speaker: role.voice for role in self.old.cast}
        now = self.new.plan.cast
        recast = {name: (before[name], now[name]) for name in now if name in before and before[name] != now[name]}
        return _without(now, before), _without(before, now), recast

    @property
    def companions(self) -> tuple[list[str], list[str], list[str]]:
        """Names of files beside the script, such as music, that were added, removed and changed.

        The two episodes may have been made from different folders: ``show/theme.mp3`` and ``theme.mp3`` are one.
        """
        before, now = self.old.companions, self.new.companions
        pairs = [(new, old) for new in now for old in before if _is_same(new.name, old.name)]
        added = [file.name for file in now if file not in [new for new, _ in pairs]]
        removed = [file.name for file in before if file not in [old for _, old in pairs]]
        return added, removed, [new.name for new, old in pairs if new.generation != old.generation]

    @property
    def music(self) -> list[str]:
        """What is heard of music otherwise than before, a sentence each."""
        return changes(self.old.music, arranged(self.new.score))


def planned(prepared: Prepared) -> Manifest:
    """Return a plan as the manifest of an episode that was made by it."""
    return Manifest(
        state="done",
        script=Source(uri="", generation=0),
        updated="",
        companions=prepared.companions,
        music=arranged(prepared.score),
        cast=tuple(Role(speaker=speaker, voice=voice) for speaker, voice in prepared.plan.cast.items()),
        segments=tuple(
            SegmentRecord(key=s.key, speakers=s.speakers, first_line=s.first_line, last_line=s.last_line)
            for s in prepared.plan.segments
        ),
        generator=Generator(version=__version__),
    )


def told(comparison: Comparison) -> str:
    """Return a line for each thing that changes, then sums."""
    voiced, kept = comparison.voiced, comparison.kept
    added, removed, recast = comparison.speakers
    rows = [_row("dropped", segment, "") for segment in comparison.dropped]
    rows += [_row("new", segment, f"{segment.estimate_s:.1f} s") for segment in voiced]
    rows += [f"{speaker} is new and speaks as {voice}" for speaker, voice in added.items()]
    rows += [f"{speaker} speaks no more" for speaker in removed]
    rows += [f"{speaker} speaks as {voice} instead of {before}" for speaker, (before, voice) in recast.items()]
    beside = _files(comparison) + comparison.music
    rows += beside
    if beside and not voiced:
        rows.append("nothing is voiced anew, but the episode is made anew")
    asked, length = counted(len(voiced), "request"), lasting(_length_s(voiced))
    whole = lasting(comparison.new.plan.estimate_s)
    rows.append(f"{asked} for about {length} of {whole}; {counted(len(kept), 'segment')} kept")
    if (usd := comparison.usd) is not None and (price := comparison.new.engine.price):
        rows.append(f"about ${usd:.4f} of ${comparison.new.estimated_usd:.4f} for the whole ({price.table})")
    return "\n".join(rows)


def figures(comparison: Comparison) -> dict[str, object]:
    """Return the same for a program, as plain values. Seconds and dollars are estimates; no price, no dollars."""
    added, removed, recast = comparison.speakers
    price = comparison.new.engine.price
    companions = zip(("added", "removed", "changed"), comparison.companions, strict=True)
    return {
        "new": [_facts(segment) | {"estimate_s": round(segment.estimate_s, 1)} for segment in comparison.voiced],
        "kept": [_facts(segment) for segment in comparison.kept],
        "dropped": [_facts(segment) for segment in comparison.dropped],
        "speakers": {
            "added": added,
            "removed": removed,
            "recast": {speaker: {"old": before, "new": voice} for speaker, (before, voice) in recast.items()},
        },
        "companions": dict(companions),
        "music": comparison.music,
        "voiced_s": round(_length_s(comparison.voiced), 1),
        "estimate_s": round(comparison.new.plan.estimate_s, 1),
        "requests": len(comparison.voiced),
        "usd": None if comparison.usd is None else round(comparison.usd, 6),
        "estimated_usd": round(comparison.new.estimated_usd, 6) if price else None,
        "price_table": price.table if price else "",
    }


def _without(some: Mapping[str, str], others: Mapping[str, str]) -> dict[str, str]:
    return {name: voice for name, voice in some.items() if name not in others}


def _is_same(one: str, other: str) -> bool:
    return f"/{one}".endswith(f"/{other}") or f"/{other}".endswith(f"/{one}")


def _files(comparison: Comparison) -> list[str]:
    added, removed, changed = comparison.companions
    rows = [f"{name} is new" for name in added]
    rows += [f"{name} is used no more" for name in removed]
    return rows + [f"{name} changed" for name in changed]


def _length_s(segments: Sequence[Segment]) -> float:
    return sum(segment.estimate_s for segment in segments)


def _row(what: str, segment: Segment | SegmentRecord, length: str) -> str:
    lines = f"lines {segment.first_line}-{segment.last_line}"
    return f"{what:<8} {lines:<16} {length:>8}  {', '.join(segment.speakers)}"


def _facts(segment: Segment | SegmentRecord) -> dict[str, object]:
    return {
        "key": segment.key,
        "first_line": segment.first_line,
        "last_line": segment.last_line,
        "speakers": list(segment.speakers),
    }
