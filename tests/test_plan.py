"""A script becomes segments: nothing lost, within the limits, cut at the best places."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebooth import cuts
from voicebooth.errors import ScriptFault
from voicebooth.pace import speech_s
from voicebooth.plan import Plan, plan, warnings
from voicebooth.script import Gap, Meta, Script, Sentence, Turn
from voicebooth.speech import Engine
from voicebooth.voices import is_custom

ENGINE = Engine("test/1", "test-tts", longest_request_s=480.0)
CAST = {"Ann": "Kore", "Bob": "Puck", "Cat": "Leda", "Dan": "Puck", "Eve": "voice_eve"}

words = st.lists(st.sampled_from(["bread", "a", "extraordinary", "42", "oven"]), min_size=1, max_size=12)
sentences = st.builds(lambda some: Sentence(" ".join(some) + ".", 1), words)
turns = st.builds(
    Turn,
    st.sampled_from(sorted(CAST)),
    st.lists(sentences, min_size=1, max_size=5).map(tuple),
    st.sampled_from(["", "", "whispering"]),
    st.sampled_from([gap for gap in Gap if gap != Gap.SENTENCE]),
    st.sampled_from([0.0, 1.5]),
)
some_turns = st.lists(turns, min_size=1, max_size=12)
caps_s = st.sampled_from([6.0, 15.0, 75.0])


def script(some: Sequence[Turn], **meta: str) -> Script:
    """Return a script whose sentences stand on lines of their own."""
    numbered, line = [], 0
    for turn in some:
        parts = tuple(replace(part, line=line + at) for at, part in enumerate(turn.sentences, 1))
        line += len(parts)
        numbered.append(replace(turn, sentences=parts))
    return Script("ep.md", Meta(language="en", **meta), tuple(numbered))


def say(speaker: str, text: str, gap: Gap = Gap.TURN) -> Turn:
    return Turn(speaker, tuple(Sentence(part + ".", 1) for part in text.split(".") if part), gap=gap)


def spoken(some: Sequence[Turn]) -> list[tuple[str, Sentence]]:
    return [(turn.speaker, sentence) for turn in some for sentence in turn.sentences]


@given(some_turns, caps_s)
def test_the_segments_say_every_word_once_in_order_by_its_speaker(some: list[Turn], cap_s: float) -> None:
    whole = script(some, style="calm")
    made = plan(whole, CAST, ENGINE, segment_s=cap_s)
    assert spoken([turn for segment in made.segments for turn in segment.turns]) == spoken(whole.turns)
    for index, segment in enumerate(made.segments):
        assert segment.index == index
        assert segment.request.language == "en"
        lines = [(line.voice, line.text, line.style) for line in segment.request.lines]
        assert lines == [(CAST[turn.speaker], turn.text, turn.delivery or "calm") for turn in segment.turns]


@given(some_turns, caps_s)
def test_segments_keep_within_the_limits(some: list[Turn], cap_s: float) -> None:
    for segment in plan(script(some), CAST, ENGINE, segment_s=cap_s).segments:
        assert len(segment.speakers) <= 2
        assert len(segment.request.voices) <= (1 if any(map(is_custom, segment.request.voices)) else 2)
        assert segment.estimate_s == pytest.approx(sum(speech_s(turn.text, "en") for turn in segment.turns))
        assert segment.estimate_s <= cap_s or len(spoken(segment.turns)) == 1


@given(some_turns, caps_s)
def test_a_turn_is_split_only_when_it_alone_is_too_long(some: list[Turn], cap_s: float) -> None:
    whole = script(some)
    parts: dict[int, list[Turn]] = {}
    for segment in plan(whole, CAST, ENGINE, segment_s=cap_s).segments:
        assert len(set(segment.turn_indexes)) == len(segment.turn_indexes) == len(segment.turns)
        for index, turn in zip(segment.turn_indexes, segment.turns, strict=True):
            parts.setdefault(index, []).append(turn)
    for index, (first, *others) in parts.items():
        turn = whole.turns[index]
        assert (first.gap, first.pause_s) == (turn.gap, turn.pause_s)
        assert all((part.gap, part.pause_s) == (Gap.SENTENCE, 0.0) for part in others)
        assert not others or speech_s(turn.text, "en") > cap_s


def possible_plans(some: Sequence[Turn], cap_s: float) -> Iterator[tuple[int, ...]]:
    """Yield the inner cuts of every plan that keeps within the limits."""
    for count in range(len(some)):
        for inner in combinations(range(1, len(some)), count):
            runs = [some[start:end] for start, end in pairwise((0, *inner, len(some)))]
            if all(
                sum(speech_s(turn.text, "en") for turn in run) <= cap_s and len({turn.speaker for turn in run}) <= 2
                for run in runs
            ):
                yield inner


def merit(some: Sequence[Turn], inner: Sequence[int]) -> tuple[int, float]:
    worth = {Gap.CHAPTER: 0, Gap.PAUSE: 1, Gap.PARAGRAPH: 2, Gap.TURN: 4}
    return len(inner), sum(worth[some[cut].gap] for cut in inner)


short_turns = st.lists(
    st.builds(
        lambda speaker, count, gap: say(speaker, " ".join(["bread"] * count), gap),
        st.sampled_from(["Ann", "Bob", "Cat"]),
        st.integers(1, 12),
        st.sampled_from([Gap.TURN, Gap.PARAGRAPH, Gap.PAUSE, Gap.CHAPTER]),
    ),
    min_size=1,
    max_size=9,
)


@given(short_turns)
def test_a_first_plan_has_the_fewest_segments_and_of_those_the_best_cuts(some: list[Turn]) -> None:
    made = plan(script(some), CAST, ENGINE, segment_s=12.0)
    inner = [segment.turn_indexes[0] for segment in made.segments[1:]]
    assert merit(some, inner) == min(merit(some, other) for other in possible_plans(some, 12.0))


def test_among_equals_the_lengths_are_even() -> None:
    made = plan(script([say("Ann", "bread " * 8)] * 4), CAST, ENGINE, segment_s=13.0)
    assert [len(segment.turns) for segment in made.segments] == [2, 2]


@given(some_turns, caps_s)
def test_a_redelivery_finds_its_own_plan(some: list[Turn], cap_s: float) -> None:
    made = plan(script(some), CAST, ENGINE, segment_s=cap_s)
    keys = {segment.key for segment in made.segments}
    assert plan(script(some), CAST, ENGINE, segment_s=cap_s, known=keys) == made


def keys(made: Plan) -> list[str]:
    return [segment.key for segment in made.segments]


def conversation(count: int) -> list[Turn]:
    return [say("AnnBob"[3 * (at % 2) :][:3], f"number {at} of the turns we say here. " * 3) for at in range(count)]


def test_a_changed_word_is_one_new_segment() -> None:
    before = conversation(60)
    paid = keys(plan(script(before), CAST, ENGINE))
    after = [*before[:31], replace(before[31], sentences=(Sentence("A word.", 1),)), *before[32:]]
    made = plan(script(after), CAST, ENGINE, known=paid)
    assert len(paid) > 3
    assert len(set(keys(made)) - set(paid)) == 1


def test_what_is_inserted_moves_no_cut_elsewhere() -> None:
    before = conversation(60)
    paid = keys(plan(script(before), CAST, ENGINE))
    made = plan(
        script([*before[:3], say("Ann", "Something new that is said here. " * 4), *before[3:]]),
        CAST,
        ENGINE,
        known=paid,
    )
    assert keys(made)[-len(paid) + 1 :] == paid[1:]


def test_the_known_plan_wins_over_a_shorter_one_that_would_be_paid_for_again() -> None:
    some = conversation(2)
    paid = [key for turn in some for key in keys(plan(script([turn]), CAST, ENGINE))]
    joined = keys(plan(script(some), CAST, ENGINE))
    assert (len(paid), len(joined)) == (2, 1)
    assert keys(plan(script(some), CAST, ENGINE, known=paid)) == paid
    assert keys(plan(script(some), CAST, ENGINE, known=[*paid, *joined])) == joined


def test_a_plan_worn_to_pieces_is_joined_again() -> None:
    some = conversation(4)
    crumbs = [key for turn in some for key in keys(plan(script([turn]), CAST, ENGINE))]
    assert len(keys(plan(script(some), CAST, ENGINE, known=crumbs))) == 1


def test_one_long_monologue_is_cut_at_sentences() -> None:
    monologue = say("Ann", "We say a sentence of the usual length about bread. " * 100)
    made = plan(script([monologue]), CAST, ENGINE)
    total_s = speech_s(monologue.text, "en")
    assert len(made.segments) == -(-total_s // 75)
    assert made.estimate_s == pytest.approx(total_s)
    assert (made.segments[1].first_line, made.segments[-1].last_line) == (made.segments[0].last_line + 1, 101)


def test_speakers_with_the_same_voice_count_as_speakers() -> None:
    made = plan(script([say("Bob", "One."), say("Dan", "Two."), say("Ann", "Three.")]), CAST, ENGINE)
    assert len(made.segments) == 2


def test_a_custom_voice_is_alone_in_its_request() -> None:
    made = plan(script([say("Ann", "One."), say("Eve", "Two."), say("Eve", "Three.")]), CAST, ENGINE)
    assert [segment.request.voices for segment in made.segments] == [("Kore",), ("voice_eve",)]


def test_the_engines_limit_is_a_limit() -> None:
    brief = replace(ENGINE, longest_request_s=10.0)
    made = plan(script(conversation(6)), CAST, brief)
    assert max(segment.estimate_s for segment in made.segments) <= 10


def test_a_long_sentence_stands_alone_with_a_warning() -> None:
    endless = say("Ann", "bread " * 60)
    made = plan(script([say("Ann", "Hello."), endless, say("Ann", "Bye.")]), CAST, ENGINE, segment_s=15.0)
    assert [segment.turn_indexes for segment in made.segments] == [(0,), (1,), (2,)]
    (warning,) = warnings(made, 15.0)
    assert warning.line == 2
    assert not warnings(made, 75.0)


def test_a_sentence_that_no_request_can_hold_is_the_scripts_fault() -> None:
    with pytest.raises(ScriptFault) as caught:
        plan(script([say("Ann", "Hello."), say("Ann", "bread " * 60)]), CAST, replace(ENGINE, longest_request_s=15.0))
    (problem,) = caught.value.problems
    assert problem.line == 2
    assert "bread" not in problem.message


def test_no_turns_no_segments() -> None:
    assert plan(script([]), CAST, ENGINE) == Plan((), CAST)


def reach(lengths: Sequence[int], cap: int) -> list[int]:
    farthest = []
    for start in range(len(lengths)):
        end = start + 1
        while end < len(lengths) and sum(lengths[start : end + 1]) <= cap:
            end += 1
        farthest.append(end)
    return farthest


known_runs = st.frozensets(st.tuples(st.integers(0, 9), st.integers(0, 9)))


@given(st.lists(st.integers(1, 9), min_size=1, max_size=9), known_runs)
def test_the_cheapest_way_weighs_new_segments_against_excess(
    lengths: list[int], known: frozenset[tuple[int, int]]
) -> None:
    def cost(start: int, end: int) -> float:
        return 0.05 if (start, end) in known else 1.0

    def price(ends: Sequence[int]) -> float:
        """Add the cost of a way to that of its excess: nothing for the first segment, 1.5 for the next, then 3."""
        return sum(cost(*run) for run in pairwise(ends)) + sum(1.5 * at for at in range(len(ends) - 1 - least))

    farthest = reach(lengths, 12)
    least = cuts.fewest(farthest)[0]
    found = cuts.cheapest(farthest, cost, strictly_fewest=False)
    ways = (
        (0, *inner, len(lengths))
        for count in range(len(lengths))
        for inner in combinations(range(1, len(lengths)), count)
    )
    possible = [way for way in ways if all(end <= farthest[start] for start, end in pairwise(way))]
    assert tuple(found) in possible
    assert least == min(len(way) - 1 for way in possible)
    assert price(found) <= min(price(way) for way in possible) + 0.01


def test_a_first_plan_takes_the_fewest_segments_whatever_they_cost() -> None:
    farthest = reach([1] * 6, 3)
    assert cuts.cheapest(farthest, lambda start, end: (end - start) ** 3, strictly_fewest=True) == [0, 3, 6]
