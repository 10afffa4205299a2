"""Prove a revision by what it is for: a script dropped into the real bucket becomes an episode in the other.

    python -m delivery.smoke --place build/staging.json --revision voicebooth-00012-abc

All traffic goes to the revision first, since a notification cannot choose one; when the episode fails, it goes back.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from . import traffic
from .place import Place
from .programs import Red, run, step

FOLDER = "smoke"
SCRIPT = """---
title: Smoke
---
Ann: This is a test of {name}.
Bob (calm): It is only a test.
"""  # with a name in it, so that no kept take saves the new revision the way to the speech service
PATIENCE_S = 900.0  # a cold start, a retry by Pub/Sub (up to 600 s), and the work
PAUSE_S = 5.0
Manifest = dict[str, Any]


def drop(place: Place, name: str, script: str = SCRIPT) -> None:
    """Put a script into the scripts bucket, as an author does."""
    run("gcloud", "storage", "cp", "-", f"{place.scripts_bucket}/{FOLDER}/{name}.md", stdin=script.format(name=name))


def awaited(
    place: Place, name: str, patience_s: float = PATIENCE_S, wait: Callable[[float], None] = time.sleep
) -> Manifest:
    """Wait for the episode of a dropped script, and return its manifest.

    Raises ``Red`` with what the episode's own errors say when it failed, or when it is not there in time.
    """
    state = "not begun"
    for _ in range(int(patience_s / PAUSE_S)):
        manifest = _read(place, name)
        if manifest:
            state = manifest["state"]
        if state == "done":
            return _whole(manifest)
        if state == "failed":
            raise Red(f"the episode failed: {'; '.join(error['message'] for error in manifest['errors'])}")
        wait(PAUSE_S)
    raise Red(f"after {patience_s:.0f} s the episode is {state}; see the service's log and the dead letters")


def clear(place: Place, name: str) -> None:
    """Take script and episode away again. What lies in the work bucket ages out there."""
    for url in (f"{place.scripts_bucket}/{FOLDER}/{name}.md", f"{place.episodes_bucket}/{FOLDER}/{name}"):
        with suppress(Red):  # what is left is small, and ages out
            run("gcloud", "storage", "rm", "--recursive", url)


def episode(place: Place, name: str, wait: Callable[[float], None] = time.sleep) -> Manifest:
    """Drop the script, wait for its episode, clear up, and return the manifest."""
    drop(place, name)
    try:
        return awaited(place, name, wait=wait)
    finally:
        clear(place, name)


def told(manifest: Manifest) -> str:
    """Say in one line what came out."""
    audio, cost = manifest["audio"][0], manifest.get("cost", {}).get("usd")
    return f"an episode of {audio['duration_s']:.1f} s, {audio['bytes']} bytes, for {cost or 0:.4f} US dollars"


def _read(place: Place, name: str) -> Manifest:
    try:
        found: Manifest = json.loads(
            run("gcloud", "storage", "cat", f"{place.episodes_bucket}/{FOLDER}/{name}/episode.json")
        )
    except (Red, ValueError):  # not there yet
        return {}
    return found


def _whole(manifest: Manifest) -> Manifest:
    """Hold the manifest against what was asked: audio with something in it, at the level it should have."""
    audio, loudness = manifest["audio"], manifest["loudness"]
    if not audio or not audio[0]["bytes"] or not audio[0]["duration_s"]:
        raise Red("the episode is done and has no audio")
    if not loudness or not -30 <= loudness["integrated_lufs"] <= -10:
        raise Red(f"the episode is done and its loudness is {loudness}")
    return manifest


def main(words: Sequence[str] | None = None) -> None:
    """Move all traffic to a revision and have it make an episode."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--place", type=Path, required=True)
    asked.add_argument("--revision", required=True)
    given = asked.parse_args(words)
    place = Place.read(given.place)
    with traffic.or_back(place, traffic.serving(place)):
        traffic.move(place, {given.revision: 100})
        print(told(episode(place, given.revision)))


if __name__ == "__main__":
    step(main)
