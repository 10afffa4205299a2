"""The gate behind the image scan: no known vulnerability of at least a severity, unless it is accepted in writing.

    python -m delivery.gate --image REGISTRY/voicebooth@sha256:… --at-least HIGH --location europe

What is accepted stands in ``delivery/accepted.toml``, with a reason and the day on which it ends:

    [CVE-2026-0001]
    reason = "in a part of libexpat that nothing here calls"
    until = 2027-01-31
"""

from __future__ import annotations

import argparse
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import IntEnum
from pathlib import Path
from typing import Any

from .programs import Red, gcloud, run, step

ACCEPTED = Path(__file__).with_name("accepted.toml")


class Severity(IntEnum):
    """In the order of harm. What is not rated counts as the worst: nobody has looked at it yet.

    https://cloud.google.com/artifact-analysis/docs/reference/rest/v1/Severity
    """

    MINIMAL = 1
    LOW = 2
    MEDIUM = 3
    HIGH = 4
    CRITICAL = 5
    SEVERITY_UNSPECIFIED = 6


@dataclass(frozen=True, slots=True)
class Finding:
    """One known vulnerability of one package."""

    id: str
    severity: Severity
    package: str
    fixed_in: str = ""


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Why a vulnerability may pass, and until when."""

    reason: str
    until: date


def blocking(
    findings: Iterable[Finding], at_least: Severity, accepted: Mapping[str, Acceptance], today: date
) -> list[Finding]:
    """Return the findings that stop an image, worst first: of that severity or a higher one, and not accepted today."""

    def passes(finding: Finding) -> bool:
        acceptance = accepted.get(finding.id)
        return finding.severity < at_least or (acceptance is not None and today <= acceptance.until)

    stopping = [finding for finding in findings if not passes(finding)]
    return sorted(stopping, key=lambda finding: (-finding.severity, finding.id, finding.package))


def read_accepted(path: Path) -> dict[str, Acceptance]:
    """Read what is accepted. Raises ``Red`` for an entry without a reason or a day."""
    found = {}
    for name, entry in tomllib.loads(path.read_text("utf-8")).items():
        reason, until = entry.get("reason"), entry.get("until")
        if not reason or type(until) is not date:
            raise Red(f"{path.name}: {name} needs a reason and a day, such as until = 2027-01-31")
        found[name] = Acceptance(reason, until)
    return found


def finding(entry: Mapping[str, Any]) -> Finding:
    """Read one entry of ``gcloud artifacts docker images list-vulnerabilities``."""
    told = entry.get("vulnerability", {})
    packages = told.get("packageIssue") or [{}]
    rated = told.get("effectiveSeverity") or told.get("severity") or ""
    return Finding(
        id=told.get("shortDescription") or entry.get("noteName", "").rsplit("/", 1)[-1] or "unnamed",
        severity=Severity.__members__.get(rated, Severity.SEVERITY_UNSPECIFIED),
        package=", ".join(sorted({issue.get("affectedPackage", "") for issue in packages})),
        fixed_in=(packages[0].get("fixedVersion") or {}).get("fullName", ""),
    )


def scan(image: str, location: str) -> list[Finding]:
    """Have an image in the registry scanned, and return all that is known against it."""
    words = ("artifacts", "docker", "images", "scan", image, "--remote", f"--location={location}")
    name = run("gcloud", *words, "--quiet", "--format=value(response.scan)").strip()
    if not name:
        raise Red("the scan has no result; run this step again")
    return [finding(entry) for entry in gcloud("artifacts", "docker", "images", "list-vulnerabilities", name) or []]


def main(words: Sequence[str] | None = None) -> None:
    """Scan an image; red when something stops it."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--image", required=True, help="by digest")
    asked.add_argument("--at-least", required=True, choices=[s.name for s in Severity][:-1])
    asked.add_argument("--location", required=True, help="where the scan runs: us, europe or asia")
    given = asked.parse_args(words)
    accepted = read_accepted(ACCEPTED)
    found = scan(given.image, given.location)
    stopping = blocking(found, Severity[given.at_least], accepted, datetime.now(UTC).date())
    for each in stopping:
        print(f"{each.severity.name} {each.id} in {each.package}, fixed in {each.fixed_in or 'nothing yet'}")
    if stopping:
        raise Red(
            f"{len(stopping)} of {len(found)} known vulnerabilities are {given.at_least} or worse: see docs/ship.md"
        )
    print(f"none of {len(found)} known vulnerabilities is {given.at_least} or worse")


if __name__ == "__main__":
    step(main)
