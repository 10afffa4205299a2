"""Other programs, and the way a step ends."""

from __future__ import annotations

import json
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable
from typing import Any


class Red(Exception):
    """A step has failed. Its words are for whoever reads the build's log: what happened, and what to do."""


def run(*command: str, stdin: str | None = None) -> str:
    """Run a program and return what it printed. Raises ``Red`` with its last words when it fails."""
    print("$", shlex.join(command), file=sys.stderr, flush=True)
    try:
        done = subprocess.run(command, input=stdin, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise Red(f"there is no program {command[0]} here; install it, or run this step in its own image") from None
    if done.returncode:
        last = "\n".join(done.stderr.strip().splitlines()[-20:])
        raise Red(f"{command[0]} ended with status {done.returncode}:\n{last}")
    return done.stdout


def gcloud(*words: str) -> Any:
    """Run gcloud and return its answer, read as JSON; ``None`` when it has none."""
    answer = run("gcloud", *words, "--quiet", "--format=json").strip()
    return json.loads(answer) if answer else None


def step(work: Callable[[], None]) -> None:
    """Do a step's work; what makes it red is told as one message, and the status is 1.

    A build that is cancelled sends SIGTERM: the step ends as by an exception, so that it leaves nothing half done.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        work()
    except Red as red:
        print(f"red: {red}", file=sys.stderr)
        sys.exit(1)
