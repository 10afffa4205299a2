"""The stand-in keeps the service's rules beyond those our own adapter leans on."""

from __future__ import annotations

from collections.abc import Iterator
from queue import Queue

import pytest
import requests
from google.api_core import exceptions as api
from google.cloud.storage import Bucket, Client

from fakes.gcs import FakeGcs, Fault

STEP = 256 * 1024


@pytest.fixture
def server() -> Iterator[FakeGcs]:
    with FakeGcs(("work",)) as server:
        yield server


@pytest.fixture
def bucket(server: FakeGcs, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", server.url)
    with Client(project="p") as client:
        client._bucket_metadata_cache = None
        yield client.bucket("work")


def start(server: FakeGcs, **query: str) -> str:
    url = f"{server.url}/upload/storage/v1/b/work/o"
    answer = requests.post(url, params={"uploadType": "resumable", **query}, json={"name": "x"}, timeout=5)
    assert answer.status_code == 200
    return answer.headers["Location"]


def piece(session: str, data: bytes, content_range: str, **headers: str) -> requests.Response:
    return requests.put(session, data=data, headers={"Content-Range": content_range, **headers}, timeout=5)


def test_metadata_has_its_own_generation(bucket: Bucket) -> None:
    blob = bucket.blob("x")
    blob.upload_from_string(b"1", content_type="text/plain")
    first = (blob.generation, blob.metageneration)
    blob.cache_control = "no-cache"
    blob.patch(if_metageneration_match=1)
    assert (blob.generation, blob.metageneration) == (first[0], 2)
    assert bucket.get_blob("x").content_type == "text/plain"
    with pytest.raises(api.PreconditionFailed):
        blob.patch(if_metageneration_match=1)
    with pytest.raises(api.PreconditionFailed):
        blob.delete(if_metageneration_match=1)
    blob.delete(if_metageneration_match=2)


def test_generation_not_match(bucket: Bucket) -> None:
    blob = bucket.blob("x")
    with pytest.raises(api.PreconditionFailed):
        blob.upload_from_string(b"1", if_generation_not_match=0)
    blob.upload_from_string(b"1")
    blob.upload_from_string(b"2", if_generation_not_match=0)
    with pytest.raises(api.PreconditionFailed):
        blob.upload_from_string(b"3", if_generation_not_match=blob.generation)
    with pytest.raises(api.NotModified):
        bucket.blob("x").reload(if_generation_not_match=blob.generation)
    assert bucket.blob("x").download_as_bytes(if_generation_not_match=1) == b"2"


def test_buckets_are_made_and_asked_for(bucket: Bucket) -> None:
    client = bucket.client
    assert client.create_bucket("another").exists()
    assert not client.bucket("missing").exists()
    with pytest.raises(api.Conflict):
        client.create_bucket("another")


def test_an_upload_goes_on_where_it_broke_off(server: FakeGcs) -> None:
    session = start(server)
    data = b"1" * STEP + b"2" * STEP + b"end"
    assert piece(session, b"", "bytes */*").headers.get("Range") is None
    answer = piece(session, data[:STEP], f"bytes 0-{STEP - 1}/*")
    assert (answer.status_code, answer.headers["Range"]) == (308, f"bytes=0-{STEP - 1}")
    assert piece(session, b"", "bytes */*").headers["Range"] == f"bytes=0-{STEP - 1}"
    assert piece(session, data[2 * STEP :], f"bytes {2 * STEP}-{len(data) - 1}/{len(data)}").status_code == 400
    assert piece(session, data[:100], "bytes 0-99/*").status_code == 400
    done = piece(session, data, f"bytes 0-{len(data) - 1}/{len(data)}")
    assert (done.status_code, done.json()["size"]) == (200, str(len(data)))
    again = piece(session, b"", "bytes */*")
    assert again.json() == done.json()
    assert server.buckets.content(done.json()) == data


def test_an_upload_checks_its_precondition_at_both_ends(server: FakeGcs) -> None:
    sessions = [start(server, ifGenerationMatch="0") for _ in range(2)]
    assert [piece(session, b"1", "bytes 0-0/1").status_code for session in sessions] == [200, 412]
    url = f"{server.url}/upload/storage/v1/b/work/o?uploadType=resumable&ifGenerationMatch=0"
    assert requests.post(url, json={"name": "x"}, timeout=5).status_code == 412


def test_a_wrong_checksum_is_refused(server: FakeGcs) -> None:
    answer = piece(start(server), b"1", "bytes 0-0/1", **{"x-goog-hash": "crc32c=AAAAAA=="})
    assert answer.status_code == 400
    assert server.buckets.bucket("work") == {}


def test_a_cancelled_upload_is_gone(server: FakeGcs) -> None:
    session = start(server)
    assert requests.delete(session, timeout=5).status_code == 499
    assert piece(session, b"1", "bytes 0-0/1").status_code == 410


def test_finished_objects_are_announced(monkeypatch: pytest.MonkeyPatch) -> None:
    events: Queue[dict[str, str]] = Queue()
    with FakeGcs(("work",), finalized=events.put) as server:
        monkeypatch.setenv("STORAGE_EMULATOR_HOST", server.url)
        with Client(project="p") as client:
            client._bucket_metadata_cache = None
            client.bucket("work").blob("show/ep.md").upload_from_string(b"words", content_type="text/markdown")
        event = events.get(timeout=5)
    assert (event["bucket"], event["name"], event["size"]) == ("work", "show/ep.md", "5")
    assert event["contentType"] == "text/markdown"


def test_a_fault_that_never_happened_is_noticed() -> None:
    with pytest.raises(AssertionError, match="never happened"), FakeGcs(("work",), [Fault(503, "list")]):
        pass
