"""Speech markup (SSML, https://www.w3.org/TR/speech-synthesis11/) becomes a draft.

What a script can say is kept: voices are speakers, breaks are pauses, paragraphs are paragraphs, and prosody around
whole sentences is their delivery. What no speech model can be asked for is a warning with its line; its words are
spoken.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from voicebooth import voices
from voicebooth.errors import Problem, ScriptFault
from voicebooth.script import NARRATOR, Gap, Meta

from . import frontmatter, labels, meta, prosody, schema, speakers, xmltree
from .draft import MAX_PAUSE_S, Draft
from .sentences import Words, has_words
from .text import goes_on
from .tree import Node
from .xmltree import Element

_TRANSPARENT = frozenset({"speak", "lang", "w", "token"})  # their words are spoken, and that is all they ask for
_UNHEARD = frozenset({"metadata", "desc"})
_LOST = {
    "emphasis": ("emphasis on single words cannot be asked for; the words are spoken", ""),
    "say-as": ("<say-as> is not sent: the words are spoken as they stand", "write out what should be heard"),
    "phoneme": ("<phoneme> is not sent: the words are spoken as they stand", "write them as they sound"),
    "audio": ("a sound file is not played; the words inside are spoken", ""),
    "mark": ("a mark makes no sound and is left out", ""),
    "lexicon": ("a lexicon file is not read", ""),
    "lookup": ("a lexicon file is not read; the words are spoken", ""),
}
_STYLES = {"express-as": "style", "style": "name", "effect": "name", "emotion": "name"}  # of Azure, Google, Amazon
_STYLE_WORDS = {"whispered": "whispering"}
_AHEAD = 20  # elements in which the next words are looked for
_VOICE_ATTRIBUTES = ("name", "gender", "variant", "age", "languages")

_LETTERS = frozenset({"characters", "spell-out", "verbatim"})  # of say-as: one by one
_LONGEST_SHORT_FORM = 40  # characters


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
    voices, pronounce = {**speech.known, **given.voices}, {**speech.said, **given.pronounce}
    return replace(given, voices=MappingProxyType(voices), pronounce=MappingProxyType(pronounce))


def _particulars(root: Element, draft: Draft) -> Meta:
    """Return what ``xml:lang`` and ``<meta name="title" content="…"/>`` say."""
    node = Node(root.line, entries={})
    found = [(child.attributes, child.line) for child in root.children if isinstance(child, Element)]
    entries = {attrs["name"]: (attrs.get("content", ""), line) for attrs, line in found if "name" in attrs}
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
    said: dict[str, str] = field(default_factory=dict)  # what stands for other words → those, as a pronunciation
    named: list[tuple[str, int]] = field(default_factory=list)
    delivery: str = ""
    gap: Gap = Gap.TURN
    words: dict[int, list[str]] = field(default_factory=dict)  # by line
    last: str = ""  # the last words that were not blank

    def __post_init__(self) -> None:
        self.speaker = self.given.narrator or NARRATOR
        self.shown = {labels.key(name): name for name in self.given.voices}

    def inside(self, element: Element, follows: str = "") -> None:
        """Read all that an element holds; ``follows`` is the text behind it."""
        for i, child in enumerate(element.children):
            if isinstance(child, Words):
                self._add(child)
            else:
                self._element(child, _text(element.children[i + 1 : i + 1 + _AHEAD]) or follows)

    def flush(self) -> None:
        """End a turn."""
        lines = [Words("".join(parts), line) for line, parts in self.words.items()]
        self.words, self.last = {}, ""
        if self.draft.say(self.speaker, self.delivery, lines, self.gap):
            self.gap = Gap.TURN

    def _add(self, words: Words) -> None:
        self.words.setdefault(words.line, []).append(words.text)
        if words.text.strip():
            self.last = words.text

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
            case "prosody":
                self._direct(element, prosody.delivery(element.attributes), follows)
            case "sub":
                self._substitute(element, " ".join(element.attributes.get("alias", "").split()))
            case "meta":
                pass
            case tag if tag in _STYLES:
                style = " ".join(element.attributes.get(_STYLES[tag], "").replace("-", " ").split())
                self._direct(element, _STYLE_WORDS.get(style, style) or None, follows)
            case tag if tag not in _UNHEARD:
                self._other(element, follows)
            case _:
                pass

    def _other(self, element: Element, follows: str) -> None:
        if element.tag == "say-as" and element.attributes.get("interpret-as", "").lower() in _LETTERS:
            self._substitute(element, " ".join("".join(element.text().split())))
            return
        if element.tag in _LOST:
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

    def _direct(self, element: Element, delivery: str | None, follows: str) -> None:
        """Give whole sentences a delivery; inside of one, a voice cannot be directed."""
        whole = not goes_on(self.last) and (not goes_on(element.text()) or not has_words(follows))
        if delivery and whole:
            self.flush()
            before, self.delivery = self.delivery, ", ".join(filter(None, (self.delivery, delivery)))
            self.inside(element, follows)
            self.flush()
            self.delivery = before
            return
        if delivery:
            fix = "put it around whole sentences"
            self.draft.warn(element.line, f"<{element.name[:40]}> inside of a sentence is not voiced", fix)
        elif delivery is None:
            self.draft.warn(
                element.line, f"<{element.name[:40]}> asks for what cannot be put in words, and is left out"
            )
        self.inside(element, follows)

    def _substitute(self, element: Element, alias: str) -> None:
        """Have other words spoken than those that are shown, if that is safe for all places where they stand."""
        shown = " ".join(element.text().split())
        if not has_words(alias):
            self.inside(element)
            return
        if _is_short_form(shown) and self.said.setdefault(shown, alias) == alias:
            self._add(Words(shown, element.line))
            return
        self._add(Words(alias, element.line))
        self.draft.warn(element.line, "the alias is spoken, and shown in the captions as well")


def _is_short_form(text: str) -> bool:
    """Whether a text stands for its alias wherever it is found, as ``W3C`` does and ``read`` does not."""
    return has_words(text) and not text.islower() and len(text) <= _LONGEST_SHORT_FORM


def _text(children: Sequence[Element | Words]) -> str:
    """Return the text up to where a new sentence must begin."""
    parts: list[str] = []
    for child in children:
        if isinstance(child, Element) and child.tag in {"p", "paragraph", "s", "sentence", "voice"}:
            return "".join(parts) or "."
        parts.append(child.text if isinstance(child, Words) else child.text())
        if has_words(parts[-1]):
            break
    return "".join(parts)
