"""The command line: what each verb does, what it says, and how it ends."""

import json
import os
import pty
import re
import signal
import subprocess
import sys
import tempfile
import threading
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from fakes.cloud import KEY, ROOT, heard
from terminal import FAULTY, NO_MORE, SCRIPT, SEGMENTS, SLIP, SPOKEN, started
from voicebooth.cli import cli
from voicebooth.voices import VOICES


def manifest(place):
    return json.loads(Path(place, "episode.json").read_text())


@pytest.mark.slow
def test_make_leaves_an_episode_and_says_where(terminal, cloud):
    assert terminal("make", "ep.md", "--format", "mp3,wav") == 0
    assert terminal.err == ""
    first, disclosure, *files = terminal.out.splitlines()
    assert re.fullmatch(
        r"The quiet hour: 0:\d\d · 2 requests, 0 takes kept · -1\d\.\d LUFS, peak -\S+ dBTP · \$0\.\d+", first
    )
    assert "made by a machine" in disclosure
    assert files == ["episodes/ep/episode.mp3", "episodes/ep/episode.wav"]
    assert [heard(Path(file).read_bytes()) for file in files] == [SPOKEN, SPOKEN]
    assert manifest("episodes/ep")["state"] == "done"
    assert len(cloud.gemini.requests) == SEGMENTS


@pytest.mark.slow
def test_making_it_again_asks_for_nothing_and_says_so(terminal, cloud):
    terminal("make", "ep.md")
    assert terminal("make", "ep.md") == 0
    assert "made before, nothing to do" in terminal.out
    assert terminal("make", "ep.md", "--format", "wav") == 0
    assert "0 requests, 2 takes kept" in terminal.out
    assert len(cloud.gemini.requests) == SEGMENTS


@pytest.mark.slow
def test_places_may_be_buckets(terminal, cloud, monkeypatch):
    cloud.upload("show/ep.md", SCRIPT)
    assert terminal("make", "gs://scripts/show/ep.md", "--out", "gs://episodes/new") == 2
    assert "WORK_BUCKET is not set" in terminal.err
    monkeypatch.setenv("WORK_BUCKET", "gs://work")
    assert terminal("make", "gs://scripts/show/ep.md", "--out", "gs://episodes/new") == 0
    assert terminal.out.splitlines()[-1] == "gs://episodes/new/show/ep/episode.mp3"
    assert heard(cloud.objects("episodes", "new/show/ep/")["episode.mp3"]) == SPOKEN
    assert cloud.objects("work", "takes/")
    assert terminal("make", "gs://scripts/show/other.md", "--out", "gs://episodes/new") == 1
    assert terminal.err.startswith("gs://scripts/show/other.md: there is no such script")


@pytest.mark.slow
@pytest.mark.usefixtures("cloud")
def test_a_folder_with_a_space_is_shown_as_it_is(terminal):
    assert terminal("make", "ep.md", "--out", "my episodes") == 0
    assert terminal.out.splitlines()[-1] == "my episodes/ep/episode.mp3"


@pytest.mark.slow
@pytest.mark.usefixtures("cloud")
def test_one_bad_script_does_not_stop_the_others(terminal):
    Path("bad.md").write_text(FAULTY)
    Path("good.md").write_text("Ann: Something else.\n")
    assert terminal("make", "bad.md", "ep.md", "missing.md", ".", "good.md") == 1
    assert {"episodes/ep/episode.mp3", "episodes/good/episode.mp3"} <= set(terminal.out.splitlines())
    assert 'bad.md:3: there is no voice "Nobody"\n    fix: ' in terminal.err
    assert "missing.md: there is no such script" in terminal.err
    assert ".: this is a folder\n    fix: " in terminal.err
    assert 'there is no voice "Korre"' in Path("episodes/bad/error.txt").read_text()


def test_nothing_is_asked_for_a_script_at_fault(terminal, cloud):
    bad = {
        "empty.md": b"",
        "paper.pdf": b"%PDF",
        "noise.txt": bytes(range(256)),
        "broken.json": b'{"turns": [',
        "x": b"Ann: Hi.",
    }
    for name, content in bad.items():
        Path(name).write_bytes(content)
        assert terminal("make", name) == 1, name
        assert re.match(rf"{re.escape(name)}(:\d+)?: \S", terminal.err)
        assert "    fix: " in terminal.err
    assert not cloud.gemini.requests


