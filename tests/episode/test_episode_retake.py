"""A line voiced anew although nothing changed: one request, and from then on the new take is the one in use.

The service swaps the two voices of a take that is asked for anew, so that the words decoded tell which take is heard.
"""

import pytest

from studio import NAME, script, spoken, word
from voicebooth.errors import ScriptFault, ServiceDown
from voicebooth.lines import NoWords
from voicebooth.retake import Retake

TEXT = script(8)  # four segments of two turns; turn n stands on line 2n + 1
SECOND = 5  # a line of the second segment
SWAP = {"Kore": "Puck", "Puck": "Kore"}


def with_swapped(number, text=TEXT):
    """Return what is heard when the take of a segment (24 words) is one with swapped voices."""
    said = spoken(text, {"Ann": "Kore", "Bob": "Puck"})
    start, end = number * 24, (number + 1) * 24
    return [*said[:start], *[(SWAP[voice], code) for voice, code in said[start:end]], *said[end:]]


@pytest.fixture
def made(folders):
    """A booth with a finished episode; the takes that are asked for from now on have their voices swapped."""
    folders.put(TEXT)
    assert len(folders.make().segments) == 4
    folders.gemini.fault_for = lambda heard: "swapped" * (len(dict(heard.lines)) == 2)
    return folders


def asked(booth):
    return len(booth.gemini.requests)


@pytest.mark.slow
def test_a_retake_is_one_request_and_the_new_take_is_heard(made):
    before, keys = asked(made), [segment.key for segment in made.status().segments]
    assert made.heard() == spoken(TEXT, {"Ann": "Kore", "Bob": "Puck"})
    status = made.make(retakes=[Retake(SECOND)])
    assert asked(made) == before + 1
    assert (status.requests.made, status.requests.cached) == (1, 3)
    assert made.heard() == with_swapped(1)
    assert [segment.take for segment in status.segments] == [1, 2, 1, 1]
    changed = [after.key != key for after, key in zip(status.segments, keys, strict=True)]
    assert changed == [False, True, False, False]
    assert made.takes() == {*keys, status.segments[1].key}
    assert (status.state, status.takes, status.retaking) == ("done", {keys[1]: 2}, ())


@pytest.mark.slow
def test_what_comes_after_a_retake_costs_nothing_and_keeps_it(made):
    made.make(retakes=[Retake(SECOND)])
    before = asked(made)
    made.make()
    made.put(TEXT)
    made.make()
    made.with_options(loudness_lufs=-20.0).make()
    made.studio.episodes.delete("show/ep/episode.mp3")
    status = made.make()
    assert asked(made) == before
    assert [segment.take for segment in status.segments] == [1, 2, 1, 1]
    assert made.heard() == with_swapped(1)


@pytest.mark.slow
def test_an_edit_elsewhere_keeps_the_retake_and_an_undone_edit_finds_it_again(made):
    made.make(retakes=[Retake(SECOND)])
    before = asked(made)
    made.gemini.fault_for = lambda _: ""
    edited = TEXT.replace(word(75), word(4000))
    made.put(edited)
    made.make()
    assert asked(made) == before + 1
    assert made.heard() == with_swapped(1, edited)
    made.put(TEXT.replace(word(31), word(4001)))
    made.make()
    assert asked(made) == before + 2
    made.put(TEXT)
    status = made.make()
    assert asked(made) == before + 2
    assert [segment.take for segment in status.segments] == [1, 2, 1, 1]
    assert made.heard() == with_swapped(1)


@pytest.mark.slow
def test_voiced_anew_twice_is_a_third_take_and_every_one_of_them_can_be_used_again(made):
    made.make(retakes=[Retake(SECOND)])
    made.gemini.fault_for = lambda _: ""
    status = made.make(retakes=[Retake(SECOND + 2)])  # another line of the same segment
    assert [segment.take for segment in status.segments] == [1, 3, 1, 1]
    before = asked(made)
    assert made.make(retakes=[Retake(SECOND, 2)]).segments[1].take == 2
    assert made.heard() == with_swapped(1)
    assert made.make(retakes=[Retake(SECOND, 1)]).segments[1].take == 1
    assert made.heard() == spoken(TEXT, {"Ann": "Kore", "Bob": "Puck"})
    made.with_options(formats=("wav",)).make()
    assert asked(made) == before
    assert made.make(retakes=[Retake(SECOND)]).segments[1].take == 4
    assert asked(made) == before + 1


