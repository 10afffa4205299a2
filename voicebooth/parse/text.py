"""Text with names in front of colons becomes a draft; ``.txt`` and ``.md`` differ only in how much markup is undone."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from voicebooth.script import NARRATOR, Gap

from . import blocks, inline, labels, speakers
from .blocks import Block, Kind
from .draft import Draft
from .sentences import Words

_ENDS = frozenset(".!?…:;。！？؟।۔\"'”’»)]*_")  # a line which ends so is no sentence broken by wrapping
_STAGE_DIRECTION = re.compile(r"\((?!pause)[^\W\dA-Z][^\W\d]{2,15}(?: [^\W\d]{2,15}){0,2}\)", re.ASCII)
_WRAPPED = 50  # characters; a shorter line was ended on purpose


def read(body: str, first_line: int, draft: Draft, *, markdown: bool, declared: Collection[str]) -> str:
    """Read a text into the draft; return the title that a heading gives it, or an empty string.

    ``declared``: the speakers named in the front matter.
    """
    parts = blocks.read(body, first_line, draft, markdown=markdown)
    lines = _lines(parts)
    cast = speakers.recognise(list(lines.values()), declared)
    draft.warnings += speakers.doubtful(cast, list(lines.values()), declared)
    title = _title(parts)
    reader = Reader(draft, markdown=markdown)
    for block in parts:
        label = lines[block.line].label if block.kind is Kind.TEXT else None
        if label and label.key in cast:
            reader.turn(cast[label.key], block.line, label.delivery, label.rest, label.takes)
        elif block is not title or _speaks_next(parts, block):
            reader.take(block)
    reader.end()
    return reader.words(title.text) if title else ""


def _lines(parts: Sequence[Block]) -> dict[int, speakers.Line]:
    """Return the lines of text, by number, as the recognition of speakers sees them."""
    found, before = {}, Block(Kind.BLANK, 0)
    for block in parts:
        if block.kind is Kind.TEXT:
            opens = before.kind is not Kind.TEXT or block.item
            wrapped = not opens and len(before.text) >= _WRAPPED and before.text[-1] not in _ENDS
            label = labels.read(block.text)
            aside = block.item or block.quoted
            found[block.line] = speakers.Line(label, block.line, opens, aside, mid_sentence=wrapped)
        before = block
    return found


def _title(parts: Sequence[Block]) -> Block | None:
    """Return the one heading of level 1, if it stands first and deeper ones follow."""
    solid = [block for block in parts if block.kind in {Kind.TEXT, Kind.HEADING}]
    levels = [block.level for block in solid if block.kind is Kind.HEADING]
    return solid[0] if len(levels) > 1 and solid[0].level == 1 and levels.count(1) == 1 else None


def _speaks_next(parts: Sequence[Block], heading: Block) -> bool:
    after = (block.kind for block in parts if block.line > heading.line)
    return next((kind is Kind.TEXT for kind in after if kind in {Kind.TEXT, Kind.HEADING}), False)


@dataclass(slots=True)
class Reader:
    """Who speaks as the blocks go by, and the lines of the paragraph so far."""

    draft: Draft
    markdown: bool
    speaker: str = NARRATOR
    delivery: str = ""
    takes: int = 1
    gap: Gap = Gap.TURN
    apart: bool = False  # by a rule, which also sets speakers apart
    paragraph: list[Words] = field(default_factory=list)
    silent_since: int | None = None  # the line of a label that has had no words yet

    def turn(self, speaker: str, line: int, delivery: str = "", words: str = "", takes: int = 1) -> None:
        """Begin to speak."""
        self.end()
        if speaker != self.speaker and not self.apart:
            self.gap = Gap.TURN
        self.speaker, self.delivery, self.takes, self.silent_since = speaker, delivery, takes, line
        self.paragraph = [Words(words, line)]
        if _STAGE_DIRECTION.match(words):
            self.draft.warn(
                line,
                "the words in brackets behind the name will be spoken",
                f"if they say how, put them in front of the colon: {speaker} (whispering):",
            )

    def take(self, block: Block) -> None:
        """Go on with a block that has no label."""
        if block.kind is Kind.TEXT:
            if block.item:
                self._end_paragraph()
                self.gap = Gap.PARAGRAPH
            self.paragraph.append(Words(block.text, block.line))
            return
        if block.kind is Kind.HEADING:
            self.end()
            self.delivery, self.takes = "", 1
            self.draft.chapter(self.words(block.text), block.line)
        self._end_paragraph()
        self.gap = Gap.PARAGRAPH
        self.apart |= block.kind is Kind.RULE

    def end(self) -> None:
        """End a turn."""
        self._end_paragraph()
        if self.silent_since:
            self.draft.warn(self.silent_since, f'"{self.speaker}" has nothing to say here', "write words, or remove it")
            self.silent_since = None

    def words(self, text: str) -> str:
        """Return text as it is spoken and shown."""
        return " ".join((inline.plain(text) if self.markdown else text).split())

    def _end_paragraph(self) -> None:
        lines, self.paragraph = self.paragraph, []
        if self.markdown and lines:
            plain = inline.plain("\n".join(part.text for part in lines)).split("\n")
            lines = [Words(text, part.line) for text, part in zip(plain, lines, strict=True)]
        if self.draft.say(self.speaker, self.delivery, lines, self.gap, takes=self.takes):
            self.gap, self.apart, self.silent_since = Gap.TURN, False, None
