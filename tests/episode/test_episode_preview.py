"""A stretch of a script to listen to: a file of its own, voiced as a part of the whole, and paid for once."""

import pytest

from studio import FILES, loudness_of, samples_of, script, spoken, word
from voicebooth.episode import make_preview
from voicebooth.errors import ScriptFault, ServiceDown
from voicebooth.lines import NoWords
from voicebooth.manifest import load

TEXT = script(8)  # four segments of two turns; turn n stands on line 2n + 1
PREVIEW = {"preview.json", "preview.mp3"}


def words_of(first, last):
    """Return what is to be heard of the segments of two turns (24 words) from first to last."""
    return spoken(TEXT, {"Ann": "Kore", "Bob": "Puck"})[first * 24 : (last + 1) * 24]


def previewed(booth, first, last):
    made = make_preview(booth.studio, "show/ep.md", (first, last))
    assert load(booth.read("preview.json")) == made
    return made


@pytest.mark.slow
def test_only_the_segments_of_the_lines_are_voiced(anywhere):
    anywhere.put(TEXT)
    made = previewed(anywhere, 7, 9)
    assert anywhere.files() == PREVIEW
    assert anywhere.heard("preview.mp3") == words_of(1, 2)
    assert len(anywhere.gemini.requests) == made.requests.made == 2
    assert (made.state, made.progress.segments, made.progress.done) == ("done", 2, 2)
    assert [segment.start_s is None for segment in made.segments] == [True, False, False, True]
    assert loudness_of(samples_of(anywhere.read("preview.mp3")))[0] == pytest.approx(-16.0, abs=0.5)
    assert not list(anywhere.studio.work.list("masters/"))


@pytest.mark.slow
def test_the_whole_is_made_of_what_was_voiced_and_takes_the_preview_away(folders):
    folders.put(TEXT)
    previewed(folders, 7, 7)
    previewed(folders, 7, 7)
    assert len(folders.gemini.requests) == 1
    status = folders.make()
    folders.assert_whole(TEXT)
    assert (status.requests.made, status.requests.cached) == (3, 1)
    assert folders.files() == FILES


@pytest.mark.slow
def test_an_edit_between_two_previews_moves_nothing_that_was_voiced(folders):
    folders.put(TEXT)
    previewed(folders, 1, 15)
    cut = TEXT.split("\n", 2)[2]  # without its first turn: a plan made anew would cut elsewhere
    folders.put(cut)
    previewed(folders, 1, 13)
    folders.put(cut.replace(word(91), word(4000)))
    status = folders.make()
    assert len(folders.gemini.requests) == 4 + 1 + 1
    assert status.requests.made == 1


@pytest.mark.slow
def test_a_finished_episode_stays_as_it_is(folders):
    folders.put(TEXT)
    made = folders.make()
    before = {stat.name: stat.generation for stat in folders.studio.episodes.list()}
    edited = TEXT.replace(word(31), word(4000))
    folders.put(edited)
    previewed(folders, 5, 5)
    after = {stat.name: stat.generation for stat in folders.studio.episodes.list()}
    assert {name: after[name] for name in before} == before
    assert folders.status() == made
    assert folders.files() == FILES | PREVIEW
    folders.make()
    folders.assert_whole(edited)
    assert len(folders.gemini.requests) == 5


@pytest.mark.slow
@pytest.mark.parametrize("stretch", [(2, 2), (900, 999)])
def test_lines_without_words_write_nothing(folders, stretch):
    folders.put(TEXT)
    with pytest.raises(NoWords, match="nothing is spoken"):
        make_preview(folders.studio, "show/ep.md", stretch)
    assert not folders.files()
    assert not folders.gemini.requests


@pytest.mark.slow
def test_what_went_wrong_is_told_in_the_preview_alone(folders):
    folders = folders.with_policy(tries=1)
    folders.put(TEXT)
    folders.gemini.script("status_503")
    with pytest.raises(ServiceDown):
        make_preview(folders.studio, "show/ep.md", (1, 1))
    assert folders.files() == {"preview.json"}
    assert load(folders.read("preview.json")).state == "queued"
    with pytest.raises(ScriptFault):
        make_preview(folders.with_options(max_cost_usd=0.0).studio, "show/ep.md", (1, 1))
    assert folders.files() == {"preview.json"}
    previewed(folders, 1, 1)
    assert folders.heard("preview.mp3") == words_of(0, 0)


@pytest.mark.slow
def test_the_most_that_it_may_cost_is_of_the_stretch(folders):
    folders.put(TEXT)
    whole = folders.make().cost.estimated_usd
    for key in folders.takes():
        folders.studio.work.delete(f"takes/{key}.wav")
    cheap = folders.with_options(max_cost_usd=whole / 2)
    previewed(cheap, 1, 1)
    with pytest.raises(ScriptFault, match="would cost"):
        make_preview(cheap.studio, "show/ep.md", (1, 15))
