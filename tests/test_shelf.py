import io
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from fakes.gcs import FakeGcs
from voicebooth.shelf import FRESH_TAKES, Shelf
from voicebooth.storage import open_store
from voicebooth.storage.gcs import GcsStore
from voicebooth.take import Sound, Take, save

SOUND = Sound(0.5, -20.0, -12.0, 0.0, 0.5)


def take_of(key, level=1):
    return Take(
        key, np.full(12_000, level, np.int16), SOUND, input_tokens=3, audio_tokens=16, model_version="m", attempts=2
    )


def dump(take):
    file = io.BytesIO()
    save(take, file)
    return file.getvalue()


def same(one, other):
    return one is not None and dump(one) == dump(other)


@pytest.fixture
def work(tmp_path):
    return open_store(str(tmp_path))


def test_a_take_is_kept_in_the_bucket_for_other_shelves(work):
    Shelf(work).put(take_of("k"))
    other = Shelf(work)
    assert other.holds("k")
    found = other.get("k")
    assert same(found, take_of("k"))
    assert found.cached
    assert [stat.name for stat in work.list()] == ["takes/k.wav"]


def test_a_take_that_is_not_there(work):
    shelf = Shelf(work)
    assert not shelf.holds("k")
    assert shelf.get("k") is None


def test_a_take_can_be_got_again_and_again(work):
    shelf = Shelf(work)
    shelf.put(take_of("k"))
    assert all(same(shelf.get("k"), take_of("k")) for _ in range(3))


def test_one_that_is_there_already_stays(work):
    Shelf(work).put(take_of("k", 1))
    Shelf(work).put(take_of("k", 2))
    assert same(Shelf(work).get("k"), take_of("k", 1))


@pytest.mark.parametrize("damage", [b"", b"RIFF", dump(take_of("k"))[:-1], b"\0" * 5000])
def test_a_damaged_one_is_none_and_is_replaced(work, damage):
    work.write("takes/k.wav", damage)
    shelf = Shelf(work)
    assert shelf.get("k") is None
    shelf.put(take_of("k"))
    assert same(Shelf(work).get("k"), take_of("k"))


def test_a_few_fresh_takes_need_no_reading_the_rest_is_read_back(monkeypatch):
    with FakeGcs(("work",)) as gcs:
        monkeypatch.setenv("STORAGE_EMULATOR_HOST", gcs.url)
        store = GcsStore("work")
        shelf, keys = Shelf(store), [f"k{n}" for n in range(FRESH_TAKES + 3)]
        for key in keys:
            shelf.put(take_of(key))
        for key in keys:
            assert same(shelf.get(key), take_of(key))
        assert [name for operation, name in gcs.calls if operation == "media"] == [
            f"takes/{key}.wav" for key in keys[FRESH_TAKES:]
        ]
        store._client.close()


def test_many_threads(work):
    shelf, keys = Shelf(work), [f"k{n}" for n in range(40)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda key: shelf.put(take_of(key)), keys * 2))
        assert all(pool.map(lambda key: same(shelf.get(key), take_of(key)), keys))


def test_what_was_looked_for_once_is_not_looked_for_again(monkeypatch):
    with FakeGcs(("work",)) as server:
        monkeypatch.setenv("STORAGE_EMULATOR_HOST", server.url)
        store = GcsStore("work")
        Shelf(store).put(take_of("there"))
        shelf = Shelf(store)
        server.calls.clear()
        assert [shelf.holds("there"), shelf.holds("not")] == [True, False]
        assert [shelf.holds("there"), shelf.holds("not")] == [True, False]
        assert server.calls == [("get", "takes/there.wav"), ("get", "takes/not.wav")]
        shelf.put(take_of("not"))
        assert shelf.holds("not")
        store._client.close()


def test_a_take_that_has_gone_is_missed_when_it_is_needed(work):
    shelf = Shelf(work)
    shelf.put(take_of("k"))
    shelf.get("k")
    assert shelf.holds("k")
    work.delete("takes/k.wav")
    assert shelf.get("k") is None
