"""A script and its cast become a plan: which segments to voice, each one request.

The script is a row of atoms: its turns, and the sentences of those turns that are too long for one segment. A segment
is a run of neighbouring atoms with at most two speakers and two voices, no longer than the cap. A first plan has the
fewest segments, cut at the best places, then as even in length as can be, which leaves room for edits. When takes are
known, a segment costs one if it is new and next to nothing if it is known, so that an edit moves no cut elsewhere.
``cuts`` finds the cheapest way through the row.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from . import cuts
from .errors import Problem, ScriptFault
from .pace import speech_s
from .script import Gap, Script, Turn
from .speech import Engine, Line, Request
from .voices import is_custom

_KNOWN = 0.05  # cost of a segment that is paid for; above 0, so that of two ways with as much new the shorter wins
_SEAM = {Gap.CHAPTER: 0.0, Gap.PAUSE: 1e-4, Gap.PARAGRAPH: 2e-4, Gap.TURN: 4e-4, Gap.SENTENCE: 8e-4}
_UNEVEN = 1e-5  # times the square of the share of a segment that stays empty


@dataclass(frozen=True, slots=True)
class Segment:
    """Turns voiced together. A turn in several segments has ``Gap.SENTENCE`` from its second part on."""

    index: int
    turns: tuple[Turn, ...]
    turn_indexes: tuple[int, ...]  # into Script.turns, one for each of ``turns``
    request: Request
    estimate_s: float

    @property
    def key(self) -> str:
        """Identity of the sound; see ``Request.key``."""
        return self.request.key

    @property
    def speakers(self) -> tuple[str, ...]:
        """Distinct speakers in order of appearance."""
        return tuple(dict.fromkeys(turn.speaker for turn in self.turns))

    @property
    def first_line(self) -> int:
        """Source line of the first word."""
        return self.turns[0].line

    @property
    def last_line(self) -> int:
        """Source line of the last sentence."""
        return self.turns[-1].last_line


@dataclass(frozen=True, slots=True)
class Plan:
    """All segments in order, and who speaks with which voice."""

    segments: tuple[Segment, ...]
    cast: Mapping[str, str]  # speaker → voice

    @property
    def estimate_s(self) -> float:
        """Estimated length of the episode."""
        return sum(segment.estimate_s for segment in self.segments)


def plan(
    script: Script,
    cast: Mapping[str, str],
    engine: Engine,
    *,
    segment_s: float = 75.0,
    known: Collection[str] = frozenset(),
) -> Plan:
    """Cut a script into the cheapest segments, given the keys of those that are already paid for.

    No segment is estimated longer than ``segment_s`` and the engine's longest request, except a single sentence that is
    longer than the former. Raises ``ScriptFault`` for a sentence longer than the latter.
    """
    cap_s = min(segment_s, engine.longest_request_s)
    atoms = _atoms(script, cast, cap_s)
    _refuse_endless(atoms, engine)
    row = _Row(atoms, engine, script.meta.language, cap_s, frozenset(known))
    ends = cuts.cheapest(row.farthest(), row.cost, strictly_fewest=not known)
    return Plan(tuple(row.segment(index, *ends) for index, ends in enumerate(pairwise(ends))), cast)


def warnings(made: Plan, segment_s: float) -> tuple[Problem, ...]:
    """Return the sentences that are longer than a segment should be."""
    return tuple(
        Problem(
            f"one sentence takes about {segment.estimate_s:.0f} s to say",
            f"above {segment_s:.0f} s voices drift: divide it with full stops",
            segment.first_line,
        )
        for segment in made.segments
        if segment.estimate_s > segment_s
    )


@dataclass(frozen=True, slots=True)
class _Atom:
    """What is never cut: a turn, or a sentence of one that is too long."""

    turn: Turn
    turn_index: int
    continues: bool  # the turn of the atom before
    line: Line
    estimate_s: float


def _atoms(script: Script, cast: Mapping[str, str], cap_s: float) -> list[_Atom]:
    atoms = []
    for index, turn in enumerate(script.turns):
        for nth, (part, estimate_s) in enumerate(_parts(turn, script.meta.language, cap_s)):
            line = Line(cast[turn.speaker], part.spoken, turn.delivery or script.meta.style)
            atoms.append(_Atom(part, index, nth > 0, line, estimate_s))
    return atoms


def _parts(turn: Turn, language: str, cap_s: float) -> Iterable[tuple[Turn, float]]:
    whole_s = speech_s(turn.spoken, language)
    if whole_s <= cap_s:
        yield turn, whole_s
        return
    gap, pause_s = turn.gap, turn.pause_s
    for sentence in turn.sentences:
        yield replace(turn, sentences=(sentence,), gap=gap, pause_s=pause_s), speech_s(sentence.spoken, language)
        gap, pause_s = Gap.SENTENCE, 0.0


def _refuse_endless(atoms: Iterable[_Atom], engine: Engine) -> None:
    problems = [
        Problem(
            f"one sentence takes about {atom.estimate_s:.0f} s to say, more than the {engine.longest_request_s:.0f} s "
            f"that {engine.model} can voice at once",
            "divide it with full stops",
            atom.turn.line,
        )
        for atom in atoms
        if atom.estimate_s > engine.longest_request_s
    ]
    if problems:
        raise ScriptFault(*problems)


@dataclass(frozen=True, slots=True)
class _Row:
    """The atoms of a script, and what a run of them would be as a segment."""

    atoms: Sequence[_Atom]
    engine: Engine
    language: str
    cap_s: float
    known: frozenset[str]

    def farthest(self) -> list[int]:
        """Return for each atom the farthest end of a segment that starts there."""
        farthest, end = [], 0
        for start in range(len(self.atoms)):
            end = max(end, start + 1)
            while end < len(self.atoms) and self._fits(self.atoms[start : end + 1]):
                end += 1
            farthest.append(end)
        return farthest

    def cost(self, start: int, end: int) -> float:
        """Return the cost of a segment, in new segments."""
        run = self.atoms[start:end]
        voiced = _KNOWN if self.known and self._request(run).key in self.known else 1.0
        seam = _SEAM[self.atoms[end].turn.gap] if end < len(self.atoms) else 0.0
        return voiced + seam + _UNEVEN * (1 - _estimate_s(run) / self.cap_s) ** 2

    def segment(self, index: int, start: int, end: int) -> Segment:
        run = self.atoms[start:end]
        turns: list[Turn] = []
        for atom in run:
            if atom.continues and turns:
                turns[-1] = replace(turns[-1], sentences=turns[-1].sentences + atom.turn.sentences)
            else:
                turns.append(atom.turn)
        indexes = tuple(dict.fromkeys(atom.turn_index for atom in run))
        return Segment(index, tuple(turns), indexes, self._request(run), _estimate_s(run))

    def _fits(self, run: Sequence[_Atom]) -> bool:
        voices = {atom.line.voice for atom in run}
        return (
            _estimate_s(run) <= self.cap_s
            and len({atom.turn.speaker for atom in run}) <= 2
            and len(voices) <= (1 if any(map(is_custom, voices)) else 2)
        )

    def _request(self, run: Sequence[_Atom]) -> Request:
        lines: list[Line] = []
        for atom in run:
            if atom.continues and lines:
                lines[-1] = replace(lines[-1], text=f"{lines[-1].text} {atom.line.text}")
            else:
                lines.append(atom.line)
        return Request(self.engine, tuple(lines), self.language)


def _estimate_s(run: Iterable[_Atom]) -> float:
    return sum(atom.estimate_s for atom in run)
