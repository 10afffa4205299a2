"""What can be known of an episode before a single request: script, cast, plan, cost, warnings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, replace

from . import casting, choices, parse, pronounce
from . import plan as planning
from . import score as scoring
from .beside import Beside
from .choices import Choice
from .cover import cover_beside
from .errors import Problem, ScriptFault, SettingsFault, Superseded
from .lines import holding
from .manifest import Companion, Manifest
from .parse import pronunciations
from .plan import Plan, Segment
from .reels import Reels
from .score import SPEECH_ALONE, Score
from .script import Script
from .speech import Engine
from .storage import NotFound
from .studio import Options, Studio
from .tags import Cover

LARGEST_SCRIPT_BYTES = 2_000_001


@dataclass(frozen=True, slots=True)
class Prepared:
    """An episode that is ready to be voiced."""

    script: Script
    plan: Plan
    mode: str
    choices: Mapping[int, Choice]  # of turns with several takes, by their index
    engine: Engine
    warnings: tuple[Problem, ...]
    companions: tuple[Companion, ...] = ()  # files beside the script that it names
    cover: Cover | None = None
    score: Score = SPEECH_ALONE

    @property
    def estimated_usd(self) -> float:
        """What voicing everything anew would cost."""
        return sum(self.cost_usd(segment) for segment in self.plan.voiced)

    def cost_usd(self, segment: Segment) -> float:
        """Return what voicing one segment costs, by estimate."""
        price = self.engine.price
        return price.estimate_usd(segment.request.text, segment.estimate_s) if price else 0.0


def read_script(studio: Studio, name: str, generation: int | None = None) -> bytes:
    """Return a script's bytes, one more than it may have at most, so that the parser can tell.

    Raises ``Superseded`` when that generation is gone.
    """
    try:
        data, _ = studio.scripts.read(name, generation=generation, limit=LARGEST_SCRIPT_BYTES)
    except NotFound as gone:
        raise Superseded("the script was replaced or removed after this event") from gone
    return data


def prepare(
    studio: Studio,
    data: bytes,
    name: str,
    last: Manifest | None = None,
    preview: Manifest | None = None,
    reels: Reels | None = None,
) -> Prepared:
    """Turn a script's bytes into a plan that reuses the segments and voices of the last manifest.

    What a preview has voiced since is reused as well. Music is decoded onto ``reels`` of the studio's rate for music,
    where they are given, and stays there.
    Raises ``ScriptFault`` with every problem found.
    """
    segment_s = studio.options.segment_s
    beside = Beside(studio.scripts, name)
    script = _script(data, beside, studio.options)
    cover, advice = _cover(script, beside)
    with nullcontext(reels) if reels else reels_for(studio) as decoded:
        score = scoring.read(script.meta.music, beside, decoded)
    engine = _engine(script, studio)
    before = [manifest for manifest in (preview, last) if manifest]
    cast = casting.cast(script, {role.speaker: role.voice for manifest in before for role in manifest.cast})
    mode = script.meta.mode or studio.options.mode
    known = frozenset[str]().union(*(manifest.known(mode) for manifest in before))
    takes = last.takes if last else {}
    chosen = choices.choices(script)
    made = planning.plan(
        script,
        cast,
        engine,
        mode=mode,
        segment_s=segment_s,
        known=known,
        takes=takes,
        chosen={index: choice.take for index, choice in chosen.items()},
    )
    warnings = (
        *script.warnings,
        *advice,
        *casting.warnings(script, cast),
        *planning.warnings(made, segment_s),
        *choices.warnings(script, chosen),
    )
    return Prepared(script, made, mode, chosen, engine, warnings, tuple(beside.found), cover, score)


def reels_for(studio: Studio) -> Reels:
    """Return reels for the music of one script."""
    return Reels(studio.scripts, studio.options.rate_hz(music=True))


def excerpt(prepared: Prepared, stretch: tuple[int, int]) -> Prepared:
    """Return the same with only those segments that hold these lines, without music. Raises ``NoWords``."""
    segments = holding(prepared.plan.segments, *stretch)
    return replace(prepared, plan=replace(prepared.plan, segments=segments, alternatives=()), score=SPEECH_ALONE)


def _script(data: bytes, beside: Beside, options: Options) -> Script:
    """Read a script, as it is shown and as it is said."""
    script = parse.parse(data, beside.script, max_minutes=options.max_minutes, narrator=options.narrator)
    lexicon = _lexicon(script, beside, options.lexicon)
    return pronounce.pronounced(script, lexicon, spell_out=options.spell_out, max_minutes=options.max_minutes)


def _lexicon(script: Script, beside: Beside, usual: str) -> Mapping[str, str]:
    """Return the pronunciations in the file that a script names, or else in the usual one of its folder."""
    own, line = script.meta.lexicon, script.meta.lines.get("lexicon")
    path, what = (own, "the lexicon") if own else (usual, "the lexicon of VOICEBOOTH_LEXICON")
    if not path:
        return {}
    return pronunciations.lexicon(beside.read(beside.find(path, what, line, pronunciations.MAX_BYTES)), path, line)


def _cover(script: Script, beside: Beside) -> tuple[Cover | None, tuple[Problem, ...]]:
    path = script.meta.cover
    return cover_beside(beside, path, script.meta.lines.get("cover")) if path else (None, ())


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
    """Raise ``ScriptFault`` when voicing what is not kept yet would cost more than allowed.

    Nothing is looked for when even the whole would not.
    """
    if max_cost_usd is None or prepared.estimated_usd <= max_cost_usd:
        return
    usd = sum(prepared.cost_usd(s) for s in prepared.plan.voiced if not is_kept(s.key))
    if usd > max_cost_usd:
        raise ScriptFault(
            Problem(
                f"voicing this script would cost about ${usd:.2f}, and ${max_cost_usd:.2f} is the most allowed",
                "shorten it, or raise VOICEBOOTH_MAX_COST_USD",
            )
        )
