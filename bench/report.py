"""What a measurement gives: rows of a table, a figure beside its target."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Row:
    """One figure. ``good`` is ``None`` where there is nothing to reach and the figure only informs."""

    what: str
    target: str
    measured: str
    good: bool | None = None

    @property
    def markdown(self) -> str:
        """The row as one line of a Markdown table."""
        verdict = {True: "ok", False: "MISSED", None: ""}[self.good]
        return f"| {self.what:<62} | {self.target:>16} | {self.measured:>34} | {verdict:<6} |"


def at_most(what: str, limit: float, value: float, unit: str = "", note: str = "") -> Row:
    """Return the row of a figure that must not be above a limit."""
    return Row(what, f"≤ {limit:g}{unit}", f"{value:.3g}{unit}{note}", value <= limit)


def at_least(what: str, limit: float, value: float, unit: str = "", note: str = "") -> Row:
    """Return the row of a figure that must not be below a limit."""
    return Row(what, f"≥ {limit:g}{unit}", f"{value:.3g}{unit}{note}", value >= limit)


def exactly(what: str, wanted: object, value: object, note: str = "") -> Row:
    """Return the row of a figure that must be hit."""
    return Row(what, f"{wanted}", f"{value}{note}", wanted == value)


def told(what: str, measured: str) -> Row:
    """Return a row that only informs."""
    return Row(what, "", measured)


def header() -> str:
    """Return the two lines that head the table."""
    return f"{Row('what', 'target', 'measured').markdown}\n|{'-' * 64}|{'-' * 18}|{'-' * 36}|{'-' * 8}|"


def save(rows: Iterable[Row], file: Path) -> None:
    """Write rows to a ``.json`` file, or as a Markdown table to any other."""
    rows = tuple(rows)
    if file.suffix == ".json":
        text = json.dumps([asdict(row) for row in rows], ensure_ascii=False, indent=1)
    else:
        text = "\n".join((header(), *(row.markdown for row in rows)))
    file.write_text(text + "\n")
