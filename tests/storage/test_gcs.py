"""What only Cloud Storage has: a network. The real client library against a server that fails by script."""

from __future__ import annotations

import gc
import inspect
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http.client import IncompleteRead

import pytest
import requests
from google.api_core import exceptions as api
from google.auth import exceptions as auth
from google.cloud.storage import exceptions as gcs

from fakes.gcs import FakeGcs, Fault
from voicebooth.errors import Passing, ServiceDown, SettingsFault, VoiceboothError
from voicebooth.storage import Conflict, NotFound, open_store
from voicebooth.storage.gcs import GcsStore
from voicebooth.storage.gcs_faults import VENDOR, Attempts, translate

MIB = 1024 * 1024
OpenGcs = Callable[..., tuple[GcsStore, FakeGcs]]


def write_new(store: GcsStore) -> None:
    store.write("new", b"content", if_generation=0)
    assert store.read("new")[0] == b"content"


def write_over(store: GcsStore) -> None:
    generation = store.write("there", b"changed")
    assert store.read("there") == (b"changed", generation)


def write_large(store: GcsStore) -> None:
    with store.writer("large", if_generation=0) as file:
        for number in range(5):
            file.write(bytes([number]) * MIB)
    with store.reader("large") as file:
        assert file.read() == b"".join(bytes([number]) * MIB for number in range(5))


def read(store: GcsStore) -> None:
    assert store.read("there")[0] == b"words" * 10_000


def read_in_pieces(store: GcsStore) -> None:
    with store.reader("there") as file:
        assert file.read() == b"words" * 10_000


def describe(store: GcsStore) -> None:
    found = store.stat("there")
    assert found
    assert [found] == list(store.list())


def delete(store: GcsStore) -> None:
    store.delete("there")
    assert store.stat("there") is None


@pytest.mark.parametrize(
    ("use", "fault"),
    [
        (use, fault)
        for use, operations in {
            write_new: ["insert"],
            write_over: ["start", "piece"],
            write_large: ["start", "piece"],
            read: ["media"],
            read_in_pieces: ["get", "media"],
            describe: ["get", "list"],
            delete: ["get", "delete"],
        }.items()
        for operation in operations
        for fault in [Fault(503, operation), Fault("reset", operation), Fault("reset-after", operation)]
    ],
)
def test_one_failure_is_got_over(open_gcs: OpenGcs, use: Callable[[GcsStore], None], fault: Fault) -> None:
    store, server = open_gcs()
    store.write("there", b"words" * 10_000)
    server.faults.append(fault)
    use(store)
    assert not server.faults


@pytest.mark.parametrize("kind", [408, 429, 500, 502, 504, "truncate"])
def test_every_passing_answer_is_got_over(open_gcs: OpenGcs, kind: int | str) -> None:
    store, server = open_gcs(Fault(kind, "media"))
    store.write("x", b"words" * 10_000)
    assert store.read("x")[0] == b"words" * 10_000
    assert [operation for operation, _ in server.calls].count("media") == 2


def test_a_write_without_precondition_that_is_repeated_writes_once(open_gcs: OpenGcs) -> None:
    made: list[str] = []
    store, server = open_gcs(Fault("reset-after", "piece"))
    server.buckets._finalized = lambda resource: made.append(resource["generation"])
    generation = store.write("x", b"content")
    assert made == [str(generation)]
    assert [operation for operation, _ in server.calls] == ["start", "piece", "piece"]


def test_412_after_an_own_retry_is_success_when_the_content_is_ours(open_gcs: OpenGcs) -> None:
    store, server = open_gcs(Fault("reset-after", "insert"))
    generation = store.write("x", b"content", if_generation=0)
    assert store.read("x") == (b"content", generation)
    server.faults.append(Fault("reset-after", "insert"))
    assert store.write("x", b"changed", if_generation=generation) > generation


def test_412_after_an_own_retry_is_a_conflict_when_the_content_is_not_ours(open_gcs: OpenGcs) -> None:
    store, server = open_gcs()
    store.write("x", b"theirs")
    server.faults.append(Fault(503, "insert"))
    with pytest.raises(Conflict):
        store.write("x", b"ours", if_generation=0)


def test_412_without_a_retry_is_a_conflict_even_when_the_content_is_equal(open_gcs: OpenGcs) -> None:
    store, _ = open_gcs()
    store.write("x", b"equal")
    with pytest.raises(Conflict):
        store.write("x", b"equal", if_generation=0)


