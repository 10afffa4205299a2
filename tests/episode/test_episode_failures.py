"""What the service's failures lead to: got over, or told to a person; and what was paid for stays."""

from itertools import pairwise
from pathlib import Path

import pytest

from fakes.gemini_faults import FLAWED, PASSING, QUOTA, REFUSED, SLOW
from fakes.secretmanager import FakeSecretManager
from studio import KEY, Trouble, booth, script, turn_text
from voicebooth.errors import (
    Blocked,
    KeyRefused,
    QuotaSpent,
    RateLimited,
    RequestRefused,
    ServiceDown,
    SettingsFault,
    TakesRejected,
)
from voicebooth.secrets import open_key

GOT_OVER = [*PASSING, *(name for name in FLAWED if name != "faded")]  # in a few seconds that is like a soft ending
SECRET = "projects/p/secrets/key"
REFUSALS = dict.fromkeys(REFUSED, RequestRefused) | {
    "key_invalid": KeyRefused,
    "key_missing": KeyRefused,
    "key_leaked": KeyRefused,
    "unauthenticated": KeyRefused,
    "blocked_prompt": Blocked,
    "blocked_prompt_unknown": Blocked,
    "blocked_safety": Blocked,
    "blocked_content": Blocked,
}


@pytest.mark.slow
def test_each_passing_failure_is_got_over(folders):
    folders = folders.with_options(segment_s=7.0, formats=("wav",)).with_policy(concurrency=16)
    text = script(len(GOT_OVER) + 4)
    folders.gemini.fault_for = Trouble(each=["", "", "", "", *GOT_OVER])  # a few takes first: they tell the usual level
    folders.put(text)
    status = folders.make()
    folders.assert_whole(text)
    assert folders.gemini.seen_faults == dict.fromkeys(GOT_OVER, 1)
    assert status.requests.made == len(folders.gemini.requests) == len(status.segments) + len(GOT_OVER)
    assert status.requests.failed == len(GOT_OVER)
    assert sum(s.attempts for s in status.segments) == status.requests.made


@pytest.mark.slow
def test_one_request_in_ten_fails_at_random(buckets):
    buckets = buckets.with_options(segment_s=7.0, formats=("wav",)).with_policy(concurrency=16)
    text = script(40)
    buckets.gemini.fault_for = Trouble(share=0.1, names=GOT_OVER, seed=1)
    buckets.put(text)
    status = buckets.make()
    buckets.assert_whole(text)
    assert status.requests.failed >= 4
    assert len(buckets.gemini.requests) == status.requests.made <= 1.2 * len(status.segments)


@pytest.mark.slow
def test_answers_that_do_not_come_are_asked_for_again(folders):
    text = script(6)
    folders = folders.with_policy(request_timeout_s=1.5)
    folders.gemini.script("ok", *SLOW)
    folders.put(text)
    status = folders.make()
    folders.assert_whole(text)
    assert status.requests.made == status.requests.failed + len(status.segments)
    assert status.requests.failed >= len(SLOW)


@pytest.mark.slow
def test_refusals_are_told_and_what_was_voiced_is_kept(folders):
    folders = folders.with_policy(concurrency=1)
    text = script(4)
    folders.put(text)
    folders.gemini.script("ok")
    for nth, fault in enumerate(REFUSED):
        folders.gemini.script(fault)
        error = folders.fails(REFUSALS[fault])
        assert error.acknowledge
        assert len(folders.gemini.requests) == 2 + nth, fault  # none after the refusal
        status, told = folders.status(), folders.read("error.txt").decode()
        assert (status.state, status.requests.failed, status.progress.done) == ("failed", 1, 1), fault
        assert len(folders.takes()) == 1
        assert [(n.line, n.message, n.fix) for n in status.errors] == [
            (p.line, p.message, p.fix) for p in error.problems
        ]
        assert ("ep.md: " if isinstance(error, KeyRefused) else "ep.md:5: lines 5 to 7: ") in told, fault
        assert "fix: " in told, fault

    folders.make()
    status = folders.assert_whole(text)
    assert (status.requests.made, status.requests.cached) == (1, 1)
    assert status.errors == ()


@pytest.mark.slow
def test_a_spent_quota_parks_the_episode(folders):
    folders = folders.with_policy(concurrency=1)
    text = script(6)
    folders.put(text)
    folders.gemini.script("ok", "ok")
    for nth, fault in enumerate(QUOTA):
        folders.gemini.script(fault)
        assert not folders.fails(QuotaSpent).acknowledge
        status = folders.status()
        assert (status.state, len(folders.gemini.requests), len(folders.takes())) == ("parked", 3 + nth, 2), fault
        assert status.retry_after_s == (23693 if fault == "quota_day_paid" else None)
        assert status.errors[0].line == 9
        assert "error.txt" not in folders.files()
    assert folders.make().requests.made == 1
    assert folders.assert_whole(text).retry_after_s is None


