"""Every sentence of the port, for both kinds of store."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from voicebooth.errors import ScriptFault
from voicebooth.storage import Conflict, NotFound, Store

MIB = 1024 * 1024
ODD_NAMES = (
    "plain.txt",
    "a show/Épisode nº 1.md",
    "日本語/脚本.txt",
    "عربي.md",
    "100 %/50%25+1&x=y.md",
    "what?#!'\"*:;@[]{}~$^`.json",
    "🎙️/🎧",
    "deep/" * 20 + "down",
    "x" * 255,
    "trailing space ",
    "a.b..c...d/e..",
)
BAD_NAMES = (
    "",
    "/",
    "/a",
    "a/",
    "a//b",
    ".",
    "..",
    "../a",
    "a/../b",
    ".hidden",
    "a/.b",
    "a\\b",
    "a\nb",
    "a\0b",
    "\ud800",
)
WRITES = ("write", "writer")


def put(store: Store, how: str, name: str, data: bytes, if_generation: int | None = None) -> int:
    if how == "write":
        return store.write(name, data, if_generation=if_generation)
    with store.writer(name, if_generation=if_generation) as file:
        file.write(data)
    found = store.stat(name)
    assert found
    return found.generation


@pytest.mark.parametrize("how", WRITES)
def test_what_is_written_is_there(store: Store, how: str) -> None:
    before = time.time()
    generation = put(store, how, "show/ep.md", b"words")
    found = store.stat("show/ep.md")
    assert found
    assert (found.name, found.generation, found.size) == ("show/ep.md", generation, 5)
    assert before - 2 < found.updated_s < time.time() + 2
    assert store.read("show/ep.md") == (b"words", generation)
    with store.reader("show/ep.md") as file:
        assert file.read() == b"words"


@pytest.mark.parametrize("how", WRITES)
def test_generations_are_positive_and_grow(store: Store, how: str) -> None:
    generations = [put(store, how, "x", b"the same") for _ in range(10)]
    assert generations[0] > 0
    assert generations == sorted(set(generations))


def test_generations_grow_across_a_delete(store: Store) -> None:
    first = store.write("x", b"")
    store.delete("x")
    assert store.write("x", b"", if_generation=0) > first


def test_nothing_there(store: Store) -> None:
    assert store.stat("none") is None
    assert list(store.list()) == []
    store.delete("none")
    store.delete("none/there", if_generation=7)
    with pytest.raises(NotFound):
        store.read("none")
    with pytest.raises(NotFound), store.reader("none"):
        pass


def test_what_only_begins_other_names_is_not_there(store: Store) -> None:
    store.write("a/b", b"")
    assert store.stat("a") is None
    assert store.stat("a/b/c") is None
    store.delete("a")
    with pytest.raises(NotFound):
        store.read("a")
    with pytest.raises(NotFound):
        store.read("a/b/c")
    assert [found.name for found in store.list()] == ["a/b"]


def test_a_named_generation_is_read_or_not_found(store: Store) -> None:
    old = store.write("x", b"old")
    assert store.read("x", generation=old) == (b"old", old)
    new = store.write("x", b"new")
    assert store.read("x", generation=new) == (b"new", new)
    with pytest.raises(NotFound):
        store.read("x", generation=old)


@pytest.mark.parametrize("data", [b"", b"12345"])
@pytest.mark.parametrize("limit", [0, 1, 4, 5, 6, 10_000_000])
def test_limit(store: Store, data: bytes, limit: int) -> None:
    generation = store.write("x", data)
    assert store.read("x", limit=limit) == (data[:limit], generation)
    assert store.read("x", limit=limit, generation=generation) == (data[:limit], generation)
    with pytest.raises(NotFound):
        store.read("x", limit=limit, generation=generation + 1)


@pytest.mark.parametrize("how", WRITES)
def test_create_only(store: Store, how: str) -> None:
    generation = put(store, how, "x", b"first", if_generation=0)
    with pytest.raises(Conflict):
        put(store, how, "x", b"second", if_generation=0)
    assert store.read("x") == (b"first", generation)
    store.delete("x")
    put(store, how, "x", b"third", if_generation=0)


@pytest.mark.parametrize("how", WRITES)
def test_replace_exactly_that_one(store: Store, how: str) -> None:
    with pytest.raises(Conflict):
        put(store, how, "x", b"first", if_generation=1)
    assert store.stat("x") is None
    old = put(store, how, "x", b"first")
    new = put(store, how, "x", b"second", if_generation=old)
    with pytest.raises(Conflict):
        put(store, how, "x", b"third", if_generation=old)
    assert store.read("x") == (b"second", new)


def test_delete_exactly_that_one(store: Store) -> None:
    old = store.write("x", b"old")
    new = store.write("x", b"new")
    for wrong in (old, 0):
        with pytest.raises(Conflict):
            store.delete("x", if_generation=wrong)
    assert store.read("x") == (b"new", new)
    store.delete("x", if_generation=new)
    assert store.stat("x") is None


def test_a_writer_shows_nothing_before_its_end(store: Store) -> None:
    with store.writer("x") as file:
        for _ in range(5):
            file.write(b"1" * MIB)
        assert store.stat("x") is None
        assert list(store.list()) == []
    assert store.read("x")[0] == b"1" * 5 * MIB
    assert [found.name for found in store.list()] == ["x"]


@pytest.mark.parametrize("size", [0, 10, 5 * MIB])
def test_a_writer_that_fails_leaves_what_was_there(store: Store, size: int) -> None:
    generation = store.write("x", b"old")

    def fail(name: str) -> None:
        with store.writer(name) as file:
            file.write(b"1" * size)
            raise ZeroDivisionError

    for name in ("x", "y"):
        with pytest.raises(ZeroDivisionError):
            fail(name)
    assert store.read("x") == (b"old", generation)
    assert [found.name for found in store.list()] == ["x"]


def test_a_writer_takes_any_bytes_in_any_pieces(store: Store) -> None:
    with store.writer("x") as file:
        pieces: list[bytes] = [b"", b"a", bytearray(b"bc"), memoryview(b"def"), b"g" * 3 * MIB, b"h"]
        sizes = [file.write(piece) for piece in pieces]
    assert sizes == [len(piece) for piece in pieces]
    assert store.read("x")[0] == b"abcdef" + b"g" * 3 * MIB + b"h"


@pytest.mark.slow
@pytest.mark.parametrize("size", [2 * MIB, 4 * MIB, 9 * MIB])
def test_sizes_at_the_borders_of_pieces(store: Store, size: int) -> None:
    data = bytes(range(256)) * (size // 256)
    for how in WRITES:
        put(store, how, how, data, if_generation=0)
        with store.reader(how) as file:
            assert file.read() == data


def test_a_reader_reads_in_pieces_and_seeks(store: Store) -> None:
    data = bytes(range(251)) * 20_000  # 5 MB
    store.write("x", data)
    with store.reader("x") as file:
        assert [file.read(3), file.read(MIB), file.read(0)] == [data[:3], data[3 : 3 + MIB], b""]
        assert file.tell() == 3 + MIB
        assert file.seek(-10, io.SEEK_END) == len(data) - 10
        assert file.read(100) == data[-10:]
        assert file.read(100) == b""
        assert file.seek(7) == 7
        assert file.read() == data[7:]


def test_a_reader_never_mixes_generations(store: Store) -> None:
    store.write("x", b"1" * 6 * MIB)
    with suppress(NotFound), store.reader("x") as file:
        data = file.read(10)
        store.write("x", b"2" * 6 * MIB)
        data += file.read()
        assert data == b"1" * 6 * MIB


def test_list_is_by_name_and_prefix(store: Store) -> None:
    names = ["b", "a/b", "a.txt", "a/a/a", "a/c", "ab/c", "a b", "ä"]
    for name in names:
        store.write(name, name.encode())
    assert [(found.name, found.size) for found in store.list()] == [(n, len(n.encode())) for n in sorted(names)]
    assert [found.name for found in store.list("a/")] == ["a/a/a", "a/b", "a/c"]
    assert [found.name for found in store.list("a")] == ["a b", "a.txt", "a/a/a", "a/b", "a/c", "ab/c"]
    assert [found.name for found in store.list("a/a")] == ["a/a/a"]
    assert [list(store.list(prefix)) for prefix in ("c", "a/d", "b/", "../", "/", ".")] == [[]] * 6
    assert next(store.list("b")) == store.stat("b")


def test_list_survives_deletes_on_the_way(store: Store) -> None:
    for name in "abc":
        store.write(name, b"")
    for found in store.list():
        store.delete(found.name, if_generation=found.generation)
    assert list(store.list()) == []


@pytest.mark.parametrize("name", ODD_NAMES)
def test_odd_names(store: Store, name: str) -> None:
    generation = store.write(name, b"1", if_generation=0)
    with store.writer(name, if_generation=generation) as file:
        file.write(b"22")
    assert [found.name for found in store.list()] == [name]
    assert [found.name for found in store.list(name[:3])] == [name]
    assert store.read(name)[0] == b"22"
    store.delete(name)
    assert store.stat(name) is None


@pytest.mark.parametrize("name", [*BAD_NAMES, "x" * 256, "xyz/" * 300 + "x"])
def test_bad_names_are_refused_everywhere(store: Store, name: str) -> None:
    uses: list[Callable[[], object]] = [
        lambda: store.stat(name),
        lambda: store.read(name),
        lambda: store.reader(name).__enter__(),
        lambda: store.write(name, b""),
        lambda: store.writer(name).__enter__(),
        lambda: store.delete(name),
    ]
    for use in uses:
        with pytest.raises(ScriptFault):
            use()


@pytest.mark.slow
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.text(max_size=12))
def test_any_text_is_refused_or_a_name(store: Store, name: str) -> None:
    try:
        store.write(name, b"x")
    except ScriptFault:
        return
    assert [found.name for found in store.list()] == [name]
    store.delete(name)


@pytest.mark.parametrize("how", WRITES)
def test_of_16_simultaneous_creates_one_wins(store: Store, how: str) -> None:
    start = Barrier(16)

    def create(number: int) -> bool:
        start.wait()
        try:
            put(store, how, "x", str(number).encode(), if_generation=0)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(16) as threads:
        won = list(threads.map(create, range(16)))
    assert sum(won) == 1
    assert store.read("x")[0] == str(won.index(True)).encode()


@pytest.mark.parametrize("how", WRITES)
def test_16_creates_of_the_same_content_have_one_winner_too(store: Store, how: str) -> None:
    start = Barrier(16)

    def create(_: int) -> bool:
        start.wait()
        with suppress(Conflict):
            put(store, how, "x", b"the same", if_generation=0)
            return True
        return False

    with ThreadPoolExecutor(16) as threads:
        assert sum(threads.map(create, range(16))) == 1


@pytest.mark.slow
def test_no_increment_is_lost(store: Store) -> None:
    store.write("count", json.dumps(0).encode())

    def increment(_: int) -> None:
        while True:
            data, generation = store.read("count")
            with suppress(Conflict):
                store.write("count", json.dumps(json.loads(data) + 1).encode(), if_generation=generation)
                return

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(increment, range(40)))
    assert store.read("count")[0] == b"40"
