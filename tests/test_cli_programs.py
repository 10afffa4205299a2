"""The command line for programs: objects instead of text, silence, colours, suggestions."""

import fcntl
import io
import json
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from contextlib import suppress
from pathlib import Path

import pytest

from fakes.cloud import ROOT, clean_environment
from terminal import FAULTY, SEGMENTS, SLIP
from voicebooth.cli import cli
from voicebooth.voices import VOICES


def objects(terminal):
    assert terminal.err == ""
    return [json.loads(line) for line in terminal.out.splitlines()]


@pytest.mark.slow
@pytest.mark.usefixtures("cloud")
def test_make_tells_of_each_script_as_it_is_done(terminal):
    Path("bad.md").write_text(FAULTY)
    assert terminal("make", "ep.md", "bad.md", "--json") == 1
    good, bad = objects(terminal)
    assert (good["script"], good["status"], good["errors"], good["anew"]) == ("ep.md", 0, [], True)
    assert good["files"] == ["episodes/ep/episode.mp3"]
    assert good["manifest"] == json.loads(Path("episodes/ep/episode.json").read_text())
    assert (bad["script"], bad["status"]) == ("bad.md", 1)
    assert [(error["file"], error["line"]) for error in bad["errors"]] == [("bad.md", 3), ("bad.md", 4)]
    assert bad["errors"][0]["message"] == 'there is no voice "Nobody"'
    assert bad["errors"][0]["fix"]
    terminal("make", "ep.md", "--json")
    assert objects(terminal)[0]["anew"] is False


def test_plan_and_check_give_figures_and_warnings(terminal):
    Path("slip.txt").write_text(SLIP)
    assert terminal("plan", "ep.md", "--json") == 0
    (plan,) = objects(terminal)
    assert (plan["requests"], len(plan["segments"]), plan["draft"]) == (SEGMENTS, SEGMENTS, False)
    assert plan["cast"]["Cy"] == "Charon"
    assert plan["usd"] == plan["estimated_usd"] > 0
    assert sum(segment["estimate_s"] for segment in plan["segments"]) == pytest.approx(plan["estimate_s"], abs=0.2)
    assert terminal("check", "slip.txt", "--json") == 0
    (slip,) = objects(terminal)
    assert (slip["turns"], slip["speakers"]) == (6, ["Ann", "Bob", "Anm"])
    assert [(warning["file"], warning["line"]) for warning in slip["warnings"]] == [("slip.txt", 5)]


def test_a_plan_that_is_too_dear_says_so_with_its_figures(terminal, monkeypatch):
    monkeypatch.setenv("VOICEBOOTH_MAX_COST_USD", "0.0001")
    assert terminal("plan", "ep.md", "--json") == 1
    (plan,) = objects(terminal)
    assert plan["requests"] == SEGMENTS
    assert "is the most allowed" in plan["errors"][0]["message"]


def test_voices_and_settings_are_an_object_each(terminal):
    assert terminal("voices", "--json") == 0
    assert [voice["name"] for voice in objects(terminal)] == [voice.name for voice in VOICES]
    assert terminal("config", "--json") == 0
    rows = {row["name"]: row for row in objects(terminal)}
    assert rows["VOICEBOOTH_RETRIES"] == {"name": "VOICEBOOTH_RETRIES", "value": "5", "source": "default"}
    assert rows["WORK_BUCKET"]["value"] is None


def test_what_is_wrong_with_the_settings_is_an_object_about_no_script(terminal, monkeypatch):
    monkeypatch.setenv("VOICEBOOTH_RETIRES", "4")
    assert terminal("check", "ep.md", "--json") == 0
    odd, _ = objects(terminal)
    assert (odd["script"], odd["status"], odd["warnings"][0]["file"]) == (None, 0, None)
    monkeypatch.setenv("VOICEBOOTH_RETRIES", "many")
    assert terminal("check", "ep.md", "--json") == 2
    (wrong,) = objects(terminal)
    assert (wrong["script"], wrong["status"]) == (None, 2)
    assert 'VOICEBOOTH_RETRIES is "many"' in wrong["errors"][0]["message"]
    monkeypatch.delenv("VOICEBOOTH_RETRIES")
    assert terminal("make", "ep.md", "--json") == 2  # there is no key
    assert objects(terminal)[1]["errors"][0]["file"] is None


