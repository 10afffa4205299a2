"""Where to cut a row of things into segments, at the least cost.

A segment is a run of neighbours. The caller says for each start the farthest end, and whatever lies inside a segment
must be a segment too: then always going farthest gives the fewest segments, and no segment adds more than one to the
*excess* of a way, the segments it has above the fewest.

The cheapest way is found by dynamic programming over position and excess. Without a look at excess, edits would wear a
plan into ever smaller pieces, as cutting one segment in two is cheaper than voicing its neighbours anew. So some excess
is free, and more has its price: a join of two neighbours is worth it, a rearrangement of three is not, until it grows
further.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

_FREE_EXCESS = 0.05  # of the fewest segments
_DEAR = 1.5  # cost of a segment of excess beyond that, and again as much for every further _FREE_EXCESS
_LONGEST = 4  # times the free excess: no way is longer
_NOTICEABLE = 1e-3  # a way with more excess must be cheaper by that to be followed
_ALIKE = 1e-9  # costs that differ by less are the same, summed in another order: the first way found stays


@dataclass(frozen=True, slots=True)
class _Way:
    """A way from the first position to another: its cost, and where its last segment starts."""

    cost: float
    start: int = 0
    excess: int = 0  # before the last segment


def fewest(farthest: Sequence[int]) -> list[int]:
    """Return the fewest segments from each position to the end; 0 for the end itself."""
    counts = [0] * (len(farthest) + 1)
    for start in reversed(range(len(farthest))):
        counts[start] = 1 + counts[farthest[start]]
    return counts


def cheapest(farthest: Sequence[int], cost: Callable[[int, int], float], *, strictly_fewest: bool) -> list[int]:
    """Return where the cheapest way cuts, both ends of the row included.

    ``cost(start, end)`` is about 1 for a segment that is new. ``strictly_fewest`` allows no excess.
    """
    left = fewest(farthest)
    free = max(1, int(left[0] * _FREE_EXCESS))
    most = 0 if strictly_fewest else free * _LONGEST
    ways: list[dict[int, _Way]] = [{} for _ in left]
    ways[0][0] = _Way(0.0)
    for start, farthest_end in enumerate(farthest):
        followed = _worth_following(ways[start])
        for end in range(start + 1, farthest_end + 1):
            wasted = 1 + left[end] - left[start]
            open_ways = [way for way in followed if way[0] + wasted <= most]
            if open_ways:
                segment = cost(start, end)
                for excess, so_far in open_ways:
                    total = so_far + segment + wasted * (excess // free) * _DEAR
                    _offer(ways[end], excess + wasted, _Way(total, start, excess))
    return _trace(ways)


def _offer(ways: dict[int, _Way], excess: int, way: _Way) -> None:
    if excess not in ways or way.cost < ways[excess].cost - _ALIKE:
        ways[excess] = way


def _worth_following(ways: Mapping[int, _Way]) -> list[tuple[int, float]]:
    """Return (excess, cost) of the ways that are noticeably cheaper than all with less excess."""
    followed: list[tuple[int, float]] = []
    for excess in sorted(ways):
        if not followed or ways[excess].cost < followed[-1][1] - _NOTICEABLE:
            followed.append((excess, ways[excess].cost))
    return followed


def _trace(ways: Sequence[Mapping[int, _Way]]) -> list[int]:
    at = len(ways) - 1
    excess = min(ways[at], key=lambda excess: (ways[at][excess].cost, excess))
    cuts = [at]
    while at:
        way = ways[at][excess]
        at, excess = way.start, way.excess
        cuts.append(at)
    return cuts[::-1]
