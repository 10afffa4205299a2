"""One request per turn, or one for as many turns as fit: each mode finds its own takes again."""

import pytest

from studio import script, word

TEXT = script(8)


@pytest.mark.slow
def test_in_mode_turns_every_turn_is_one_request(folders):
    folders = folders.with_options(mode="turns")
    folders.put(TEXT)
    folders.make()
    status = folders.assert_whole(TEXT)
    assert (len(status.segments), status.mode) == (8, "turns")
    assert len(folders.gemini.requests) == 8
    assert {len(request.lines) for request in folders.gemini.requests} == {1}


@pytest.mark.slow
def test_the_front_matter_goes_before_the_setting(folders):
    text = script(4, front="mode: turns")
    folders.put(text)
    folders.make()
    assert (folders.status().mode, len(folders.gemini.requests)) == ("turns", 4)
    text = script(4, front="mode: segments")
    folders.put(text)
    status = folders.with_options(mode="turns").make()
    folders.assert_whole(text)
    assert (status.mode, len(status.segments)) == ("segments", 2)


@pytest.mark.slow
def test_switching_back_finds_the_old_takes_also_when_edits_have_worn_the_plan(folders):
    turns = folders.with_options(mode="turns")
    folders.put(TEXT)
    folders.make()
    cut = TEXT.split("\n", 2)[2]  # without its first turn: a plan made anew would cut elsewhere
    folders.put(cut)
    first = folders.make()
    asked = len(folders.gemini.requests)
    assert turns.make().mode == "turns"
    assert len(folders.gemini.requests) == asked + 6  # the first of seven was alone in its segment
    turns.with_options(formats=("wav",)).make()
    again = folders.make()
    assert len(folders.gemini.requests) == asked + 6
    assert [segment.key for segment in again.segments] == [segment.key for segment in first.segments]
    assert turns.make().requests.made == 0
    folders.assert_whole(cut)


@pytest.mark.slow
def test_an_edit_made_in_one_mode_is_one_request_in_the_other(folders):
    turns = folders.with_options(mode="turns")
    folders.put(TEXT)
    folders.make()
    turns.make()
    folders.put(TEXT.replace(word(31), word(4000)))
    asked = len(folders.gemini.requests)
    turns.make()
    assert len(folders.gemini.requests) == asked + 1
    folders.make()
    assert len(folders.gemini.requests) == asked + 2
