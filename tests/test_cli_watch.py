"""``watch`` as a program: drop a script in, find the episode; edit it, mend it, end it."""

import json
import os
import signal
import subprocess
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest

from fakes import tones
from fakes.cloud import heard
from fakes.music import tune
from terminal import FAULTY, LEFTOVERS, NO_MORE, SCRIPT, SEGMENTS, SPOKEN, started


class Watched:
    """A ``watch`` in a process of its own, told by its JSON lines."""

    def __init__(self, child):
        self.child, self.events = child, []

    def until(self, event, script=None):
        """Return the next thing of that kind that it tells, about that script if one is named."""
        for line in self.child.stdout:
            self.events.append(json.loads(line))
            if self.events[-1]["event"] == event and script in {None, self.events[-1].get("script")}:
                return self.events[-1]
        raise AssertionError(self.events)

    def until_any(self):
        """Return the next thing that it tells."""
        self.events.append(json.loads(next(self.child.stdout)))
        return self.events[-1]

    def stop(self):
        self.child.send_signal(signal.SIGINT)
        rest, err = self.child.communicate()
        self.events += map(json.loads, rest.splitlines())
        assert not NO_MORE.search(err)
        assert self.child.returncode == 130
        return err


@contextmanager
def watching(cloud, folder, *arguments):
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with started(cloud, folder, "watch", "scripts", "--json", *arguments, **pipes) as child:
        alarm = threading.Timer(60, child.kill)
        alarm.start()
        try:
            watched = Watched(child)
            watched.until("watching")
            yield watched
        finally:
            alarm.cancel()
            child.kill()


@pytest.fixture
def scripts(tmp_path):
    folder = tmp_path / "scripts"
    folder.mkdir()
    return folder


@pytest.mark.slow
def test_what_is_missing_is_made_at_once_and_what_comes_later_too(cloud, terminal, scripts, tmp_path):
    (scripts / "old.md").write_text("Ann: It was made before.\n")
    assert terminal("make", "scripts/old.md") == 0
    (scripts / "show").mkdir()
    (scripts / "show/ep.md").write_text(SCRIPT)
    with watching(cloud, tmp_path) as watched:
        made = watched.until("made", "scripts/show/ep.md")
        assert (made["anew"], made["files"]) == (True, ["episodes/show/ep/episode.mp3"])
        for name in LEFTOVERS:
            (scripts / name).parent.mkdir(exist_ok=True)
            (scripts / name).write_text("Ann: It is no script.\n")
        (scripts / "new.md.tmp").write_text("Ann: It came later.\n")
        (scripts / "new.md.tmp").replace(scripts / "new.md")
        watched.until("made", "scripts/new.md")
        assert "the takes made so far are kept" in watched.stop()
    assert heard((tmp_path / "episodes/show/ep/episode.mp3").read_bytes()) == SPOKEN
    told = {event["script"]: event["anew"] for event in watched.events if event["event"] == "made"}
    assert told == {"scripts/old.md": False, "scripts/show/ep.md": True, "scripts/new.md": True}
    assert len(cloud.gemini.requests) == 1 + SEGMENTS + 1


@pytest.mark.slow
def test_a_bad_script_is_told_by_line_and_made_when_it_is_mended(cloud, scripts, tmp_path):
    (scripts / "bad.md").write_text(FAULTY)
    with watching(cloud, tmp_path) as watched:
        failed = watched.until("failed", "scripts/bad.md")
        assert (failed["status"], [error["line"] for error in failed["errors"]]) == (1, [3, 4])
        (scripts / "bad.md").write_text(FAULTY.replace("Nobody", "Kore").replace("Korre", "Puck"))
        watched.until("made", "scripts/bad.md")
        watched.stop()
    assert not (tmp_path / "episodes/bad/error.txt").exists()


