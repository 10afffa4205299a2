"""Opening a file with whatever plays it here."""

from __future__ import annotations

import shutil
import subprocess
import sys

import click

from .tell import Teller

OPENER = "open" if sys.platform == "darwin" else "xdg-open"
MOMENT_S = 2.0  # in which an opener that finds no player has given up; a player may itself run on


def play(tell: Teller, file: str) -> None:
    """Open a file, or say that it must be opened by hand."""
    if not _opened(file):
        tell.note(f"no player was found; open {file} yourself")


def _opened(file: str) -> bool:
    """Start the opener, whose words are not ours to show, and look for a moment whether it fails."""
    if sys.platform == "win32":
        return click.launch(file) == 0
    opener = shutil.which(OPENER)
    if opener is None:
        return False
    silence = subprocess.DEVNULL
    try:
        started = subprocess.Popen(  # noqa: S603 -- the system's own opener, of a file that we have just written
            [opener, file], stdin=silence, stdout=silence, stderr=silence, start_new_session=True
        )
        return started.wait(timeout=MOMENT_S) == 0
    except subprocess.TimeoutExpired:
        return True
    except OSError:
        return False
