"""Move an environment over to a new image in stages, look before each next one, and go back by itself.

    python -m delivery.canary --place build/production.json --image REGISTRY/voicebooth@sha256:…

A show that publishes once a week brings no requests in the ten minutes of a stage. So each stage drops ripples into the
scripts bucket: hidden objects, which go the whole way from the bucket to the function, where they are recognised as no
scripts and cost nothing. When all requests are the new revision's, one real episode is made.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from tempfile import TemporaryDirectory

from . import smoke, traffic
from .metrics import Look, Seen, opened
from .place import Place
from .programs import Red, run, step
from .sign import by_digest

STAGES_PERCENT = (5, 25, 50, 100)
RIPPLES = 60  # in a stage; of 60 at 5 percent at least one reaches the new revision in 95 of 100 cases


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a new revision may do. A 503 is the function's way to ask for another delivery, so some are in order."""

    requests: int = 1  # fewer say nothing
    worse: float = 0.05  # by how much more of its requests may fail than of the others'
    errors: int = 0  # ERROR is what an operator must mend: docs/cloud.md


class Verdict(Enum):
    """What comes after a look."""

    ON = "on"
    WAIT = "wait"
    BACK = "back"


def judge(new: Seen, stable: Seen, bounds: Bounds) -> tuple[Verdict, str]:
    """Compare the new revision with the one that served before, and say why."""
    if new.errors > bounds.errors:
        return Verdict.BACK, f"{new.errors} lines of severity ERROR"
    if new.requests < bounds.requests:
        return Verdict.WAIT, f"{new.requests} requests are too few to judge"
    if new.failing > stable.failing + bounds.worse:
        return Verdict.BACK, f"{new.failing:.0%} of its requests fail, of the others' {stable.failing:.0%}"
    return Verdict.ON, f"{new.failed} of {new.requests} requests failed"


def ripple(place: Place, name: str, count: int = RIPPLES) -> None:
    """Drop hidden objects into the scripts bucket, and take them away again."""
    ripples = f"{place.scripts_bucket}/.ripples"
    with TemporaryDirectory() as folder:
        drops = Path(folder, name)
        drops.mkdir()
        for number in range(count):
            (drops / str(number)).write_text("ripple\n", "utf-8")
        run("gcloud", "storage", "cp", "--recursive", str(drops), ripples)
    run("gcloud", "storage", "rm", "--recursive", f"{ripples}/{name}")


@dataclass(frozen=True, slots=True)
class Canary:
    """One roll-out: from the stable revision to the new one."""

    place: Place
    stable: str
    new: str
    look: Look
    window_minutes: int
    windows: int
    bounds: Bounds = Bounds()
    wait: Callable[[float], None] = time.sleep

    def go(self) -> None:
        """Go through all stages. Raises ``Red``; who calls takes the traffic back."""
        for percent in STAGES_PERCENT:
            rest = {self.stable: 100 - percent} if percent < 100 else {}
            traffic.move(self.place, {self.new: percent, **rest})
            reason = self._watch(percent)
            print(f"{percent} %: on, {reason}", flush=True)

    def _watch(self, percent: int) -> str:
        """Look until there is something to judge; return why it goes on."""
        reason = ""
        for window in range(1, self.windows + 1):
            ripple(self.place, f"{self.new}-{percent}-{window}")
            self.wait(60.0 * self.window_minutes)
            minutes = window * self.window_minutes + 1
            verdict, reason = judge(self.look(self.new, minutes), self.look(self.stable, minutes), self.bounds)
            if verdict is Verdict.ON:
                return reason
            if verdict is Verdict.BACK:
                break
            print(f"{percent} %: waiting, {reason}", flush=True)
        raise Red(f"the new revision {self.new} is taken back at {percent} %: {reason}")


def main(words: Sequence[str] | None = None) -> None:
    """Deploy an image beside the one that serves, and move over to it."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--place", type=Path, required=True)
    asked.add_argument("--image", type=by_digest, required=True)
    asked.add_argument("--window-minutes", type=int, default=5, help="between a move and a look")
    asked.add_argument(
        "--windows", type=int, default=3, help="how many looks a stage gets until there is enough to see"
    )
    given = asked.parse_args(words)
    place = Place.read(given.place)
    stable = traffic.serving(place)
    new = traffic.deploy(place, given.image)
    with traffic.or_back(place, stable):
        Canary(place, stable, new, opened(place), given.window_minutes, given.windows).go()
        print(smoke.told(smoke.episode(place, new)))
    print(f"{new} serves; `make rollback PLACE={given.place}` takes it back")


if __name__ == "__main__":
    step(main)
