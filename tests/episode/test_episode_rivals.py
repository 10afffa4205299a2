"""Several runs over one episode: one bill, one episode, and never a mix of two."""

import os
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from threading import Barrier

import pytest

from studio import FILES, NAME, booth, script
from voicebooth.episode import make_episode
from voicebooth.errors import Busy, ScriptFault, Superseded


def another(first):
    """Return a booth with the same buckets, as a second instance of the program would have it."""
    stores = first.studio.scripts, first.studio.work, first.studio.episodes
    return booth(*stores, first.gemini, first.gcs)


def meanwhile(nth, do):
    """Return a watcher of a run's progress that does something else when the n-th take is kept."""
    takes = count(1)

    def watch(_tally, _segments):
        if next(takes) == nth:
            do()

    return watch


@pytest.mark.slow
def test_the_same_event_during_a_run_is_told_to_come_again(anywhere):
    text = script(6)
    generation = anywhere.put(text)
    second = another(anywhere)
    waits_s = []
    come_again = meanwhile(2, lambda: waits_s.append(second.fails(Busy, generation=generation).retry_after_s))
    anywhere.make(generation=generation, on_progress=come_again)
    status = anywhere.assert_whole(text)
    assert 0 < waits_s[0] <= anywhere.studio.options.claim_s
    assert second.make(generation=generation) == status
    assert len(anywhere.gemini.requests) == len(status.segments)


@pytest.mark.slow
@pytest.mark.parametrize("round_", range(2))
def test_two_instances_at_the_same_moment_make_one_episode(anywhere, round_):
    text = script(4 + 2 * round_)
    generation = anywhere.put(text)
    start = Barrier(2)

    def deliver(instance):
        start.wait()
        try:
            return make_episode(instance.studio, "show/ep.md", generation).state
        except Busy:
            return "busy"

    with ThreadPoolExecutor(2) as pool:
        outcomes = sorted(pool.map(deliver, (anywhere, another(anywhere))))
    assert outcomes in (["busy", "done"], ["done", "done"])
    status = anywhere.assert_whole(text)
    assert anywhere.files() == FILES
    assert len(anywhere.gemini.requests) == len(status.segments)


@pytest.mark.slow
def test_an_older_event_after_a_newer_one_changes_nothing(anywhere):
    old = anywhere.put(script(4))
    text = script(6)
    new = anywhere.put(text)
    anywhere.make(generation=new)
    before = {stat.name: stat.generation for stat in anywhere.studio.episodes.list()}
    asked = len(anywhere.gemini.requests)
    assert anywhere.fails(Superseded, generation=old).acknowledge
    assert {stat.name: stat.generation for stat in anywhere.studio.episodes.list()} == before
    assert len(anywhere.gemini.requests) == asked


@pytest.mark.slow
def test_an_older_event_before_the_newer_one_changes_nothing(anywhere):
    text = script(4)
    done = anywhere.put(text)
    anywhere.make(generation=done)
    old, newest = anywhere.put(script(5)), anywhere.put(script(6))
    anywhere.fails(Superseded, generation=old)
    anywhere.assert_whole(text)  # not "running" for ever
    anywhere.make(generation=newest)
    anywhere.assert_whole(script(6))


@pytest.mark.slow
def test_a_newer_script_during_a_run_takes_over(anywhere):
    older, newer = script(8, speakers=2), script(4, speakers=4)
    generation = anywhere.put(older)
    second, made = another(anywhere), []

    def replace():
        made.append(second.make(generation=second.put(newer)))

    assert anywhere.fails(Superseded, generation=generation, on_progress=meanwhile(2, replace)).acknowledge
    status = second.assert_whole(newer)
    assert status == made[0]
    assert anywhere.files() == FILES


@pytest.mark.slow
def test_a_run_that_is_superseded_stops_asking(folders):
    folders = folders.with_options(claim_s=0.3).with_policy(concurrency=1)
    older, newer = script(40), script(2, speakers=1)
    generation = folders.put(older)
    second, heard = another(folders), []

    def replace():
        second.make(generation=second.put(newer))
        heard.append(len(folders.gemini.requests))
        folders.gemini.latency_s = 0.1

    folders.fails(Superseded, generation=generation, on_progress=meanwhile(2, replace))
    assert len(folders.gemini.requests) - heard[0] < 12  # of 19 left
    second.assert_whole(newer)


@pytest.mark.slow
@pytest.mark.parametrize("rival", ["show/ep.txt", "show/ep.json"])
def test_a_rival_of_the_same_name_leaves_the_first_one_alone(anywhere, rival):
    text = script(4)
    anywhere.put(text)
    anywhere.make()
    before = {stat.name: stat.generation for stat in anywhere.studio.episodes.list()}
    anywhere.put(script(2), rival)
    assert "ep.md" in str(anywhere.fails(ScriptFault, rival))
    assert {stat.name: stat.generation for stat in anywhere.studio.episodes.list()} == before
    anywhere.assert_whole(text)


@pytest.mark.slow
def test_when_the_first_one_is_gone_the_rival_may_have_the_name(folders):
    folders.put(script(4))
    folders.make()
    folders.studio.scripts.delete("show/ep.md")
    text = script(2)
    folders.put(text, "show/ep.txt")
    folders.make("show/ep.txt")
    folders.assert_whole(text)


@pytest.mark.slow
def test_a_script_put_back_from_a_copy_is_made_though_its_generation_is_older(folders):
    folders.put(script(4))
    folders.make()
    text = script(2)
    newer = folders.put(text)
    older = newer - 3_600_000_000_000
    os.utime(folders.studio.scripts.root / NAME, ns=(older, older))
    assert folders.make(generation=older).script.generation == older
    folders.assert_whole(text)


@pytest.mark.slow
def test_an_event_of_a_script_that_was_removed_is_forgotten(folders):
    generation = folders.put(script(4))
    folders.studio.scripts.delete("show/ep.md")
    assert folders.fails(Superseded, generation=generation).acknowledge
    assert folders.files() == set()
