"""Lines of a script on the command line: ``14``, ``14-30``, ``14=2``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from voicebooth.retake import Retake

_STRETCH = re.compile(r"([1-9]\d{0,6})(?:-([1-9]\d{0,6}))?")
_RETAKE = re.compile(r"([1-9]\d{0,6})(?:=([1-9]\d{0,3}))?")


def stretch(_context: click.Context, _option: click.Parameter, given: str | None) -> tuple[int, int] | None:
    """Return first and last line."""
    if given is None:
        return None
    found = _STRETCH.fullmatch(given)
    if not found or int(found[2] or found[1]) < int(found[1]):
        raise click.BadParameter("give a line, or two with a hyphen between: 14 or 14-30")
    return int(found[1]), int(found[2] or found[1])


def retakes(_context: click.Context, _option: click.Parameter, given: tuple[str, ...]) -> list[Retake]:
    """Return what is asked for."""
    from voicebooth.retake import Retake  # noqa: PLC0415 - loads the planner

    found = [_RETAKE.fullmatch(one) for one in given]
    if not all(found):
        raise click.BadParameter("give a line, or a line and the number of a take it has: 14 or 14=1")
    return [Retake(int(one[1]), int(one[2]) if one[2] else None) for one in found if one]


def of_one(scripts: tuple[str, ...], only: object, retake: object) -> None:
    """Refuse lines where it is not plain whose they are, or what is to become of them."""
    if (only or retake) and len(scripts) > 1:
        raise click.UsageError("--only and --retake name lines of one script; give one")
    if only and retake:
        raise click.UsageError("--only and --retake do not go together; voice the line anew, then listen to it")
