"""The measurements of the product itself: each starts its own cloud and yields rows, a figure beside its target.

``timing``   one hour at 1.0 s per request, its memory, its redelivery, podcast-creator beside it; three hours' memory
``overlap``  the service's real pace: what is left to do after the last answer
``editing``  one word changed
``music``    music and three formats beside mp3 alone
``failures`` one request in ten fails, each failure in turn
"""

from __future__ import annotations

import heapq
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from fakes.music import tune

from . import versus
from .cloud import CONCURRENCY, Answer, Cloud, Event, asked, fake
from .proof import Proof, prove
from .report import Row, at_least, at_most, exactly, told
from .scripts import Bench, hours, script

REAL_LATENCY_S, REAL_PACE = 1.5, 0.45  # seconds per request and per second of audio
DELIVERIES = 5
THEME_S = 90.0  # of stereo music at 44.1 kHz


def timing() -> Iterator[Row]:
    """Yield what one hour takes, its redelivery and the rival, and what three hours need of memory."""
    one = hours(1)
    with Cloud(latency_s=1.0) as cloud:
        event, answer = made(cloud, one)
        requests = len(cloud.asked())
        yield at_most("one hour at 1.0 s per request: event to done", 20, answer.seconds, " s")
        yield told("  its requests", f"{requests} for {len(one.turns)} turns")
        yield from proven(cloud, event, one)
        memory_mb = cloud.function.peak_mb
        yield at_most("peak memory, one hour", 220, memory_mb, " MB")
        again = cloud.deliver_push(event)
        yield at_most("finished episode delivered again", 1, again.seconds, " s", f", answer {again.status}")
        yield exactly("  its requests", 0, len(cloud.asked()) - requests)
    yield from _rival(one, answer.seconds, requests)
    with Cloud(latency_s=1.0) as cloud:
        made(cloud, hours(3))
        more_mb = cloud.function.peak_mb - memory_mb
        yield at_most("peak memory, three hours: more than one hour's", 20, more_mb, " MB")


def _rival(script: Bench, seconds: float, requests: int) -> Iterator[Row]:
    versus.install()
    with fake("fakes.gemini", "--latency", "1.0", "--pace", "0") as url, tempfile.TemporaryDirectory() as folder:
        rival = versus.make(script, url, Path(folder))
        requests_rival = len(asked(url))
        proof = prove(rival.path.read_bytes(), script)
    steps = f"{rival.voiced_s:.0f} s speech + {rival.joined_s:.0f} s joining"
    yield told(f"{versus.PACKAGE}, {versus.AT_A_TIME} at a time", f"{rival.seconds:.1f} s = {steps}")
    yield told("  its requests, its words wrong", f"{requests_rival}, {proof.wrong} of {proof.words}")
    yield at_least("times faster than it", 5, rival.seconds / seconds)
    yield at_least("times fewer requests", 3, requests_rival / requests)


def overlap() -> Iterator[Row]:
    """Yield how much of mastering and publishing is left once the last answer is there."""
    one = hours(1)
    with Cloud(latency_s=REAL_LATENCY_S, pace=REAL_PACE) as cloud:
        event, answer = made(cloud, one)
        requests = cloud.asked()
        proof = prove(cloud.episode(event, "episode.mp3"), one)
    left_s = (answer.at_s - max(request["answered_s"] for request in requests)) / (proof.duration_s / 3600)
    alone_s = makespan_s(request["answered_s"] - request["arrived_s"] for request in in_order(requests))
    yield at_most("real pace: last answer to done, per hour of audio", 5, left_s, " s")
    seconds = f" ({answer.seconds:.1f} s / {alone_s:.1f} s)"
    yield at_most("real pace: event to done / requests alone", 1.1, answer.seconds / alone_s, note=seconds)
    yield exactly("  words wrong", 0, proof.wrong, f" of {proof.words}")


