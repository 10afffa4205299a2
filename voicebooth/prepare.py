"""What can be known of an episode before a single request: script, cast, plan, cost, warnings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from . import casting, parse
from . import plan as planning
from . import score as scoring
from .beside import Beside
from .errors import Problem, ScriptFault, SettingsFault
from .manifest import Companion, Manifest
from .plan import Plan, Segment
from .score import SPEECH_ALONE, Score
from .script import Script
from .speech import Engine
from .studio import Studio


@dataclass(frozen=True, slots=True)
class Prepared:
    """An episode that is ready to be voiced."""

    script: Script
    plan: Plan
    engine: Engine
    warnings: tuple[Problem, ...]
    companions: tuple[Companion, ...] = ()  # files beside the script that it names
    score: Score = SPEECH_ALONE

    @property
    def estimated_usd(self) -> float:
        """What voicing everything anew would cost."""
        return sum(self.cost_usd(segment) for segment in self.plan.segments)

    def cost_usd(self, segment: Segment) -> float:
        """Return what voicing one segment costs, by estimate."""
        price = self.engine.price
        return price.estimate_usd(segment.request.text, segment.estimate_s) if price else 0.0


def prepare(studio: Studio, data: bytes, name: str, last: Manifest | None = None) -> Prepared:
    """Turn a script's bytes into a plan that reuses the segments and voices of the last manifest.

    Raises ``ScriptFault`` with every problem found.
    """
    segment_s = studio.options.segment_s
    script = parse.parse(data, name, max_minutes=studio.options.max_minutes)
    beside = Beside(studio.scripts, name)
    score = scoring.read(script.meta.music, beside)
    engine = _engine(script, studio)
    cast = casting.cast(script, {role.speaker: role.voice for role in last.cast} if last else {})
    known = last.keys if last else frozenset()
    made = planning.plan(script, cast, engine, segment_s=segment_s, known=known)
    warnings = (*script.warnings, *casting.warnings(script, cast), *planning.warnings(made, segment_s))
    return Prepared(script, made, engine, warnings, tuple(beside.found), score)


def _engine(script: Script, studio: Studio) -> Engine:
    """Return the engine; a model that the script names and nobody knows is the script's fault."""
    try:
        return studio.engine(script.meta.model)
    except SettingsFault as unknown:
        if not script.meta.model:
            raise
        line = script.meta.lines.get("model")
        raise ScriptFault(*(Problem(p.message, p.fix, line) for p in unknown.problems)) from unknown


def within_budget(prepared: Prepared, is_kept: Callable[[str], bool], max_cost_usd: float | None) -> None:
    """Raise ``ScriptFault`` when voicing what is not kept yet would cost more than allowed."""
    if max_cost_usd is None or not prepared.engine.price:
        return
    usd = sum(prepared.cost_usd(s) for s in prepared.plan.segments if not is_kept(s.key))
    if usd > max_cost_usd:
        raise ScriptFault(
            Problem(
                f"voicing this script would cost about ${usd:.2f}, and ${max_cost_usd:.2f} is the most allowed",
                "shorten it, or raise VOICEBOOTH_MAX_COST_USD",
            )
        )