def test_a_conditional_delete_that_is_repeated_is_success(open_gcs: OpenGcs) -> None:
    store, _ = open_gcs(Fault("reset-after", "delete"))
    store.delete("x", if_generation=store.write("x", b""))
    assert store.stat("x") is None


@pytest.mark.slow
def test_patience_ends(open_gcs: OpenGcs) -> None:
    store, server = open_gcs(retry_s=0.3)
    for use in (
        lambda: store.stat("x"),
        lambda: store.read("x"),
        lambda: store.write("x", b"", if_generation=0),
        lambda: list(store.list()),
    ):
        server.faults = [Fault(503)] * 20
        with pytest.raises(ServiceDown, match="gs://work/some/prefix"):
            use()
    server.faults.clear()


def test_a_server_that_does_not_answer_in_time_is_asked_again(open_gcs: OpenGcs) -> None:
    store, _ = open_gcs(Fault("slow", "media", seconds=5.0), timeout_s=0.1)
    store.write("x", b"content")
    assert store.read("x")[0] == b"content"


def test_a_server_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", "http://127.0.0.1:9")
    with pytest.raises(ServiceDown):
        GcsStore("work", retry_s=0.01).stat("x")
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", "127.0.0.1:9")
    with pytest.raises(SettingsFault):
        GcsStore("work", retry_s=0.01).stat("x")


def test_damage_on_the_way_is_noticed(open_gcs: OpenGcs) -> None:
    store, server = open_gcs(Fault("corrupt", "media"), Fault("corrupt", "media"))
    store.write("x", b"content")
    with pytest.raises(Passing):
        store.read("x")
    with pytest.raises(Passing), store.reader("x") as file:
        file.read()
    assert not server.faults


def test_a_piece_taken_only_in_part_is_passing_and_leaves_nothing(open_gcs: OpenGcs) -> None:
    store, _ = open_gcs(Fault("partial", "piece"))
    with pytest.raises(Passing), store.writer("x") as file:
        file.write(b"1" * 5 * MIB)
    assert store.stat("x") is None


def test_a_writer_that_fails_never_finishes_even_when_it_is_collected(open_gcs: OpenGcs) -> None:
    store, server = open_gcs()

    def fail() -> None:
        with store.writer("x") as file:
            file.write(b"1" * 3 * MIB)
            file.flush()
            server.shutdown()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    gc.collect()
    writing = store.writer("x")
    writing.__enter__().write(b"1" * 1000)
    del writing
    gc.collect()
    assert [operation for operation, _ in server.calls] == ["start", "piece"]


def test_a_writer_that_cannot_finish_is_not_finished_later(open_gcs: OpenGcs) -> None:
    store, server = open_gcs(*[Fault(503, "piece")] * 2, retry_s=0.0)
    with pytest.raises(ServiceDown), store.writer("x") as file:
        file.write(b"1" * 1000)
    del file
    gc.collect()
    assert [operation for operation, _ in server.calls] == ["start", "piece"]
    server.faults.clear()
    assert store.stat("x") is None


@pytest.mark.parametrize(("status", "kind"), [(403, SettingsFault), (400, SettingsFault), (501, Passing)])
def test_what_is_no_use_to_repeat_is_not_repeated(open_gcs: OpenGcs, status: int, kind: type[VoiceboothError]) -> None:
    store, server = open_gcs(*[Fault(status)] * 5)
    for use in (
        lambda: store.stat("x"),
        lambda: store.read("x"),
        lambda: store.write("x", b""),
        lambda: store.write("x", b"", if_generation=0),
        lambda: list(store.list()),
    ):
        with pytest.raises(kind, match=str(status)):
            use()
    assert len(server.calls) == 5


def test_a_missing_bucket_is_a_settings_fault(open_gcs: OpenGcs) -> None:
    open_gcs()
    store = GcsStore("typo")
    for use in (
        lambda: store.stat("x"),
        lambda: store.read("x"),
        lambda: store.reader("x").__enter__(),
        lambda: store.write("x", b""),
        lambda: store.write("x", b"", if_generation=0),
        lambda: store.delete("x"),
        lambda: list(store.list()),
    ):
        with pytest.raises(SettingsFault, match="bucket does not exist"):
            use()
    with pytest.raises(SettingsFault, match="bucket does not exist"), store.writer("x") as file:
        file.write(b"1")


