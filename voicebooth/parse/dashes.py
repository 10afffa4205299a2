"""Names in front of dashes ("I – Hello. C – Good morning.") are told from words, as names in front of colons are.

A dash says less than a colon. So at least two names must come back again and again, and stand in front of most of the
text; then they are speakers, and in any other text a dash is a dash.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from . import labels, speakers
from .blocks import Block, Kind
from .labels import Label

_HEAD = re.compile(r"([^\W\d_][^\n:–—-]{0,24}?)\s{0,2}[–—-]\s{1,2}(?=\S)")
_OFTEN = 3  # times that a name comes back
_MOST = 3 / 5  # of the lines begin with one


def named(parts: Sequence[Block]) -> list[Block]:
    """Return the blocks, with the speakers that dashes set apart."""
    heads = [_head(block) for block in parts]
    counts = Counter(head.key for head in heads if head)
    often = {key for key, times in counts.items() if times >= _OFTEN}
    told = sum(counts[key] for key in often)
    if len(often) < 2 or told < _MOST * sum(block.kind is Kind.TEXT for block in parts):
        return list(parts)
    return [
        replace(block, text=head.rest, speaker=head.name, strong=0) if head and head.key in often else block
        for block, head in zip(parts, heads, strict=True)
    ]


def _head(block: Block) -> Label | None:
    found = _HEAD.match(block.text) if block.kind is Kind.TEXT and not (block.item or block.speaker) else None
    label = labels.read(f"{found[1]}:") if found else None
    if not found or not label or not speakers.is_proper(label.name) or speakers.announces(label.name):
        return None
    return replace(label, rest=block.text[found.end() :])
