"""The examples that ship are worth shipping."""

from __future__ import annotations

from pathlib import Path

import pytest

from voicebooth.pace import speech_s
from voicebooth.parse import parse
from voicebooth.script import NARRATOR, Script

EXAMPLES = Path(__file__).parents[2] / "examples"


def read(name: str) -> Script:
    return parse((EXAMPLES / name).read_bytes(), name)


@pytest.mark.parametrize(
    ("name", "speakers", "minutes"),
    [
        ("two-hosts.md", ("Maya", "Theo"), 2),
        ("four-guests.md", ("Nora", "Sam", "Captain Reyes", "Ingrid", "Mr. Okafor"), 2),
        ("monologue.txt", (NARRATOR,), 1),
        ("with-music.md", ("Maya", "Theo"), 1),
    ],
)
def test_an_example(name: str, speakers: tuple[str, ...], minutes: int) -> None:
    script = read(name)
    assert script.speakers == speakers
    assert not script.warnings
    assert script.meta.title
    assert script.meta.language == "en-US"
    assert len(script.chapters) > 1
    assert any(turn.pause_s for turn in script.turns)
    assert minutes * 60 * 0.8 < sum(speech_s(turn.text, "en") for turn in script.turns) < minutes * 60 * 1.3


def test_the_example_with_music_has_its_files_beside_it_and_all_are_small() -> None:
    music = read("with-music.md").meta.music
    assert set(music) == {"intro", "outro", "sting", "bed"}
    for tune in music.values():
        assert 0 < (EXAMPLES / tune.file).stat().st_size < 100_000
    assert "Apache-2.0" in (EXAMPLES / "music" / "README.md").read_text()
