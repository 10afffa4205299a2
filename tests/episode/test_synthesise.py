"""A plan's segments against the fake service: order, bounds, what is kept, and how it ends."""

from itertools import islice

import numpy as np
import pytest

from fakes import tones
from studio import script, turn_text
from voicebooth.deadline import Deadline
from voicebooth.errors import Blocked, OutOfTime, RequestRefused, ServiceDown, TakesRejected
from voicebooth.limiter import Limiter
from voicebooth.prepare import prepare
from voicebooth.shelf import Shelf
from voicebooth.synthesise import Policy, Synthesis, Tally


class Job:
    """A plan and what voices it; a new shelf for each, over the same bucket."""

    def __init__(self, booth, text, **how) -> None:
        policy = Policy(**{"concurrency": 4, "request_timeout_s": 20.0, **how.pop("policy", {})})
        studio, self.tally = booth.with_options(segment_s=7.0).studio, Tally()
        self.plan = prepare(studio, text.encode(), "ep.md").plan
        speech, shelf = studio.speech(""), Shelf(studio.work)
        self.synthesis = Synthesis(
            speech, shelf, **{"limiter": Limiter(), "deadline": Deadline(), **how}, policy=policy
        )

    def takes(self):
        with self.synthesis.voiced(self.plan, self.tally) as takes:
            yield from takes

    def fails(self, kind):
        with pytest.raises(kind) as failure:
            list(self.takes())
        assert type(failure.value) is kind
        return failure.value


def test_takes_come_in_order_and_are_what_was_asked_for(folders):
    job = Job(folders, script(6))
    takes = list(job.takes())
    assert [take.key for take in takes] == [segment.key for segment in job.plan.segments]
    for take, segment in zip(takes, job.plan.segments, strict=True):
        assert tones.decode(take.samples) == tones.spoken((ln.voice, ln.text) for ln in segment.request.lines)
        assert take.sound.duration_s == len(take.samples) / tones.RATE_HZ
        assert not take.cached
    assert (job.tally.made, job.tally.failed, job.tally.cached, job.tally.done) == (6, 0, 0, 6)
    assert job.tally.audio_tokens == sum(take.audio_tokens for take in takes) > 0


def test_what_is_kept_is_not_asked_for(folders):
    first = list(Job(folders, script(6)).takes())
    again = Job(folders, script(8))
    takes = list(again.takes())
    assert [take.cached for take in takes] == [True] * 6 + [False] * 2
    assert (again.tally.made, again.tally.cached, again.tally.done) == (2, 6, 8)
    assert np.array_equal(takes[3].samples, first[3].samples)
    assert len(folders.gemini.requests) == 8


@pytest.mark.slow
@pytest.mark.parametrize("concurrency", [1, 5])
def test_no_more_requests_at_once_than_allowed(folders, concurrency):
    folders.gemini.latency_s = 0.05
    list(Job(folders, script(12), policy={"concurrency": concurrency}).takes())
    assert folders.gemini.most_at_once == concurrency


def test_a_take_is_kept_before_it_is_handed_out_and_before_anybody_is_told(folders):
    counted = []
    job = Job(folders, script(6), on_take=lambda tally: counted.append((tally.done, len(folders.takes()))))
    for number, take in enumerate(job.takes(), 1):
        assert take.key in folders.takes()
        assert len(folders.takes()) >= number
    assert len(counted) == 6
    assert all(kept >= done for done, kept in counted)


@pytest.mark.slow
def test_leaving_early_starts_nothing_new_and_keeps_what_is_under_way(folders):
    folders.gemini.latency_s = 0.05
    job = Job(folders, script(20), policy={"concurrency": 2})
    with job.synthesis.voiced(job.plan, job.tally) as takes:
        assert len(list(islice(takes, 2))) == 2
    asked = len(folders.gemini.requests)
    assert asked <= 8
    assert len(folders.takes()) == asked


@pytest.mark.slow
def test_all_refusals_that_are_under_way_are_told(folders):
    folders.gemini.latency_s = 0.2
    folders.gemini.script(*["blocked_prompt"] * 3)
    error = Job(folders, script(9), policy={"concurrency": 3}).fails(Blocked)
    assert [problem.line for problem in error.problems] == [1, 3, 5]
    assert all(problem.fix for problem in error.problems)


@pytest.mark.slow
def test_a_refusal_is_told_before_a_passing_failure(folders):
    folders.gemini.latency_s = 0.2
    folders.gemini.fault_for = lambda heard: "bad_request" if turn_text(2)[:4] in str(heard.lines) else "status_500"
    Job(folders, script(3), policy={"concurrency": 3, "tries": 1}).fails(RequestRefused)


def test_retakes_have_a_budget_of_their_own(folders):
    folders.gemini.script("silence", "text_part", "too_short")
    job = Job(folders, script(1), policy={"retakes": 3, "tries": 1})
    (take,) = job.takes()
    assert take.attempts == 4
    assert (job.tally.made, job.tally.failed) == (4, 3)
    charged = sum(seen.tokens for seen in folders.gemini.requests)
    assert job.tally.audio_tokens == charged

    folders.gemini.script("silence", "silence")
    error = Job(folders, f"Ann: {turn_text(70)}", policy={"retakes": 1}).fails(TakesRejected)
    assert error.problems[0].message.startswith("line 1: the audio was unusable each time (")
    assert error.problems[0].line == 1


@pytest.mark.slow
def test_tries_run_out(folders):
    folders.gemini.script("status_500", "reset")
    job = Job(folders, script(1), policy={"tries": 2})
    assert job.fails(ServiceDown).problems[0].line == 1
    assert (job.tally.made, job.tally.failed) == (2, 2)


def test_no_time_no_request(folders):
    job = Job(folders, script(2), deadline=Deadline.after(5.0))
    job.fails(OutOfTime)
    assert job.tally.made == 0
    assert folders.gemini.requests == []


def test_a_watcher_that_fails_ends_it(folders):
    def watch(_tally):
        raise Blocked("stop here")

    job = Job(folders, script(8), on_take=watch, policy={"concurrency": 1})
    job.fails(Blocked)
    assert len(folders.takes()) == len(folders.gemini.requests) == 1
