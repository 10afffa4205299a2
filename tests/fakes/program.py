"""A program of another name on the PATH: a real executable that answers from a list and notes how it was called.

    gcloud = Program(tmp_path, "gcloud")
    gcloud.answers("run deploy", {"status": …})          # each time its arguments hold these words
    gcloud.answers("storage cat", status=1, times=2)     # twice, then the rules after it count
    …
    assert gcloud.called("update-traffic") == [[…], …]

A call that no rule foresees fails, and the test with it.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

SOURCE = """#!{python} -IS
import json, os, sys
from pathlib import Path
place = Path(__file__)
rules = json.loads(place.with_suffix(".rules").read_text())
said = " ".join(sys.argv[1:])
stdin = "" if sys.stdin is None or sys.stdin.isatty() or "-" not in sys.argv else sys.stdin.read()
with place.with_suffix(".calls").open("a") as calls:
    calls.write(json.dumps({{"words": sys.argv[1:], "stdin": stdin, "environment": dict(os.environ)}}) + "\\n")
for rule in rules:
    if rule["when"] in said and rule["times"] != 0:
        if rule["times"] > 0:
            rule["times"] -= 1
            place.with_suffix(".new").write_text(json.dumps(rules))
            place.with_suffix(".new").replace(place.with_suffix(".rules"))  # whole, even if it is killed now
        for name, content in rule["writes"].items():
            Path(name).write_text(content)
        sys.stdout.write(rule["out"])
        sys.stderr.write(rule["err"])
        sys.exit(rule["status"])
sys.exit("unforeseen: " + said)
"""


class Program:
    """One such program, in a folder that the test puts on the PATH."""

    def __init__(self, folder: Path, name: str) -> None:
        self._file = folder / name
        self._file.write_text(SOURCE.format(python=sys.executable), "utf-8")
        self._file.chmod(0o755)
        self._rules: list[dict[str, Any]] = []
        self._save()

    def answers(
        self,
        when: str,
        out: object = "",
        *,
        err: str = "",
        status: int = 0,
        times: int = -1,
        writes: dict[str, str] | None = None,
    ) -> None:
        """Add a rule; ``out`` is text, or anything else as JSON."""
        text = out if isinstance(out, str) else json.dumps(out)
        rule = {"when": when, "out": text, "err": err, "status": status, "times": times, "writes": writes or {}}
        self._rules = [*json.loads(self._file.with_suffix(".rules").read_text("utf-8")), rule]
        self._save()

    def called(self, words: str = "") -> list[list[str]]:
        """Return the arguments of all calls that hold these words."""
        return [call["words"] for call in self.calls if words in " ".join(call["words"])]

    @property
    def calls(self) -> list[dict[str, Any]]:
        """All calls: ``words``, ``stdin``, ``environment``."""
        noted = self._file.with_suffix(".calls")
        lines = noted.read_text("utf-8").splitlines() if noted.exists() else []
        return [json.loads(line) for line in lines]

    def _save(self) -> None:
        self._file.with_suffix(".rules").write_text(json.dumps(self._rules), "utf-8")
