"""Several takes of a turn: all can be listened to, one is in the episode, and to choose another costs nothing."""

import re

import pytest

from studio import FILES, script, spoken, turn_text, word
from voicebooth.errors import ScriptFault, ServiceDown
from voicebooth.lines import NoWords
from voicebooth.outline import outline
from voicebooth.prepare import prepare
from voicebooth.retake import Retake

PLAIN = script(6)  # turn n stands on line 2n + 1
NAME = "ann-" + "-".join(turn_text(2).lower().split()[:4])
TEXT = PLAIN.replace(f"Ann: {turn_text(2)}", f"Ann (takes 3): {turn_text(2)}")
PUBLISHED = {f"takes/{NAME}-take{take}.mp3" for take in (1, 2, 3)}
SAID = spoken(PLAIN, {"Ann": "Kore", "Bob": "Puck"})


def chosen(take):
    return f"---\nchoose:\n  {NAME}: {take}\n---\n{TEXT}"


@pytest.mark.slow
def test_every_take_is_voiced_and_can_be_listened_to(anywhere):
    anywhere.put(TEXT)
    status = anywhere.make()
    assert anywhere.heard() == SAID
    assert anywhere.files() == FILES | PUBLISHED
    for name in PUBLISHED:
        assert anywhere.heard(name) == SAID[24:36]
    assert [(one.turn, one.line, one.take, one.chosen) for one in status.alternatives] == [
        (NAME, 5, take, take == 1) for take in (1, 2, 3)
    ]
    assert {one.name for one in status.alternatives} == PUBLISHED
    assert all(one.duration_s == pytest.approx(6, abs=2) for one in status.alternatives)
    assert {one.name: one.bytes for one in status.alternatives} == {
        name: len(anywhere.read(name)) for name in PUBLISHED
    }
    assert status.requests.made == len(status.segments) + 2 == len(anywhere.gemini.requests)
    assert status.progress.segments == status.progress.done == len(status.segments) + 2
    assert not list(anywhere.studio.work.list("masters/"))


@pytest.mark.slow
def test_a_plan_shows_what_the_takes_cost(folders):
    prepared = prepare(folders.studio, chosen(2).encode(), "show/ep.md")
    shown = outline(prepared, {segment.key for segment in prepared.plan.segments[1:]})
    assert re.findall(r"(new|kept) +Ann, take (\d)$", shown, re.MULTILINE) == [("kept", "2"), ("new", "3")]
    assert re.search(r"in 4 segments: 3 requests$", shown, re.MULTILINE)  # the first segment, takes 1 and 3


@pytest.mark.slow
def test_choosing_costs_nothing_and_counts_from_then_on(folders):
    folders = folders.with_policy(concurrency=1)
    folders.put(TEXT)
    first = folders.make()
    asked = len(folders.gemini.requests)
    folders.put(chosen(2))
    status = folders.make()
    assert len(folders.gemini.requests) == asked
    assert [one.take for one in status.alternatives if one.chosen] == [2]
    (before, after) = (made.segments[1] for made in (first, status))
    assert (before.take, after.take, before.key == after.key) == (1, 2, False)
    assert folders.heard() == SAID
    assert folders.files() == FILES | PUBLISHED
    folders.put(chosen(2).replace(word(61), word(4000)))
    folders.make()
    assert len(folders.gemini.requests) == asked + 1
    assert folders.status().segments[1].key == after.key


@pytest.mark.slow
def test_takes_no_longer_asked_for_are_taken_away(folders):
    folders.put(TEXT)
    folders.make()
    folders.put(TEXT.replace("takes 3", "takes 2"))
    assert folders.make().requests.made == 0
    assert folders.files() == FILES | {f"takes/{NAME}-take{take}.mp3" for take in (1, 2)}
    folders.put(PLAIN)
    folders.make()
    folders.assert_whole(PLAIN)
    assert folders.files() == FILES


@pytest.mark.slow
def test_a_take_whose_file_is_gone_is_published_again_for_nothing(folders):
    folders.put(TEXT)
    folders.make()
    asked = len(folders.gemini.requests)
    folders.studio.episodes.delete(f"show/ep/takes/{NAME}-take2.mp3")
    folders.with_options(formats=("wav", "mp3")).make()
    assert folders.files() == FILES | {"episode.wav"} | {name.replace("mp3", "wav") for name in PUBLISHED}
    folders.make()
    assert folders.files() == FILES | PUBLISHED
    assert len(folders.gemini.requests) == asked


@pytest.mark.slow
def test_an_episode_is_not_done_before_its_last_take(folders):
    folders = folders.with_policy(concurrency=1, tries=1)
    folders.put(TEXT)
    folders.gemini.script("ok", "ok", "ok", "ok", "status_503")
    folders.fails(ServiceDown)
    assert folders.status().state == "queued"
    folders.make()
    assert len(folders.gemini.requests) == 6 + 1
    assert folders.files() == FILES | PUBLISHED


@pytest.mark.slow
def test_a_line_with_several_takes_is_not_voiced_anew_by_the_way(folders):
    folders.put(TEXT)
    folders.make()
    (problem,) = folders.fails(NoWords, retakes=[Retake(5)]).problems
    assert re.fullmatch(r"choose one of them in the front matter, or write takes \d on line 5", problem.fix)
    assert folders.status().state == "done"


@pytest.mark.slow
def test_the_takes_count_in_what_it_may_cost(folders):
    folders.put(PLAIN)
    usd = folders.make().cost.estimated_usd
    folders.put(TEXT)
    assert folders.make().cost.estimated_usd == pytest.approx(usd * 4 / 3, rel=0.05)
    folders.put(TEXT.replace(word(25), word(4000)))
    folders.with_options(max_cost_usd=usd / 4).fails(ScriptFault)
    folders.with_options(max_cost_usd=usd * 0.6).make()
