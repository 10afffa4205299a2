"""Speech markup (SSML, https://www.w3.org/TR/speech-synthesis11/) becomes a draft.

What a script can say is kept: voices are speakers, breaks are pauses, paragraphs are paragraphs, prosody around whole
sentences is their delivery, and what is to be said in place of words goes with them. What no speech model can be asked
for is a warning with its line; its words are spoken.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from voicebooth import stress, voices
from voicebooth.errors import Problem, ScriptFault
from voicebooth.script import NARRATOR, Gap, Meta

from . import frontmatter, labels, meta, prosody, sayas, schema, speakers, xmltree
from .draft import MAX_PAUSE_S, Draft
from .sentences import has_words
from .text import goes_on
from .tree import Node
from .words import Line, Words
from .xmltree import Element

_TRANSPARENT = frozenset({"speak", "lang", "w", "token"})  # their words are spoken, and that is all they ask for
_UNHEARD = frozenset({"meta", "metadata", "desc"})
_LOST = {
    "phoneme": (
        "no phonemes are sent; the words inside are spoken as they stand",
        'say how they sound: <sub alias="…">',
    ),
    "audio": ("a sound file is not played; the words inside are spoken", ""),
    "mark": ("a mark makes no sound and is left out", ""),
    "lexicon": ("a lexicon file is not read", ""),
    "lookup": ("a lexicon file is not read; the words are spoken", ""),
}
_STYLES = {  # of Azure, Google, Amazon
    "express-as": "style", "style": "name", "effect": "name", "emotion": "name", "domain": "name",
}  # fmt: skip
_STYLE_WORDS = {"whispered": "whispering", "news": "as a newscast", "drc": ""}  # "": a filter, and no style
_BOUNDS = frozenset({"p", "paragraph", "s", "sentence", "voice"})
_AHEAD = 20  # elements in which the next words are looked for
_VOICE_ATTRIBUTES = ("name", "gender", "variant", "age", "languages")
_STRESS = {"strong": "very emphatically", "moderate": "emphatically"}  # level → delivery of whole sentences
_UNSTRESSED = frozenset(("az", "tr"))  # languages in which a capital may be another letter: i and ı
_APART = re.compile(r"(\([^()]*\)|<[^<>]*>|(?<=[.!?…。！？])\s+)")  # of stressed words: pauses, sounds, sentences


def read(content: str, draft: Draft) -> Meta:
    """Read speech markup into the draft and return its particulars."""
    given, body, first_line = frontmatter.part(content, draft)
    root = xmltree.read(body, first_line)
    if root.tag != "speak":
        message = f"this XML is no speech markup: its outermost tag is <{root.name[:40]}>"
        raise ScriptFault(Problem(message, "put the script inside <speak>…</speak>", root.line))
    given = meta.joined(given, _particulars(root, draft))
    speech = _Speech(draft, given)
    speech.inside(root)
    speech.flush()
    draft.warnings += speakers.doubtful(speech.shown, speakers.named(speech.named), given.voices)
    return replace(given, voices=MappingProxyType({**speech.known, **given.voices}))


def _particulars(root: Element, draft: Draft) -> Meta:
    """Return what ``xml:lang`` and ``<meta name="title" content="…"/>`` say."""
    node = Node(root.line, entries={})
    found = [child for child in root.children if isinstance(child, Element) and child.tag == "meta"]
    entries = {child.attributes.get("name", ""): (child.attributes.get("content", ""), child.line) for child in found}
    if "xml:lang" in root.attributes:
        entries.setdefault("language", (root.attributes["xml:lang"], root.line))
    for name, (value, line) in entries.items():
        if name in schema.keys_of("particulars") - {"voices", "pronounce", "choose", "music"} and value.strip():
            node.entries = {**(node.entries or {}), name: Node(line, value)}
            node.key_lines[name] = line
    return frontmatter.of(node, draft)


@dataclass(slots=True)
class _Speech:
    """Who speaks and how, as the elements go by, and the words since the last cut."""

    draft: Draft
    given: Meta
    speaker: str = field(init=False)
    shown: dict[str, str] = field(init=False)  # a voice's folded name → the speaker
    known: dict[str, str] = field(default_factory=dict)  # speakers who are voices of the catalogue
    named: list[tuple[str, int]] = field(default_factory=list)
    language: str = field(init=False)  # of the words that come
    stressed: bool = False
    delivery: dict[str, str] = field(default_factory=dict)  # in words, by what it is about; an inner one goes first
    gap: Gap = Gap.TURN
    words: dict[int, Line] = field(default_factory=dict)  # by line
    last: str = ""  # the last words that were not blank

    def __post_init__(self) -> None:
        self.speaker = self.given.narrator or self.draft.narrator or NARRATOR
        self.shown = {labels.key(name): name for name in self.given.voices}
        self.language = self.given.language

    def inside(self, element: Element, follows: str = "") -> None:
        """Read all that an element holds; ``follows`` is the text behind it."""
        for i, child in enumerate(element.children):
            if isinstance(child, Words):
                self._add(child)
            else:
                before, self.language = self.language, child.attributes.get("xml:lang", self.language)
                self._element(child, _text(element.children[i + 1 : i + 1 + _AHEAD]) or follows)
                self.language = before

    def flush(self) -> None:
        """End a turn."""
        lines = [words.words(line) for line, words in self.words.items()]
        self.words, self.last = {}, ""
        if self.draft.say(self.speaker, _told(self.delivery), lines, self.gap):
            self.gap = Gap.TURN

    def _add(self, words: Words) -> None:
        """Add words as they stand."""
        for part in _APART.split(words.text) if self.stressed else [words.text]:
            say = " ".join(part.split()) if self.stressed and not part.startswith(("(", "<")) else ""
            self._say(part, say, words.line)

    def _say(self, shown: str, say: str, line: int) -> None:
        """Add words, and what is said in their place."""
        self.words.setdefault(line, Line()).add(shown, stress.marked(say) if self.stressed else say)
        if shown.strip():
            self.last = shown

    def _element(self, element: Element, follows: str) -> None:
        match element.tag:
            case "break":
                self._break(element)
            case "p" | "paragraph":
                self._paragraph(element)
            case "s" | "sentence":
                self._end_sentence(element.line)
                self.inside(element, ".")
                self._end_sentence(element.line)
            case "voice":
                self._voice(element)
            case tag if tag not in _UNHEARD:
                self._manner(element, follows)
            case _:
                pass

    def _manner(self, element: Element, follows: str) -> None:
        """Read an element that is about how its words are said."""
        match element.tag:
            case "prosody":
                words, wordless = prosody.delivery(element.attributes)
                self._leave_out(element, wordless)
                self._direct(element, words, follows)
            case "emphasis":
                self._emphasise(element, follows)
            case "sub":
                self._substitute(element)
            case "say-as":
                self._interpret(element)
            case tag if tag in _STYLES:
                style = " ".join(element.attributes.get(_STYLES[tag], "").replace("-", " ").split())
                words = {"style": said} if (said := _STYLE_WORDS.get(style, style)) else {}
                self._leave_out(element, [] if words else element.attributes)
                self._direct(element, words, follows)
            case _:
                self._other(element, follows)

    def _other(self, element: Element, follows: str) -> None:
        if element.tag == "phoneme" and not has_words(element.text()):
            self.draft.warn(element.line, "no phonemes are sent, and there are no words inside", "write the words")
        elif element.tag in _LOST:
            self.draft.warn(element.line, *_LOST[element.tag])
        elif element.tag not in _TRANSPARENT:
            rest = "the words inside are spoken" if element.speaks else "it is left out"
            self.draft.warn(element.line, f"<{element.name[:40]}> is not understood; {rest}")
        self.inside(element, follows)

    def _break(self, element: Element) -> None:
        seconds = prosody.seconds(element.attributes)
        if seconds is None:
            self.draft.fail(element.line, "the length of this break cannot be read", 'write it as time="1.5s"')
        elif seconds:
            if seconds > MAX_PAUSE_S:
                self.draft.warn(element.line, f"this break is shortened to {MAX_PAUSE_S:.0f} seconds")
            self.flush()
            self.draft.pause(min(seconds, MAX_PAUSE_S), element.line)

    def _paragraph(self, element: Element) -> None:
        self.flush()
        self.gap = Gap.PARAGRAPH
        self.inside(element)
        self.flush()
        self.gap = Gap.PARAGRAPH

    def _end_sentence(self, line: int) -> None:
        """Set a sentence apart: by a space, and by a new turn where the markup ends it and the words do not."""
        if goes_on(self.last):
            self.flush()
        elif self.last:
            self._add(Words(" ", max(line, *self.words)))

    def _voice(self, element: Element) -> None:
        name = next(
            (name for key in _VOICE_ATTRIBUTES if (name := " ".join(element.attributes.get(key, "").split()))), ""
        )
        self.flush()
        before = self.speaker
        self.speaker = self._speaker(name, element.line) if name else before
        self.inside(element)
        self.flush()
        self.speaker = before

    def _speaker(self, name: str, line: int) -> str:
        self.named.append((name, line))
        if (key := labels.key(name)) in self.shown:
            return self.shown[key]
        self.shown[key] = name
        if found := voices.find(name):
            self.known[name] = found.name
        else:
            fix = f'give "{name[:60]}" one under voices: in the front matter, or name one of: voicebooth voices'
            self.draft.warn(line, f'there is no voice "{name[:60]}", so one is chosen', fix)
        return name

    def _is_whole(self, element: Element, follows: str) -> bool:
        """Whether an element is around whole sentences."""
        return not goes_on(self.last) and (not goes_on(element.text()) or not has_words(follows))

    def _leave_out(self, element: Element, wordless: Iterable[str]) -> None:
        """Tell of attributes that cannot be put in words."""
        if names := ", ".join(name[:40] for name in wordless):
            message = f"what <{element.name[:40]}> asks for by {names} cannot be put in words, and is left out"
            self.draft.warn(element.line, message)

    def _direct(self, element: Element, delivery: Mapping[str, str], follows: str) -> None:
        """Give whole sentences a delivery; inside of one, a voice cannot be directed."""
        changed = {**self.delivery, **delivery}
        differs = _told(changed) != _told(self.delivery)
        if differs and self._is_whole(element, follows):
            self.flush()
            before, self.delivery = self.delivery, changed
            self.inside(element, follows)
            self.flush()
            self.delivery = before
            return
        if differs:
            fix = "put it around whole sentences"
            self.draft.warn(element.line, f"<{element.name[:40]}> inside of a sentence is not voiced", fix)
        self.inside(element, follows)

    def _emphasise(self, element: Element, follows: str) -> None:
        """Give whole sentences a delivery, and stress words inside of one."""
        level = element.attributes.get("level", "").strip().lower() or "moderate"
        words = element.text()
        if level in _STRESS and has_words(words) and self._is_whole(element, follows):
            self._direct(element, {"emphasis": _STRESS[level]}, follows)
            return
        stressed = level in _STRESS and stress.shows(words) and self.language[:2].lower() not in _UNSTRESSED
        if has_words(words) and not stressed and level != "none":
            self.draft.warn(element.line, "this emphasis cannot be asked for; the words are spoken")
        before, self.stressed = self.stressed, stressed
        self.inside(element, follows)
        self.stressed = before

    def _substitute(self, element: Element) -> None:
        """Have the alias spoken where its words are shown."""
        alias, words = " ".join(element.attributes.get("alias", "").split()), element.text()
        if not has_words(alias):
            self.draft.warn(element.line, "the alias says nothing; the words are spoken", "write what is to be said")
            self.inside(element)
        elif words.strip():
            self._say(words, alias, element.line)
        else:
            self.draft.warn(element.line, "there are no words for this alias, so it is shown as it is spoken")
            self._say(alias, alias, element.line)

    def _interpret(self, element: Element) -> None:
        """Have words read as what they are."""
        kind, form = (element.attributes.get(name, "") for name in ("interpret-as", "format"))
        kind = kind or element.attributes.get("type", "")  # of the drafts before 2004
        words = element.text()
        said = sayas.said(" ".join(words.split()), kind, form, self.language) if words.strip() else None
        if said is None:
            self.draft.warn(element.line, *_unread(kind, form, self.language))
            self.inside(element)
            return
        if sayas.is_bleep(kind):
            self.draft.warn(element.line, f'a bleep is not played: "{said}" is said in place of the words')
        self._say(words, said, element.line)


def _unread(kind: str, form: str, language: str) -> tuple[str, str]:
    """Return what is told of words that cannot be read as a kind, and the fix."""
    message = f'these words cannot be read as "{" ".join(kind.split())[:40]}"; they are spoken as they stand'
    if not language:
        return message, "name the language: <speak xml:lang='en'>"
    if kind.strip().lower() == "date" and not form.strip():
        return message, 'say in which order its parts stand: format="mdy"'
    return message, "write out what should be heard"


def _told(delivery: Mapping[str, str]) -> str:
    return ", ".join(filter(None, delivery.values()))


def _is_pause(element: Element) -> bool:
    return element.tag == "break" and bool(prosody.seconds(element.attributes))


def _text(children: Sequence[Element | Words]) -> str:
    """Return the text up to where a new sentence must begin."""
    parts: list[str] = []
    for child in children:
        if isinstance(child, Element) and (child.tag in _BOUNDS or _is_pause(child)):
            return "".join(parts) or "."
        parts.append(child.text if isinstance(child, Words) else child.text())
        if has_words(parts[-1]):
            break
    return "".join(parts)
