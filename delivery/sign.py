"""Sign an image by its digest, so that Binary Authorization lets it run.

python -m delivery.sign --place build/production.json --image REGISTRY/voicebooth@sha256:…
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from pathlib import Path

from .place import Place
from .programs import Red, gcloud, step

BY_DIGEST = re.compile(r"[a-z0-9][a-z0-9./_-]*@sha256:[0-9a-f]{64}")


def by_digest(image: str) -> str:
    """Return the image's name, which must say the digest: a tag can be moved after it was proven."""
    if not BY_DIGEST.fullmatch(image):
        raise Red(f"{image!r} does not name an image by digest; give REGISTRY/NAME@sha256:… with 64 digits")
    return image


def sign(place: Place, image: str) -> None:
    """Add the environment's signature to an image that has none yet."""
    about = (f"--artifact-url={by_digest(image)}", f"--attestor={place.attestor}")
    if gcloud("container", "binauthz", "attestations", "list", *about):
        print("it is signed already")
        return
    key = f"--keyversion={place.signing_key_version}"
    gcloud("beta", "container", "binauthz", "attestations", "sign-and-create", *about, key, "--validate")


def main(words: Sequence[str] | None = None) -> None:
    """Sign, where the environment has an attestor."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--place", type=Path, required=True)
    asked.add_argument("--image", type=by_digest, required=True)
    given = asked.parse_args(words)
    place = Place.read(given.place)
    if place.attestor and place.signing_key_version:
        sign(place, given.image)
    else:
        print("this environment asks for no signature (image_signatures is off)")


if __name__ == "__main__":
    step(main)
