"""Opening a file with whatever plays it here."""

from __future__ import annotations

import click

from .tell import Teller


def play(tell: Teller, file: str) -> None:
    """Open a file, or say that it must be opened by hand."""
    if click.launch(file):
        tell.note(f"no player was found; open {file} yourself")
