"""Every example in docs/command-line.md does what the page says, and every verb has its help there."""

import io
import json
import os
import re
import shlex
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest
from click.testing import CliRunner

from fakes.cloud import KEY, Cloud, clean_environment, logging_as_it_was
from voicebooth import errors
from voicebooth.cli import INTERRUPTED, READER_GONE, cli, main

PAGE = (Path(__file__).parents[1] / "docs" / "command-line.md").read_text("utf-8")
FILES = re.findall(r"^Say this is `(\S+)`:\n\n```md\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
FIGURE = re.compile(r"(\d+\.\d+|\d+:\d\d|\d+(?= seconds)|…)")  # of loudness, money and time
OBJECTS = re.findall(r"^\| `([a-z -]+)` \|(?: ([a-z]+) \|)? (`.+) \|$", PAGE, re.MULTILINE)  # verb, about what, fields
SESSIONS = re.findall(r"^```console\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def run(command):
    """Return all that a command line writes, as it would stand on a terminal."""
    line, _, echo = command.partition("; ")
    sys.argv = shlex.split(line)
    written, status = io.StringIO(), 0
    with redirect_stdout(written), redirect_stderr(written):
        try:
            main()
        except SystemExit as done:
            status = done.code
    return written.getvalue() + (f"{status}\n" if echo else "")


def pattern(shown):
    """Return a pattern for what the page shows; figures may differ, and an ellipsis alone stands for any lines."""
    return "\n".join(".*" if line == "…" else line_pattern(line) for line in shown.splitlines()) + "\n?"


def line_pattern(line):
    parts = enumerate(FIGURE.split(line))
    return "".join(r"[\d.:)-]+" if place % 2 else re.escape(part) for place, part in parts)


@pytest.mark.slow
def test_the_examples_do_what_the_page_says(monkeypatch, tmp_path):
    for name in os.environ.keys() - clean_environment().keys():
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", [])
    for name, content in FILES:
        Path(name).write_text(content)
    commands = [part for session in SESSIONS for part in re.split(r"^\$ ", session, flags=re.MULTILINE)[1:]]
    assert len(commands) == 18
    with Cloud() as cloud, logging_as_it_was():
        monkeypatch.setenv("GEMINI_API_KEY", KEY)
        monkeypatch.setenv("GOOGLE_GEMINI_BASE_URL", cloud.gemini.url)
        for part in commands:
            command, _, shown = part.partition("\n")
            written = run(command)
            assert re.fullmatch(pattern(shown), written, re.DOTALL), f"$ {command}\n{written}"


@pytest.mark.slow
def test_the_objects_for_programs_have_the_fields_that_the_page_says(monkeypatch, tmp_path):
    for name in os.environ.keys() - clean_environment().keys():
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", [])
    Path("rain.md").write_text(dict(FILES)["rain.md"])
    common = ["script", "status", "warnings", "errors"]
    for verb, about, fields in OBJECTS:
        if verb in {"watch", "voices --play"}:  # one never ends, the other opens a player
            continue
        scripts = {"diff": "rain.md rain.md", **dict.fromkeys(("make", "plan", "check"), "rain.md")}.get(verb, "")
        speech = "" if verb in {"check", "config"} else "--speech offline"
        with logging_as_it_was():
            told = json.loads(run(f"voicebooth {verb} {scripts} {speech} --json").splitlines()[-1])
        assert list(told) == ([] if about else common) + re.findall(r"`(\w+)`", fields), verb
    assert {verb.split()[0] for verb, *_ in OBJECTS} == cli.commands.keys() - {"completion"}


@pytest.mark.parametrize("verb", ["", *cli.commands])
def test_the_help_is_on_the_page(verb):
    arguments = [verb, "--help"] if verb else ["--help"]
    told = CliRunner().invoke(cli, arguments, prog_name="voicebooth", terminal_width=80).output.strip()
    assert f"```text\n{told}\n```" in PAGE


def test_every_verb_has_its_heading_and_every_heading_its_verb():
    assert sorted(re.findall(r"^### `(\w+)`$", PAGE, re.MULTILINE)) == sorted(cli.commands)


def test_every_exit_status_is_in_the_table():
    kinds = [errors.VoiceboothError]
    for kind in kinds:
        kinds += kind.__subclasses__()
    statuses = {kind.exit_code for kind in kinds} | {INTERRUPTED, READER_GONE}
    assert {int(status) for status in re.findall(r"^\| (\d+) \|", PAGE, re.MULTILINE)} == statuses


def test_no_help_shows_the_marks_of_its_making():
    assert "\\" not in PAGE.partition("## The verbs")[2]


def test_the_page_says_which_verbs_can_be_quiet():
    quiet = {name for name, verb in cli.commands.items() if "--quiet" in [word for o in verb.params for word in o.opts]}
    sentence = re.search(r"([^.]+) know `--quiet`", PAGE)
    assert sentence
    assert set(re.findall(r"`([a-z]+)`", sentence[1])) == quiet
