"""``voicebooth doctor``: whether everything is there that episodes need."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from . import options
from .tell import CYAN, RED, YELLOW, Teller, gravest

if TYPE_CHECKING:
    from voicebooth.doctor import Finding

GREEN = "green"
COLOURS = {"ok": GREEN, "warn": YELLOW, "fail": RED}


@click.command()
@options.out
@options.speech
@options.as_json
@options.quiet
@click.pass_obj
def doctor(tell: Teller, out: str | None, speech: str | None) -> None:
    """Probe everything that episodes need, and say what to do.

    Costs nothing: the service is asked about the model only, and what is written into buckets is deleted at once.
    """
    from voicebooth.doctor import examine  # noqa: PLC0415 - loads the product, piece by piece

    statuses = {0}
    for finding in examine(os.environ, Path.cwd(), speech=speech, episodes_bucket=out):
        statuses.add(finding.status)
        if tell.as_json or not tell.quiet or finding.state != "ok":
            tell.line(_row(finding), _facts(finding))
    sys.exit(gravest(statuses))


def _row(finding: Finding) -> str:
    state = click.style(f"{finding.state:<4}", fg=COLOURS[finding.state])
    fix = f"\n    {click.style('fix:', fg=CYAN)} {finding.fix}" if finding.fix else ""
    return f"{state}  {finding.check:<11}  {finding.message}{fix}"


def _facts(finding: Finding) -> dict[str, object]:
    return {
        "check": finding.check,
        "state": finding.state,
        "message": finding.message,
        "fix": finding.fix,
        "status": finding.status,
    }
