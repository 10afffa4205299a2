from __future__ import annotations

import pytest

from fakes.gcs import FakeGcs
from voicebooth.beside import Beside, unchanged
from voicebooth.errors import ScriptFault, SettingsFault
from voicebooth.storage import NotFound, open_store
from voicebooth.storage.gcs import GcsStore

LIMIT = 1000


@pytest.fixture(params=["folder", "bucket"])
def scripts(request, tmp_path, monkeypatch):
    if request.param == "folder":
        yield open_store(str(tmp_path))
        return
    with FakeGcs() as gcs:
        monkeypatch.setenv("STORAGE_EMULATOR_HOST", gcs.url)
        store = GcsStore("scripts")
        yield store
        store._client.close()


def refused(scripts, path, script="show/ep.md"):
    beside = Beside(scripts, script)
    with pytest.raises(ScriptFault) as fault:
        beside.find(path, "the cover", 4, LIMIT)
    assert not beside.found
    (problem,) = fault.value.problems
    assert problem.line == 4
    assert problem.fix
    return problem.message


@pytest.mark.parametrize(
    ("script", "path", "name"),
    [
        ("ep.md", "cover.png", "cover.png"),
        ("show/ep.md", "cover.png", "show/cover.png"),
        ("a/show/ep.md", "art/of season/cover.png", "a/show/art/of season/cover.png"),
    ],
)
def test_a_file_beside_the_script_or_below_is_found(scripts, script, path, name):
    generation = scripts.write(name, b"picture")
    beside = Beside(scripts, script)
    found = beside.find(path, "the cover", 4, LIMIT)
    assert (found.name, found.generation) == (name, generation)
    assert beside.found == [found]
    assert beside.read(found) == b"picture"


def test_what_is_named_twice_is_found_once(scripts):
    scripts.write("show/theme.mp3", b"music")
    beside = Beside(scripts, "show/ep.md")
    assert beside.find("theme.mp3", "the intro", 2, LIMIT) == beside.find("./theme.mp3", "the outro", 3, LIMIT)
    assert len(beside.found) == 1


@pytest.mark.parametrize(
    "path",
    ["../theme.mp3", "a/../../theme.mp3", "/etc/passwd", "gs://other/theme.mp3", "https://x.example/a.mp3",
     "..\\theme.mp3", ".hidden.mp3", ".git/config", "a/..", "", "."],
)  # fmt: skip
def test_nothing_outside_the_scripts_folder_is_looked_at(scripts, path):
    scripts.write("theme.mp3", b"music")
    assert "is not in the script's folder" in refused(scripts, path)


def test_a_file_that_is_missing_empty_or_too_large_is_told_of(scripts):
    scripts.write("show/empty.png", b"")
    scripts.write("show/large.png", b"x" * (LIMIT + 1))
    assert refused(scripts, "absent.png") == 'the cover, "absent.png", is not there'
    assert refused(scripts, "empty.png") == 'the cover, "empty.png", is empty'
    assert refused(scripts, "large.png") == 'the cover, "large.png", has 0.0 MB, more than the 0.001 MB allowed'


def test_a_name_that_no_store_can_hold_is_the_scripts_fault(scripts):
    with pytest.raises(ScriptFault):
        Beside(scripts, "show/ep.md").find("a\nb.png", "the cover", 4, LIMIT)


def test_a_file_that_was_replaced_is_not_read_for_the_one_that_was_found(scripts):
    scripts.write("show/cover.png", b"old")
    beside = Beside(scripts, "show/ep.md")
    found = beside.find("cover.png", "the cover", 4, LIMIT)
    assert unchanged(scripts, beside.found)
    scripts.write("show/cover.png", b"new")
    assert not unchanged(scripts, beside.found)
    with pytest.raises(NotFound):
        beside.read(found)


def test_a_file_that_is_gone_has_changed(scripts):
    scripts.write("show/cover.png", b"old")
    beside = Beside(scripts, "show/ep.md")
    beside.find("cover.png", "the cover", 4, LIMIT)
    scripts.delete("show/cover.png")
    assert not unchanged(scripts, beside.found)
    assert unchanged(scripts, [])


@pytest.mark.parametrize(
    ("link", "target"), [("l2.wav", "../s/theme.wav"), ("music", "../s"), ("l2.wav", "{}/s/theme.wav")]
)
def test_a_link_out_of_the_scripts_folder_is_refused(tmp_path, link, target):
    (tmp_path / "s").mkdir()
    (tmp_path / "s/theme.wav").write_bytes(b"music")
    (tmp_path / "show").mkdir()
    (tmp_path / "show" / link).symlink_to(target.format(tmp_path))
    path = link if link.endswith(".wav") else f"{link}/theme.wav"
    for root, script in (("show", "ep.md"), (".", "show/ep.md")):
        message = refused(open_store(str(tmp_path / root)), path, script)
        assert message == f'the cover, "{path}", is a link out of the script\'s folder'


def test_links_within_the_scripts_folder_and_to_it_are_followed(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "real/theme.wav").write_bytes(b"music")
    (tmp_path / "real/intro.wav").symlink_to("theme.wav")
    (tmp_path / "elsewhere.md").write_bytes(b"Ann: Hello.")
    (tmp_path / "real/ep.md").symlink_to("../elsewhere.md")
    (tmp_path / "of 100%").symlink_to("real")
    for root, script in (("of 100%", "ep.md"), (".", "of 100%/ep.md")):
        beside = Beside(open_store(str(tmp_path / root)), script)
        assert beside.read(beside.find("intro.wav", "the intro", 2, LIMIT)) == b"music"


def test_a_link_in_a_circle_is_an_error_for_people(tmp_path):
    (tmp_path / "a.wav").symlink_to("a.wav")
    with pytest.raises(SettingsFault):
        Beside(open_store(str(tmp_path)), "ep.md").find("a.wav", "the intro", 2, LIMIT)
