"""Lines on the command line: a stretch to listen to, a line to voice anew."""

import pytest
from click.testing import CliRunner

from voicebooth.cli import cli
from voicebooth.cli.lines import retakes, stretch
from voicebooth.retake import Retake


def refused(tmp_path, *arguments):
    """Return what is said of a command line that is wrong; nothing is looked for or made."""
    told = CliRunner().invoke(cli, ["make", *arguments, "--out", str(tmp_path / "episodes")])
    assert told.exit_code == 2
    assert not list(tmp_path.iterdir())
    return told.output


@pytest.mark.parametrize(
    ("given", "lines"),
    [(None, None), ("14", (14, 14)), ("14-30", (14, 30)), ("7-7", (7, 7)), ("1-9999999", (1, 9999999))],
)
def test_a_stretch(given, lines):
    assert stretch(None, None, given) == lines


@pytest.mark.parametrize("given", ["", "0", "-3", "3-", "30-14", "a", "1-2-3", "1,2", "1.5", " 1"])
def test_what_is_no_stretch(tmp_path, given):
    assert "14 or 14-30" in refused(tmp_path, "ep.md", f"--only={given}")


def test_wishes():
    assert retakes(None, None, ("14", "3=2")) == [Retake(14), Retake(3, 2)]
    assert retakes(None, None, ()) == []


@pytest.mark.parametrize("given", ["", "0", "14=", "14=0", "=2", "14-30", "14=x"])
def test_what_is_no_wish(tmp_path, given):
    assert "14 or 14=1" in refused(tmp_path, "ep.md", "--retake=3", f"--retake={given}")


@pytest.mark.parametrize("option", ["--only=3", "--retake=3"])
def test_lines_of_several_scripts(tmp_path, option):
    assert "one script" in refused(tmp_path, "ep.md", "other.md", option)


def test_both_at_once(tmp_path):
    assert "do not go together" in refused(tmp_path, "ep.md", "--only=3", "--retake=3")
