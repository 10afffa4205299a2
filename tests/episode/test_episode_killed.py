"""kill -9 at some moment of a real process, then the same command again: one episode, hardly anything paid twice."""

import os
import subprocess
import sys
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from fakes.gcs import FakeGcs
from fakes.gemini import FakeGemini
from studio import KEY, booth, script
from voicebooth.storage import open_store
from voicebooth.storage.gcs import GcsStore

ROOT = Path(__file__).parents[2]
CONCURRENCY = 3
TEXT = script(20)


class Killer:
    """Starts a process, and kills it the n-th time that something is seen."""

    def __init__(self, nth: int) -> None:
        self.nth = nth
        self.process: subprocess.Popen[bytes] | None = None
        self._started, self._lock = threading.Event(), threading.Lock()

    def saw(self, *_: object) -> str:
        self._started.wait()
        with self._lock:
            self.nth -= 1
            if self.nth == 0 and self.process:
                self.process.kill()
        return ""

    def run(self, arguments, environ, folder) -> int:
        command = [sys.executable, "-m", "voicebooth", "make", *arguments]
        with subprocess.Popen(command, env=environ, cwd=folder, stdout=subprocess.DEVNULL) as self.process:
            self._started.set()
        return self.process.returncode


def environment(gemini: FakeGemini, **more: str) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "GEMINI_API_KEY": KEY,
        "GOOGLE_GEMINI_BASE_URL": gemini.url,
        "VOICEBOOTH_CLAIM_S": "1",
        "VOICEBOOTH_CONCURRENCY": str(CONCURRENCY),
        "VOICEBOOTH_SEGMENT_SECONDS": "7",
        **more,
    }


def kill_and_go_on(killer, mine, arguments, environ, folder) -> None:
    """Kill a run, look at what it left, and run again to the end."""
    assert killer.run(arguments, environ, folder) == -9
    asked, kept = len(mine.gemini.requests), mine.takes()
    assert mine.status().state == "running"
    assert asked - len(kept) <= CONCURRENCY
    assert Killer(0).run(arguments, environ, folder) == 0
    status = mine.assert_whole(TEXT)
    assert status.requests.made == len(status.segments) - len(kept)
    assert status.requests.cached == len(kept)
    times = Counter(
        seen.lines for seen in mine.gemini.requests if seen.heard
    )  # a killed client may send half a request
    assert len(times) == len(status.segments)
    assert sum(times.values()) - len(times) <= CONCURRENCY
    assert not list(mine.studio.work.list("masters/"))


def in_folders(nth: int, folder: Path) -> None:
    """Kill when the n-th request arrives."""
    folder.mkdir()
    killer = Killer(nth)
    with FakeGemini(fault_for=killer.saw, latency_s=0.05) as gemini:
        mine = booth(*(open_store(str(folder / place)) for place in ("scripts", "work", "episodes")), gemini)
        mine.put(TEXT)
        environ = environment(gemini, SCRIPTS_BUCKET=str(folder / "scripts"), WORK_BUCKET=str(folder / "work"))
        arguments = [str(folder / "scripts/show/ep.md"), "--out", str(folder / "episodes")]
        kill_and_go_on(killer, mine, arguments, environ, folder)


def in_buckets(part: str, folder: Path) -> None:
    """Kill when an object with this in its name is written."""
    killer = Killer(1)
    with FakeGemini() as gemini, FakeGcs(finalized=lambda found: part in found["name"] and killer.saw()) as gcs:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("STORAGE_EMULATOR_HOST", gcs.url)
            stores = [GcsStore(bucket) for bucket in ("scripts", "work", "episodes")]
        mine = booth(*stores, gemini, gcs)
        mine.put(TEXT)
        environ = environment(gemini, STORAGE_EMULATOR_HOST=gcs.url, WORK_BUCKET="gs://work")
        kill_and_go_on(killer, mine, ["gs://scripts/show/ep.md", "--out", "gs://episodes"], environ, folder)
        for store in stores:
            store._client.close()


@pytest.mark.slow
def test_killed_runs_are_gone_on_with(tmp_path):
    with ThreadPoolExecutor(3) as pool:
        runs = [
            pool.submit(in_folders, 2, tmp_path / "early"),
            pool.submit(in_folders, 12, tmp_path / "late"),
            pool.submit(in_buckets, "masters/", tmp_path),
        ]
        for run in runs:
            run.result()
