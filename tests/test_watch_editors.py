"""A watched folder while real programs' ways of saving are done to it, step by step: what is made, and what never is.

Each step touches files as that program does, and then the folder is looked at, by a clock that the test moves.
"""

import os
from pathlib import Path

import pytest

from voicebooth.production import TEXTS
from voicebooth.storage.folder import FolderStore
from voicebooth.watch import LOOK_S, STILL_S, Sightings, files_in, is_script

OLD, NEW = "Ann: It was so.\n", "Ann: It is different now, and longer.\n"


class Folder:
    """A watched folder; ``made`` holds what was handed on to be made: name and content, in order."""

    def __init__(self, root):
        self.root, self.store, self.sightings, self.now_s = root, FolderStore(root), Sightings(), 0.0
        self.made = []

    def look(self, times=1):
        for _ in range(times):
            self.now_s += LOOK_S
            ready = self.sightings.look(files_in(self.store), self.now_s)
            self.made += [(name, (self.root / name).read_text()) for name in sorted(ready) if is_script(name)]

    def rest(self):
        """Look until all lies still."""
        self.look(int(STILL_S / LOOK_S) + 2)

    def write(self, name, content="", mode="w"):
        with Path(self.root, name).open(mode) as file:
            file.write(content)
        self.look()

    def move(self, name, to):
        Path(self.root, name).rename(self.root / to)
        self.look()

    def remove(self, name):
        Path(self.root, name).unlink()
        self.look()


@pytest.fixture
def folder(tmp_path):
    folder = Folder(tmp_path)
    folder.write("ep.md", OLD)
    folder.rest()
    assert folder.made == [("ep.md", OLD)]
    folder.made.clear()
    return folder


def vim(folder):
    """Swap file, a test whether the folder can be written, a backup by renaming, a new file (backupcopy=no)."""
    folder.write(".ep.md.swp", "b0VIM")
    folder.write("4913")
    folder.remove("4913")
    folder.move("ep.md", "ep.md~")
    folder.write("ep.md", NEW[:10])
    folder.write("ep.md", NEW)
    folder.remove("ep.md~")
    folder.remove(".ep.md.swp")


def vim_in_place(folder):
    """The backup is a copy, and the file itself is written over (backupcopy=yes); the backup stays."""
    folder.write(".ep.md.swp", "b0VIM")
    folder.write("ep.md~", OLD)
    folder.write("ep.md", NEW)
    folder.remove(".ep.md.swp")


def vs_code(folder):
    """The file is emptied and written over."""
    folder.write("ep.md")
    folder.write("ep.md", NEW)


def slow_disk(folder):
    """The file is emptied, and for a while nothing comes."""
    folder.write("ep.md")
    folder.look(6)
    folder.write("ep.md", NEW)


def emacs(folder):
    """A lock that is a link to nowhere, an automatic copy, a backup by renaming, a new file."""
    (folder.root / ".#ep.md").symlink_to("ann@desk.4711:1764000000")
    folder.write("#ep.md#", NEW)
    folder.look(6)
    folder.move("ep.md", "ep.md~")
    folder.write("ep.md", NEW)
    folder.remove("#ep.md#")
    folder.remove(".#ep.md")


def atomically(folder):
    """A new file beside it takes its place, as gedit, Kate, Sublime Text and many more do."""
    folder.write(".goutputstream-X1Y2Z3", NEW)
    folder.move(".goutputstream-X1Y2Z3", "ep.md")


def jetbrains(folder):
    """A new file, the old one moved aside, both under names of their own."""
    folder.write("ep.md___jb_tmp___", NEW)
    folder.move("ep.md", "ep.md___jb_old___")
    folder.look(6)
    folder.move("ep.md___jb_tmp___", "ep.md")
    folder.remove("ep.md___jb_old___")


def nano(folder):
    """Written over, with a lock beside it; what was not saved is kept under another name."""
    folder.write(".ep.md.swp", "b0nano")
    folder.write("ep.md", NEW)
    folder.write("ep.md.save", OLD)
    folder.remove(".ep.md.swp")


def piece_by_piece(folder):
    """A copy over a slow network."""
    for at in range(len(NEW)):
        folder.write("ep.md", NEW[at], "w" if at == 0 else "a")


