"""Kills the function with SIGKILL at random moments and delivers the event again: what is paid for stays paid for.

Episodes are made one after the other until so many kills have hit one in the making. Then the speech service's log is
held against the takes that were kept. A request made again is fair when its take was not yet kept at the kill; it is a
fault when the take was kept already, or when the same run of the function had asked for it before.
"""

from __future__ import annotations

import random
import threading
import time
from bisect import bisect
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from .cloud import Cloud, Event
from .measures import in_order
from .proof import prove
from .report import Row, exactly, told
from .scripts import CAST, Bench, script

KILLS = 20
TURNS = 200
LATENCY_S = 1.0
SPAN_S = (0.5, 7.0)  # a kill comes that long after a delivery
CLAIM_S = 2  # a killed function's claim runs out after that
AGAIN_S = 0.25
SEED = 11


@dataclass(slots=True)
class Life:
    """What happened to one episode: when (monotonic) each run of the function began, how many of them were killed."""

    script: Bench
    event: Event
    begun_s: list[float] = field(default_factory=list)
    kills: int = 0


def measure() -> Iterator[Row]:
    """Yield the rows."""
    dice = random.Random(SEED)
    lives: list[Life] = []
    with Cloud(latency_s=LATENCY_S, VOICEBOOTH_CLAIM_S=str(CLAIM_S)) as cloud:
        while (left := KILLS - sum(life.kills for life in lives)) > 0:
            said = script(f"kill {len(lives)}", TURNS, seed=100 + len(lives))
            lives.append(_lived(cloud, said, left, dice))
        asked, kept_s = cloud.asked(), _kept_s(cloud)
        wasted = [waste for life in lives for waste in _wasted(cloud, life, asked, kept_s)]
        segments = sum(len(cloud.manifest(life.event)["segments"]) for life in lives)
        wrong = sum(prove(cloud.episode(life.event, "episode.mp3"), life.script).wrong for life in lives)
        undone = sum(cloud.manifest(life.event)["state"] != "done" for life in lives)
    yield exactly(
        "kill -9 while an episode is made", KILLS, sum(life.kills for life in lives), f" ({len(lives)} episodes)"
    )
    yield exactly("  takes voiced again though kept or just asked for", 0, wasted.count(True))
    yield told(
        "  takes voiced again that were in flight when killed", f"{wasted.count(False)} beside {segments} segments"
    )
    yield exactly("  words wrong", 0, wrong)
    yield exactly("  episodes not done", 0, undone)


def _lived(cloud: Cloud, said: Bench, kills: int, dice: random.Random) -> Life:
    """Make one episode, killed at random moments at most so often, until it is done."""
    life = Life(said, cloud.upload(said))
    while True:
        life.begun_s.append(time.monotonic())
        done = threading.Event()
        postman = threading.Thread(target=_deliver_until_done, args=(cloud, life.event, done))
        postman.start()
        if life.kills == kills:
            postman.join()
            return life
        if done.wait(dice.uniform(*SPAN_S)):
            postman.join()
            return life
        cloud.function.kill()
        postman.join()
        cloud.function.start()
        life.kills += 1


def _deliver_until_done(cloud: Cloud, event: Event, done: threading.Event) -> None:
    """Deliver an event, and again while it is refused, until it is acknowledged or the function is gone."""
    while (answer := cloud.deliver(event)).status:
        if answer.acknowledged:
            done.set()
            return
        time.sleep(AGAIN_S)


def _wasted(cloud: Cloud, life: Life, asked: list[dict[str, Any]], kept_s: dict[str, float]) -> Iterator[bool]:
    """Yield, for each request after a segment's first, whether it should not have been made."""
    turns = dict(zip(life.script.lines, life.script.turns, strict=True))
    arrivals_s: dict[tuple[tuple[str, str], ...], list[float]] = {}
    for request in in_order(asked):
        said = tuple((voice, text) for voice, text in request["heard"]["lines"])
        arrivals_s.setdefault(said, []).append(request["arrived_s"])
    for segment in cloud.manifest(life.event)["segments"]:
        within = range(segment["first_line"], segment["last_line"] + 1)
        said = tuple((CAST[speaker], text) for line, (speaker, text) in turns.items() if line in within)
        first_s, *more_s = arrivals_s[said]
        for again_s in more_s:
            same_run = bisect(life.begun_s, first_s) == bisect(life.begun_s, again_s)
            yield same_run or again_s > kept_s[segment["key"]]
            first_s = again_s


def _kept_s(cloud: Cloud) -> dict[str, float]:
    """Return when each take was kept, on the monotonic clock."""
    behind_s = time.time() - time.monotonic()
    return {key: datetime.fromisoformat(at).timestamp() - behind_s for key, at in cloud.takes().items()}
