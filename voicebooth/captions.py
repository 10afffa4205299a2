"""Timed sentences become transcripts and chapters in the forms that players read.

Formats: WebVTT, https://www.w3.org/TR/webvtt1/; SubRip, as players read it; Podcasting 2.0 transcripts,
https://github.com/Podcastindex-org/podcast-namespace/blob/main/transcripts/transcripts.md; Podcasting 2.0 chapters,
https://github.com/Podcastindex-org/podcast-namespace/blob/main/chapters/jsonChapters.md.

A sentence that is too long for a screen is shown as several captions, which share its time by their length. Captions
follow one another without overlap, each long enough to be seen. A note, that the voices are a machine's, stands where a
format has a place for what is not said. Where a lone narrator speaks, nobody is named.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby, pairwise

from .linebreak import columns, joined, lines
from .recording import Cue
from .script import NARRATOR, Script
from .tags import Mark

_LINES = 2  # a caption
_READABLE_MS = 1000  # a caption stays that long, if the next one leaves time
_SHORTEST_MS = 100  # and this long in any case
_AT_START_S = 3.0  # a chapter that starts by then starts with the episode
_AHEAD_S = 0.3  # by which a chapter starts before its first word, if there is silence


@dataclass(frozen=True, slots=True)
class _Caption:
    """What is on the screen at one time."""

    start_ms: int
    end_ms: int
    speaker: str
    lines: tuple[str, ...]


def vtt(cues: Sequence[Cue], note: str = "") -> str:
    """Return WebVTT, each caption in the voice of its speaker; ``note`` is one line that players do not show."""
    blocks = [
        f"{_clock(caption.start_ms, '.')} --> {_clock(caption.end_ms, '.')}\n{_voiced(caption)}\n"
        for caption in _captions(cues, prefix=False)
    ]
    return "\n".join(["WEBVTT\n", *([f"NOTE {note}\n"] if note else []), *blocks])


def srt(cues: Sequence[Cue]) -> str:
    """Return SubRip, which cannot mark speakers: a turn begins with its speaker's name.

    Nor has it a place for a note: whatever stands in it is shown, as if it were said.
    """
    blocks = [
        f"{number}\n{_clock(caption.start_ms, ',')} --> {_clock(caption.end_ms, ',')}\n"
        + "\n".join(caption.lines)
        + "\n"
        for number, caption in enumerate(_captions(cues, prefix=True), 1)
    ]
    return "\n".join(blocks)


def plain(cues: Sequence[Cue]) -> str:
    """Return text to read, a paragraph for each turn."""
    named = _named(cues)
    paragraphs = []
    for _, group in groupby(cues, key=lambda cue: cue.turn):
        turn = list(group)
        text = joined([_one_line(cue.text) for cue in turn])
        paragraphs.append(f"{_one_line(turn[0].speaker)}: {text}\n" if named else f"{text}\n")
    return "\n".join(paragraphs)


def podcast_json(cues: Sequence[Cue], note: str = "") -> str:
    """Return a Podcasting 2.0 transcript, a segment for each sentence; ``note`` stands under a key of its own."""
    named = _named(cues)
    segments = [
        ({"speaker": cue.speaker} if named else {})
        | {"startTime": round(cue.start_s, 3), "endTime": round(cue.end_s, 3), "body": cue.text}
        for cue in cues
    ]
    return _json({"version": "1.0.0"} | ({"disclosure": note} if note else {}) | {"segments": segments})


def chapters_json(marks: Sequence[Mark]) -> str:
    """Return Podcasting 2.0 chapters."""
    chapters = [{"startTime": round(mark.start_s, 3), "title": mark.title} for mark in marks]
    return _json({"version": "1.2.0", "chapters": chapters})


def chapter_times(script: Script, cues: Sequence[Cue], duration_s: float) -> tuple[Mark, ...]:
    """Return where each chapter starts; the first at 0, all within ``duration_s``.

    What is said before the first chapter is one of its own, under the episode's title. Headings with nothing said
    between them are one chapter; a last heading with nothing said after it is none.
    """
    titles: dict[int, list[str]] = {}
    starts = {cue.turn: at for at, cue in reversed(list(enumerate(cues)))}
    for chapter in script.chapters:
        if chapter.turn in starts:
            titles.setdefault(starts[chapter.turn], []).append(chapter.title)
    marks = [Mark(_chapter_start_s(cues, at), " – ".join(names)) for at, names in titles.items()]
    marks = [mark for mark in marks if mark.start_s < duration_s]
    if not marks:
        return ()
    if 0 in titles or marks[0].start_s <= _AT_START_S:
        return (Mark(0.0, marks[0].title), *marks[1:])
    return (Mark(0.0, script.meta.title or "Introduction"), *marks)


def _chapter_start_s(cues: Sequence[Cue], at: int) -> float:
    before_s = cues[at - 1].end_s if at else 0.0
    return max(min(before_s, cues[at].start_s), cues[at].start_s - _AHEAD_S)


def _named(cues: Sequence[Cue]) -> bool:
    return any(cue.speaker != NARRATOR for cue in cues)


def _captions(cues: Sequence[Cue], *, prefix: bool) -> list[_Caption]:
    """Return captions in order, none overlapping another. ``prefix``: a turn's first words are its speaker's name."""
    named, drafts, turn = _named(cues), list[_Caption](), -1
    for cue in cues:
        name = f"{cue.speaker}: " if prefix and named and cue.turn != turn else ""
        turn = cue.turn
        drafts.extend(_screens(cue, name + cue.text, cue.speaker if named else ""))
    return _spaced(drafts)


def _screens(cue: Cue, text: str, speaker: str) -> Iterator[_Caption]:
    """Cut a sentence into captions that share its time by their length."""
    shown = lines(text)
    screens = [tuple(shown[at : at + _LINES]) for at in range(0, len(shown), _LINES)]
    shares = list(accumulate((columns("".join(screen)) for screen in screens), initial=0))
    span_s = max(cue.end_s - cue.start_s, 0.0) / max(shares[-1], 1)
    times = [round((cue.start_s + share * span_s) * 1000) for share in shares]
    for screen, (start, end) in zip(screens, pairwise(times), strict=True):
        yield _Caption(start, end, _one_line(speaker), screen)


def _spaced(drafts: list[_Caption]) -> list[_Caption]:
    """Give each caption its time: what is free up to a readable while, and never less than the shortest."""
    spaced, now = list[_Caption](), 0
    for draft, following in zip(drafts, [*drafts[1:], None], strict=True):
        start = max(draft.start_ms, now)
        wanted = max(draft.end_ms, start + _READABLE_MS)
        now = max(min(wanted, following.start_ms) if following else wanted, start + _SHORTEST_MS)
        spaced.append(_Caption(start, now, draft.speaker, draft.lines))
    return spaced


def _voiced(caption: _Caption) -> str:
    text = _escaped("\n".join(caption.lines))
    return f"<v {_escaped(caption.speaker)}>{text}</v>" if caption.speaker else text


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _clock(time_ms: int, point: str) -> str:
    seconds, ms = divmod(time_ms, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{point}{ms:03}"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _json(document: object) -> str:
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"
