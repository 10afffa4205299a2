"""The command line as a test meets it: run in this process or in one of its own, against the fakes.

Four speakers, two segments: ``SCRIPT`` is what most tests make, ``SPOKEN`` what is then to be heard.
"""

import re
import subprocess
import sys

from fakes import tones
from fakes.cloud import KEY, ROOT, clean_environment, logging_as_it_was
from voicebooth.cli import main

CAST = {"Ann": "Kore", "Bob": "Puck", "Cy": "Charon", "Di": "Leda"}
TURNS = (
    ("Ann", "Good evening, and welcome back to our show."),
    ("Bob", "What are we listening to tonight?"),
    ("Cy", "Silence, mostly."),
    ("Di", "And a little wind."),
)
SCRIPT = "---\ntitle: The quiet hour\nvoices: {Ann: Kore, Bob: Puck, Cy: Charon, Di: Leda}\n---\n\n" + "\n\n".join(
    f"{speaker}: {text}" for speaker, text in TURNS
)
SPOKEN = tones.spoken((CAST[speaker], text) for speaker, text in TURNS)
SEGMENTS = 2
SLIP = "Ann: Hello there.\nBob: Hi.\nAnn: Yes.\nBob: No.\nAnm: Perhaps.\nBob: Well.\n"
FAULTY = "---\nvoices:\n  Ann: Nobody\n  Bob: Korre\n---\nAnn: Hello.\nBob: Hi.\n"
LEFTOVERS = (  # what editors and others leave in a folder of scripts, and what lies there by right
    *(".ep.md.swp", ".ep.md.un~", "ep.md~", "#ep.md#", ".#ep.md", "4913", "ep.md.tmp", "ep.md.bak", "ep.tmp"),
    *("~$ep.md", "~ep.md", "ep.md.swx", "ep.md.part", ".hidden/ep.md", "cover.png", "music.mp3", "voicebooth.yaml"),
    *(
        "lexicon.yaml",
        "names.lexicon.json",
        "README.md",
        "readme.txt",
        "README.de.md",
        "show/LICENSE.txt",
        "Changelog.md",
    ),
    *(
        ".~lock.ep.docx#",
        "~$ep.docx",
        "~WRL0001.tmp",
        "lu12ab.tmp",
        "ep.md.crdownload",
        "ep.md.download/ep.md",
        "ep.md.~1~",
    ),
    *(
        "ep (Ann's conflicted copy 2026-11-25).md",
        "ep.sync-conflict-20261125-101500-ABC.md",
        "ep_LOCAL_77.md",
        "ep.md.orig",
    ),
    *("ep.md___jb_tmp___", "ep.md.sb-1a2b-xyz", "~syncthing~ep.md.tmp", "._ep.md"),
)
NO_MORE = re.compile(rf"Traceback|welcome back|listening|{KEY}")  # must never be shown


class Terminal:
    """Runs the command line, in this process, with an environment and a folder of its own."""

    def __init__(self, monkeypatch, capfd):
        self._monkeypatch, self._capfd = monkeypatch, capfd
        self.out = self.err = ""

    def __call__(self, *arguments):
        """Return the exit status; ``out`` and ``err`` are what was written."""
        self._monkeypatch.setattr(sys, "argv", ["voicebooth", *map(str, arguments)])
        with logging_as_it_was():
            try:
                main()
                status = 0
            except SystemExit as done:
                status = done.code
        self.out, self.err = self._capfd.readouterr()
        assert not NO_MORE.search(self.out + self.err)
        return status


def started(cloud, folder, *arguments, **streams):
    environment = clean_environment() | cloud.settings
    environment = {name: value for name, value in environment.items() if not name.endswith(("_BUCKET", "_SECRET"))}
    environment |= {"GEMINI_API_KEY": KEY, "PYTHONPATH": str(ROOT), "VOICEBOOTH_CONCURRENCY": "1"}
    command = [sys.executable, "-m", "voicebooth", *map(str, arguments)]
    return subprocess.Popen(command, cwd=folder, env=environment, **streams)
