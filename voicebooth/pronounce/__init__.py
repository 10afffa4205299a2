"""A script becomes one whose sentences know how they are said: by its pronunciations, and with hard items written out.

    Script ─ entries: words of the front matter and of the lexicon ─┐
           ─ spelling: addresses, comparisons, … by language       ─┴─► changes ─► Sentence.say

What is shown stays as it was, and so does every sentence in which nothing is found: its takes are still good. A
pronunciation goes before what would be written out, unless it is for a part of an address; then it is looked for in
the address as it is written out.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from voicebooth.errors import ScriptFault
from voicebooth.pace import speech_s
from voicebooth.parse.change import Change, applied
from voicebooth.parse.draft import too_long
from voicebooth.script import Script, Turn

from . import spelling, unmatched
from .entries import Entries

_NOTHING: Mapping[str, str] = MappingProxyType({})


def pronounced(
    script: Script,
    lexicon: Mapping[str, str] = _NOTHING,
    *,
    spell_out: str | None = None,
    max_minutes: float = 600,
) -> Script:
    """Return the script with what is said for each sentence, and with warnings about entries that are of no use.

    The lexicon's entries are word → saying, as those of the front matter, which go first. ``spell_out`` counts where
    the front matter says nothing of it. Raises ``ScriptFault`` when the script would be longer than allowed.
    """
    reader = _Reader(Entries(script.meta.pronounce, lexicon), spelling.Spelling.of(script.meta, spell_out))
    turns = tuple(map(reader.turn, script.turns))
    if turns != script.turns:
        _refuse_long(turns, script.meta.language, max_minutes)
    warnings = (
        *script.warnings,
        *unmatched.warnings(script, reader.entries.used),
        *spelling.warnings(script.meta),
    )
    return replace(script, turns=turns, warnings=warnings)


def _refuse_long(turns: tuple[Turn, ...], language: str, max_minutes: float) -> None:
    minutes = sum(speech_s(turn.spoken, language) for turn in turns) / 60
    if minutes > max_minutes:
        raise ScriptFault(too_long(f"takes about {minutes:,.0f} minutes to speak as it is pronounced", max_minutes))


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads sentences aloud, on paper."""

    entries: Entries
    spelling: spelling.Spelling

    def turn(self, turn: Turn) -> Turn:
        says = [self._say(sentence.spoken) for sentence in turn.sentences]
        if not any(says):
            return turn
        sentences = zip(turn.sentences, says, strict=True)
        return replace(turn, sentences=tuple(replace(s, say=say) if say else s for s, say in sentences))

    def _say(self, text: str) -> str:
        """Return how a text is said; empty when as it stands."""
        composed = unicodedata.normalize("NFC", text)
        said = applied(composed, self._changes(composed))
        return said if said != composed else ""

    def _changes(self, text: str) -> Iterator[Change]:
        words, items = self.entries.find(text), self.spelling.find(text)
        items = [item for item in items if not any(word.meets(item) and not item.swallows(word) for word in words)]
        words = [word for word in words if not any(word.meets(item) for item in items)]
        items = [replace(item, say=self._say(item.say) or item.say) if item.whole else item for item in items]
        yield from sorted([*words, *items], key=lambda change: change.start)
