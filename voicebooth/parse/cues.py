"""WebVTT and SubRip become cues: what is shown from when to when, without markup.

WebVTT: https://www.w3.org/TR/webvtt1/. SubRip has no standard; what players accept is read: a counter, a line of times,
and text up to the next counter. Files in the wild mix the two, so one reader takes both; WebVTT is what says so.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from .asked import NOTHING, Asked
from .draft import Draft

_TIME = r"(?:(\d{1,4}):)?(\d{1,3}):(\d{1,2})[.,](\d{1,3})"
_TIMES = re.compile(rf"\s*{_TIME}\s*-->\s*{_TIME}(?:\s.*)?")
_MEANT_AS_TIMES = re.compile(r"\s*[\d:.,]+\s*-->|.*-->\s*\d+:")
_COUNTER = re.compile(r"\s*\d{1,9}\s*")
_SETTINGS = re.compile(r"(?:NOTE|STYLE|REGION)(?:\s|$)")

_OVERRIDE = re.compile(r"\{\\[^{}\n]*\}")  # of SubStation Alpha, which SubRip files take over: {\an8}
_RUBY = re.compile(r"<rt>[^<]*(?:</rt>)?")  # how the word before it is read
_TAG = re.compile(r"<(?P<v>v(?:\.[^\s<>]*)?[ \t]+(?P<name>[^<>\n]*))>|</?[A-Za-z][^<>]*>|<[\d:.]+>|</>")


class Piece(NamedTuple):
    """A stretch of one line (1-based) of a cue, and who says it if a voice tag tells."""

    text: str
    line: int
    speaker: str = ""
    asked: Asked = NOTHING  # of that speaker
    sung: bool = False


class Cue(NamedTuple):
    """What is shown from when to when."""

    start_s: float
    end_s: float
    pieces: tuple[Piece, ...]


def is_webvtt(body: str) -> bool:
    """Whether a file says that it is WebVTT."""
    return body.lstrip().startswith("WEBVTT")


def read(body: str, first_line: int, draft: Draft) -> list[Cue]:
    """Return the cues of a file whose first line has the number given; what is wrong is noted in the draft."""
    lines = body.split("\n")
    webvtt = is_webvtt(body)
    heads = list(_heads(lines, first_line, draft))
    cues = []
    for n, (at, start_s, end_s) in enumerate(heads):
        stop = heads[n + 1][0] if n + 1 < len(heads) else len(lines)
        payload = _payload(lines, at + 1, stop, first_line, draft if webvtt else None)
        cues.append(Cue(start_s, end_s, tuple(_pieces(lines[at + 1 : payload], first_line + at + 1))))
    return cues


def _heads(lines: Sequence[str], first_line: int, draft: Draft) -> Iterator[tuple[int, float, float]]:
    """Yield the index of every line of times, and the times in seconds."""
    for i, line in enumerate(lines):
        if "-->" not in line:
            continue
        if found := _TIMES.fullmatch(line):
            yield i, _seconds(found.groups()[:4]), _seconds(found.groups()[4:])
        elif _MEANT_AS_TIMES.match(line):
            fix = "write them as 00:01:02.000 --> 00:01:05.500"
            draft.fail(first_line + i, "the times of this cue cannot be read", fix)


def _seconds(parts: Sequence[str | None]) -> float:
    hours, minutes, seconds, fraction = parts
    return int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds or 0) + float(f"0.{fraction or 0}")


def _payload(lines: Sequence[str], start: int, stop: int, first_line: int, draft: Draft | None) -> int:
    """Return where the text of a cue ends which may go on to ``stop``: at an empty line in WebVTT, given by a draft.

    SubRip has empty lines inside of cues; there the counter of the next cue ends it.
    """
    blank = next((i for i in range(start, stop) if not lines[i]), stop)
    if draft and blank < stop:
        _doubt(lines, blank, stop, first_line, draft)
        return blank
    if stop < len(lines) and stop > start and _COUNTER.fullmatch(lines[stop - 1]):
        return stop - 1
    return stop


def _doubt(lines: Sequence[str], start: int, stop: int, first_line: int, draft: Draft) -> None:
    """Warn about text between two cues that is neither a comment nor the identifier of the next."""
    ends = [*(i for i in range(start, stop) if not lines[i]), stop]
    for at, end in pairwise(ends):
        stray = end - at > 1 and not _SETTINGS.match(lines[at + 1])
        if stray and not (end == stop < len(lines) and end - at == 2):
            draft.warn(first_line + at + 1, "text outside of a cue is not spoken", "put a line of times above it")


def _pieces(payload: Sequence[str], first_line: int) -> Iterator[Piece]:
    """Yield the text of a cue, line by line and voice by voice, without tags."""
    text = _RUBY.sub("", _OVERRIDE.sub("", "\n".join(payload)))
    speaker = ""
    for number, line in enumerate(text.split("\n"), first_line):
        words, at = "", 0
        for tag in _TAG.finditer(line):
            words += line[at : tag.start()]
            at = tag.end()
            if tag["v"]:
                yield from _piece(words, number, speaker)
                words, speaker = "", _unescaped(tag["name"])
        yield from _piece(words + line[at:], number, speaker)


def _piece(words: str, line: int, speaker: str) -> Iterator[Piece]:
    if text := _unescaped(words):
        yield Piece(text, line, speaker)


def _unescaped(text: str) -> str:
    return " ".join(html.unescape(text.replace("\\N", " ").replace("\\h", " ")).replace("\0", " ").split())