def music() -> Iterator[Row]:
    """Yield how much longer an hour takes, at the service's real pace, with music and in three formats."""
    alone_s, alone_mb = _produced(hours(1), "mp3")
    theme = "{file: theme.mp3, seconds: 12}"
    front = f"music:\n  intro: {theme}\n  outro: {theme}\n  sting: {theme}\n  bed: theme.mp3\n"
    produced_s, produced_mb = _produced(replace(hours(1), name="produced hour", front=front), "mp3,m4a,opus")
    seconds = f" ({produced_s:.1f} s / {alone_s:.1f} s)"
    yield at_most("music, mp3, m4a and opus / mp3 alone, real pace", 1.5, produced_s / alone_s, note=seconds)
    yield at_most("  peak memory", 220, produced_mb, " MB", f" (mp3 alone: {alone_mb:.0f} MB)")


def _produced(script: Bench, formats: str) -> tuple[float, float]:
    """Return the seconds from event to done, and the peak memory in MB."""
    with Cloud(latency_s=REAL_LATENCY_S, pace=REAL_PACE, VOICEBOOTH_FORMATS=formats) as cloud:
        cloud.put("theme.mp3", tune(THEME_S, "mp3"))
        _, answer = made(cloud, script)
        return answer.seconds, cloud.function.peak_mb


def editing() -> Iterator[Row]:
    """Yield what one changed word costs, at several places of the same script."""
    first = script("an edit", 200)
    with Cloud() as cloud:
        made(cloud, first)
        new = []
        for turn in (3, 99, 196):
            before = len(cloud.asked())
            edited = first.with_word_changed(turn)
            event, _ = made(cloud, edited)
            new.append(len(cloud.asked()) - before)
            first = edited
        yield exactly("one word changed in 200 turns, three times: requests", [1, 1, 1], new)
        yield from proven(cloud, event, first)


def failures() -> Iterator[Row]:
    """Yield how two hours in short segments, hundreds of requests, come through when one in ten fails."""
    two = hours(2)
    with Cloud(latency_s=0.2, fault_rate=0.1, VOICEBOOTH_SEGMENT_SECONDS="25") as cloud:
        event = cloud.upload(two)
        deliveries = 1
        while not cloud.deliver(event).acknowledged and deliveries < DELIVERIES:
            deliveries += 1
        requests = cloud.asked()
        manifest = cloud.manifest(event)
        faults = [request["fault"] for request in requests if request["fault"]]
        yield exactly("one in ten failing: state", "done", manifest["state"], f", deliveries: {deliveries}")
        yield told("  failures met", f"{len(faults)} of {len(requests)}, {len(set(faults))} shapes")
        yield exactly("  failures taken for good", [], taken_for_good(requests))
        yield at_most("  requests / plan", 1.2, len(requests) / len(manifest["segments"]))
        yield from proven(cloud, event, two)


def made(cloud: Cloud, script: Bench) -> tuple[Event, Answer]:
    """Upload a script and deliver its event. Raises ``RuntimeError`` unless the episode is done then."""
    event = cloud.upload(script)
    answer = cloud.deliver(event)
    if not answer.acknowledged:
        raise RuntimeError(f"{script.name}: answered {answer.status}: {cloud.function.last_words}")
    if (manifest := cloud.manifest(event))["state"] != "done":
        raise RuntimeError(f"{script.name}: {manifest['state']}, {manifest['errors']}")
    return event, answer


def proven(cloud: Cloud, event: Event, script: Bench) -> Iterator[Row]:
    """Yield what is heard in the finished mp3."""
    proof: Proof = prove(cloud.episode(event, "episode.mp3"), script)
    minutes = f" of {proof.words} in {proof.duration_s / 60:.1f} min"
    yield exactly("  words lost, doubled, misplaced or misvoiced in the mp3", 0, proof.wrong, minutes)


def taken_for_good(requests: Iterable[dict[str, Any]]) -> list[str]:
    """Return the failures that were not followed by another request for the same words."""
    last = {str(request["heard"]["lines"]): request["fault"] for request in in_order(requests)}
    return sorted(fault for fault in last.values() if fault)


def in_order(requests: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return requests in the order they were made."""
    return sorted(requests, key=lambda request: request["arrived_s"])


def makespan_s(durations_s: Iterable[float], slots: int = CONCURRENCY) -> float:
    """Return how long requests take by themselves, so many at a time, each in the first slot that falls free."""
    free = [0.0] * slots
    for duration_s in durations_s:
        heapq.heapreplace(free, free[0] + duration_s)
    return max(free)
