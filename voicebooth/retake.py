"""Another take of what is already voiced: which one is in use stands in ``episode.json``, before it is asked for.

    --retake 14      voice the segment that holds line 14 anew, and use the new take from now on
    --retake 14=1    use its first take again, which costs nothing

Every take stays in the work bucket under its own key. A run that was stopped goes on with the take it was asked for:
``retaking`` tells which those are, so that the same command, given again, does not ask for yet another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from .errors import Problem
from .lines import NoWords, holding
from .manifest import Manifest
from .plan import Segment
from .prepare import prepare, read_script, within_budget
from .shelf import Shelf
from .studio import Studio


@dataclass(frozen=True, slots=True)
class Retake:
    """A wish: line, and the number of a take that there is already; without it a new one."""

    line: int
    take: int | None = None


def retaken(
    studio: Studio, shelf: Shelf, name: str, last: Manifest, preview: Manifest | None, wishes: Sequence[Retake]
) -> Manifest:
    """Return the last manifest with the wishes in it. What was never voiced needs no other take, and gets none.

    Raises ``NoWords`` for lines and takes that there are not, ``ScriptFault`` when it would cost too much.
    """
    data = read_script(studio, name)
    prepared = prepare(studio, data, name, last, preview)
    takes, retaking = dict(last.takes), set(last.retaking)
    for wish in wishes:
        (segment, *_) = holding(prepared.plan.segments, wish.line, wish.line)
        if segment.turns[0].takes > 1:
            fix = "choose one of them in the front matter, or ask for more of them there"
            raise NoWords(Problem("several takes of this line are made as it is", fix, wish.line))
        if wish.take is not None:
            takes[segment.first_key] = _kept(shelf, segment, wish.take, wish.line)
            retaking.discard(segment.first_key)
        elif segment.first_key not in retaking and shelf.holds(segment.key):
            takes[segment.first_key] = _next(shelf, segment)
            retaking.add(segment.first_key)
    asked = last.model_copy(update={"takes": takes, "retaking": tuple(sorted(retaking))})
    within_budget(prepare(studio, data, name, asked, preview), shelf.holds, studio.options.max_cost_usd)
    return asked


def _next(shelf: Shelf, segment: Segment) -> int:
    """Return the number of the first take that was never made."""
    number = segment.request.take + 1
    while shelf.holds(_key(segment, number)):
        number += 1
    return number


def _kept(shelf: Shelf, segment: Segment, number: int, line: int) -> int:
    """Return the number of a take that is kept."""
    if number > 0 and shelf.holds(_key(segment, number)):
        return number
    there = [str(other) for other in range(1, _next(shelf, segment)) if shelf.holds(_key(segment, other))]
    fix = f"kept are: {', '.join(there)}" if there else "make the episode first"
    raise NoWords(Problem(f"there is no take {number} of this line", fix, line))


def _key(segment: Segment, take: int) -> str:
    return replace(segment.request, take=take).key