@pytest.mark.parametrize(
    ("fault", "status", "state", "says"),
    [
        ("status_503", 3, "queued", r"ep\.md:\d+: lines? .*"),
        ("quota_day", 3, "parked", r"ep\.md:\d+: .*quota.*"),
        ("key_invalid", 4, "failed", r"ep\.md: .*key.*"),
        ("blocked_prompt", 4, "failed", r"ep\.md:\d+: lines .*filters.*"),
    ],
)
def test_what_the_service_will_not_do_gives_the_status(terminal, cloud, fault, status, state, says):
    cloud.gemini.fault_for = lambda _: fault
    assert terminal("make", "ep.md") == status
    assert re.match(says, terminal.err), terminal.err
    assert manifest("episodes/ep")["state"] == state


@pytest.mark.slow
def test_the_gravest_status_counts(terminal, cloud):
    Path("bad.md").write_text(FAULTY)
    cloud.gemini.fault_for = lambda _: "status_503"
    assert terminal("make", "ep.md", "bad.md") == 1
    cloud.gemini.fault_for = lambda _: "key_invalid"
    assert terminal("make", "bad.md", "ep.md") == 4


def test_without_a_key_it_says_where_to_get_one(terminal):
    assert terminal("make", "ep.md") == 2
    assert "voicebooth: there is no API key" in terminal.err
    assert "https://aistudio.google.com/apikey" in terminal.err
    assert "--speech offline" in terminal.err


def test_without_the_offline_voice_it_says_how_to_install_it(terminal, monkeypatch):
    monkeypatch.setitem(sys.modules, "hibari", None)
    assert terminal("make", "ep.md", "--speech", "offline") == 2
    assert re.search(r"offline voice .*not installed", terminal.err)
    assert "pip install" in terminal.err


@pytest.mark.slow
def test_the_offline_voice_is_labelled_as_a_draft(terminal):
    Path("short.md").write_text("Ann: A short one.\n")
    assert terminal("make", "short.md", "--speech", "offline") == 0
    assert "Draft:" in terminal.out
    for file in ("episode.json", "transcript.vtt", "transcript.json"):
        assert "Draft: the voices in this episode" in Path("episodes/short", file).read_text()
    assert "Draft" not in Path("episodes/short/transcript.srt").read_text()  # which shows all it holds as said
    assert "$" not in terminal.out


@contextmanager
def closed(path):
    """Close a file or folder, to somebody who may not read everything as root may."""
    mode, root = path.stat().st_mode, os.geteuid() == 0
    path.chmod(0)
    if root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)
        path.chmod(mode)


@pytest.mark.parametrize(("script", "shut"), [("ep.md", "ep.md"), ("show/ep.md", "show")])
def test_a_script_that_may_not_be_read_is_told(terminal, monkeypatch, script, shut):
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)  # pytest's own folders are closed to others
        monkeypatch.chdir(folder)
        Path("show").mkdir()
        Path(script).write_text(SCRIPT)
        terminal("check", "missing.md")  # loads what it needs while it may
        with closed(Path(shut)):
            assert terminal("check", script) == 2
        assert re.match(rf"voicebooth: \S+{script}: Permission denied\n    fix: ", terminal.err)


def test_a_place_that_cannot_be_written_is_told(terminal, cloud):
    Path("taken").write_text("a file")
    assert terminal("make", "ep.md", "--out", "taken") == 2
    assert re.fullmatch(r"voicebooth: \S+/taken: .+\n    fix: move away the file .+\n", terminal.err)
    assert not cloud.gemini.requests


@pytest.mark.parametrize("place", ["/proc/nowhere/episodes", "n" * 300])
def test_a_place_that_cannot_be_made_is_a_matter_of_settings(terminal, cloud, place):
    assert terminal("make", "ep.md", "--out", place) == 2
    assert re.match(r"voicebooth: \S+: File name too long\n|voicebooth: /proc/nowhere cannot be made\n", terminal.err)
    assert "    fix: choose a" in terminal.err
    assert not cloud.gemini.requests