@pytest.mark.slow
def test_what_is_wrong_is_told_once_until_it_changes(cloud, scripts, tmp_path):
    (scripts / "ep.md").write_text("---\nlexicon: a.lexicon.yaml\n---\nAnn: We use SQL here.\n")
    with watching(cloud, tmp_path) as watched:
        watched.until("failed", "scripts/ep.md")
        (scripts / "notes.txt.bak").write_text("It is of no use.")  # ep.md is tried again, and as wrong as before
        (scripts / "later.md").write_text("Ann: It came later, and was made after that.\n")
        watched.until("made", "scripts/later.md")
        (scripts / "a.lexicon.yaml").write_text("[]\n")
        other = watched.until("failed", "scripts/ep.md")
        assert "is not there" not in other["errors"][0]["message"]
        (scripts / "ep.md").write_text((scripts / "ep.md").read_text() + "Bob: So do I.\n")
        assert watched.until("failed", "scripts/ep.md")["errors"] == other["errors"]  # whoever saves it is told
        watched.stop()
    assert sum(event["event"] == "failed" for event in watched.events) == 3


@pytest.mark.slow
def test_a_file_beside_a_script_counts_too(cloud, scripts, tmp_path):
    (scripts / "ep.md").write_text("---\nlexicon: show.lexicon.yaml\n---\nAnn: We use SQL here.\n")
    with watching(cloud, tmp_path) as watched:
        failed = watched.until("failed", "scripts/ep.md")
        assert "is not there" in failed["errors"][0]["message"]
        (scripts / "show.lexicon.yaml").write_text("SQL: sequel\n")
        watched.until("made", "scripts/ep.md")
        (scripts / "show.lexicon.yaml").write_text("SQL: squirrel\n")
        assert watched.until("made", "scripts/ep.md")["anew"]
        watched.stop()
    assert [cloud.asked(word) for word in ("sequel", "squirrel", "SQL")] == [1, 1, 0]


@pytest.mark.slow
def test_another_music_makes_the_episode_anew_without_a_request(cloud, scripts, tmp_path):
    (scripts / "ep.md").write_text("---\nmusic: {intro: {file: theme.wav, seconds: 1}}\n---\nAnn: Good evening.\n")
    (scripts / "theme.wav").write_bytes(tune(2.0))
    with watching(cloud, tmp_path) as watched:
        watched.until("made", "scripts/ep.md")
        (scripts / "theme.wav.tmp").write_bytes(tune(2.0, hz=140.0))
        (scripts / "theme.wav.tmp").replace(scripts / "theme.wav")
        made = watched.until("made", "scripts/ep.md")
        watched.stop()
    assert (made["anew"], made["manifest"]["requests"]["made"]) == (True, 0)
    assert made["manifest"]["companions"][0]["generation"] == (scripts / "theme.wav").stat().st_mtime_ns
    assert len(cloud.gemini.requests) == 1


@pytest.mark.slow
def test_what_goes_wrong_with_one_stops_none_of_the_others(cloud, scripts, tmp_path):
    cloud.gemini.fault_for = lambda heard: "blocked_prompt" if "forbidden" in str(heard.lines) else ""
    words = {"good": "It is fine.", "better": "It is better.", "blocked": "It is forbidden."}
    for name, text in words.items():
        (scripts / f"{name}.md").write_text(f"Ann: {text}\n")
    (scripts / "bad.md").write_text(FAULTY)
    (scripts / "noise.txt").write_bytes(bytes(range(256)))
    with watching(cloud, tmp_path, "--jobs", "3") as watched:
        while len(told := [event for event in watched.events if event["event"] in {"made", "failed"}]) < 5:
            watched.until_any()
        watched.stop()
    statuses = {Path(event["script"]).stem: event["status"] for event in told}
    assert statuses == {"good": 0, "better": 0, "blocked": 4, "bad": 1, "noise": 1}


@pytest.mark.slow
def test_an_edit_while_its_episode_is_made_is_not_lost(cloud, scripts, tmp_path):
    asked, released = threading.Event(), threading.Event()
    cloud.gemini.fault_for = lambda _: asked.set() or (released.wait(60) and "")
    (scripts / "ep.md").write_text(SCRIPT)
    with watching(cloud, tmp_path) as watched:
        assert asked.wait(60)
        (scripts / "ep.md").write_text(SCRIPT.replace("little wind", "strong wind"))
        generation = (scripts / "ep.md").stat().st_mtime_ns
        watched.until("superseded", "scripts/ep.md")
        released.set()
        made = watched.until("made", "scripts/ep.md")
        watched.stop()
    assert made["manifest"]["script"]["generation"] == generation
    assert [event["event"] for event in watched.events] == ["watching", "making", "superseded", "making", "made"]
    assert (cloud.asked("strong"), cloud.asked("little")) == (1, 0)  # the rest was given up before it was paid for
    assert len(cloud.gemini.requests) == SEGMENTS
    strong = tones.spoken([("Leda", "And a strong wind.")])
    assert heard((tmp_path / "episodes/ep/episode.mp3").read_bytes())[-len(strong) :] == strong


