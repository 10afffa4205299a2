"""What lies still in a watched folder, whatever editors do to the files, and which scripts that concerns."""

from hypothesis import given
from hypothesis import strategies as st

from terminal import LEFTOVERS
from voicebooth.storage.folder import FolderStore
from voicebooth.watch import Leanings, Sightings, files_in, is_script


def test_a_script_is_ready_once_it_lies_still():
    sightings = Sightings(still_s=1.0)
    assert sightings.look({"ep.md": 1}, 0.0) == {}
    assert sightings.look({"ep.md": 1}, 0.9) == {}
    assert sightings.look({"ep.md": 1}, 1.0) == {"ep.md": 1}
    assert sightings.look({"ep.md": 1}, 5.0) == {}


def test_a_file_that_grows_is_not_ready_before_it_is_whole():
    sightings = Sightings(still_s=1.0)
    ready = [sightings.look({"ep.md": generation}, generation * 0.5) for generation in range(1, 9)]
    assert not any(ready)
    assert sightings.look({"ep.md": 8}, 5.0) == {"ep.md": 8}


def test_a_save_by_renaming_loses_nothing():
    sightings = Sightings(still_s=1.0)
    sightings.look({"ep.md": 1}, 0.0)
    sightings.look({"ep.md": 1}, 1.0)
    assert sightings.look({}, 1.5) == {}  # moved away, and the new file not yet in its place
    assert sightings.look({"ep.md": 2}, 2.0) == {}
    assert sightings.look({"ep.md": 2}, 3.0) == {"ep.md": 2}


@given(st.lists(st.tuples(st.floats(0, 3), st.sampled_from(["write", "remove", "look"])), max_size=40))
def test_the_last_version_is_made_whatever_comes_between(events):
    sightings, files, made, changed_s, now_s, generation = Sightings(still_s=1.0), {}, [], 0.0, 0.0, 0
    for pause_s, event in events:
        now_s += pause_s
        if event == "write":
            generation += 1
            files, changed_s = {"ep.md": generation}, now_s
        elif event == "remove":
            files = {}
        else:
            ready = sightings.look(files, now_s)
            assert not ready or now_s - changed_s >= 1.0
            made += ready.values()
    for _ in range(2):
        now_s += 1.5
        made += sightings.look(files, now_s).values()
    assert made[-1:] == [*files.values()][-1:] or not files
    assert sightings.look(files, now_s + 9) == {}


def test_only_scripts_count(tmp_path):
    store = FolderStore(tmp_path)
    for name in ("ep.md", "show/two.TXT", "out/ep/transcript.txt", "out.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("Ann: Hello.")
    for name in LEFTOVERS:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("Ann: Hello.")
    found = files_in(store, ("out/",))
    assert {name for name in found if is_script(name)} == {"ep.md", "show/two.TXT", "out.md"}
    assert found["ep.md"] == (tmp_path / "ep.md").stat().st_mtime_ns
    assert "music.mp3" in found
    assert files_in(FolderStore(tmp_path / "gone")) == {}


def test_an_episode_is_made_again_when_a_file_it_leans_on_is_another():
    leanings = Leanings()
    leanings.made("show/ep.md", {"show/theme.mp3": 1})
    leanings.made("show/two.md", {})
    settled = {"show/ep.md": 5, "show/two.md": 6, "show/theme.mp3": 1}
    assert leanings.due(settled, settled) == []
    assert leanings.due(settled | {"show/theme.mp3": 2}, ["show/theme.mp3"]) == ["show/ep.md"]
    assert leanings.due(settled | {"show/theme.mp3": 2}, []) == []  # it is in the making
    leanings.made("show/ep.md", {"show/theme.mp3": 1})  # the file changed meanwhile
    assert leanings.due(settled | {"show/theme.mp3": 2}, []) == ["show/ep.md"]


def test_a_script_at_fault_is_tried_again_when_a_file_comes_beside_it():
    leanings = Leanings()
    leanings.failed("show/ep.md")
    settled = {"show/ep.md": 5, "other/theme.mp3": 1}
    assert leanings.due(settled, ["other/theme.mp3", "show/ep.md"]) == []
    settled["show/music/theme.mp3"] = 2
    assert leanings.due(settled, ["show/music/theme.mp3"]) == ["show/ep.md"]
    assert leanings.due(settled, ["show/music/theme.mp3"]) == []
    leanings.failed("show/ep.md")
    del settled["show/ep.md"]
    assert leanings.due(settled, ["show/music/theme.mp3"]) == []  # it is gone
