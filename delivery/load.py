"""Many scripts at once, in staging, within a budget.

    python -m delivery.load --place build/staging.json --run BUILD_ID --episodes 20 --budget-usd 0.50 --within-s 900

The first episode is made alone and tells what one costs. When all together would cost more than the budget, nothing
more is asked for. Each script says something of its own, or all but the first would cost nothing.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from . import smoke
from .place import Place
from .programs import Red, step
from .smoke import Manifest


@dataclass(frozen=True, slots=True)
class Limits:
    """What a load test may cost, and how long its last episode may take."""

    budget_usd: float
    within_s: float


def check_affordable(episodes: int, each_usd: float, budget_usd: float) -> None:
    """Raise ``Red`` when that many episodes would cost more than the budget."""
    if (total := episodes * each_usd) > budget_usd:
        raise Red(
            f"{episodes} episodes at {each_usd:.4f} would cost {total:.2f} US dollars, the budget is {budget_usd:.2f}; "
            "ask for fewer episodes or raise the budget"
        )


def cost_usd(manifest: Manifest) -> float:
    """Return what an episode cost. Raises ``Red`` when nobody knows: a budget cannot be kept by guessing."""
    cost = manifest.get("cost", {}).get("usd")
    if cost is None:
        raise Red("the episode does not say what it cost; a budget cannot be kept without")
    return float(cost)


def script(run_id: str, number: int) -> str:
    """Write a script whose words no other has."""
    said = f"Ann: This is script {number} of load test {run_id}.\nBob: It is only a test.\n"
    return f"---\ntitle: Load {number}\n---\n{said}"


@dataclass(frozen=True, slots=True)
class Load:
    """One load test."""

    place: Place
    run_id: str
    limits: Limits
    wait: Callable[[float], None] = time.sleep

    def go(self, episodes: int) -> list[Manifest]:
        """Make the episodes, the first alone; return the manifests. Raises ``Red`` when one is missing or too much."""
        names = [f"load-{self.run_id}-{number}" for number in range(episodes)]
        try:
            first = self._made(names[:1])
            check_affordable(episodes, cost_usd(first[0]), self.limits.budget_usd)
            made = first + self._made(names[1:])
        finally:
            for name in names:
                smoke.clear(self.place, name)
        if (total := sum(map(cost_usd, made))) > self.limits.budget_usd:
            raise Red(f"the load test cost {total:.2f} US dollars, its budget is {self.limits.budget_usd:.2f}")
        return made

    def _made(self, names: Sequence[str]) -> list[Manifest]:
        for name in names:
            smoke.drop(self.place, name, script(self.run_id, int(name.rsplit("-", 1)[1])))
        return [smoke.awaited(self.place, name, self.limits.within_s, self.wait) for name in names]


def main(words: Sequence[str] | None = None) -> None:
    """Make many episodes at once."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--place", type=Path, required=True)
    asked.add_argument("--run", required=True, help="sets these scripts apart from another run's")
    asked.add_argument("--episodes", type=int, default=20)
    asked.add_argument("--budget-usd", type=float, required=True)
    asked.add_argument("--within-s", type=float, default=900)
    given = asked.parse_args(words)
    load = Load(Place.read(given.place), given.run, Limits(given.budget_usd, given.within_s))
    began_s = time.monotonic()
    made = load.go(given.episodes)
    print(f"{len(made)} episodes in {time.monotonic() - began_s:.0f} s for {sum(map(cost_usd, made)):.2f} US dollars")


if __name__ == "__main__":
    step(main)
