"""Whose episode is made when: some at a time, one version of a script at a time, and again what failed in passing."""

import threading

import pytest

from voicebooth.desk import AGAIN_AT_MOST_S, AGAIN_S, Desk, again_s
from voicebooth.errors import OutOfTime, Superseded


class Maker:
    """Makes nothing; says what it is asked for, and waits until it may go on."""

    def __init__(self, wish_s=None):
        self.began, self.ended, self.news = [], [], threading.Condition()
        self.may_go_on, self.wish_s = threading.Semaphore(0), wish_s

    def __call__(self, run):
        with self.news:
            self.began.append((run.name, run.generation))
            self.news.notify_all()
        assert self.may_go_on.acquire(timeout=20)
        with self.news:
            self.ended.append((run.name, run.generation, type(run.halted)))
            self.news.notify_all()
        return self.wish_s

    def until(self, true):
        with self.news:
            assert self.news.wait_for(true, 20)


def test_an_edit_halts_the_making_and_the_newest_version_follows():
    maker = Maker()
    with Desk(maker, jobs=2) as desk:
        desk.want("ep.md", 1)
        maker.until(lambda: maker.began)
        desk.want("ep.md", 2)
        desk.want("ep.md", 3)
        assert maker.began == [("ep.md", 1)]  # never two of the same at once
        maker.may_go_on.release(2)
        maker.until(lambda: len(maker.ended) == 2)
    assert maker.ended == [("ep.md", 1, Superseded), ("ep.md", 3, type(None))]


@pytest.mark.parametrize("jobs", [1, 3])
def test_as_many_at_a_time_as_are_asked_for(jobs):
    maker = Maker()
    with Desk(maker, jobs) as desk:
        for name in "abc":
            desk.want(name, 1)
        maker.until(lambda: len(maker.began) == jobs)
        maker.may_go_on.release(3)
        maker.until(lambda: len(maker.ended) == 3)
    assert sorted(name for name, *_ in maker.ended) == ["a", "b", "c"]


def test_the_end_halts_what_is_in_the_making_and_begins_nothing_more():
    maker = Maker()
    with Desk(maker) as desk:
        desk.want("a", 1)
        desk.want("b", 1)
        maker.until(lambda: maker.began)
        desk.want("a", 2)
        threading.Timer(0.01, maker.may_go_on.release).start()
    assert maker.ended == [("a", 1, OutOfTime)]
    desk.want("c", 1)
    assert maker.began == [("a", 1)]


def test_what_failed_in_passing_is_made_again_in_time_and_less_and_less_often():
    now_s, maker = [0.0], Maker(wish_s=0.0)
    maker.may_go_on.release(10)
    waits = []
    with Desk(maker, clock=lambda: now_s[0]) as desk:
        desk.want("ep.md", 1)
        for failures in range(1, 4):
            maker.until(lambda: len(maker.ended) == failures)  # noqa: B023 - called at once
            while desk._runs:  # it has ended, and is being put down
                pass
            due_s = desk._later["ep.md"][1]
            waits.append(due_s - now_s[0])
            now_s[0] = due_s - 1
            desk.look()
            assert len(maker.began) == failures
            now_s[0] = due_s
            desk.look()
        maker.until(lambda: len(maker.ended) == 4)
    assert waits == [AGAIN_S, 2 * AGAIN_S, 4 * AGAIN_S]


def test_the_services_wish_to_wait_longer_is_obeyed():
    assert again_s(1) == AGAIN_S
    assert again_s(1, wish_s=99) == 99
    assert again_s(50) == AGAIN_AT_MOST_S


def test_a_bug_of_ours_ends_the_watch():
    def broken(_run):
        raise ZeroDivisionError

    desk = Desk(broken)
    desk.want("ep.md", 1)
    with desk:
        pass  # it has ended
    with pytest.raises(ZeroDivisionError):
        desk.look()