@pytest.mark.slow
@pytest.mark.usefixtures("cloud")
def test_quiet_says_nothing_but_what_is_wrong(terminal):
    Path("slip.txt").write_text(SLIP)
    Path("bad.md").write_text(FAULTY)
    assert terminal("make", "ep.md", "--quiet") == 0
    assert (terminal.out, terminal.err) == ("", "")
    assert Path("episodes/ep/episode.mp3").exists()
    assert terminal("check", "slip.txt", "bad.md", "--quiet") == 1
    assert terminal.out == ""
    assert re.findall(r"^(\S+): ", terminal.err, re.MULTILINE) == ["bad.md:3", "bad.md:4"]


def at_a_terminal(folder, *arguments, columns=80, **environment):
    """Return what a terminal shows of the program's standard error."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    command = [sys.executable, "-m", "voicebooth", *arguments]
    environment = clean_environment() | {"PYTHONPATH": str(ROOT), **environment}
    with subprocess.Popen(command, cwd=folder, env=environment, stderr=theirs, stdout=subprocess.DEVNULL):
        os.close(theirs)
        seen = io.BytesIO()
        with suppress(OSError):  # how a terminal says that nobody writes to it any more
            while piece := os.read(ours, 4096):
                seen.write(piece)
    os.close(ours)
    return seen.getvalue().decode()


@pytest.mark.slow
def test_problems_have_colours_on_a_terminal_unless_they_are_not_wanted(tmp_path):
    (tmp_path / "bad.md").write_text(FAULTY)
    assert "\x1b[31m\x1b[1mbad.md:3\x1b[0m: there is no voice" in at_a_terminal(tmp_path, "check", "bad.md")
    plain = at_a_terminal(tmp_path, "check", "bad.md", NO_COLOR="1")
    assert "bad.md:3: there is no voice" in plain
    assert "\x1b" not in plain


@pytest.mark.slow
def test_quiet_shows_no_bar_on_a_terminal(tmp_path):
    (tmp_path / "short.md").write_text("Ann: A short one.\n")
    assert at_a_terminal(tmp_path, "make", "short.md", "--speech", "offline", "--quiet") == ""
    assert (tmp_path / "episodes/short/episode.mp3").exists()


@pytest.mark.parametrize(
    ("arguments", "meant"),
    [
        (["mke", "ep.md"], "make"),
        (["wacth", "."], "watch"),
        (["make", "ep.md", "--fromat", "wav"], "--format"),
        (["plan", "ep.md", "--speach", "offline"], "--speech"),
        (["ep.md"], "voicebooth make ep.md"),
    ],
)
def test_a_slip_of_the_hand_is_answered_with_what_was_meant(terminal, arguments, meant):
    assert terminal(*arguments) == 2
    assert re.search(rf"[Dd]id you mean .*'{meant}'", terminal.err)


@pytest.mark.parametrize("verb", ["check", "plan", "make"])
def test_a_scripts_name_is_guessed_too(terminal, verb):
    Path("rainy-day.md").write_text("Ann: Hello.")
    assert terminal(verb, "rany-day.md") == 1
    assert terminal.err == 'rany-day.md: there is no such script\n    fix: did you mean "rainy-day.md"?\n'


@pytest.mark.slow
def test_the_help_loads_nothing_of_the_product():
    code = (
        "import sys, voicebooth.cli as c\n"
        "try: c.cli(['{verb}', '--help'])\n"
        "except SystemExit: print(sorted({m.partition('.')[0] for m in sys.modules}), file=sys.stderr)"
    )
    for verb in cli.commands:
        told = subprocess.run(
            [sys.executable, "-c", code.replace("{verb}", verb)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        ).stderr
        assert "click" in told
        heavy = {"av", "numpy", "pydantic", "lameenc", "jsonschema", "yaml", "grpc", "requests", "hibari", "filelock"}
        assert not [name for name in heavy if f"'{name}'" in told], verb


def test_config_tells_what_is_odd_too(terminal, monkeypatch):
    monkeypatch.setenv("VOICEBOOTH_RETIRES", "4")
    assert terminal("config") == 0
    assert "did you mean VOICEBOOTH_RETRIES?" in terminal.err
    assert terminal.out.startswith("SCRIPTS_BUCKET ")


def run_unheard(folder, *arguments, output):
    """Run the program with an output that takes nothing; return exit status and what standard error says."""
    command = [sys.executable, "-m", "voicebooth", *arguments]
    environment = clean_environment() | {"PYTHONPATH": str(ROOT)}
    run = subprocess.run(
        command, cwd=folder, env=environment, stdout=output, stderr=subprocess.PIPE, text=True, check=False
    )
    return run.returncode, run.stderr


@pytest.fixture
def closed_pipe():
    """A pipe that nobody reads any more, as behind ``| head``."""
    reading, writing = os.pipe()
    os.close(reading)
    yield writing
    os.close(writing)


@pytest.mark.slow
@pytest.mark.parametrize(
    "arguments", [["voices"], ["voices", "--json"], ["config"], ["plan", "short.md"], ["check", "short.md", "--json"]]
)
def test_a_reader_that_has_gone_is_no_error_of_the_script(tmp_path, closed_pipe, arguments):
    (tmp_path / "short.md").write_text("Ann: A short one.\n")
    assert run_unheard(tmp_path, *arguments, output=closed_pipe) == (141, "")


@pytest.mark.slow
def test_an_episode_is_made_although_nobody_reads_that_it_is(tmp_path, closed_pipe):
    (tmp_path / "short.md").write_text("Ann: A short one.\n")
    assert run_unheard(tmp_path, "make", "short.md", "--speech", "offline", output=closed_pipe) == (141, "")
    assert json.loads((tmp_path / "episodes/short/episode.json").read_text())["state"] == "done"


@pytest.mark.slow
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no device that is always full")
@pytest.mark.parametrize("arguments", [["voices"], ["voices", "--json"]])
def test_an_output_that_is_full_is_told_without_a_traceback(tmp_path, arguments):
    with Path("/dev/full").open("w") as output:
        status, err = run_unheard(tmp_path, *arguments, output=output)
    assert status == 3
    assert re.fullmatch(r"voicebooth: what was to be said cannot be written: .+\n    fix: .+\n", err)


@pytest.mark.slow
@pytest.mark.parametrize("columns", [18, 20, 40, 60])
def test_a_bar_fits_into_a_narrow_terminal(tmp_path, columns):
    (tmp_path / "a-rather-long-name.md").write_text("Ann: A short one.\n")
    seen = at_a_terminal(tmp_path, "make", "a-rather-long-name.md", "--speech", "offline", columns=columns)
    lines = [re.sub(r"\x1b\[\?25[lh]", "", line).rstrip() for line in re.split(r"[\r\n]+", seen)]
    assert any(line.endswith("100%") for line in lines)
    assert max(map(len, lines)) <= columns


def test_the_version_is_told(terminal):
    assert terminal("--version") == 0
    assert re.fullmatch(r"voicebooth, version \d+\.\d+\S*\n", terminal.out)


@pytest.mark.parametrize(
    ("arguments", "verb", "says"),
    [
        (["make", "--json"], "voicebooth make", "Missing argument"),
        (["check", "ep.md", "--json", "--loud"], "voicebooth check", "No such option"),
        (["--json"], "voicebooth", "No such option"),
        (["bake", "--json"], "voicebooth", "No such command 'bake'"),
        (["ep.md", "--json"], "voicebooth", "'ep.md' is a file. Did you mean 'voicebooth make ep.md'?"),
    ],
)
def test_a_command_line_that_cannot_be_run_is_an_object_too(terminal, arguments, verb, says):
    assert terminal(*arguments) == 2
    assert terminal.err == ""
    told = json.loads(terminal.out)
    assert (told["script"], told["status"], told["warnings"]) == (None, 2, [])
    (error,) = told["errors"]
    assert says in error["message"]
    assert (error["file"], error["line"], error["fix"]) == (None, None, f"{verb} --help tells how")
    assert terminal(*(argument for argument in arguments if argument != "--json"), "--loud") == 2
    assert terminal.out == ""
    assert terminal.err.startswith("Usage: voicebooth")