def firefox(folder):
    """An empty file holds the name, while the content comes in another."""
    folder.remove("ep.md")
    folder.write("ep.md")
    folder.write("ep.md.part", NEW[:12])
    folder.look(6)
    folder.write("ep.md.part", NEW[12:], "a")
    folder.move("ep.md.part", "ep.md")


def chrome(folder):
    folder.write("Unconfirmed 4711.crdownload", NEW[:12])
    folder.look(6)
    folder.write("Unconfirmed 4711.crdownload", NEW)
    folder.move("Unconfirmed 4711.crdownload", "ep.md")


def safari(folder):
    """What has come so far lies in a folder, under the file's own name."""
    (folder.root / "ep.md.download").mkdir()
    folder.write("ep.md.download/ep.md", NEW[:12])
    folder.look(6)
    folder.write("ep.md.download/ep.md", NEW)
    folder.move("ep.md.download/ep.md", "ep.md")


def rsync(folder):
    folder.write(".ep.md.Q1w2E3", NEW)
    folder.look(6)
    folder.move(".ep.md.Q1w2E3", "ep.md")


def a_copy_of_older_date(folder):
    """A file put back from a copy keeps the time at which it was written."""
    folder.write("elsewhere.tmp", NEW)
    os.utime(folder.root / "elsewhere.tmp", (1_000_000_000, 1_000_000_000))
    folder.move("elsewhere.tmp", "ep.md")


WAYS = (
    *(vim, vim_in_place, vs_code, slow_disk, emacs, atomically, jetbrains, nano, piece_by_piece),
    *(firefox, chrome, safari, rsync, a_copy_of_older_date),
)


@pytest.mark.parametrize("way", WAYS)
def test_a_script_is_made_once_and_whole_however_it_is_saved(folder, way):
    way(folder)
    folder.rest()
    assert folder.made == [("ep.md", NEW)]


def office(folder, lock, temporary):
    folder.write(lock, "Ann")
    folder.write(temporary, "PK")
    folder.look(6)
    folder.move(temporary, "ep.docx")
    folder.remove(lock)


@pytest.mark.parametrize(("lock", "temporary"), [("~$ep.docx", "~WRD0001.tmp"), (".~lock.ep.docx#", "lu1a2b.tmp")])
def test_word_and_libreoffice_leave_locks_that_are_no_scripts(folder, lock, temporary):
    office(folder, lock, temporary)
    folder.rest()
    assert folder.made == [("ep.docx", "PK")]


def test_two_saves_in_a_row_are_one_and_two_with_a_rest_between_are_two(folder):
    for content in ("Ann: One.\n", "Ann: Two.\n"):
        folder.write("ep.md", content)
    folder.rest()
    folder.write("ep.md", NEW)
    folder.rest()
    assert folder.made == [("ep.md", "Ann: Two.\n"), ("ep.md", NEW)]


def test_a_script_that_is_renamed_is_another_script(folder):
    folder.move("ep.md", "two.md")
    folder.rest()
    assert folder.made == [("two.md", OLD)]


def test_what_was_made_before_is_never_read_aloud(folder):
    """A folder of episodes lies among the scripts, and is not the one that episodes go to now."""
    left = {
        "whole": ("episode.json", *TEXTS, "takes/ann.txt"),
        "failed": ("episode.json", "error.txt"),
        "heard": ("preview.json", "preview.mp3"),
    }
    for episode, names in left.items():
        (folder.root / episode / "takes").mkdir(parents=True)
        for name in names:
            (folder.root / episode / name).write_text("Ann: It was so.\n")
    folder.write("notes.txt", NEW)
    folder.rest()
    assert folder.made == [("notes.txt", NEW)]


def test_scripts_may_be_called_as_our_files_are(folder):
    (folder.root / "show").mkdir()
    ours = ("episode.json", "preview.md", "show/error.txt", "transcript.srt")
    for name in ours:
        folder.write(name, NEW)
    folder.rest()
    assert sorted(name for name, _ in folder.made) == sorted(ours)


def test_links_that_lead_nowhere_or_in_a_circle_harm_nobody(folder):
    (folder.root / "gone.md").symlink_to("nowhere.md")
    (folder.root / "round.md").symlink_to("round.md")
    (folder.root / "round").symlink_to(".")
    folder.write("ep.md", NEW)
    folder.rest()
    assert folder.made == [("ep.md", NEW)]
