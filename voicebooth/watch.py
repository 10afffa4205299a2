"""A folder that is watched: which scripts have come or changed and lie still.

    look ─► Sightings ─► what lies still ─► Leanings ─► scripts to be made
      └── twice a second

The folder is looked at, not listened to. A look at a thousand scripts takes twenty milliseconds, works alike on every
system, in containers and on network folders (where what others change causes no event), and cannot miss anything: what
differs from the last look is seen, whatever happened in between. Editors save in many ways, with swap files, spare
copies and renames; of all these only a script's own name counts, and only once it has not changed for a while.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath

from .manifest import EPISODE
from .parse import EXTENSIONS, is_about
from .parse.pronunciations import is_lexicon
from .production import TEXTS
from .publish import ERROR_TEXT, PREVIEW
from .settings_sources import FILES
from .storage import Store

LOOK_S = 0.5
STILL_S = 1.0

_LOCK = "~"  # begins the names of what office programs and some that sync leave beside a file
_DOWNLOAD = ".download"  # ends the name of the folder in which a browser keeps what it has of a file
_SPARE = re.compile(r"\bconflicted copy\b|\.sync-conflict-|_(BACKUP|BASE|LOCAL|REMOTE)_\d+\.")  # of two that differ


def files_in(store: Store, aside: tuple[str, ...] = ()) -> dict[str, int]:
    """Return what is there with its generations; nothing whose name begins with one of ``aside``.

    A file without content is still to be written, and what lies in the folder of a finished episode was made here.
    """
    found = {stat.name: stat.generation for stat in store.list() if stat.size and not stat.name.startswith(aside)}
    made = _episodes(found)
    return {name: generation for name, generation in found.items() if made.isdisjoint(PurePosixPath(name).parents)}


def _episodes(found: Iterable[str]) -> set[PurePosixPath]:
    """Return the folders that hold an episode, known by what stands beside its manifest."""
    folders: dict[PurePosixPath, set[str]] = {}
    for path in map(PurePosixPath, found):
        folders.setdefault(path.parent, set()).add(path.name)
    return {folder for folder, names in folders.items() if _is_episode(names)}


def _is_episode(names: set[str]) -> bool:
    previews = [name for name in names if name.startswith(f"{PREVIEW}.")]
    told = f"{EPISODE}.json" in names and (names >= TEXTS or ERROR_TEXT in names)
    return told or (f"{PREVIEW}.json" in names and len(previews) > 1)


def is_script(name: str) -> bool:
    """Tell by a file's name whether it is to become an episode."""
    path = PurePosixPath(name)
    aside = (
        name in FILES,
        is_lexicon(name),
        is_about(name),
        _SPARE.search(path.name),
        any(part.startswith(_LOCK) for part in path.parts),
        any(part.endswith(_DOWNLOAD) for part in path.parts),
    )
    return not any(aside) and path.suffix.lower() in EXTENSIONS


class Sightings:
    """What was seen at each look. A file is ready once when it has changed and then lain still.

    ``settled`` holds all that has, with the generation that did.
    """

    def __init__(self, still_s: float = STILL_S) -> None:
        self._still_s = still_s
        self._since: dict[str, tuple[int, float]] = {}  # name → generation and when it was first seen
        self.settled: dict[str, int] = {}

    def look(self, seen: Mapping[str, int], now_s: float) -> dict[str, int]:
        """Take what is there (name → generation) and return what has become ready."""
        self._since = {
            name: there if (there := self._since.get(name)) and there[0] == generation else (generation, now_s)
            for name, generation in seen.items()
        }
        ready = {
            name: generation
            for name, (generation, since_s) in self._since.items()
            if self.settled.get(name) != generation and now_s - since_s >= self._still_s
        }
        self.settled = {name: known for name, known in self.settled.items() if name in seen} | ready
        return ready


class Leanings:
    """What episodes lean on besides their scripts, such as music or a cover. Safe to use from many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._used: dict[str, Mapping[str, int]] = {}  # script → the files of its episode and their generations
        self._lacking: set[str] = set()  # scripts at fault: a file may be what they lack

    def made(self, script: str, used: Mapping[str, int]) -> None:
        """Note that an episode was made with these files."""
        with self._lock:
            self._used[script] = used
            self._lacking.discard(script)

    def failed(self, script: str) -> None:
        """Note that a script is at fault."""
        with self._lock:
            self._used.pop(script, None)
            self._lacking.add(script)

    def due(self, settled: Mapping[str, int], ready: Iterable[str]) -> list[str]:
        """Return the scripts that should be made again, each once.

        One of their files has another generation now, or, where the script is at fault, a file has come to its folder.
        """
        others = [name for name in ready if not is_script(name)]
        with self._lock:
            changed = {
                script
                for script, used in self._used.items()
                if any(settled.get(name, generation) != generation for name, generation in used.items())
            }
            hopeful = {script for script in self._lacking if any(_is_beside(name, script) for name in others)}
            for script in changed:
                del self._used[script]
            self._lacking -= hopeful
        return sorted((changed | hopeful) & settled.keys())


def _is_beside(name: str, script: str) -> bool:
    return PurePosixPath(script).parent in PurePosixPath(name).parents
