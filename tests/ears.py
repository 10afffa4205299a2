"""Words back from audio, by a recogniser whose English model lies in its wheel (https://pypi.org/project/moonshine-voice/)."""

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from difflib import SequenceMatcher
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
from moonshine_voice import ModelArch, Transcriber, get_assets_path

_SAME = {  # as the recogniser writes what it hears
    "0": "zero", "1": "one", "2": "two", "3": "three", "4": "four", "5": "five", "6": "six", "7": "seven",
    "8": "eight", "9": "nine", "10": "ten", "11": "eleven", "12": "twelve", "ok": "okay",
}  # fmt: skip


def words(samples: npt.NDArray[np.int16], rate: int) -> list[str]:
    """Return the words heard, without case and punctuation, small numbers as words."""
    wave = (samples.astype(np.float32) / 32768).tolist()
    return written(" ".join(line.text for line in _recogniser().transcribe_without_streaming(wave, rate).lines))


def written(text: str) -> list[str]:
    """Return the words of a text in the same form."""
    return [_SAME.get(word, word) for word in re.findall(r"[a-z0-9]+(?:'[a-z]+)?", text.lower().replace("’", "'"))]


def recovered(heard: list[str], said: list[str]) -> float:
    """Return the share of the words said that were heard, in order."""
    matcher = SequenceMatcher(a=said, b=heard, autojunk=False)
    return sum(block.size for block in matcher.get_matching_blocks()) / len(said)


@cache
def _recogniser() -> Transcriber:
    with _silenced():
        return Transcriber(str(Path(get_assets_path()) / "tiny-en"), ModelArch.TINY)


@contextmanager
def _silenced() -> Iterator[None]:
    """Keep the library's native chatter off standard error."""
    sys.stderr.flush()
    kept = os.dup(2)
    with Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
