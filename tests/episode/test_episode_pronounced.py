"""Pronunciations in a whole episode: heard, not shown, paid for once, and out of date when the lexicon changes."""

from __future__ import annotations

import json

import pytest

from fakes import tones
from studio import Booth, samples_of, script, spoken, turn_text, word
from voicebooth.errors import ScriptFault

LEXICON = "show/names.lexicon.yaml"
FIRST, OTHER = word(0).capitalize(), word(5 * 12 + 3)  # the first word of the first turn, one of the sixth


def text(front: str, turns: int = 8) -> str:
    return script(turns, front=f"language: en\n{front}")


def assert_heard(booth: Booth, shown: str, said: dict[str, str]) -> None:
    """The audio has the words as they are said, and the captions as they are written."""
    status = booth.status()
    assert status.state == "done"
    expected = shown
    for written, say in said.items():
        assert written in expected
        expected = expected.replace(written, say)
    cast = {role.speaker: role.voice for role in status.cast}
    body = expected.rpartition("---\n")[2]
    assert booth.heard() == spoken(body, cast)
    cues = json.loads(booth.read("transcript.json"))["segments"]
    lines = [line for line in shown.rpartition("---\n")[2].splitlines() if line]
    assert " ".join(cue["body"] for cue in cues) == " ".join(line.partition(": ")[2] for line in lines)


@pytest.mark.slow
def test_what_is_said_is_heard_and_what_is_written_is_shown(anywhere: Booth) -> None:
    anywhere.studio.scripts.write(LEXICON, f"{OTHER}: zuzu zozo\n{FIRST}: wrong\n".encode())
    shown = text(f"pronounce: {{{FIRST}: vivi}}\nlexicon: names.lexicon.yaml")
    anywhere.put(shown)
    status = anywhere.make()
    assert_heard(anywhere, shown, {FIRST: "vivi", OTHER: "zuzu zozo"})
    assert [companion.name for companion in status.companions] == [LEXICON]
    assert not status.warnings


@pytest.mark.slow
def test_a_changed_lexicon_makes_the_episode_anew_and_voices_only_what_holds_the_word(folders: Booth) -> None:
    folders.studio.scripts.write(LEXICON, f"{OTHER}: zuzu\n".encode())
    shown = text("lexicon: names.lexicon.yaml")
    folders.put(shown)
    before = folders.make()
    asked = len(folders.gemini.requests)
    assert folders.make() == before
    assert len(folders.gemini.requests) == asked

    folders.studio.scripts.write(LEXICON, f"{OTHER}: zozo\n".encode())
    after = folders.make()
    assert len(folders.gemini.requests) == asked + 1
    kept = {segment.key for segment in before.segments} & {segment.key for segment in after.segments}
    assert len(kept) == len(before.segments) - 1 == len(after.segments) - 1
    (changed,) = [segment for segment in after.segments if segment.key not in kept]
    assert changed.first_line <= 3 + 1 + 2 * 5 + 1 <= changed.last_line
    assert_heard(folders, shown, {OTHER: "zozo"})


@pytest.mark.slow
def test_an_entry_added_to_the_front_matter_voices_one_segment(folders: Booth) -> None:
    folders.put(text("title: x"))
    folders.make()
    asked = len(folders.gemini.requests)
    folders.put(text(f"pronounce: {{{OTHER}: zuzu}}"))
    folders.make()
    assert len(folders.gemini.requests) == asked + 1


@pytest.mark.slow
def test_an_address_is_written_out_and_captions_stay_in_step(folders: Booth) -> None:
    address = "https://example.org/my_page?lola=mimi"
    shown = f"---\nlanguage: en\n---\nAnn: {turn_text(0)[:-1]} {address}. {turn_text(1)}\n\nBob: {turn_text(2)}\n"
    folders.put(shown)
    folders.make()
    said = "example dot org slash my underscore page question mark lola equals mimi"
    assert_heard(folders, shown, {address: said})
    cues = json.loads(folders.read("transcript.json"))["segments"]
    bursts = tones.listen(samples_of(folders.read("episode.mp3")))
    before = 12 + len(said.split())  # words up to the end of the sentence with the address
    after = next(at for at, cue in enumerate(cues) if address in cue["body"]) + 1
    assert cues[after]["startTime"] == pytest.approx(bursts[before].start_s, abs=0.3)


@pytest.mark.slow
def test_nothing_in_an_entry_is_markup_to_the_service(folders: Booth) -> None:
    folders.put(text(f'pronounce: {{{FIRST}: "<break/> |zuzu| [zozo] *vivi*"}}', 2))
    folders.make()
    (request,) = folders.gemini.requests
    assert not request.heard.markup
    assert {"zuzu", "zozo", "vivi"} <= set(request.heard.lines[0][1].replace("(", " ").replace(")", " ").split())


def test_a_bad_lexicon_is_an_error_before_any_request_and_tells_no_words(folders: Booth, caplog) -> None:
    secret = "xylophonist"
    folders.put(text("lexicon: names.lexicon.yaml"))
    for content, message in (
        (None, 'the lexicon, "names.lexicon.yaml", is not there'),
        (f"{secret}:\n", 'the lexicon, "names.lexicon.yaml", line 1: a pronunciation says nothing'),
        (f"- {secret}\n", 'the lexicon, "names.lexicon.yaml", line 1: this is no list of pronunciations'),
        ("x" * 1_000_001, 'the lexicon, "names.lexicon.yaml", has 1.0 MB, more than the 1 MB allowed'),
    ):
        if content is not None:
            folders.studio.scripts.write(LEXICON, content.encode())
        (problem,) = folders.fails(ScriptFault).problems
        assert (problem.line, problem.message) == (3, message)
        assert folders.status().state == "failed"
        assert secret not in folders.read("error.txt").decode() + caplog.text
    assert not folders.gemini.requests


@pytest.mark.slow
def test_a_mended_lexicon_mends_the_episode(folders: Booth) -> None:
    folders.put(text("lexicon: names.lexicon.yaml"))
    folders.fails(ScriptFault)
    folders.studio.scripts.write(LEXICON, f"{OTHER}: zuzu\n".encode())
    assert folders.make().state == "done"
