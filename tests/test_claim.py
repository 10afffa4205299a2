"""Claims over both kinds of store: who holds, who waits, who is superseded, and that nothing holds for ever."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Queue

import pytest

from fakes.gcs import FakeGcs, Fault
from voicebooth.claim import Claim
from voicebooth.errors import Busy, ServiceDown, SettingsFault, Superseded, VoiceboothError
from voicebooth.storage import Store, open_store
from voicebooth.storage.gcs import GcsStore

NAME = "claims/show/ep.json"


class Clock:
    """Time that passes when it is told to."""

    def __init__(self) -> None:
        self.s = 1_800_000_000.0

    def __call__(self) -> float:
        return self.s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def gcs(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[GcsStore, FakeGcs]]:
    with FakeGcs(("work",)) as server:
        monkeypatch.setenv("STORAGE_EMULATOR_HOST", server.url)
        store = GcsStore("work", retry_s=0.2)
        yield store, server
        store._client.close()


@pytest.fixture(params=["folder", "gcs"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    if request.param == "gcs":
        return request.getfixturevalue("gcs")[0]
    return open_store(str(tmp_path))


@pytest.fixture
def take(store: Store, clock: Clock) -> Callable[..., Claim]:
    def take(owner: str, generation: int = 5) -> Claim:
        return Claim.take(store, NAME, generation=generation, owner=owner, lease_s=60.0, now=clock)

    return take


def test_a_second_taker_is_told_how_long_to_wait(take: Callable[..., Claim], clock: Clock) -> None:
    take("ann")
    clock.s += 15
    with pytest.raises(Busy) as busy:
        take("bob")
    assert busy.value.retry_after_s == pytest.approx(45.0)


def test_a_renewal_extends(take: Callable[..., Claim], clock: Clock) -> None:
    claim = take("ann")
    clock.s += 59
    claim.renew()
    clock.s += 59
    claim.check()
    with pytest.raises(Busy):
        take("bob")


def test_an_expired_claim_is_taken_over_and_its_holder_notices(take: Callable[..., Claim], clock: Clock) -> None:
    first = take("ann")
    clock.s += 60
    second = take("bob")
    for notice in (first.renew, first.check, first.check):
        with pytest.raises(Busy):
            notice()
    first.release()
    second.renew()
    with pytest.raises(Busy):
        take("cay")


def test_an_expired_claim_that_nobody_wanted_can_be_renewed(take: Callable[..., Claim], clock: Clock) -> None:
    claim = take("ann")
    clock.s += 100
    claim.renew()
    with pytest.raises(Busy):
        take("bob")


def test_check_renews_an_expired_lease_or_finds_it_taken(take: Callable[..., Claim], clock: Clock) -> None:
    claim = take("ann")
    clock.s += 60
    claim.check()
    with pytest.raises(Busy):
        take("bob")
    clock.s += 60
    take("bob")
    with pytest.raises(Busy):
        claim.check()


def test_a_released_claim_is_free_at_once(take: Callable[..., Claim]) -> None:
    take("ann").release()
    take("bob").release()


def test_a_newer_generation_takes_over_at_once_and_the_older_notices(take: Callable[..., Claim]) -> None:
    older = take("ann", generation=5)
    newer = take("bob", generation=6)
    older.check()
    for notice in (older.renew, older.check):
        with pytest.raises(Superseded):
            notice()
    older.release()
    newer.renew()


@pytest.mark.parametrize("state", ["live", "released", "expired"])
def test_an_older_generation_is_superseded_for_ever(take: Callable[..., Claim], clock: Clock, state: str) -> None:
    newer = take("bob", generation=6)
    if state == "released":
        newer.release()
    clock.s += 1000 * (state == "expired")
    with pytest.raises(Superseded):
        take("ann", generation=5)


@pytest.mark.parametrize(
    "junk", [b"", b"{", b"[]", b"null", b'{"generation": 1}', b'{"generation": null}', b"\xff", b"1" * 9999]
)
def test_a_record_that_nobody_can_read_binds_nobody(store: Store, take: Callable[..., Claim], junk: bytes) -> None:
    store.write(NAME, junk)
    take("ann").renew()
    with pytest.raises(Busy):
        take("bob")


def test_a_record_that_was_removed_by_hand_is_a_lost_claim(store: Store, take: Callable[..., Claim]) -> None:
    claim = take("ann")
    store.delete(NAME)
    with pytest.raises(Busy):
        claim.renew()
    take("bob")


def test_the_record_says_who_and_until_when(store: Store, take: Callable[..., Claim], clock: Clock) -> None:
    take("ann")
    record = json.loads(store.read(NAME)[0])
    assert record == {"generation": 5, "owner": "ann", "until": clock.s + 60}


@pytest.mark.parametrize("before", ["nothing", "expired", "older"])
def test_of_16_takers_one_wins(take: Callable[..., Claim], clock: Clock, before: str) -> None:
    if before != "nothing":
        take("old", generation=5 if before == "expired" else 4)
        clock.s += 100 * (before == "expired")
    start = threading.Barrier(16)

    def attempt(number: int) -> Claim | None:
        start.wait()
        try:
            return take(f"taker {number}")
        except Busy:
            return None

    with ThreadPoolExecutor(16) as threads:
        (winner,) = filter(None, threads.map(attempt, range(16)))
    winner.renew()


def test_of_takers_of_many_generations_the_newest_holds(store: Store, take: Callable[..., Claim]) -> None:
    start = threading.Barrier(8)

    def attempt(generation: int) -> str:
        start.wait()
        try:
            take("somebody", generation=generation)
        except VoiceboothError as error:
            return type(error).__name__
        return "taken"

    with ThreadPoolExecutor(8) as threads:
        ends = list(threads.map(attempt, range(1, 9)))
    assert ends[-1] == "taken"
    assert set(ends) <= {"taken", "Superseded"}
    assert json.loads(store.read(NAME)[0])["generation"] == 8


def test_a_context_renews_itself_and_lets_go(gcs: tuple[GcsStore, FakeGcs], clock: Clock) -> None:
    store, server = gcs
    written: Queue[str] = Queue()
    server.buckets._finalized = lambda resource: written.put(resource["generation"])
    with Claim.take(store, NAME, generation=1, owner="ann", lease_s=0.06, now=clock) as claim:
        assert len({written.get(timeout=5) for _ in range(4)}) == 4
        claim.check()
        beating = [thread for thread in threading.enumerate() if thread.name == "claim"]
        assert all(thread.daemon for thread in beating)
    assert not any(thread.is_alive() for thread in beating)
    Claim.take(store, NAME, generation=1, owner="bob", now=clock)


def test_a_context_stops_at_once_however_long_the_lease(take: Callable[..., Claim]) -> None:
    with pytest.raises(ZeroDivisionError), take("ann"):
        raise ZeroDivisionError
    with take("bob"):
        pass
    assert not [thread for thread in threading.enumerate() if thread.name == "claim"]


def until_lost(claim: Claim) -> VoiceboothError:
    """Wait until the renewals have met something: their thread ends."""
    claim._heart.join(timeout=5)
    with pytest.raises(VoiceboothError) as met:
        claim.check()
    return met.value


def test_renewals_meet_a_newer_generation(tmp_path: Path) -> None:
    store = open_store(str(tmp_path))
    with Claim.take(store, NAME, generation=1, owner="ann", lease_s=0.3) as claim:
        Claim.take(store, NAME, generation=2, owner="bob")
        assert isinstance(until_lost(claim), Superseded)
    assert json.loads(store.read(NAME)[0])["owner"] == "bob"


def test_renewals_outlive_a_store_that_is_down_for_a_moment(gcs: tuple[GcsStore, FakeGcs]) -> None:
    store, server = gcs
    written: Queue[str] = Queue()
    claim = Claim.take(GcsStore("work", retry_s=0.0), NAME, generation=1, owner="ann", lease_s=0.09)
    server.buckets._finalized = lambda resource: written.put(resource["generation"])
    server.faults.append(Fault(503, "insert"))
    with claim:
        written.get(timeout=5)
    assert not server.faults
    assert store.stat(NAME)


def test_renewals_end_when_permission_is_withdrawn(gcs: tuple[GcsStore, FakeGcs]) -> None:
    store, server = gcs
    with Claim.take(store, NAME, generation=1, owner="ann", lease_s=0.03) as claim:
        server.faults.append(Fault(403, "insert"))
        assert isinstance(until_lost(claim), SettingsFault)


def test_the_works_own_error_is_not_hidden_by_a_release_that_fails(gcs: tuple[GcsStore, FakeGcs]) -> None:
    store, server = gcs
    claim = Claim.take(store, NAME, generation=1, owner="ann")
    server.faults.append(Fault(403, "insert"))
    with pytest.raises(ZeroDivisionError), claim:
        raise ZeroDivisionError


def test_a_store_that_is_down_is_passing(gcs: tuple[GcsStore, FakeGcs]) -> None:
    store, server = gcs
    server.faults += [Fault(503)] * 20
    with pytest.raises(ServiceDown):
        Claim.take(store, NAME, generation=1, owner="ann")
    server.faults.clear()


@pytest.mark.slow
def test_a_killed_holder_is_let_go_by_expiry(tmp_path: Path) -> None:
    code = f"""
        from voicebooth.claim import Claim
        from voicebooth.storage import open_store
        with Claim.take(open_store({str(tmp_path)!r}), {NAME!r}, generation=1, owner="killed", lease_s=0.6):
            print("held", flush=True)
            input()
        """
    store = open_store(str(tmp_path))
    holder = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[1],
    )
    with holder:
        assert holder.stdout
        assert holder.stdout.readline() == "held\n"
        holder.kill()
    assert json.loads(store.read(NAME)[0])["owner"] == "killed"
    waiting = threading.Event()
    while True:
        try:
            Claim.take(store, NAME, generation=1, owner="bob").release()
            break
        except Busy as busy:
            waiting.wait(busy.retry_after_s)


def test_the_newest_script_there_is_may_be_older_than_one_that_was_claimed(tmp_path: Path) -> None:
    store = open_store(str(tmp_path))
    with Claim.take(store, "claims/ep.json", generation=100, owner="a", lease_s=60), pytest.raises(Busy):
        Claim.take(store, "claims/ep.json", generation=50, owner="b", newest=True)
    with pytest.raises(Superseded):
        Claim.take(store, "claims/ep.json", generation=50, owner="b")
    Claim.take(store, "claims/ep.json", generation=50, owner="b", newest=True).release()
    with pytest.raises(Superseded):
        Claim.take(store, "claims/ep.json", generation=99, owner="c")
