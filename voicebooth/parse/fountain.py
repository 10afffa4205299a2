"""A screenplay in Fountain (https://fountain.io/syntax) becomes a draft: dialogue is spoken, scenes are chapters.

    title page ─► particulars      heading ─► chapter, with the first words of the scene
    CHARACTER (extension) ┐        action ─► the narrator, if the script names one; else nothing
    (parenthetical)       ├─► turn
    dialogue              ┘        note, boneyard, transition, centred text, section, synopsis, page break ─► nothing

A line is judged by itself, by what stands around it, and by whether somebody is speaking; nothing is looked at twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import Enum, auto
from typing import NamedTuple

from voicebooth.script import NARRATOR, Meta

from . import asked, frontmatter, labels, meta, speakers, titlepage
from .asked import NOTHING, Asked
from .blocks import Block, Kind, without
from .draft import Draft
from .text import Reader

_BEAT_S = 1.0
_SCAR = "\0"  # no text that is read holds one

_SCENE = re.compile(r"(?:INT|EXT|EST|INT\.?/EXT|EXT\.?/INT|I\.?/E)[. ]", re.IGNORECASE)
_SCENE_NUMBER = re.compile(r"(?:(?<!\s)\s++)?#[\w.\-]{1,20}#$")
_TRANSITION = re.compile(r"[^a-z]*TO:|(?:FADE|CUT|DISSOLVE|WIPE|IRIS)\b[^a-z]*[.:]")
_NO_NAME = "!?…;,—"  # a name does not end so
_LONGEST_CUE = 200  # characters of a name with its extensions
_EXTENSIONS = re.compile(r"(?:\s*\([^()]*\))+$")
_BEAT = re.compile(r"\((?:an? )?(?:(?:long|short|brief|slight) )?(?:beat|pause)[.,]?\)", re.IGNORECASE)
_MORE = re.compile(r"\((?:MORE|CONTINUED)\)", re.IGNORECASE)


class _What(Enum):
    ACTION = auto()
    CHARACTER = auto()
    HEADING = auto()
    SILENT = auto()


class _Line(NamedTuple):
    text: str
    number: int

    @property
    def blank(self) -> bool:
        return not self.text.strip()


def read(content: str, draft: Draft) -> Meta:
    """Read a screenplay into the draft and return its particulars."""
    above, body, first_line = frontmatter.part(content, draft)
    own, body, first_line = titlepage.part(body, first_line, draft)
    given = meta.joined(above, own)
    if draft.problems:
        return given
    tell(
        _lines(body, first_line, draft), draft, replace(given, narrator=given.narrator or draft.narrator), markdown=True
    )
    return given


def tell(numbered: Iterable[tuple[str, int]], draft: Draft, given: Meta, *, markdown: bool) -> None:
    """Read lines and their numbers, without notes and title page, into the draft."""
    stage = _Stage(draft, given, markdown)
    lines = [_Line(*line) for line in numbered]
    for i, line in enumerate(lines):
        stage.take(line, last=i + 1 == len(lines) or lines[i + 1].blank)
    stage.end()


def _lines(body: str, first_line: int, draft: Draft) -> list[_Line]:
    """Return the lines without notes and boneyard; a line that held nothing else is gone, and no empty line."""
    text = without(without(body, "/*", "*/", _SCAR), "[[", "]]", _SCAR)
    for opening, closing in (("/*", "*/"), ("[[", "]]")):
        if (at := text.find(opening)) >= 0:
            line = first_line + text.count("\n", 0, at)
            draft.warn(line, f"{opening} is not closed, so what follows is no comment", f"close it with {closing}")
    numbered = enumerate(text.split("\n"), first_line)
    return [_Line(line.replace(_SCAR, ""), n) for n, line in numbered if line.strip(f"{_SCAR} \t") or _SCAR not in line]


@dataclass(slots=True)
class _Stage:
    """Who speaks, how, and in which scene, as the lines go by."""

    draft: Draft
    given: Meta
    markdown: bool
    reader: Reader = field(init=False)
    shown: dict[str, str] = field(init=False)
    named: list[tuple[str, int]] = field(default_factory=list)
    scene: Block | None = None  # whose first words are still to come
    fresh: bool = True  # nothing stands above that the next line could belong to
    character: str = ""  # while somebody speaks
    extension: Asked = NOTHING
    manner: Asked = NOTHING
    begins: bool = False  # the next words begin a turn
    bracket: list[_Line] = field(default_factory=list)  # a parenthetical over several lines, so far
    unread: bool = False  # there is action, and nobody to read it

    def __post_init__(self) -> None:
        self.reader = Reader(self.draft, markdown=self.markdown, speaker=self.given.narrator or NARRATOR)
        names = filter(None, (*self.given.voices, self.given.narrator))
        self.shown = {labels.key(name): name for name in names}

    def take(self, line: _Line, *, last: bool) -> None:
        """Go on with a line; ``last``: an empty one follows, or none."""
        if line.blank:
            self._blank(line)
        elif self.character:
            self._dialogue(line)
        else:
            self._outside(_Line(line.text.strip(), line.number), last=last)

    def end(self) -> None:
        """End the screenplay."""
        self._end_dialogue()
        self.reader.end()
        self.draft.warnings += speakers.doubtful(
            self.shown, speakers.named(self.named), (*self.given.voices, self.given.narrator)
        )
        if self.draft.is_silent and self.unread:
            self.draft.fail(
                None,
                "the screenplay has no dialogue, and nobody is named to read its action",
                'write "narrator: Narrator" on the title page, or set VOICEBOOTH_NARRATOR',
            )

    def _blank(self, line: _Line) -> None:
        if self.character and line.text.startswith("  "):  # two spaces keep a speech together
            self.reader.take(Block(Kind.BLANK, line.number))
            return
        self._end_dialogue()
        self.reader.take(Block(Kind.BLANK, line.number))
        self.fresh = True

    def _end_dialogue(self) -> None:
        lines, self.bracket = self.bracket, []
        for line in lines:  # a bracket that was never closed
            self._words(line)
        self.character = ""

    def _outside(self, line: _Line, *, last: bool) -> None:
        what, text = _judge(line.text, fresh=self.fresh, last=last)
        self.fresh = what in {_What.HEADING, _What.SILENT}
        if what is _What.HEADING:
            self.reader.end()
            self.scene = Block(Kind.HEADING, line.number, _SCENE_NUMBER.sub("", text).strip(), level=2)
        elif what is _What.CHARACTER:
            self._character(text, line.number)
        elif what is _What.ACTION:
            self._action(_Line(text, line.number))

    def _character(self, text: str, number: int) -> None:
        text = text.removesuffix("^").rstrip(" :")
        notes = _EXTENSIONS.search(text) if len(text) <= _LONGEST_CUE else None
        name = " ".join((text[: notes.start()] if notes else text).split()).strip("*_ ")
        self.character = self.shown.setdefault(labels.key(name), name)
        self.named.append((name, number))
        self.extension = asked.read(notes[0]) if notes else NOTHING
        self.manner, self.begins = NOTHING, True

    def _dialogue(self, line: _Line) -> None:
        text = line.text.strip()
        if self.bracket or (text.startswith("(") and ")" not in text):
            self.bracket.append(_Line(text, line.number))
            if not text.endswith(")"):
                return
            text, self.bracket = " ".join(part.text for part in self.bracket), []
        if text.startswith("(") and text.endswith(")") and text.count("(") == 1:
            self._parenthetical(text, line.number)
        else:
            self._words(_Line(text.removeprefix("~").strip(), line.number))

    def _parenthetical(self, text: str, number: int) -> None:
        if _MORE.fullmatch(text):
            return
        if _BEAT.fullmatch(text):
            self.reader.end()
            self.draft.pause(_BEAT_S, number)
        else:
            wish = asked.read(text)
            goes_on = not wish.delivery and wish != NOTHING  # as before, but for the takes
            self.manner = wish._replace(delivery=self.manner.delivery) if goes_on else wish
        self.begins = True

    def _words(self, line: _Line) -> None:
        if self.begins:
            self._turn(self.character, line, _both(self.extension, self.manner))
            self.extension = self.extension._replace(unclear="")  # told once
            self.begins = False
        else:
            self.reader.take(Block(Kind.TEXT, line.number, line.text))

    def _action(self, line: _Line) -> None:
        if not self.given.narrator:
            self.unread = True
        elif self.scene or self.reader.speaker != self.given.narrator or self.reader.asked != NOTHING:
            self._turn(self.given.narrator, line)
        else:
            self.reader.take(Block(Kind.TEXT, line.number, line.text))

    def _turn(self, speaker: str, line: _Line, wish: Asked = NOTHING) -> None:
        if self.scene:
            self.reader.take(self.scene)
            self.scene = None
        self.reader.turn(speaker, line.number, line.text, wish)


def _both(extension: Asked, manner: Asked) -> Asked:
    """Return what the brackets behind a name and those below it ask for together; the lower ones decide the takes."""
    above = extension.delivery.lower() if extension.delivery.isupper() else extension.delivery
    return Asked(
        ", ".join(filter(None, (above, manner.delivery))),
        manner.takes if manner.takes > 1 else extension.takes,
        manner.unclear or extension.unclear,
    )


def _judge(text: str, *, fresh: bool, last: bool) -> tuple[_What, str]:
    """Return what a line outside of dialogue is, and its text without the sign that forces it to be so.

    ``fresh``: nothing stands right above it; ``last``: nothing stands right below.
    """
    match text[0]:
        case "!":
            return _What.ACTION, text[1:].strip()
        case "." if text[1:2].isalnum():
            return _What.HEADING, text[1:].strip()
        case "@" if not last:
            return _What.CHARACTER, text[1:].strip()
        case "#" | "=" | ">":  # section; synopsis or page break; transition or centred text
            return _What.SILENT, ""
        case "~":
            return _What.ACTION, text[1:].strip()
        case _:
            return _judge_plain(text, fresh=fresh, last=last), text


def _judge_plain(text: str, *, fresh: bool, last: bool) -> _What:
    if fresh and _SCENE.match(text):
        return _What.HEADING
    if fresh and (last or text.endswith("TO:")) and _TRANSITION.fullmatch(text):
        return _What.SILENT
    if len(text) > _LONGEST_CUE:
        return _What.ACTION
    name = _EXTENSIONS.sub("", text.removesuffix("^").rstrip())
    named = name.isupper() and name[-1] not in _NO_NAME and not name.endswith("..")
    return _What.CHARACTER if fresh and not last and named else _What.ACTION
