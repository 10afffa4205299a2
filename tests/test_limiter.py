from voicebooth.limiter import Limiter


class Clock:
    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


def test_without_a_rate_everybody_starts_at_once() -> None:
    limiter = Limiter(None, Clock())
    assert [limiter.wait_s() for _ in range(500)] == [0.0] * 500


def test_no_minute_holds_more_starts_than_the_rate() -> None:
    clock = Clock()
    limiter = Limiter(3, clock)
    starts = []
    for _ in range(10):
        while wait_s := limiter.wait_s():
            clock.now_s += wait_s
        starts.append(clock.now_s)
        clock.now_s += 7
    assert all(later - earlier >= 60 for earlier, later in zip(starts, starts[3:], strict=False))
    assert starts[-1] - starts[0] < 200  # and no slower than it must be


def test_on_hold_nobody_starts_and_the_longest_hold_counts() -> None:
    clock = Clock()
    limiter = Limiter(None, clock)
    limiter.hold(20)
    limiter.hold(5)
    assert limiter.wait_s() == 20
    clock.now_s += 19
    assert limiter.wait_s() == 1
    clock.now_s += 1
    assert limiter.wait_s() == 0


def test_asking_in_vain_uses_up_nothing() -> None:
    clock = Clock()
    limiter = Limiter(1, clock)
    assert limiter.wait_s() == 0
    assert [limiter.wait_s() for _ in range(5)] == [60] * 5
    clock.now_s += 60
    assert limiter.wait_s() == 0
