import threading

import pytest

from voicebooth.lane import DEPTH, Lane


def test_items_are_worked_through_in_order_and_all():
    done = []
    with Lane(done.append) as lane:
        for number in range(50):
            lane.put(number)
        lane.finish()
        assert done == list(range(50))


def test_work_happens_in_one_other_thread():
    names = set()
    with Lane(lambda _: names.add(threading.current_thread().name), "booth") as lane:
        for number in range(3):
            lane.put(number)
        lane.finish()
    assert len(names) == 1
    assert names.pop().startswith("booth")


def test_a_caller_that_is_too_fast_waits():
    gate, put = threading.Event(), []
    with Lane(lambda _: gate.wait()) as lane:

        def hurry():
            for number in range(DEPTH + 1):
                lane.put(number)
                put.append(number)

        caller = threading.Thread(target=hurry)
        caller.start()
        caller.join(0.1)
        assert caller.is_alive()
        assert len(put) == DEPTH
        gate.set()
        caller.join()
        lane.finish()
    assert len(put) == DEPTH + 1


def test_an_error_comes_out_and_the_rest_is_dropped():
    def fail(number):
        raise OSError(f"number {number}")

    with Lane(fail) as lane:
        lane.put(0)
        with pytest.raises(OSError, match="number 0"):
            lane.finish()
