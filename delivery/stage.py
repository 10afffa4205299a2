"""Put an image beside what serves, without traffic, and note the new revision's name for the steps that follow.

python -m delivery.stage --place build/staging.json --image REGISTRY/voicebooth@sha256:… --note build/revision
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from . import traffic
from .place import Place
from .programs import step
from .sign import by_digest


def main(words: Sequence[str] | None = None) -> None:
    """Deploy without traffic. The start-up probe asks /health/ready, so settings that are wrong end here."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--place", type=Path, required=True)
    asked.add_argument("--image", type=by_digest, required=True)
    asked.add_argument("--note", type=Path, required=True)
    given = asked.parse_args(words)
    revision = traffic.deploy(Place.read(given.place), given.image)
    given.note.write_text(revision, "utf-8")
    print(f"{revision} is ready and gets no traffic yet")


if __name__ == "__main__":
    step(main)
