"""Memory does not grow with an object, on either kind of store; the server is another process."""

from __future__ import annotations

import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from voicebooth.storage import Store, open_store

MIB = 1024 * 1024


@pytest.fixture
def bucket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    command = [sys.executable, "-m", "fakes.gcs", "--folder", str(tmp_path / "fake"), "work"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[1]) as server:
        assert server.stdout
        monkeypatch.setenv("STORAGE_EMULATOR_HOST", server.stdout.readline().strip())
        store = open_store("gs://work")
        yield store
        store._client.close()
        server.kill()


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["folder", "gcs"])
def test_a_large_object_streams_in_and_out(request: pytest.FixtureRequest, tmp_path: Path, kind: str) -> None:
    store = open_store(str(tmp_path / "store")) if kind == "folder" else request.getfixturevalue("bucket")
    size = 24 * MIB
    piece = bytes(range(256)) * 256
    with store.writer("warm up") as file:
        file.write(piece)
    tracemalloc.start()
    try:
        with store.writer("x") as file:
            for _ in range(size // len(piece)):
                file.write(piece)
        with store.reader("x") as file:
            pieces = iter(lambda: file.read(len(piece)), b"")
            assert sum(got == piece for got in pieces) == size // len(piece)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 8 * MIB
