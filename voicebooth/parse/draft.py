"""Paragraphs, pauses and chapters, as a format hands them in, become a Script.

    chapter(…) ─┐
    pause(…)   ─┼─► pending, until words come ─► say(…) ─► paragraphs ─► finish(…) ─► Script
    fail, warn ─┘

Every format ends here, so that gaps, pauses inside a line, limits and sentences mean the same in each. Words are split
into sentences last, after the length is known to be within limits: that bounds the work a hostile file can cause.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from voicebooth.errors import Problem, ScriptFault
from voicebooth.pace import speech_s
from voicebooth.script import Chapter, Gap, Meta, Script, Turn

from .sentences import has_words, split
from .words import Words

MAX_PAUSE_S = 60.0
MAX_TAKES = 10
MAX_TURNS = 10_000  # ten hours of lively talk hold some 2,400
MAX_LABELS = 3 * MAX_TURNS  # whether they turn out to be speakers or not
MAX_PROBLEMS = 100  # shown of one file; whoever has more has one problem, many times
_FASTEST_WORDS_PER_MIN = 300  # nobody speaks faster; beyond it a file is too long before it is read
_ALWAYS_READ_WORDS = 20_000
_PAUSE_S = 1.0  # of a bare (pause)

_PAUSE = re.compile(
    r"\( ?pause(?: ?: ?| ?)(?:(?P<n>\d{1,9}(?:[.,]\d{1,6})?) ?(?P<unit>ms|milliseconds?|s|secs?|seconds?)?)? ?\)",
    re.IGNORECASE,
)
_DIRECTION = re.compile(
    r"\[[^\[\]a-z]{0,60}[A-Z]{2}[^\[\]a-z]{0,60}\]"  # [MUSIC], but not [laughs], which a voice may be given
    r"|^\([^()a-z]{0,60}[A-Z]{3}[^()a-z]{0,60}\)\.?$"  # (THEME MUSIC), alone on its line; not "the BBC (UK)"
    r"|\((?:an? )?(?:long |short |brief )?beat[.,]?\)|\([Bb]eat[.,]?\)"
    r"|^(?:SFX|FX|MUSIC|SOUND|SOUND EFFECTS?) ?:"
)
_PAUSE_LIKE = re.compile(r"\( ?pause\b(?P<inner>[^()]{0,40})\)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Paragraph:
    speaker: str
    delivery: str
    words: tuple[Words, ...]
    gap: Gap
    pause_s: float
    takes: int


@dataclass(slots=True)
class Draft:
    """A script in the making. ``problems`` and ``warnings`` collect as they are found.

    ``narrator`` reads what has no speaker where the script names nobody for it.
    """

    name: str
    max_minutes: float = 600
    narrator: str = ""
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    _paragraphs: list[_Paragraph] = field(default_factory=list)
    _chapters: list[Chapter] = field(default_factory=list)
    _pending_chapter: tuple[str, int] | None = None
    _pending_pause_s: float | None = None

    def fail(self, line: int | None, message: str, fix: str = "") -> None:
        """Note what keeps this file from being a script."""
        self.problems.append(Problem(message, fix, line))

    def warn(self, line: int | None, message: str, fix: str = "") -> None:
        """Note what may not be what was meant."""
        self.warnings.append(Problem(message, fix, line))

    def expect(self, words: int) -> None:
        """Refuse what must take too long, before it is looked at closely. Raises ``ScriptFault``."""
        if words > max(self.max_minutes * _FASTEST_WORDS_PER_MIN, _ALWAYS_READ_WORDS):
            raise ScriptFault(too_long(f"has about {words:,} words", self.max_minutes))

    @property
    def is_silent(self) -> bool:
        """Whether nothing is spoken so far."""
        return not self._paragraphs

    def chapter(self, title: str, line: int) -> None:
        """Begin a chapter with the next words."""
        if self._pending_chapter:
            self.warn(
                self._pending_chapter[1],
                "a heading has no spoken text before the next one, so it is no chapter",
                "put text under it, or remove it",
            )
        self._pending_chapter = (title, line)

    def pause(self, seconds: float, line: int) -> None:
        """Ask for silence in front of the next words; pauses in a row add up."""
        total_s = (self._pending_pause_s or 0.0) + seconds
        if total_s > MAX_PAUSE_S:
            self.fail(line, f"a pause is longer than {MAX_PAUSE_S:.0f} seconds", "shorten it")
            total_s = MAX_PAUSE_S
        self._pending_pause_s = total_s

    def say(self, speaker: str, delivery: str, lines: Sequence[Words], gap: Gap, *, takes: int = 1) -> bool:
        """Add one paragraph; ``(pause …)`` inside becomes silence, if nothing else is said in its place.

        Returns whether anything is spoken.
        """
        if lines and not 1 <= takes <= MAX_TAKES:
            self.fail(lines[0].line, f"{takes} takes cannot be made", f"ask for 2 to {MAX_TAKES}")
        spoken, stretch = False, list[Words]()
        for line in map(Words.tidy, lines):
            text, at = line.unsaid, 0
            for found in _PAUSE.finditer(text):
                stretch.append(line.cut(at, found.start()))
                spoken |= self._add(speaker, delivery, stretch, Gap.PAUSE if spoken else gap, takes)
                stretch, at = [], found.end()
                self.pause(_seconds(found), line.line)
            stretch.append(line.cut(at, len(text)))
            self._doubt(text[at:], line.line)
        return self._add(speaker, delivery, stretch, Gap.PAUSE if spoken else gap, takes) or spoken

    def _doubt(self, text: str, line: int) -> None:
        if _PAUSE_LIKE.search(text):
            self.warn(line, "this is not understood as a pause and will be spoken", "write it as (pause 1.5s)")
        if _DIRECTION.search(text):
            fix = "take it out, or put a pause in its place: (pause 1s)"
            self.warn(line, "this looks like a direction and will be spoken", fix)

    def _add(self, speaker: str, delivery: str, stretch: Sequence[Words], gap: Gap, takes: int) -> bool:
        words = tuple(part for part in stretch if part.text and not part.text.isspace())
        if not any(has_words(part.spoken) for part in words):
            if words:
                self.warn(words[0].line, "there is nothing to speak here, only signs", "write words, or remove it")
            return False
        if len(self._paragraphs) == MAX_TURNS:
            raise too_many_turns(words[0].line)
        if self._pending_pause_s is not None:
            gap = max(gap, Gap.PAUSE)
        if self._pending_chapter:
            gap = Gap.CHAPTER
            title, line = self._pending_chapter
            self._chapters.append(Chapter(title, len(self._paragraphs), line))
        self._paragraphs.append(_Paragraph(speaker, delivery, words, gap, self._pending_pause_s or 0.0, takes))
        self._pending_chapter = self._pending_pause_s = None
        return True

    def finish(self, meta: Meta) -> Script:
        """Return the script. Raises ``ScriptFault`` with every problem found."""
        if not self._paragraphs and not self.problems:
            self.fail(None, "the script has no words to speak", "write at least one sentence")
        self._check_length(meta.language)
        if self.problems:
            raise ScriptFault(*_fewer(sorted(self.problems, key=lambda problem: problem.line or 0)))
        if self._pending_chapter:
            self.warn(self._pending_chapter[1], "the last heading has no spoken text, so it is no chapter")
        if self._pending_pause_s:
            self.warn(None, "the pause at the end has no words after it, so it is left out")
        turns = tuple(
            Turn(p.speaker, split(p.words, meta.language), p.delivery, p.gap, p.pause_s, p.takes)
            for p in self._paragraphs
        )
        warnings = sorted(self.warnings, key=lambda problem: problem.line or 0)
        return Script(self.name, meta, turns, tuple(self._chapters), _fewer(warnings))

    def _check_length(self, language: str) -> None:
        text = "\n".join(part.spoken for paragraph in self._paragraphs for part in paragraph.words)
        minutes = (speech_s(text, language) + sum(p.pause_s for p in self._paragraphs)) / 60
        if minutes > self.max_minutes:
            self.problems.append(too_long(f"takes about {minutes:,.0f} minutes to speak", self.max_minutes))


def too_many_turns(line: int) -> ScriptFault:
    """Return the fault of a script that has more turns than any episode."""
    message = f"the script has more than {MAX_TURNS:,} turns and paragraphs"
    return ScriptFault(Problem(message, "split it into several episodes", line))


def too_long(measured: str, max_minutes: float) -> Problem:
    """Return the problem of a script that would speak for longer than allowed."""
    return Problem(
        f"the script {measured}, more than the {max_minutes:g} minutes allowed",
        "split it into several episodes, or raise VOICEBOOTH_MAX_MINUTES",
    )


def _seconds(pause: re.Match[str]) -> float:
    if not pause["n"]:
        return _PAUSE_S
    number = float(pause["n"].replace(",", "."))
    return number / 1000 if (pause["unit"] or "s").lower().startswith("m") else number


def _fewer(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    if len(problems) <= MAX_PROBLEMS:
        return tuple(problems)
    rest = Problem(f"and {len(problems) - MAX_PROBLEMS} more of these", "mend those above first")
    return (*problems[:MAX_PROBLEMS], rest)
