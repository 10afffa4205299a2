"""Voices to hear, each paid for once."""

import json
import os
from pathlib import Path

import pytest

from fakes import tones
from fakes.cloud import heard
from voicebooth.cli.player import play
from voicebooth.cli.tell import Teller
from voicebooth.sample import LINE
from voicebooth.voices import VOICES

# A player that runs on is left running, as it should be.
playing = pytest.mark.filterwarnings("ignore:subprocess .* is still running:ResourceWarning")
OPENERS = ("xdg-open", "open")


def opener(folder, does):
    """Put in a folder what opens files here, as a shell script."""
    for name in OPENERS:
        (folder / name).write_text(f"#!/bin/sh\n{does}\n")
        (folder / name).chmod(0o755)


@pytest.fixture
def player(monkeypatch, tmp_path):
    """What opens files here: it writes down which."""
    folder = tmp_path / "bin"
    folder.mkdir()
    played = tmp_path / "played"
    os.mkfifo(played)  # reading waits until it is written
    opener(folder, f'(echo "$1" > {played}) &')
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    return lambda: played.read_text().strip()


def spoken(*voices):
    return tones.spoken((voice, LINE.format(voice=voice)) for voice in voices)


@playing
@pytest.mark.slow
def test_a_voice_is_heard_and_paid_for_once(terminal, cloud, player):
    assert terminal("voices", "--play", "kore") == 0
    first, file = terminal.out.splitlines()
    assert first.startswith("Kore: 1 request · $0.00")
    assert player() == file
    assert heard(Path(file).read_bytes()) == spoken("Kore")
    assert terminal("voices", "--play", "Kore", "--json") == 0
    again = json.loads(terminal.out)
    assert (again["voices"], again["requests"], again["usd"]) == (["Kore"], 0, 0)
    assert player() == again["file"]
    assert heard(Path(again["file"]).read_bytes()) == spoken("Kore")
    assert len(cloud.gemini.requests) == 1


@playing
@pytest.mark.slow
def test_without_a_name_all_are_heard_in_turn(terminal, cloud, player):
    terminal("voices", "--play", "Puck")
    player()
    assert terminal("voices", "--play") == 0
    first, file = terminal.out.splitlines()
    assert first.startswith("all: 29 requests · $0.")
    assert player() == file
    assert heard(Path(file).read_bytes()) == spoken(*(voice.name for voice in VOICES))
    assert all(len(request.lines) == 1 for request in cloud.gemini.requests)


@pytest.mark.slow
def test_a_voice_of_ones_own_is_asked_for_by_its_id_which_is_not_read_aloud(terminal, cloud):
    assert terminal("voices", "--play", "voice_abc123") == 4  # the fake service has none
    assert terminal.err.startswith("voicebooth: the service does not know a voice")
    (asked,) = cloud.gemini.requests
    assert asked.body["generationConfig"]["speechConfig"] == {"voice_config": {"voice": "voice_abc123"}}
    assert "abc" not in json.dumps(asked.body["contents"])


@playing
@pytest.mark.slow
def test_the_draft_voices_can_be_heard_without_a_key(terminal, player):
    assert terminal("voices", "--play", "Kore", "--speech", "offline") == 0
    assert terminal.out.splitlines() == ["Kore: 1 request", player()]


GIVES_UP = "echo www-browser: not found; echo no method available >&2; exit 3"


@pytest.mark.slow
@pytest.mark.parametrize("does", [GIVES_UP, ""], ids=["an opener that gives up", "no opener"])
def test_where_nothing_plays_it_is_said_in_one_line(terminal, monkeypatch, tmp_path, does):
    if does:
        opener(tmp_path, does)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert terminal("voices", "--play", "Kore", "--speech", "offline") == 0
    said, file = terminal.out.splitlines()
    assert said == "Kore: 1 request"
    assert terminal.err == f"no player was found; open {file} yourself\n"
    Path("ep.md").write_text("Ann: Hello there.\n")
    assert terminal("make", "ep.md", "--play", "--speech", "offline") == 0
    assert terminal.err.endswith("no player was found; open episodes/ep/episode.mp3 yourself\n")
    assert terminal("make", "ep.md", "--play", "--speech", "offline", "--json") == 0
    assert json.loads(terminal.out)["files"] == ["episodes/ep/episode.mp3"]
    assert terminal.err == ""


@playing
@pytest.mark.slow
def test_a_player_that_runs_on_is_not_waited_for(tmp_path, monkeypatch, capfd):
    os.mkfifo(tmp_path / "end")
    opener(tmp_path, f"read end < {tmp_path}/end")
    monkeypatch.setenv("PATH", str(tmp_path))
    play(Teller(), "a.wav")
    assert capfd.readouterr() == ("", "")
    (tmp_path / "end").write_text("\n")  # hangs if nobody is left to read it


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        (["--play", "Korre"], 2, 'there is no voice "Korre"\n    fix: did you mean "Kore"?'),
        (["--play", "Kore"], 2, "there is no API key"),
    ],
)
def test_what_cannot_be_heard_is_told(terminal, arguments, status, says):
    assert terminal("voices", *arguments) == status
    assert says in terminal.err


@pytest.mark.slow
def test_what_the_service_will_not_do_names_no_line(terminal, cloud):
    cloud.gemini.fault_for = lambda _: "status_503"
    assert terminal("voices", "--play", "Kore") == 3
    assert terminal.err.startswith("voicebooth: the service is overloaded")
