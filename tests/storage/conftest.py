from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from fakes.gcs import FakeGcs, Fault
from voicebooth.storage import Store, open_store
from voicebooth.storage.gcs import GcsStore

OpenGcs = Callable[..., tuple[GcsStore, FakeGcs]]


@pytest.fixture
def open_gcs(monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenGcs]:
    """Give a function that starts a server with faults and opens its bucket ``work``."""
    with ExitStack() as stack:

        def start(*faults: Fault, retry_s: float = 30.0, timeout_s: float = 5.0) -> tuple[GcsStore, FakeGcs]:
            server = stack.enter_context(FakeGcs(("work",), faults))
            monkeypatch.setenv("STORAGE_EMULATOR_HOST", server.url)
            store = GcsStore("work", "some/prefix", retry_s=retry_s, timeout_s=timeout_s)
            stack.callback(store._client.close)
            return store, server

        yield start


@pytest.fixture(params=["folder", "gcs"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    """Give a new, empty store of each kind."""
    if request.param == "gcs":
        return request.getfixturevalue("open_gcs")()[0]
    return open_store(str(tmp_path / "store"))