@pytest.mark.parametrize("how", ["write", "create", "writer"])
def test_type_and_cache_header_are_set_in_one_go(open_gcs: OpenGcs, how: str) -> None:
    store, server = open_gcs()
    headers = {"content_type": "audio/mpeg", "cache_control": "public, max-age=60"}
    if how == "writer":
        with store.writer("x", **headers) as file:
            file.write(b"1")
    else:
        store.write("x", b"1", if_generation=0 if how == "create" else None, **headers)
    found = server.buckets.find("work", "some/prefix/x", {})
    assert (found["contentType"], found["cacheControl"], found["metageneration"]) == (
        "audio/mpeg",
        "public, max-age=60",
        "1",
    )


def test_a_long_list_comes_in_pages(open_gcs: OpenGcs) -> None:
    store, server = open_gcs()
    names = [f"some/prefix/{number:04}" for number in range(2001)]
    for name in [*names, "some/prefix", "some/prefixed", "some/prefix/folder/", "some/prefix/.hidden"]:
        server.buckets.insert("work", {}, {"name": name}, b"")
    assert [f"some/prefix/{found.name}" for found in store.list()] == names
    assert [operation for operation, _ in server.calls] == ["list"] * 3


@pytest.mark.slow
def test_32_threads_share_one_store_without_a_warning(open_gcs: OpenGcs, caplog: pytest.LogCaptureFixture) -> None:
    store, _ = open_gcs()
    with ThreadPoolExecutor(32) as threads:
        list(threads.map(lambda number: store.write(f"{number}", b"", if_generation=0), range(128)))
    assert not caplog.records


def test_the_url_names_bucket_and_prefix(open_gcs: OpenGcs) -> None:
    _, server = open_gcs()
    for url in ("gs://work", "gs://work/a", "gs://work/a/b"):
        store = open_store(url)
        assert store.url == open_store(url + "/").url == url
        store.write("x", b"")
    assert [name for operation, name in server.calls if operation == "start"] == ["x", "a/x", "a/b/x"]


def test_no_credentials_is_a_settings_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("STORAGE_EMULATOR_HOST", raising=False)
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", "/nowhere/key.json")
    with pytest.raises(SettingsFault, match="credentials"):
        open_store("gs://work")


STATUSES = {
    **dict.fromkeys([300, 301, 302, 303, 304, 305, 306, 307, 308], SettingsFault),
    **dict.fromkeys([400, 401, 403, 405, 409, 411, 416, 499], SettingsFault),
    **dict.fromkeys([408, 429, 500, 502, 503, 504], ServiceDown),
    **dict.fromkeys([410, 501], Passing),
    404: NotFound,
    412: Conflict,
}


def test_every_status_the_library_knows_has_its_place() -> None:
    for status in sorted({*api._HTTP_CODE_TO_EXCEPTION, *STATUSES}):
        assert type(translate(api.from_http_status(status, "m"), "p")) is STATUSES[status], status


def test_every_error_the_libraries_have_is_translated() -> None:
    errors = [
        kind
        for module in (api, auth, gcs, requests.exceptions)
        for _, kind in inspect.getmembers(module, inspect.isclass)
        if issubclass(kind, Exception) and not issubclass(kind, Warning) and kind.__module__ == module.__name__
    ]
    strangers = {kind.__name__ for kind in errors if not issubclass(kind, VENDOR)}
    assert strangers == {"AsyncRestUnsupportedParameterError", "InvalidPathError"}  # of calls we do not make


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (api.RetryError("late", api.Forbidden("no")), SettingsFault),
        (api.RetryError("late", requests.ConnectionError()), ServiceDown),
        (auth.DefaultCredentialsError("none"), SettingsFault),
        (auth.RefreshError("revoked"), SettingsFault),
        (auth.RefreshError("later", retryable=True), ServiceDown),
        (auth.TransportError("metadata server"), ServiceDown),
        (requests.exceptions.ChunkedEncodingError(), ServiceDown),
        (requests.exceptions.InvalidURL(), SettingsFault),
        (IncompleteRead(b""), ServiceDown),
        (ConnectionResetError(), ServiceDown),
    ],
)
def test_table_of_faults_beyond_statuses(error: Exception, kind: type[VoiceboothError]) -> None:
    assert type(translate(error, "gs://b/x")) is kind
    assert Attempts()(error) is (kind is ServiceDown)
