"""Turns with several takes: how they are asked for, what they are called, which take is in use."""

import pytest
from hypothesis import given

from test_plan import CAST, ENGINE, caps_s, keys, script, some_turns, spoken
from voicebooth.choices import choices, warnings
from voicebooth.errors import ScriptFault
from voicebooth.parse import parse
from voicebooth.plan import plan

SAID = "Ann (takes 2): Is it gone?\n\nBob: I think so.\n\nAnn (3 takes, laughing): Good.\n"


def read(text, name="ep.md", **front):
    head = "".join(f"{key}: {value}\n" for key, value in front.items())
    return parse(f"---\n{head}---\n{text}".encode() if head else text.encode(), name)


def refused(text, name="ep.md", **front):
    with pytest.raises(ScriptFault) as caught:
        choices(read(text, name, **front))
    return [(problem.line, problem.message) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("notes", "takes", "delivery"),
    [
        ("takes 2", 2, ""),
        ("takes: 3, whispering", 3, "whispering"),
        ("whispering; 2 takes", 2, "whispering"),
        ("Takes 10", 10, ""),
        ("takes 1", 1, ""),
        ("takes its time", 1, "takes its time"),
        ("two takes", 2, ""),
    ],
)
def test_takes_stand_in_the_brackets(notes, takes, delivery):
    for extension in ("md", "txt"):
        turns = read(f"Ann ({notes}): Is it gone?\n\nBob: Yes.\n\nAnn: Good.\n", f"ep.{extension}").turns
        assert [(turn.takes, turn.delivery) for turn in turns] == [(takes, delivery), (1, ""), (1, "")]


def test_takes_hold_until_the_next_name_or_heading():
    text = "Ann (takes 2): One.\n\nTwo. (pause 1s) Three.\n\nBob: Four.\n\nAnn (takes 3): Five.\n\n# Six\n\nSeven.\n"
    assert [turn.takes for turn in read(text).turns] == [2, 2, 2, 1, 3, 1]


@pytest.mark.parametrize("number", [0, 11, 999])
def test_a_number_that_is_none(number):
    assert refused(f"Ann (takes {number}): One.\n\nBob: Two.\n\nAnn: Three.\n") == [
        (1, f"{number} takes cannot be made")
    ]


def test_takes_in_data():
    assert [turn.takes for turn in read("- {text: One., takes: 4}\n- text: Two.\n", "ep.yaml").turns] == [4, 1]
    assert read('[{"text": "One.", "takes": 2}]', "ep.json").turns[0].takes == 2


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("0", '"takes" is out of range'),
        ("11", '"takes" is out of range'),
        ("two", '"takes" must be a whole number'),
        ("1.5", '"takes" must be a whole number'),
    ],
)
def test_takes_in_data_that_are_none(value, says):
    assert refused(f"- text: One.\n  takes: {value}\n", "ep.yaml") == [(2, says)]


def test_a_turn_is_named_after_its_speaker_and_its_first_words():
    found = choices(read(SAID))
    assert {index: (choice.name, choice.take) for index, choice in found.items()} == {
        0: ("ann-is-it-gone", 1),
        2: ("ann-good", 1),
    }


def test_the_name_stays_when_lines_move():
    moved = choices(read("Bob: A line before.\n\n" + SAID))
    assert [choice.name for choice in moved.values()] == ["ann-is-it-gone", "ann-good"]


@pytest.mark.parametrize(
    ("speaker", "words", "name"),
    [
        ("Dr. O’Neil", "“Don't _you_ dare!”", "dr-oneil-dont-you-dare"),
        ("李雷", "你好吗？", "李雷-你好吗"),
        ("Ann", "../../etc/passwd is a file, no more", "ann-etc-passwd-is-a-file"),
        ("Ann", "x" * 200, "ann-" + "x" * 44),
    ],
)
def test_a_name_can_stand_in_a_file_name(speaker, words, name):
    text = f"{speaker} (takes 2): {words}\n\nBob: Yes.\n\n{speaker}: Good.\n"
    assert [choice.name for choice in choices(read(text, "ep.txt")).values()] == [name]


