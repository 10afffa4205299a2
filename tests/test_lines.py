"""Lines lead to the segments that hold their words."""

import re

import pytest

from voicebooth.errors import ScriptFault
from voicebooth.lines import NoWords, holding
from voicebooth.parse import parse
from voicebooth.plan import plan
from voicebooth.speech import Engine

TEXT = """---
title: Rain
---
# Outside

Ann: Is it raining? It has been
raining all week, and I
begin to like it.

Bob: So do I.

Cat: I wait
for the sun.
"""
LINES = {6: 0, 7: 0, 8: 0, 10: 1, 12: 2, 13: 2}  # that hold words, and the turn they belong to


@pytest.fixture(scope="module")
def segments():
    script = parse(TEXT.encode(), "ep.md")
    engine = Engine("test/1", "test-tts", longest_request_s=480.0)
    return plan(script, dict.fromkeys(script.speakers, "Kore"), engine, mode="turns").segments


@pytest.mark.parametrize(("line", "turn"), LINES.items())
def test_a_line_leads_to_its_segment_also_in_the_middle_of_a_sentence(segments, line, turn):
    assert [segment.turn_indexes for segment in holding(segments, line, line)] == [(turn,)]


@pytest.mark.parametrize(
    ("first", "last", "turns"), [(1, 99, [0, 1, 2]), (8, 9, [0]), (9, 11, [1]), (8, 10, [0, 1]), (11, 99, [2])]
)
def test_a_stretch_leads_to_every_segment_with_words_in_it(segments, first, last, turns):
    assert [segment.turn_indexes[0] for segment in holding(segments, first, last)] == turns


@pytest.mark.parametrize(
    ("first", "last", "near"),
    [(1, 1, "6"), (4, 5, "6"), (9, 9, "8 and 10"), (11, 11, "10 and 12"), (14, 14, "13"), (900, 999, "13")],
)
def test_lines_without_words_tell_the_nearest_with_words(segments, first, last, near):
    with pytest.raises(NoWords) as caught:
        holding(segments, first, last)
    (problem,) = caught.value.problems
    assert problem.line == first
    assert re.search(rf"(line with words is|nearest are) {near}$", problem.fix)
    assert ("lines" in problem.message) == (first != last)


def test_it_is_the_command_that_is_wrong_and_not_the_script():
    assert issubclass(NoWords, ScriptFault)
    assert NoWords.exit_code == 2


def test_every_line_is_either_found_or_told_of(segments):
    for line in range(1, 20):
        if line in LINES:
            assert holding(segments, line, line)
        else:
            with pytest.raises(NoWords):
                holding(segments, line, line)