@pytest.mark.slow
def test_several_lines_at_once_are_a_request_for_each_segment(made):
    before = asked(made)
    status = made.make(retakes=[Retake(1), Retake(3), Retake(15)])
    assert asked(made) == before + 2
    assert [segment.take for segment in status.segments] == [2, 1, 1, 2]


@pytest.mark.slow
@pytest.mark.parametrize("again", [[], [Retake(1), Retake(15)]], ids=["by itself", "by the same command"])
def test_a_retake_that_was_stopped_goes_on_where_it_was(made, again):
    made = made.with_policy(concurrency=1, tries=1)
    before = asked(made)
    made.gemini.script("ok", "status_503")
    made.fails(ServiceDown, retakes=[Retake(1), Retake(15)])
    status = made.status()
    assert (status.state, sorted(status.takes.values()), len(status.retaking)) == ("queued", [2, 2], 2)
    assert asked(made) == before + 2
    status = made.make(retakes=again)
    assert asked(made) == before + 3
    assert [segment.take for segment in status.segments] == [2, 1, 1, 2]
    assert (status.requests.made, status.retaking) == (1, ())


@pytest.mark.slow
def test_the_choice_is_written_before_the_first_request(made):
    seen = []
    made.gemini.fault_for = lambda _: seen.append(made.status()) or ""
    made.make(retakes=[Retake(SECOND)])
    (then,) = seen
    assert (then.state, list(then.takes.values()), len(then.retaking)) == ("running", [2], 1)
    assert [segment.take for segment in then.segments] == [1, 2, 1, 1]


@pytest.mark.slow
def test_a_retake_the_service_cannot_do_is_taken_back_at_no_cost(made):
    made = made.with_policy(retakes=0)
    made.gemini.script("silence")
    with pytest.raises(Exception, match="unusable"):
        made.make(retakes=[Retake(SECOND)])
    before = asked(made)
    status = made.make(retakes=[Retake(SECOND, 1)])
    assert (status.state, status.segments[1].take, asked(made)) == ("done", 1, before)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("wish", "says"),
    [
        (Retake(2), "nothing is spoken on line 2"),
        (Retake(900), "nothing is spoken on line 900"),
        (Retake(SECOND, 2), "there is no take 2 of this line"),
        (Retake(SECOND, 0), "there is no take 0 of this line"),
    ],
)
def test_a_wish_that_cannot_be_granted_changes_nothing(made, wish, says):
    before = {stat.name: stat.generation for stat in made.studio.episodes.list()}
    error = made.fails(NoWords, retakes=[Retake(SECOND), wish])
    assert error.problems[0].message == says
    assert {stat.name: stat.generation for stat in made.studio.episodes.list()} == before


@pytest.mark.slow
def test_a_retake_above_the_most_allowed_changes_nothing(made):
    before = {stat.name: stat.generation for stat in made.studio.episodes.list()}
    made.with_options(max_cost_usd=0.0).fails(ScriptFault, retakes=[Retake(SECOND)])
    assert {stat.name: stat.generation for stat in made.studio.episodes.list()} == before
    assert made.status().state == "done"


@pytest.mark.slow
def test_what_was_never_voiced_is_voiced_once(folders):
    folders.put(TEXT)
    status = folders.make(retakes=[Retake(SECOND)])
    assert {segment.take for segment in status.segments} == {1}
    assert asked(folders) == 4


@pytest.mark.slow
def test_with_the_manifest_the_choice_is_lost_and_no_take(made):
    made.make(retakes=[Retake(SECOND)])
    before = asked(made)
    made.studio.episodes.delete("show/ep/episode.json")
    assert {segment.take for segment in made.make().segments} == {1}
    assert asked(made) == before
    made.studio.episodes.delete("show/ep/episode.json")
    status = made.make(retakes=[Retake(SECOND, 2)])
    assert [segment.take for segment in status.segments] == [1, 2, 1, 1]
    assert asked(made) == before
    assert made.files(NAME) >= {"episode.json", "episode.mp3"}
