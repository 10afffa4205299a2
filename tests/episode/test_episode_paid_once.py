"""Nothing is paid for twice: what was voiced and kept is not asked for again, whatever else has changed."""

from collections import Counter

import pytest

from studio import FILES, TEXTS, loudness_of, samples_of, script, turn_text, word


@pytest.mark.slow
def test_a_finished_episode_delivered_again_costs_nothing_and_writes_nothing(anywhere):
    generation = anywhere.put(script(6))
    first = anywhere.make(generation=generation)
    asked = len(anywhere.gemini.requests)
    before = {stat.name: stat.generation for stat in anywhere.studio.episodes.list()}
    assert anywhere.make(generation=generation) == first
    assert anywhere.make() == first
    assert len(anywhere.gemini.requests) == asked
    assert {stat.name: stat.generation for stat in anywhere.studio.episodes.list()} == before


@pytest.mark.slow
def test_other_formats_take_no_request(folders):
    text = script(6)
    folders.put(text)
    folders.make()
    asked = len(folders.gemini.requests)
    status = folders.with_options(formats=("wav",)).make()
    assert folders.files() == TEXTS | {"episode.json", "episode.wav"}
    folders.assert_whole(text)
    assert (status.requests.made, status.requests.cached) == (0, len(status.segments))
    assert all(segment.cached for segment in status.segments)
    assert status.cost.usd == 0
    assert len(folders.gemini.requests) == asked


@pytest.mark.slow
def test_another_loudness_takes_no_request(folders):
    text = script(6)
    folders.put(text)
    folders.make()
    asked = len(folders.gemini.requests)
    folders.with_options(loudness_lufs=-20.0).make()
    folders.assert_whole(text)
    assert loudness_of(samples_of(folders.read("episode.mp3")))[0] == pytest.approx(-20.0, abs=0.5)
    assert len(folders.gemini.requests) == asked


@pytest.mark.slow
def test_one_word_changed_in_200_turns_is_one_request(folders):
    folders = folders.with_options(segment_s=40.0, formats=("wav",))
    text = script(200, words=4)
    folders.put(text)
    planned = len(folders.make().segments)
    assert len(folders.gemini.requests) == planned > 5
    changed = text.replace(word(403), word(4000))
    folders.put(changed)
    status = folders.make()
    folders.assert_whole(changed)
    assert len(folders.gemini.requests) == planned + 1
    assert (status.requests.made, status.requests.cached) == (1, len(status.segments) - 1)
    assert sum(not segment.cached for segment in status.segments) == 1


@pytest.mark.slow
def test_the_same_script_saved_again_takes_no_request(anywhere):
    text = script(4)
    anywhere.put(text)
    first = anywhere.make()
    again = anywhere.put(text)
    status = anywhere.make(generation=again)
    anywhere.assert_whole(text)
    assert (status.requests.made, status.script.generation) == (0, again)
    assert [s.key for s in status.segments] == [s.key for s in first.segments]


@pytest.mark.slow
def test_a_segment_that_is_said_twice_is_voiced_once(folders):
    jingle = f"Ann: {turn_text(90, 12)}\n\n"
    text = f"{jingle}Bob: {turn_text(1, 12)}\n\n{jingle}Bob: {turn_text(2, 12)}\n\n{jingle}"
    folders = folders.with_options(segment_s=7.0)
    folders.put(text)
    folders.make()
    status = folders.assert_whole(text)
    keys = [segment.key for segment in status.segments]
    assert len(keys) - len(set(keys)) == 2
    assert len(folders.gemini.requests) == len(set(keys)) == status.requests.made
    assert (status.progress.segments, status.progress.done) == (len(keys), len(keys))


@pytest.mark.slow
@pytest.mark.parametrize("lost", ["episode.mp3", "transcript.vtt"])
def test_a_file_that_is_gone_is_made_again_without_a_request(anywhere, lost):
    text = script(4)
    anywhere.put(text)
    anywhere.make()
    asked = len(anywhere.gemini.requests)
    anywhere.studio.episodes.delete(f"show/ep/{lost}")
    anywhere.make()
    anywhere.assert_whole(text)
    assert anywhere.files() == FILES
    assert len(anywhere.gemini.requests) == asked


@pytest.mark.slow
@pytest.mark.parametrize("damage", [b"", b"RIFF\x04\0\0\0WAVE", b"RIFF????WAVE", b"no take at all"])
def test_a_damaged_take_is_voiced_anew(folders, damage):
    text = script(4)
    folders.put(text)
    first = folders.make()
    asked = len(folders.gemini.requests)
    hurt = first.segments[1].key
    folders.studio.work.write(f"takes/{hurt}.wav", damage)
    status = folders.with_options(formats=("wav",)).make()
    folders.assert_whole(text)
    assert len(folders.gemini.requests) == asked + 1
    assert [segment.key for segment in status.segments if not segment.cached] == [hurt]
    assert (status.requests.made, status.requests.cached) == (1, len(status.segments) - 1)


@pytest.mark.slow
def test_takes_that_have_aged_out_are_voiced_anew(folders):
    text = script(4)
    folders.put(text)
    folders.make()
    asked = len(folders.gemini.requests)
    for key in folders.takes():
        folders.studio.work.delete(f"takes/{key}.wav")
    folders.make()
    assert len(folders.gemini.requests) == asked  # the finished episode needs none
    status = folders.with_options(formats=("wav",)).make()
    folders.assert_whole(text)
    assert status.requests.made == len(status.segments) == len(folders.gemini.requests) - asked


@pytest.mark.slow
def test_whether_a_take_is_kept_is_asked_once_also_where_a_limit_is_set(buckets):
    """Of six takes three are kept. The limit is below what all would cost, and above what is still to be voiced."""
    text = script(12)
    buckets.put(script(6))
    whole = buckets.make().cost.estimated_usd
    buckets.put(text)

    def looks(**options):
        before = len(buckets.gcs.calls)
        status = buckets.with_options(formats=("wav",), **options).make()
        assert (status.requests.made, status.requests.cached) == (3, 3)
        found = Counter(name for operation, name in buckets.gcs.calls[before:] if operation == "get")
        for key in buckets.takes() - early:
            buckets.studio.work.delete(f"takes/{key}.wav")
        return {name: times for name, times in found.items() if name.startswith("takes/")}

    early = buckets.takes()
    unlimited = looks()
    assert len(unlimited) == 6
    assert set(unlimited.values()) == {1}
    buckets.put(text + "\n")
    assert looks(max_cost_usd=1.5 * whole) == unlimited
    buckets.put(text + "\n\n")
    assert looks(max_cost_usd=100.0) == unlimited
