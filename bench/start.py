"""How long ``import main`` takes beyond functions_framework, each time in a fresh process, and what it pulls in."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from collections.abc import Iterator

from .cloud import ROOT
from .report import Row, at_most, exactly

RUNS = 9
LIMIT_S = 0.35
CLIENTS = ("google.cloud", "google.genai", "google.api_core", "google.auth", "grpc")
PROBE = """
import functions_framework, json, sys, time
before, begin = set(sys.modules), time.perf_counter()
import main
seconds = time.perf_counter() - begin
print(json.dumps([seconds, sorted(set(sys.modules) - before)]))
"""


def measure() -> Iterator[Row]:
    """Yield the rows of the import."""
    runs = [_probe() for _ in range(RUNS + 1)][1:]  # the first one writes bytecode
    loaded = sorted({name for _, names in runs for name in names if name.startswith(CLIENTS)})
    seconds = [seconds for seconds, _ in runs]
    note = f" ({min(seconds):.2f} to {max(seconds):.2f})"
    yield at_most("import main, beyond functions_framework (median)", LIMIT_S, statistics.median(seconds), " s", note)
    yield exactly(
        "Google client modules that import main loads", 0, len(loaded), f" ({', '.join(loaded[:3])})" * bool(loaded)
    )


def _probe() -> tuple[float, list[str]]:
    run = subprocess.run([sys.executable, "-c", PROBE], cwd=ROOT, stdout=subprocess.PIPE, check=True)
    return tuple(json.loads(run.stdout.splitlines()[-1]))
