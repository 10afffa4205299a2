"""Near the end of the time allowed no request starts; what was made is kept, and the next try goes on from it."""

import pytest

from studio import script
from voicebooth.deadline import Deadline
from voicebooth.errors import OutOfTime


class Clock:
    """A clock that moves on whenever the service is asked, by as long as an answer would take."""

    def __init__(self, answer_s: float) -> None:
        self.now_s, self.answer_s = 1000.0, answer_s

    def __call__(self, _heard=None):
        if _heard is None:
            return self.now_s
        self.now_s += self.answer_s
        return ""


@pytest.mark.slow
def test_the_time_runs_out_and_the_next_try_goes_on(anywhere):
    anywhere = anywhere.with_policy(concurrency=2)
    text = script(24)
    clock = anywhere.gemini.fault_for = Clock(answer_s=10.0)
    generation = anywhere.put(text)
    anywhere.fails(OutOfTime, generation=generation, deadline=Deadline.after(60.0, clock))
    status = anywhere.status()
    kept = len(anywhere.takes())
    assert status.state == "queued"
    assert 2 <= kept == len(anywhere.gemini.requests) < len(status.segments)
    assert (status.requests.made, status.progress.done) == (kept, kept)
    assert "error.txt" not in anywhere.files()

    status = anywhere.make(generation=generation)
    anywhere.assert_whole(text)
    assert (status.requests.made, status.requests.cached) == (len(status.segments) - kept, kept)


@pytest.mark.slow
def test_too_little_time_asks_for_nothing(folders):
    folders.put(script(4))
    error = folders.fails(OutOfTime, deadline=Deadline.after(10.0))
    assert not error.acknowledge
    assert folders.gemini.requests == []
    assert folders.status().state == "queued"


@pytest.mark.slow
def test_with_all_takes_kept_time_for_a_request_is_not_needed(folders):
    text = script(4)
    folders.put(text)
    folders.make()
    folders.with_options(formats=("wav",)).make(deadline=Deadline.after(10.0))
    folders.assert_whole(text)


@pytest.mark.slow
def test_a_wait_that_is_longer_than_the_time_left_is_not_begun(folders):
    folders.gemini.retry_delay_s = 40.0
    folders.gemini.script("rate_minute")
    folders = folders.with_policy(concurrency=1)
    folders.put(script(4))
    folders.fails(OutOfTime, deadline=Deadline.after(50.0))
    assert len(folders.gemini.requests) == 1
    assert folders.status().retry_after_s == pytest.approx(40.0, abs=1.0)