@pytest.mark.slow
def test_several_can_be_made_at_a_time(cloud, scripts, tmp_path):
    cloud.gemini.latency_s = 1.0
    for name in ("one", "two"):
        (scripts / f"{name}.md").write_text(f"Ann: This is number {name}.\n")
    with watching(cloud, tmp_path, "--jobs", "2") as watched:
        for _ in range(2):
            watched.until("made")
        watched.stop()
    assert cloud.gemini.most_at_once == 2


@pytest.mark.slow
def test_ctrl_c_keeps_what_was_asked_for(cloud, terminal, scripts, tmp_path):
    asked, released = threading.Event(), threading.Event()
    cloud.gemini.fault_for = lambda _: asked.set() or (released.wait(60) and "")
    (scripts / "ep.md").write_text(SCRIPT)
    with watching(cloud, tmp_path) as watched:
        watched.until("making")
        assert asked.wait(60)
        watched.child.send_signal(signal.SIGINT)
        said = [watched.child.stderr.readline(), watched.child.stderr.readline()]
        assert said[1].startswith("stopping when the requests on their way are answered")
        released.set()
        rest, err = watched.child.communicate()
    assert (watched.child.returncode, rest) == (130, "")
    assert err.endswith("stopped; the takes made so far are kept\n")
    assert json.loads((tmp_path / "episodes/ep/episode.json").read_text())["state"] == "queued"
    kept = len(cloud.gemini.requests)
    assert terminal("make", "scripts/ep.md") == 0
    assert f"{kept} take" in terminal.out
    assert len(cloud.gemini.requests) == SEGMENTS


@pytest.mark.slow
def test_for_people_it_speaks_as_make_does(cloud, scripts, tmp_path):
    (scripts / "ep.md").write_text(SCRIPT)
    (scripts / "bad.md").write_text(FAULTY)
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with started(cloud, tmp_path, "watch", "scripts", **pipes) as child:
        alarm = threading.Timer(60, child.kill)
        alarm.start()
        out = [child.stdout.readline() for _ in range(3)]
        child.send_signal(signal.SIGTERM)
        _, err = child.communicate()
        alarm.cancel()
    assert child.returncode == 130
    assert out[0].startswith("The quiet hour: 0:")
    assert out[2] == "episodes/ep/episode.mp3\n"
    assert err.startswith("watching scripts for file://")
    assert 'scripts/bad.md:3: there is no voice "Nobody"\n    fix: ' in err
    assert "scripts/ep.md: making its episode\n" in err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["missing"], "missing: there is no such folder"),
        (["ep.md"], "ep.md: this is a file"),
        ([".", "--out", "."], "lies where episodes go"),
        (["scripts", "--out", "."], "lies where episodes go"),
        (["scripts", "--out", "scripts/../scripts"], "lies where episodes go"),
        (["scripts"], "there is no API key"),
    ],
)
def test_a_watch_that_cannot_be_is_refused(terminal, scripts, arguments, says):
    assert scripts.exists()
    assert terminal("watch", *arguments) == 2
    assert says in terminal.err
    assert "    fix: " in terminal.err


@pytest.mark.slow
def test_episodes_may_lie_in_the_watched_folder(cloud, scripts, tmp_path):
    (scripts / "ep.md").write_text(SCRIPT)
    with watching(cloud, tmp_path, "--out", "scripts/made") as watched:
        watched.until("made", "scripts/ep.md")
        (scripts / "last.md").write_text("Ann: The last one.\n")
        watched.until("made", "scripts/last.md")
        watched.stop()
    told = [event["script"] for event in watched.events if event["event"] == "made"]
    assert told == ["scripts/ep.md", "scripts/last.md"]
    assert Path(scripts, "made/ep/transcript.txt").exists()
    assert os.listdir(scripts / "made") != []  # noqa: PTH208 - hidden ones included
