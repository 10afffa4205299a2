"""JSON and YAML become a draft: the particulars at the top, then the turns one by one."""

from __future__ import annotations

from itertools import groupby

from voicebooth.script import NARRATOR, Gap, Meta

from . import labels, meta, schema, speakers
from .draft import MAX_TURNS, Draft, too_many_turns
from .tree import Node

_TURNS = ("turns", "transcript", "dialogue")


def read(roots: list[Node], draft: Draft) -> Meta:
    """Read the documents of a file into the draft and return the particulars.

    There is one document, or particulars and a list of turns, as in a YAML file with front matter.
    """
    if not roots or roots[0].is_null:
        return Meta()
    root = roots[0]
    if len(roots) == 2 and root.entries is not None and roots[1].items is not None:
        root.entries["turns"] = roots[1]
        root.key_lines["turns"] = roots[1].line
    elif len(roots) > 1:
        draft.fail(roots[1].line, "the file holds a second document", "remove the line --- above it")
    turns = _turns(root)
    if len(turns) > MAX_TURNS:
        raise too_many_turns(turns[MAX_TURNS].line)
    problems = list(schema.script_problems(root))
    draft.problems += problems
    if problems:
        return Meta()
    return _read(root, draft)


def _turns(root: Node) -> list[Node]:
    given = next((turns for key in _TURNS if (turns := root.get(key))), root)
    return given.items or []


def _read(root: Node, draft: Draft) -> Meta:
    found = Meta()
    if root.entries is not None:
        draft.warnings += schema.unknown_particulars(root, "script")
        found = meta.read(root)
    shown = {labels.key(name): name for name in (*found.voices, NARRATOR)}
    for node in _turns(root):
        draft.warnings += schema.unknown_keys(node, "turn")
        name = node.text("speaker")
        speaker = shown.setdefault(labels.key(name), name) if name else found.narrator or draft.narrator or NARRATOR
        _turn(node, speaker, draft)
    named = [(name, turn.line) for turn in _turns(root) if (name := turn.text("speaker"))]
    draft.warnings += speakers.doubtful(shown, speakers.named(named), found.voices)
    return found


def _turn(node: Node, speaker: str, draft: Draft) -> None:
    if title := node.text("chapter"):
        draft.chapter(title, node.key_lines["chapter"])
    pause = node.get("pause_s")
    if pause and isinstance(pause.scalar, float):
        draft.pause(pause.scalar, pause.line)
    takes = node.get("takes")
    number = int(takes.scalar) if takes and isinstance(takes.scalar, float) else 1
    words = node.get("text") or node.get("dialogue")
    gap = Gap.TURN
    for blank, lines in groupby(words.words if words else (), key=lambda part: not part.text.strip()):
        if not blank and draft.say(speaker, node.text("delivery"), list(lines), gap, takes=number):
            gap = Gap.PARAGRAPH
