import threading

import pytest

from voicebooth.lane import Lane

ROOM = 12


def test_items_are_worked_through_in_order_and_all():
    done = []
    with Lane(done.append, "lane", ROOM) as lane:
        for number in range(50):
            lane.put(number)
        lane.finish()
        assert done == list(range(50))


def test_work_happens_in_one_other_thread():
    names = set()
    with Lane(lambda _: names.add(threading.current_thread().name), "booth", ROOM) as lane:
        for number in range(3):
            lane.put(number)
        lane.finish()
    assert len(names) == 1
    assert names.pop().startswith("booth")


def test_a_caller_that_is_too_fast_waits():
    gate, put = threading.Event(), []
    with Lane(lambda _: gate.wait(), "lane", ROOM) as lane:

        def hurry():
            for number in range(ROOM + 1):
                lane.put(number)
                put.append(number)

        caller = threading.Thread(target=hurry)
        caller.start()
        caller.join(0.1)
        assert caller.is_alive()
        assert len(put) == ROOM
        gate.set()
        caller.join()
        lane.finish()
    assert len(put) == ROOM + 1


def test_an_error_comes_out_and_the_rest_is_dropped():
    def fail(number):
        raise OSError(f"number {number}")

    with Lane(fail, "lane", ROOM) as lane:
        lane.put(0)
        with pytest.raises(OSError, match="number 0"):
            lane.finish()


def test_large_items_take_more_of_the_room_and_one_that_is_larger_than_all_of_it_goes_alone():
    gate, put = threading.Event(), []
    with Lane(lambda _: gate.wait(), "lane", ROOM, len) as lane:

        def hurry():
            for size in (ROOM + 5, ROOM // 2, ROOM // 2, 1):
                lane.put("x" * size)
                put.append(size)

        caller = threading.Thread(target=hurry)
        caller.start()
        caller.join(0.1)
        assert put == [ROOM + 5]
        gate.set()
        caller.join()
        lane.finish()
    assert put == [ROOM + 5, ROOM // 2, ROOM // 2, 1]
