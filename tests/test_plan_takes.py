"""Plans of one turn a segment, and plans in which another take of a segment is in use."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from test_plan import CAST, ENGINE, caps_s, conversation, keys, say, script, some_turns, spoken, turns
from voicebooth.pace import speech_s
from voicebooth.plan import Plan, plan
from voicebooth.script import Sentence, Turn
from voicebooth.speech import Line, Request

numbers = st.integers(1, 5)


def planned(some: Sequence[Turn], cap_s: float = 75.0, **how: object) -> Plan:
    return plan(script(some), CAST, ENGINE, segment_s=cap_s, **how)


def first_keys(made: Plan) -> list[str]:
    return [segment.first_key for segment in made.segments]


@given(some_turns, caps_s)
def test_in_mode_turns_no_segment_holds_more_than_one_turn(some: list[Turn], cap_s: float) -> None:
    made = planned(some, cap_s, mode="turns")
    assert spoken([turn for segment in made.segments for turn in segment.turns]) == spoken(script(some).turns)
    assert all(len(segment.turns) == 1 for segment in made.segments)
    parts = Counter(segment.turn_indexes[0] for segment in made.segments)
    for index, turn in enumerate(some):
        assert parts[index] == 1 or speech_s(turn.text, "en") > cap_s
    assert all(segment.estimate_s <= cap_s or len(spoken(segment.turns)) == 1 for segment in made.segments)


LITANY = [
    Turn(
        "Ann",
        tuple(Sentence(text, 1) for text in (*["bread bread bread bread."] * 2, *["bread a bread extraordinary."] * 3)),
    )
]


@example(LITANY, 6.0, "segments")  # may be cut in two places at the same cost, but for the last bit
@given(some_turns, caps_s, st.sampled_from(["segments", "turns"]))
def test_in_either_mode_a_redelivery_finds_its_own_plan(some: list[Turn], cap_s: float, mode: str) -> None:
    made = planned(some, cap_s, mode=mode)
    assert planned(some, cap_s, mode=mode, known=keys(made)) == made


@given(some_turns, turns, st.data())
def test_in_mode_turns_an_edit_touches_the_turn_it_is_in_and_no_other(
    some: list[Turn], other: Turn, data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(some) - 1))
    before = planned(some, 6.0, mode="turns")
    after = planned([*some[:at], other, *some[at + 1 :]], 6.0, mode="turns", known=keys(before))
    untouched = [segment.key for segment in before.segments if segment.turn_indexes[0] != at]
    assert [segment.key for segment in after.segments if segment.turn_indexes[0] != at] == untouched


@given(some_turns, caps_s, st.sampled_from(["segments", "turns"]), st.lists(numbers, min_size=30, max_size=30))
def test_other_takes_are_the_same_segments_under_other_keys(
    some: list[Turn], cap_s: float, mode: str, in_use: list[int]
) -> None:
    first = planned(some, cap_s, mode=mode)
    takes = dict(zip(keys(first), in_use, strict=False))
    made = planned(some, cap_s, mode=mode, known=takes, takes=takes)
    assert first_keys(made) == keys(first)
    assert not made.alternatives
    for segment, before in zip(made.segments, first.segments, strict=True):
        assert segment.request.take == takes.get(before.key, 1)
        assert (segment.key == before.key) == (segment.request.take == 1)
        assert replace(segment, request=before.request) == before


@given(some_turns, turns, st.data())
def test_which_take_is_in_use_moves_no_cut_when_a_turn_is_edited(
    some: list[Turn], other: Turn, data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(some) - 1))
    edited = [*some[:at], other, *some[at + 1 :]]
    known = keys(planned(some, 15.0))
    takes = {key: data.draw(numbers) for key in known}
    plain = planned(edited, 15.0, known=known)
    made = planned(edited, 15.0, known=known, takes=takes)
    assert first_keys(made) == keys(plain)
    assert [segment.request.take for segment in made.segments] == [takes.get(key, 1) for key in keys(plain)]


def test_a_further_take_of_one_segment_leaves_all_others_as_they_are() -> None:
    some = conversation(60)
    before = planned(some)
    again = before.segments[1]
    takes = {again.key: 2}
    made = planned(some, known={*keys(before), *takes}, takes=takes)
    different = [segment for segment in made.segments if segment.key not in keys(before)]
    assert [segment.first_key for segment in different] == [again.key]
    changed = [replace(some[0], sentences=(Sentence("A word.", 1),)), *some[1:]]
    assert different[0].key in keys(planned(changed, known={*keys(made), *takes}, takes=takes))


@pytest.mark.parametrize("there_and_back", [("segments", "turns"), ("turns", "segments")])
def test_each_mode_has_a_plan_of_its_own(there_and_back: tuple[str, str]) -> None:
    here, there = (planned(conversation(9), mode=mode) for mode in there_and_back)
    assert not set(keys(here)) & set(keys(there))


@given(st.lists(st.tuples(st.sampled_from(["Kore", "Puck"]), st.text()), min_size=1, max_size=3), numbers, numbers)
def test_a_request_is_known_by_its_take(said: list[tuple[str, str]], one: int, other: int) -> None:
    request = Request(ENGINE, tuple(Line(voice, text) for voice, text in said), "en")
    assert request.key == replace(request, take=1).key
    assert (replace(request, take=one).key == replace(request, take=other).key) == (one == other)


def test_the_first_take_has_the_key_it_always_had() -> None:
    request = Request(ENGINE, (Line("Kore", "Good evening.", "calm"),), "en")
    assert request.key == "baca8b38d5386729847d0c342076b5ca654fe057653714224d61e6d516b1afb1"


@given(some_turns)
def test_a_single_turn_sounds_the_same_in_either_mode(some: list[Turn]) -> None:
    alone = [segment for segment in planned(some, 15.0).segments if len(segment.turns) == 1]
    whole = [segment for segment in alone if segment.turns[0].text == some[segment.turn_indexes[0]].text]
    assume(whole)
    assert {segment.key for segment in whole} <= set(keys(planned(some, 15.0, mode="turns")))


def test_a_turn_too_long_for_one_request_is_cut_at_sentences_in_mode_turns_too() -> None:
    long = say("Ann", "We say a sentence of the usual length about bread. " * 60)
    made = planned([say("Bob", "Hello."), long, say("Bob", "Bye.")], mode="turns")
    assert len(made.segments) > 3
    assert [segment.turn_indexes for segment in made.segments] == [(0,), *[(1,)] * (len(made.segments) - 2), (2,)]