@pytest.fixture
def held(cloud):
    """Two events: the service was asked, and it may answer."""
    asked, released = threading.Event(), threading.Event()
    cloud.gemini.fault_for = lambda _: asked.set() or (released.wait(60) and "")
    yield asked, released
    released.set()


@pytest.mark.slow
def test_two_at_once_make_it_once(cloud, held, tmp_path):
    asked, released = held
    streams = {"stderr": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with started(cloud, tmp_path, "make", "ep.md", **streams) as first:
        assert asked.wait(60)
        with started(cloud, tmp_path, "make", "ep.md", **streams) as second:
            assert second.stderr.readline().startswith("another process makes this episode")
            released.set()
            assert "made before, nothing to do" in second.communicate()[0]
        assert "2 requests, 0 takes kept" in first.communicate()[0]
    assert (first.returncode, second.returncode) == (0, 0)
    assert len(cloud.gemini.requests) == SEGMENTS


@pytest.mark.slow
def test_ctrl_c_keeps_what_was_asked_for(terminal, cloud, held, tmp_path):
    asked, released = held
    with started(cloud, tmp_path, "make", "ep.md", stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert asked.wait(60)
        child.send_signal(signal.SIGINT)
        said = [child.stderr.readline(), child.stderr.readline()]
        assert said[1].startswith("stopping when the requests on their way are answered")
        released.set()
        out, err = child.communicate()
    assert (child.returncode, out) == (130, "")
    assert err.endswith("stopped; the takes made so far are kept\n")
    assert not NO_MORE.search(err)
    assert manifest("episodes/ep")["state"] == "queued"
    kept = len(cloud.gemini.requests)
    assert kept >= 1
    assert terminal("make", "ep.md") == 0
    assert f"{kept} take" in terminal.out
    assert len(cloud.gemini.requests) == SEGMENTS
    assert heard(Path("episodes/ep/episode.mp3").read_bytes()) == SPOKEN


@pytest.mark.slow
def test_a_terminal_sees_a_bar(cloud, tmp_path):
    ours, theirs = pty.openpty()
    with started(cloud, tmp_path, "make", "ep.md", stderr=theirs, stdout=subprocess.PIPE) as child:
        os.close(theirs)
        seen = b""
        with suppress(OSError):  # how a terminal says that nobody writes to it any more
            while piece := os.read(ours, 4096):
                seen += piece
        child.communicate()
    os.close(ours)
    assert child.returncode == 0
    assert b"ep.md" in seen
    assert b"100%" in seen


def test_check_lists_every_problem_by_line_and_needs_no_key(terminal):
    Path("bad.md").write_text(FAULTY)
    Path("slip.txt").write_text(SLIP)
    assert terminal("check", "bad.md", "slip.txt", "ep.md") == 1
    assert re.findall(r"^(\S+): ", terminal.err, re.MULTILINE) == ["bad.md:3", "bad.md:4", "slip.txt:5"]
    assert 'is "Ann" meant?' in terminal.err
    assert (
        terminal.out == "slip.txt: fine: 6 turns by Ann, Bob and Anm, about 5 seconds\n"
        "ep.md: fine: 4 turns by Ann, Bob, Cy and Di, about 9 seconds\n"
    )
    assert terminal("check", "ep.md") == 0


def test_plan_tells_what_it_takes_with_warnings_and_asks_nobody(terminal, cloud, monkeypatch):
    monkeypatch.delenv("GEMINI_API_KEY")
    Path("slip.txt").write_text(SLIP)
    assert terminal("plan", "ep.md", "slip.txt") == 0
    assert terminal.err.startswith("slip.txt:5: ")
    assert "   1  lines 6-8" in terminal.out
    assert "Cy speaks as Charon" in terminal.out
    assert re.search(r"^about \d+ seconds in 2 segments: 2 requests$", terminal.out, re.MULTILINE)
    assert re.search(r"^about \$0\.00\d\d now, \$0\.00\d\d for the whole", terminal.out, re.MULTILINE)
    assert not cloud.gemini.requests
    assert not cloud.gcs.calls
    assert not Path("episodes").exists()


@pytest.mark.slow
@pytest.mark.usefixtures("cloud")
def test_plan_knows_what_is_kept(terminal):
    terminal("make", "ep.md")
    Path("ep.md").write_text(SCRIPT.replace("little wind", "big wind"))
    assert terminal("plan", "ep.md") == 0
    assert "in 2 segments: 1 request\n" in terminal.out
    assert [line.split()[5] for line in terminal.out.splitlines()[:2]] == ["kept", "new"]


def test_plan_says_when_it_costs_more_than_is_allowed(terminal, monkeypatch):
    monkeypatch.setenv("VOICEBOOTH_MAX_COST_USD", "0.0001")
    assert terminal("plan", "ep.md") == 1
    assert "2 requests" in terminal.out
    assert "is the most allowed" in terminal.err


def test_voices_lists_them_all(terminal):
    assert terminal("voices") == 0
    assert [line.split()[0] for line in terminal.out.splitlines()] == [voice.name for voice in VOICES]
    assert len(VOICES) == 30


def test_config_tells_sources_and_hides_secrets(terminal, monkeypatch):
    monkeypatch.setenv("GEMINI_API_KEY", KEY)
    Path("voicebooth.toml").write_text("concurrency = 4\n")
    assert terminal("config") == 0
    rows = {line.split()[0]: line.split()[1:] for line in terminal.out.splitlines()}
    assert rows["GEMINI_API_KEY"] == ["********", "environment"]
    assert rows["VOICEBOOTH_CONCURRENCY"] == ["4", "voicebooth.toml"]
    assert rows["VOICEBOOTH_RETRIES"] == ["5", "default"]
    assert rows["WORK_BUCKET"] == ["-", "default"]


def test_settings_at_fault_are_told_with_their_source(terminal, monkeypatch):
    monkeypatch.setenv("VOICEBOOTH_CONCURRENCY", "many")
    for verb in (["config"], ["check", "ep.md"], ["make", "ep.md"]):
        assert terminal(*verb) == 2
        assert terminal.err.startswith('voicebooth: environment: VOICEBOOTH_CONCURRENCY is "many"; give a whole number')


def test_what_a_show_has_in_common_is_a_matter_of_settings(terminal, monkeypatch):
    Path("film.fountain").write_text("language: en\n\nRain falls on SQL.\n\nANN\nStill?\n")
    Path("lexicon.yaml").write_text("SQL: sequel\n")
    Path("voicebooth.toml").write_text('narrator = "Nat"\nlexicon = "lexicon.yaml"\nspell_out = ["dates", "units"]\n')
    assert terminal("check", "film.fountain") == 0
    assert "2 turns by Nat and ANN" in terminal.out
    monkeypatch.setenv("VOICEBOOTH_NARRATOR", "Sue")
    assert terminal("plan", "film.fountain") == 0
    assert "Sue speaks as " in terminal.out
    Path("lexicon.yaml").unlink()
    assert terminal("check", "film.fountain") == 1
    assert "the lexicon of VOICEBOOTH_LEXICON" in terminal.err


def test_settings_that_are_odd_are_told_too(terminal, monkeypatch):
    monkeypatch.setenv("VOICEBOOTH_CONCURENCY", "4")
    assert terminal("check", "ep.md") == 0
    assert "did you mean VOICEBOOTH_CONCURRENCY?" in terminal.err


@pytest.mark.parametrize(
    "arguments",
    [["make"], ["mke", "ep.md"], ["make", "--speech", "loud", "ep.md"], ["make", "ep.md", "--format", "ogg"]],
)
def test_a_slip_of_the_hand_is_a_matter_of_usage(terminal, arguments):
    assert terminal(*arguments) == 2
    assert terminal.err


def test_a_bug_of_ours_is_told_without_a_traceback(terminal, monkeypatch):
    monkeypatch.setitem(sys.modules, "voicebooth.app", None)
    assert terminal("check", "ep.md") == 3
    assert terminal.err.startswith("voicebooth: an error of ours (ModuleNotFoundError)")


def test_the_module_can_be_run_and_shows_its_verbs():
    run = subprocess.run([sys.executable, "-m", "voicebooth"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 2
    assert re.findall(r"^  ([a-z]+)  ", run.stderr, re.MULTILINE) == sorted(cli.commands)