def test_the_same_words_are_one_choice_and_others_have_a_name_of_their_own():
    lines = ["Is it gone, my dear?", "Is it gone, my friend?", "Is it gone, my dear?"]
    found = choices(read("\n\nBob: No.\n\n".join(f"Ann (takes 2): {line}" for line in lines)))
    assert [choice.name for choice in found.values()] == [
        "ann-is-it-gone-my",
        "ann-is-it-gone-my-2",
        "ann-is-it-gone-my",
    ]


def test_the_front_matter_chooses():
    made = read(SAID, choose="{ann-good: 3}")
    assert [choice.take for choice in choices(made).values()] == [1, 3]
    assert not list(warnings(made, choices(made)))


def test_a_take_that_there_is_not():
    assert refused(SAID, choose="{ann-good: 4}") == [(2, "ann-good has 3 takes, and none with the number 4")]


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("ann-good", '"choose" must be a mapping'),
        ("{ann-good: two}", '"ann-good" must be a whole number'),
        ("{ann-good: 0}", '"ann-good" is out of range'),
    ],
)
def test_choices_that_are_none(value, says):
    assert refused(SAID, choose=value) == [(2, says)]


@pytest.mark.parametrize("text", [SAID, "Ann: One.\n\nBob: Two.\n"])
def test_a_choice_that_no_turn_goes_by_is_a_warning(text):
    made = read(text, choose="{bob-i-think: 2}")
    (warning,) = warnings(made, choices(made))
    assert (warning.line, warning.message) == (2, 'no turn with several takes is named "bob-i-think"')
    assert ("ann-good" in warning.fix) == (text == SAID)


@given(some_turns, caps_s)
def test_no_choices_where_there_is_one_take_of_each(some, cap_s):
    assert not choices(script(some))
    assert not plan(script(some), CAST, ENGINE, segment_s=cap_s).alternatives


def with_takes(number, takes):
    whole = read("\n\n".join(f"{'AB'[n % 2]}: This is line {n} of the talk." for n in range(9)))
    marked = "\n\n".join(
        f"{'AB'[n % 2]}{f' (takes {takes})' * (n == number)}: This is line {n} of the talk." for n in range(9)
    )
    return whole, read(marked)


@pytest.mark.parametrize("mode", ["segments", "turns"])
@pytest.mark.parametrize("number", [0, 4, 8])
@pytest.mark.parametrize("take", [1, 3])
def test_a_turn_with_several_takes_is_a_segment_of_its_own(number, take, mode):
    cast = {"A": "Kore", "B": "Puck"}
    whole, marked = with_takes(number, 3)
    made = plan(marked, cast, ENGINE, mode=mode, chosen={number: take})
    assert spoken([turn for segment in made.segments for turn in segment.turns]) == spoken(whole.turns)
    (alone,) = [segment for segment in made.segments if number in segment.turn_indexes]
    assert (alone.turn_indexes, alone.request.take) == ((number,), take)
    assert sorted(other.request.take for other in made.alternatives) == sorted({1, 2, 3} - {take})
    assert {other.first_key for other in made.alternatives} == {alone.first_key}
    assert len({segment.key for segment in made.voiced}) == len(made.voiced)


def test_choosing_another_take_asks_for_nothing_new():
    _, marked = with_takes(4, 3)
    plans = [plan(marked, {"A": "Kore", "B": "Puck"}, ENGINE, chosen={4: take}) for take in (1, 2, 3)]
    assert len({frozenset(segment.key for segment in made.voiced) for made in plans}) == 1
    assert len({tuple(keys(made)) for made in plans}) == 3


def test_a_turn_that_is_voiced_in_parts_has_one_take():
    text = "Bob: Hello.\n\nAnn (takes 2): " + "We say a sentence of the usual length about bread. " * 60
    with pytest.raises(ScriptFault, match="several takes are made takes longer than 75 s") as caught:
        plan(read(text + "\n\nBob: Bye.\n"), CAST, ENGINE)
    assert [problem.line for problem in caught.value.problems] == [3]
