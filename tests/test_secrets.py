"""The key, given or in Secret Manager: the real client library against a server that fails by script."""

from __future__ import annotations

import subprocess
import sys
import threading
import traceback
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from grpc import StatusCode

from fakes.secretmanager import FakeSecretManager
from voicebooth.errors import KeyRefused, Passing, RateLimited, ServiceDown, SettingsFault, VoiceboothError
from voicebooth.secrets import _FAULTS, KeySource, open_key

SECRET = "projects/p/secrets/gemini-key"  # checkov:skip=CKV_SECRET_6: where a secret is, not what


class Clock:
    """Time that passes when it is told to."""

    s = 0.0

    def __call__(self) -> float:
        return self.s


def test_a_literal_key_is_trimmed_and_stays() -> None:
    key = open_key(key=" AQ.abc-123\n", reference=SECRET)
    assert [key(), key(refresh=True)] == ["AQ.abc-123"] * 2


def test_nothing_is_fetched_before_it_is_wanted_and_then_once() -> None:
    with FakeSecretManager({SECRET: ["first\r\n"]}) as server:
        key = open_key(reference=SECRET, emulator=server.host)
        assert server.calls == []
        assert [key(), key(), key()] == ["first"] * 3
        assert server.calls == [f"{SECRET}/versions/latest"]


def test_a_key_is_kept_for_a_while() -> None:
    clock = Clock()
    with FakeSecretManager({SECRET: ["first"]}) as server:
        key = open_key(reference=SECRET, emulator=server.host, keep_s=600, clock=clock)
        assert key() == "first"
        server.secrets[SECRET].append("second")
        clock.s = 599.0
        assert key() == "first"
        clock.s = 600.0
        assert key() == "second"
        assert len(server.calls) == 2


def test_a_version_that_is_named_is_the_one_asked_for() -> None:
    with FakeSecretManager({SECRET: ["first", "second"]}) as server:
        assert open_key(reference=f"{SECRET}/versions/1", emulator=server.host)() == "first"
        assert server.calls == [f"{SECRET}/versions/1"]


def test_a_refused_key_is_fetched_anew() -> None:
    clock = Clock()
    with FakeSecretManager({SECRET: ["revoked"]}) as server:
        key = open_key(reference=SECRET, emulator=server.host, clock=clock)
        assert key() == "revoked"
        server.secrets[SECRET].append("rotated")
        clock.s = 10.0
        assert [key(), key(refresh=True), key()] == ["revoked", "rotated", "rotated"]


def test_threads_that_are_refused_together_cause_one_fetch() -> None:
    clock = Clock()
    with FakeSecretManager({SECRET: ["revoked"]}) as server:
        key = open_key(reference=SECRET, emulator=server.host, clock=clock)
        key()
        server.secrets[SECRET].append("rotated")
        clock.s = 10.0
        start = threading.Barrier(16)

        def refused(_: int) -> str:
            start.wait()
            return key(refresh=True)

        with ThreadPoolExecutor(16) as threads:
            assert set(threads.map(refused, range(16))) == {"rotated"}
        assert len(server.calls) == 2
        clock.s = 20.0
        key(refresh=True)
        assert len(server.calls) == 3


def test_a_key_that_is_due_stays_in_use_while_the_service_is_down() -> None:
    clock = Clock()
    answers = iter(["first", ServiceDown("down"), "second", ServiceDown("down")])

    def fetch() -> str:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    key = KeySource(fetch, keep_s=600, clock=clock)
    ages = []
    for clock.s in (1.0, 601.0, 1201.0):
        ages.append(key())
    assert ages == ["first", "first", "second"]
    clock.s = 1300.0
    with pytest.raises(ServiceDown):
        key(refresh=True)


@pytest.mark.parametrize("status", [StatusCode.UNAVAILABLE, StatusCode.INTERNAL, StatusCode.DEADLINE_EXCEEDED])
def test_a_passing_failure_is_got_over(status: StatusCode) -> None:
    with FakeSecretManager({SECRET: ["key"]}, [status]) as server:
        assert open_key(reference=SECRET, emulator=server.host)() == "key"


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (StatusCode.NOT_FOUND, SettingsFault),
        (StatusCode.PERMISSION_DENIED, SettingsFault),
        (StatusCode.UNAUTHENTICATED, SettingsFault),
        (StatusCode.INVALID_ARGUMENT, SettingsFault),
        (StatusCode.FAILED_PRECONDITION, KeyRefused),
        (StatusCode.RESOURCE_EXHAUSTED, RateLimited),
    ],
)
def test_other_failures_are_told_at_once_with_what_to_do(status: StatusCode, kind: type[VoiceboothError]) -> None:
    with FakeSecretManager({SECRET: ["key"]}, [status]) as server:
        key = open_key(reference=SECRET, emulator=server.host)
        with pytest.raises(kind, match=SECRET) as met:
            key()
        assert met.value.problems[0].fix
        assert key() == "key"
        assert len(server.calls) == 2


def test_the_table_names_only_statuses_there_are() -> None:
    assert set(_FAULTS) <= set(StatusCode.__members__)


def test_what_the_service_itself_says() -> None:
    with FakeSecretManager({SECRET: ["key", None]}) as server:
        for reference, kind in (
            (SECRET, KeyRefused),
            (f"{SECRET}/versions/7", SettingsFault),
            (f"{SECRET}x", SettingsFault),
        ):
            with pytest.raises(kind):
                open_key(reference=reference, emulator=server.host)()


def test_damage_is_noticed_and_a_missing_checksum_is_none() -> None:
    with FakeSecretManager({SECRET: ["key"]}, ["corrupt", "bare"]) as server:
        key = open_key(reference=SECRET, emulator=server.host)
        with pytest.raises(Passing):
            key()
        assert key() == "key"


@pytest.mark.parametrize("content", ["", " \n", "two words", "two\nlines", "schlüssel", "nul\0"])
def test_what_is_no_key_is_refused_and_not_shown(content: str) -> None:
    with FakeSecretManager({SECRET: [content]}) as server, pytest.raises(KeyRefused) as met:
        open_key(reference=SECRET, emulator=server.host)()
    shown = "".join(traceback.format_exception(met.value))
    assert not content.strip() or content.strip() not in shown
    assert SECRET in shown


@pytest.mark.parametrize(
    "reference",
    ["", "gemini-key", "projects/p", "projects/p/secrets/", "projects/p/secrets/a/versions/", f"{SECRET}\n"],
)
def test_references_that_name_nothing(reference: str) -> None:
    with pytest.raises(SettingsFault) as met:
        open_key(reference=reference)
    assert met.value.problems[0].fix


def test_a_key_appears_in_no_representation() -> None:
    with FakeSecretManager({SECRET: ["very-secret"]}) as server:
        for key in (open_key(key="very-secret"), open_key(reference=SECRET, emulator=server.host)):
            key()
            assert "very-secret" not in f"{key} {key!r} {vars(key)['_fetch']!r}"


@pytest.mark.slow
def test_a_literal_key_loads_no_google_library() -> None:
    code = (
        "import sys, voicebooth.secrets as s; s.open_key(key='k')(); print([m for m in sys.modules if 'google.' in m])"
    )
    root = Path(__file__).parents[1]
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root)
    assert done.stdout in {"[]\n", "['google.cloud']\n"}  # a namespace that the interpreter itself prepares
