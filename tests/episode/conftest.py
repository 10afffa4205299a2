from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from fakes.gcs import FakeGcs
from fakes.gemini import FakeGemini
from studio import KEY, Booth, booth
from voicebooth.storage import open_store
from voicebooth.storage.gcs import GcsStore


@pytest.fixture
def gemini() -> Iterator[FakeGemini]:
    with FakeGemini(keys=(KEY,)) as server:
        yield server


@pytest.fixture
def folders(tmp_path: Path, gemini: FakeGemini) -> Booth:
    """A booth whose buckets are folders."""
    return booth(*(open_store(str(tmp_path / bucket)) for bucket in ("scripts", "work", "episodes")), gemini)


@pytest.fixture
def buckets(monkeypatch: pytest.MonkeyPatch, gemini: FakeGemini) -> Iterator[Booth]:
    """A booth whose buckets are in a fake Cloud Storage, through the real client."""
    with ExitStack() as stack:
        gcs = stack.enter_context(FakeGcs())
        monkeypatch.setenv("STORAGE_EMULATOR_HOST", gcs.url)
        stores = [GcsStore(bucket) for bucket in ("scripts", "work", "episodes")]
        for store in stores:
            stack.callback(store._client.close)
        yield booth(*stores, gemini, gcs)


@pytest.fixture(params=["folders", "buckets"])
def anywhere(request: pytest.FixtureRequest) -> Booth:
    """A booth with each kind of buckets."""
    return request.getfixturevalue(request.param)