@pytest.mark.slow
def test_a_service_that_stays_down_leaves_the_episode_queued(folders):
    folders = folders.with_policy(concurrency=1, tries=2)
    text = script(6)
    folders.gemini.script("ok", "status_503", "reset")
    folders.put(text)
    assert not folders.fails(ServiceDown).acknowledge
    status = folders.status()
    assert (status.state, status.requests.made, status.requests.failed) == ("queued", 3, 2)
    assert (len(folders.takes()), status.errors[0].line) == (1, 5)
    assert folders.make().requests.made == 2
    folders.assert_whole(text)


@pytest.mark.slow
def test_audio_that_stays_flawed_is_told_with_its_lines(folders):
    folders = folders.with_policy(concurrency=2, retakes=2)
    text = script(8)
    faults = iter(["silence", "too_short", "other_without_parts"])
    folders.gemini.fault_for = lambda heard: next(faults) if turn_text(3) in str(heard.lines) else ""
    folders.put(text)
    folders.fails(TakesRejected)
    status, told = folders.status(), folders.read("error.txt").decode()
    assert status.state == "failed"
    assert "ep.md:5: lines 5 to 7: " in told
    assert len(folders.gemini.requests) == len(folders.takes()) + 3
    assert status.requests.failed == 3

    folders.gemini.fault_for = lambda _: ""
    kept = len(folders.takes())
    folders.make()
    status = folders.assert_whole(text)
    assert status.requests.made == len(status.segments) - kept


@pytest.mark.slow
def test_everybody_waits_as_long_as_the_service_asks(gemini, folders):
    gemini.retry_delay_s = 1.4  # longer than our own first wait
    folders = folders.with_policy(concurrency=3)
    text = script(14)
    gemini.script("ok", "rate_minute")
    folders.put(text)
    folders.make()
    folders.assert_whole(text)
    refused_s = next(seen.answered_s for seen in gemini.requests if seen.fault)
    arrivals = sorted(seen.arrived_s for seen in gemini.requests)
    silence_s, at = max((after - before, nth) for nth, (before, after) in enumerate(pairwise(arrivals)))
    assert silence_s >= 1.35
    assert arrivals[at + 1] >= refused_s + 1.4
    assert at <= 5  # of those on their way when it said so


@pytest.mark.slow
def test_a_rate_limit_that_stays_leaves_the_episode_queued_with_the_wish(folders):
    folders = folders.with_policy(concurrency=1, tries=1)
    folders.gemini.retry_delay_s = 17.5
    folders.gemini.script("rate_minute")
    folders.put(script(4))
    folders.fails(RateLimited)
    assert (folders.status().state, folders.status().retry_after_s) == ("queued", 17.5)


@pytest.mark.slow
def test_a_refused_key_is_fetched_anew_once(folders):
    clock_s = [100.0]
    old, new = KEY, "AIza-the-next-one"
    with FakeSecretManager({SECRET: [old]}) as secrets:
        key = open_key(reference=SECRET, emulator=secrets.host, clock=lambda: clock_s[0])
        stores = folders.studio.scripts, folders.studio.work, folders.studio.episodes
        mine = booth(*stores, folders.gemini, key=key)
        mine.put(script(4))
        mine.make()
        secrets.secrets[SECRET].append(new)
        folders.gemini.keys = (new,)
        clock_s[0] += 60.0
        text = script(16)
        mine.put(text)
        mine.make()
        mine.assert_whole(text)
        assert len(secrets.calls) == 2
        folders.gemini.keys = ()
        clock_s[0] += 60.0
        mine.put(script(24))
        mine.fails(KeyRefused)
        assert len(secrets.calls) == 3
        assert mine.status().state == "failed"
    told = mine.read("error.txt").decode() + mine.read("episode.json").decode()
    assert old not in told
    assert new not in told


@pytest.mark.slow
def test_the_first_refusal_stops_the_others_and_what_is_in_flight_is_kept(folders):
    folders.gemini.latency_s = 0.1
    folders.gemini.script("bad_request")
    folders = folders.with_policy(concurrency=4)
    folders.put(script(24))
    folders.fails(RequestRefused)
    assert len(folders.gemini.requests) < 8
    assert len(folders.takes()) == len(folders.gemini.requests) - 1


@pytest.mark.slow
def test_a_try_that_fails_leaves_no_audio_behind_but_takes(folders):
    text = script(4)
    folders.put(text)
    in_the_way = Path(folders.studio.episodes.root, "show/ep/episode.mp3/x")
    in_the_way.mkdir(parents=True)
    folders.fails(SettingsFault)
    assert not list(folders.studio.work.list("masters/"))
    assert len(folders.takes()) == len(folders.gemini.requests) > 0
    in_the_way.rmdir()
    in_the_way.parent.rmdir()
    asked = len(folders.gemini.requests)
    folders.make()
    folders.assert_whole(text)
    assert len(folders.gemini.requests) == asked
