"""Files that a script names: music, a cover, a list of pronunciations. Each lies beside the script or below it.

What was found is written into the manifest, so that a file that changes makes the episode out of date.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from .errors import Problem, ScriptFault
from .manifest import Companion
from .storage import Stat, Store, leads_out

_MB = 1_000_000


@dataclass(frozen=True, slots=True)
class Beside:
    """The folder of one script. ``found`` holds every file that was asked for, in order."""

    scripts: Store
    script: str
    found: list[Companion] = field(default_factory=list)

    def find(self, path: str, what: str, line: int | None, limit_bytes: int) -> Companion:
        """Return the file at a path that stands on a line of the script; ``what`` names its use (``the cover``).

        Raises ``ScriptFault`` for a path that leads out of the script's folder, by its parts or by a symbolic link,
        and for what is missing, empty or larger than ``limit_bytes``. The folder and the script may be links.
        """
        name = self._name(path, what, line)
        stat = self.scripts.stat(name)
        if stat is None:
            fix = "put it beside the script, or check its name"
            raise ScriptFault(Problem(f'{what}, "{path}", is not there', fix, line))
        if leads_out(self.scripts, name, str(PurePosixPath(self.script).parent)):
            fix = "put a copy of the file beside the script; a link may only lead to what is there"
            raise ScriptFault(Problem(f'{what}, "{path}", is a link out of the script\'s folder', fix, line))
        _refuse_size(stat, path, what, line, limit_bytes)
        companion = Companion(name=name, generation=stat.generation)
        if companion not in self.found:
            self.found.append(companion)
        return companion

    def read(self, companion: Companion) -> bytes:
        """Return a file's content, of the generation that was found. Raises ``NotFound`` when that is gone."""
        return self.scripts.read(companion.name, generation=companion.generation)[0]

    def _name(self, path: str, what: str, line: int | None) -> str:
        parts = PurePosixPath(path).parts  # without "."
        outside = not parts or path.startswith("/") or any(part.startswith(".") for part in parts)
        if outside or "\\" in path or "://" in path:
            fix = "put it beside the script or in a folder there, and write its path from there: music/theme.mp3"
            raise ScriptFault(Problem(f'{what}, "{path}", is not in the script\'s folder', fix, line))
        return str(PurePosixPath(self.script).parent / path)


def unchanged(scripts: Store, companions: Iterable[Companion]) -> bool:
    """Tell whether the files that an episode was made with are still those."""
    stats = ((scripts.stat(companion.name), companion) for companion in companions)
    return all(stat is not None and stat.generation == companion.generation for stat, companion in stats)


def _refuse_size(stat: Stat, path: str, what: str, line: int | None, limit_bytes: int) -> None:
    if not stat.size:
        raise ScriptFault(Problem(f'{what}, "{path}", is empty', "save it again", line))
    if stat.size > limit_bytes:
        size = f"{stat.size / _MB:.1f} MB, more than the {limit_bytes / _MB:g} MB allowed"
        raise ScriptFault(Problem(f'{what}, "{path}", has {size}', "make it smaller", line))
