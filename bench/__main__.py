"""``python -m bench``: measure, and print each figure beside its target. Exit status 1 when one is missed.

Takes about ten minutes on two cores; everything happens on loopback, but for the installation of the rival from PyPI.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))  # the fakes

from . import encoders, formats, kills, measures, start
from .report import Row, header, save

MEASURES: dict[str, Callable[[], Iterator[Row]]] = {
    "start": start.measure,
    "timing": measures.timing,
    "overlap": measures.overlap,
    "editing": measures.editing,
    "music": measures.music,
    "failures": measures.failures,
    "kills": kills.measure,
    "encoders": encoders.measure,
    "formats": formats.measure,
}


def measured(name: str) -> Iterator[Row]:
    """Yield a measurement's rows; one that breaks off ends in a row that says so, and the others go on."""
    try:
        yield from MEASURES[name]()
    except (RuntimeError, OSError, subprocess.SubprocessError) as error:
        yield Row(f"{name}: broke off", "figures", f"{type(error).__name__}: {error}", good=False)


def main() -> int:
    """Run the measurements asked for."""
    options = argparse.ArgumentParser(prog="python -m bench", description="Measure the product against its figures.")
    options.add_argument("--only", action="append", choices=MEASURES, help="this measurement alone; may be repeated")
    options.add_argument("--save", type=Path, help="write the table to a file too (.json, otherwise Markdown)")
    given = options.parse_args()
    rows: list[Row] = []
    print(header(), flush=True)
    for name in given.only or MEASURES:
        for row in measured(name):
            print(row.markdown, flush=True)
            rows.append(row)
    if given.save:
        save(rows, given.save)
    return int(any(row.good is False for row in rows))


if __name__ == "__main__":
    sys.exit(main())
