"""A prepared episode as text for a person: what would be asked of the service, and for how much."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import PurePosixPath

from .manifest import DRAFT_DISCLOSURE
from .plan import Segment
from .prepare import Prepared
from .score import Part


def outline(prepared: Prepared, kept: Collection[str]) -> str:
    """Return a line for each segment and each voice, then sums. ``kept`` are the keys of takes that exist."""
    segments = prepared.plan.voiced
    new = [segment for segment in segments if segment.key not in kept]
    rows = [_row(segment, "kept" if segment.key in kept else "new") for segment in segments]
    rows += [f"{speaker} speaks as {voice}" for speaker, voice in prepared.plan.cast.items()]
    rows += [f"{role}: {_music(part)}" for role, part in prepared.score.parts.items()]
    length, asked = lasting(prepared.plan.estimate_s), counted(len({segment.key for segment in new}), "request")
    rows.append(f"about {length} in {counted(len(prepared.plan.segments), 'segment')}: {asked}")
    if price := prepared.engine.price:
        usd = sum(prepared.cost_usd(segment) for segment in new)
        rows.append(f"about ${usd:.4f} now, ${prepared.estimated_usd:.4f} for the whole ({price.table})")
    if prepared.engine.draft:
        rows.append(DRAFT_DISCLOSURE)
    return "\n".join(rows)


def figures(prepared: Prepared, kept: Collection[str]) -> dict[str, object]:
    """Return the same for a program, as plain values. Seconds and dollars are estimates; no price, no dollars."""
    segments, price = prepared.plan.segments, prepared.engine.price
    new = [segment for segment in segments if segment.key not in kept]
    return {
        "segments": [
            {
                "key": segment.key,
                "first_line": segment.first_line,
                "last_line": segment.last_line,
                "speakers": list(segment.speakers),
                "estimate_s": round(segment.estimate_s, 1),
                "kept": segment.key in kept,
            }
            for segment in segments
        ],
        "cast": dict(prepared.plan.cast),
        "estimate_s": round(prepared.plan.estimate_s, 1),
        "requests": len({segment.key for segment in new}),
        "usd": round(sum(map(prepared.cost_usd, new)), 6) if price else None,
        "estimated_usd": round(prepared.estimated_usd, 6) if price else None,
        "price_table": price.table if price else "",
        "model": prepared.engine.model,
        "draft": prepared.engine.draft,
    }


def counted(number: int, what: str) -> str:
    """Return ``1 take``, ``2 takes``."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def lasting(seconds: float) -> str:
    """Return a length as a person says it: ``7 seconds``, ``12.4 minutes``."""
    return counted(round(seconds), "second") if seconds < 99.5 else f"{seconds / 60:.1f} minutes"


def _music(part: Part) -> str:
    channels = "stereo" if part.channels == 2 else "mono"
    return f"{PurePosixPath(part.companion.name).name}, {part.seconds:.1f} s, {channels}"


def _row(segment: Segment, state: str) -> str:
    lines = f"lines {segment.first_line}-{segment.last_line}"
    return (
        f"{segment.index + 1:>4}  {lines:<18} {segment.estimate_s:>6.1f} s  {state:<4}  {', '.join(segment.speakers)}"
        f"{f', take {segment.request.take}' if segment.request.take > 1 else ''}"
    )
