"""``watch``: what of a folder is made and when, one version at a time, whatever editors do to the files."""

import json
import os
import signal
import subprocess
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes import tones
from fakes.cloud import heard
from terminal import FAULTY, NO_MORE, SCRIPT, SEGMENTS, SPOKEN, started
from voicebooth.errors import OutOfTime, Superseded
from voicebooth.storage.folder import FolderStore
from voicebooth.watch import AGAIN_AT_MOST_S, AGAIN_S, Desk, Sightings, again_s, scripts_in

LEFTOVERS = (
    *(".ep.md.swp", ".ep.md.un~", "ep.md~", "#ep.md#", ".#ep.md", "4913", "ep.md.tmp", "ep.md.bak", "ep.tmp"),
    *("~$ep.md", "~ep.md", "ep.md.swx", "ep.md.part", ".hidden/ep.md", "cover.png", "music.mp3", "voicebooth.yaml"),
)


# What lies still


def test_a_script_is_ready_once_it_lies_still():
    sightings = Sightings(still_s=1.0)
    assert sightings.look({"ep.md": 1}, 0.0) == {}
    assert sightings.look({"ep.md": 1}, 0.9) == {}
    assert sightings.look({"ep.md": 1}, 1.0) == {"ep.md": 1}
    assert sightings.look({"ep.md": 1}, 5.0) == {}


def test_a_file_that_grows_is_not_ready_before_it_is_whole():
    sightings = Sightings(still_s=1.0)
    ready = [sightings.look({"ep.md": generation}, generation * 0.5) for generation in range(1, 9)]
    assert not any(ready)
    assert sightings.look({"ep.md": 8}, 5.0) == {"ep.md": 8}


def test_a_save_by_renaming_loses_nothing():
    sightings = Sightings(still_s=1.0)
    sightings.look({"ep.md": 1}, 0.0)
    sightings.look({"ep.md": 1}, 1.0)
    assert sightings.look({}, 1.5) == {}  # moved away, and the new file not yet in its place
    assert sightings.look({"ep.md": 2}, 2.0) == {}
    assert sightings.look({"ep.md": 2}, 3.0) == {"ep.md": 2}


@given(st.lists(st.tuples(st.floats(0, 3), st.sampled_from(["write", "remove", "look"])), max_size=40))
def test_the_last_version_is_made_whatever_comes_between(events):
    sightings, files, made, changed_s, now_s, generation = Sightings(still_s=1.0), {}, [], 0.0, 0.0, 0
    for pause_s, event in events:
        now_s += pause_s
        if event == "write":
            generation += 1
            files, changed_s = {"ep.md": generation}, now_s
        elif event == "remove":
            files = {}
        else:
            ready = sightings.look(files, now_s)
            assert not ready or now_s - changed_s >= 1.0
            made += ready.values()
    for _ in range(2):
        now_s += 1.5
        made += sightings.look(files, now_s).values()
    assert made[-1:] == [*files.values()][-1:] or not files
    assert sightings.look(files, now_s + 9) == {}


def test_only_scripts_count(tmp_path):
    store = FolderStore(tmp_path)
    for name in ("ep.md", "show/two.TXT", "out/ep/transcript.txt", "out.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("Ann: Hello.")
    for name in LEFTOVERS:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("Ann: Hello.")
    assert set(scripts_in(store, ("out/",))) == {"ep.md", "show/two.TXT", "out.md"}
    assert scripts_in(FolderStore(tmp_path / "gone")) == {}


# Whose turn it is


class Maker:
    """Makes nothing; says what it is asked for, and waits until it may go on."""

    def __init__(self, wish_s=None):
        self.began, self.ended, self.news = [], [], threading.Condition()
        self.may_go_on, self.wish_s = threading.Semaphore(0), wish_s

    def __call__(self, run):
        with self.news:
            self.began.append((run.name, run.generation))
            self.news.notify_all()
        assert self.may_go_on.acquire(timeout=20)
        with self.news:
            self.ended.append((run.name, run.generation, type(run.halted)))
            self.news.notify_all()
        return self.wish_s

    def until(self, true):
        with self.news:
            assert self.news.wait_for(true, 20)


def test_an_edit_halts_the_making_and_the_newest_version_follows():
    maker = Maker()
    with Desk(maker, jobs=2) as desk:
        desk.want("ep.md", 1)
        maker.until(lambda: maker.began)
        desk.want("ep.md", 2)
        desk.want("ep.md", 3)
        assert maker.began == [("ep.md", 1)]  # never two of the same at once
        maker.may_go_on.release(2)
        maker.until(lambda: len(maker.ended) == 2)
    assert maker.ended == [("ep.md", 1, Superseded), ("ep.md", 3, type(None))]


@pytest.mark.parametrize("jobs", [1, 3])
def test_as_many_at_a_time_as_are_asked_for(jobs):
    maker = Maker()
    with Desk(maker, jobs) as desk:
        for name in "abc":
            desk.want(name, 1)
        maker.until(lambda: len(maker.began) == jobs)
        maker.may_go_on.release(3)
        maker.until(lambda: len(maker.ended) == 3)
    assert sorted(name for name, *_ in maker.ended) == ["a", "b", "c"]


def test_the_end_halts_what_is_in_the_making_and_begins_nothing_more():
    maker = Maker()
    with Desk(maker) as desk:
        desk.want("a", 1)
        desk.want("b", 1)
        maker.until(lambda: maker.began)
        desk.want("a", 2)
        threading.Timer(0.01, maker.may_go_on.release).start()
    assert maker.ended == [("a", 1, OutOfTime)]
    desk.want("c", 1)
    assert maker.began == [("a", 1)]


def test_what_failed_in_passing_is_made_again_in_time_and_less_and_less_often():
    now_s, maker = [0.0], Maker(wish_s=0.0)
    maker.may_go_on.release(10)
    waits = []
    with Desk(maker, clock=lambda: now_s[0]) as desk:
        desk.want("ep.md", 1)
        for failures in range(1, 4):
            maker.until(lambda: len(maker.ended) == failures)  # noqa: B023 - called at once
            while desk._runs:  # it has ended, and is being put down
                pass
            due_s = desk._later["ep.md"][1]
            waits.append(due_s - now_s[0])
            now_s[0] = due_s - 1
            desk.look()
            assert len(maker.began) == failures
            now_s[0] = due_s
            desk.look()
        maker.until(lambda: len(maker.ended) == 4)
    assert waits == [AGAIN_S, 2 * AGAIN_S, 4 * AGAIN_S]


def test_the_services_wish_to_wait_longer_is_obeyed():
    assert again_s(1) == AGAIN_S
    assert again_s(1, wish_s=99) == 99
    assert again_s(50) == AGAIN_AT_MOST_S


def test_a_bug_of_ours_ends_the_watch():
    def broken(_run):
        raise ZeroDivisionError

    desk = Desk(broken)
    desk.want("ep.md", 1)
    with desk:
        pass  # it has ended
    with pytest.raises(ZeroDivisionError):
        desk.look()


# The program


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
        (["ep.md"], "ep.md: there is no such folder"),
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
