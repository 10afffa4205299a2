"""The revisions of a service, and which of them the requests go to.

python -m delivery.traffic --place build/production.json               who serves now
python -m delivery.traffic --place build/production.json --back        all to the revision before
python -m delivery.traffic --place build/production.json --to NAME     all to this one
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from .place import Place
from .programs import Red, gcloud, step

TAG = "candidate"


def deploy(place: Place, image: str) -> str:
    """Make a revision that gets no traffic yet, and return its name. Cloud Run waits for its start-up probe."""
    made = gcloud("run", "deploy", *_service(place), f"--image={image}", "--no-traffic", f"--tag={TAG}")
    return str(made["status"]["latestCreatedRevisionName"])


def shares(place: Place) -> dict[str, int]:
    """Return how many percent of the requests each serving revision gets."""
    service = gcloud("run", "services", "describe", *_service(place))
    found: dict[str, int] = {}
    for target in service["status"]["traffic"]:
        if percent := target.get("percent", 0):
            found[target["revisionName"]] = found.get(target["revisionName"], 0) + percent
    return found


def serving(place: Place) -> str:
    """Return the one revision that serves. Raises ``Red`` when traffic is split: somebody is at it already."""
    found = shares(place)
    if len(found) != 1:
        split = ", ".join(f"{name} {percent} %" for name, percent in found.items())
        raise Red(f"traffic is split ({split}); finish that roll-out or take it back first: docs/ship.md")
    return next(iter(found))


def move(place: Place, to: dict[str, int]) -> None:
    """Split the requests: revision → percent, 100 in all."""
    if sum(to.values()) != 100:
        raise Red(f"{to} is not 100 percent in all")
    shown = ",".join(f"{name}={percent}" for name, percent in to.items() if percent)
    gcloud("run", "services", "update-traffic", *_service(place), f"--to-revisions={shown}")


@contextmanager
def or_back(place: Place, stable: str) -> Iterator[None]:
    """Give all traffic back to a revision when the block fails, whatever the reason."""
    try:
        yield
    except BaseException:
        print(f"taking all traffic back to {stable}", flush=True)
        move(place, {stable: 100})
        raise


def before(place: Place) -> str:
    """Return the revision that was made before the one that serves, and could start."""
    now = serving(place)
    words = (f"--service={place.service_name}", f"--region={place.region}", "--sort-by=~metadata.creationTimestamp")
    ready = [each["metadata"]["name"] for each in gcloud("run", "revisions", "list", *words) if _ready(each)]
    older = ready[ready.index(now) + 1 :] if now in ready else []
    if not older:
        raise Red(f"there is no revision before {now} that could serve")
    return str(older[0])


def _ready(revision: dict[str, dict[str, list[dict[str, str]]]]) -> bool:
    conditions = revision["status"].get("conditions", [])
    return any(each["type"] == "Ready" and each["status"] == "True" for each in conditions)


def _service(place: Place) -> tuple[str, str]:
    return place.service_name, f"--region={place.region}"


def main(words: Sequence[str] | None = None) -> None:
    """Show the traffic, or move all of it."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--place", type=Path, required=True)
    how = asked.add_mutually_exclusive_group()
    how.add_argument("--back", action="store_true")
    how.add_argument("--to", metavar="REVISION")
    given = asked.parse_args(words)
    place = Place.read(given.place)
    if to := before(place) if given.back else given.to:
        move(place, {to: 100})
    for name, percent in shares(place).items():
        print(f"{name} {percent} %")


if __name__ == "__main__":
    step(main)
