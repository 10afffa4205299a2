"""Text with names in front of colons becomes a draft; ``.txt`` and ``.md`` differ only in how much markup is undone."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

from voicebooth.script import NARRATOR, Gap, Meta

from . import blocks, inline, labels, plays, speakers, stamps
from .asked import NOTHING, Asked
from .blocks import Block, Kind
from .draft import MAX_LABELS, Draft, too_many_turns
from .labels import Label
from .words import Words

_OPEN_END = frozenset(",،、，&-‐")  # besides letters and digits, what a line broken by wrapping ends in
_STAGE_DIRECTION = re.compile(r"\((?!pause)[^\W\dA-Z][^\W\d]{2,15}(?: [^\W\d]{2,15}){0,2}\)", re.ASCII)
_WRAPPED = 50  # characters; a shorter line was ended on purpose


def read(body: str, first_line: int, draft: Draft, *, markdown: bool, given: Meta) -> str:
    """Read a text into the draft; return the title that a heading gives it, or an empty string.

    ``given``: its front matter.
    """
    parts = plays.named(stamps.without(blocks.read(body, first_line, draft, markdown=markdown), draft))
    return tell(parts, draft, markdown=markdown, given=given)


def tell(parts: Sequence[Block], draft: Draft, *, markdown: bool, given: Meta) -> str:
    """Find out who speaks in the blocks and add them to the draft; see ``read``."""
    lines = _lines(parts)
    cast = speakers.recognise([line for line in lines if line], given.voices)
    draft.warnings += speakers.doubtful(cast, [line for line in lines if line], given.voices)
    title = _title(parts)
    narrator = given.narrator or draft.narrator or NARRATOR
    reader = Reader(draft, markdown=markdown, speaker=narrator)
    told = speakers.are_told([line for line in lines if line and line.label])
    for block, line in zip(parts, lines, strict=True):
        wrapped = told and line and line.mid_sentence and not line.certain  # "… remembered by" above "Ann: she is"
        label = line.label if line and not wrapped and line.label and line.label.key in cast else None
        _doubt_inside(label.rest if label else block.text, block.line, cast, draft)
        if label and block.continues and reader.is_amid(cast[label.key], label.asked):
            reader.take(replace(block, text=label.rest))
        elif label:
            reader.turn(cast[label.key], block.line, label.rest, label.asked)
        elif block.anew and reader.speaker != narrator:
            reader.turn(narrator, block.line, block.text)
        elif block is not title or _speaks_next(parts, block):
            reader.take(block)
    reader.end()
    return reader.words(title.text) if title else ""


def _doubt_inside(words: str, number: int, cast: Collection[str], draft: Draft) -> None:
    """Warn about a speaker's name in the middle of a line: what follows it is not that speaker's."""
    if cast and (":" in words or "：" in words):
        name = next((label.name for _, label in labels.inside(words) if label.key in cast), "")
        if name:
            message = f'"{name}" is read as a word here, in the middle of a line, not as a speaker'
            draft.warn(number, message, "if it is one, begin a new line with it")


def _lines(parts: Sequence[Block]) -> list[speakers.Line | None]:
    """Return for each block of text what the recognition of speakers sees of it."""
    found: list[speakers.Line | None] = []
    labelled = 0
    before = Block(Kind.BLANK, 0)
    for block, after, listed in zip(parts, _followers(parts), _above_lists(parts), strict=True):
        line = None
        if block.kind is Kind.TEXT:
            opens = before.kind is not Kind.TEXT or block.item
            wrapped = not opens and len(before.text) >= _WRAPPED and goes_on(before.text)
            label, bare = _label(block, alone=opens and after)
            labelled += label is not None
            if labelled > MAX_LABELS:
                raise too_many_turns(block.line)
            aside = block.item or block.quoted
            heads = listed and label is not None and not (bare or block.speaker or label.rest)
            certain = bool(block.speaker)
            line = speakers.Line(label, block.line, opens or block.opens, aside, wrapped, bare, certain, heads)
        found.append(line)
        before = block
    return found


def _followers(parts: Sequence[Block]) -> list[bool]:
    """Return for each block whether text follows at once; behind a paragraph set apart, a blank may come first."""
    found, next_one, next_text = [], False, False
    for block in reversed(parts):
        found.append(next_text if block.strong and block.strong >= len(block.text) else next_one)
        next_one = block.kind is Kind.TEXT and not block.item
        if block.kind is not Kind.BLANK:
            next_text = next_one
    return found[::-1]


def _above_lists(parts: Sequence[Block]) -> list[bool]:
    """Return for each block whether the next text is an item of a list."""
    found, listed = [], False
    for block in reversed(parts):
        found.append(listed)
        if block.kind is not Kind.BLANK:
            listed = block.item
    return found[::-1]


def _label(block: Block, *, alone: bool) -> tuple[Label | None, bool]:
    """Return the label of a block, and whether it is bare: without a colon."""
    if block.speaker:
        return Label(block.speaker, block.text, block.asked), False
    if label := labels.read(block.text):
        return label, False
    bare = labels.bare(block.text, block.strong, alone=alone)
    return bare, bare is not None


def goes_on(line: str) -> bool:
    """Whether a line breaks off in the middle of a sentence: it ends in a letter, a digit or a comma."""
    sign = line.rstrip()[-1:] or "."
    return sign.isalnum() or sign in _OPEN_END or unicodedata.category(sign).startswith("M")


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
    asked: Asked = NOTHING
    gap: Gap = Gap.TURN
    apart: bool = False  # by a rule, which also sets speakers apart
    paragraph: list[Words] = field(default_factory=list)
    silent_since: int | None = None  # the line of a label that has had no words yet

    def turn(self, speaker: str, line: int, words: str = "", wish: Asked = NOTHING) -> None:
        """Begin to speak."""
        self.end()
        if speaker != self.speaker and not self.apart:
            self.gap = Gap.TURN
        self.speaker, self.asked, self.silent_since = speaker, wish, line
        self.paragraph = [Words(words, line)]
        if wish.unclear:
            message = f'"{wish.unclear}" does not say how many takes to make, so it is left out'
            self.draft.warn(line, message, "for two takes write: takes 2; which of them is used is said under choose:")
        if _STAGE_DIRECTION.match(words):
            self.draft.warn(
                line,
                "the words in brackets behind the name will be spoken",
                f"if they say how, put them in front of the colon: {speaker} (whispering):",
            )

    def is_amid(self, speaker: str, wish: Asked) -> bool:
        """Whether somebody is in the middle of a sentence."""
        same = (speaker, wish) == (self.speaker, self.asked)
        return same and bool(self.paragraph) and goes_on(self.paragraph[-1].text)

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
            self.asked = NOTHING
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
        if self.draft.say(self.speaker, self.asked.delivery, lines, self.gap, takes=self.asked.takes):
            self.gap, self.apart, self.silent_since = Gap.TURN, False, None
