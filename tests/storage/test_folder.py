"""What only a folder has: other processes, people's hands, kills, full disks and closed doors."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from voicebooth.errors import Passing, SettingsFault, VoiceboothError
from voicebooth.storage import Conflict, NotFound, folder, open_store

HIDDEN = ".voicebooth"


def program(root: Path, code: str) -> subprocess.Popen[str]:
    head = f"import os, sys\nfrom voicebooth.storage import *\nstore = open_store({str(root)!r})\n"
    return subprocess.Popen(
        [sys.executable, "-c", head + textwrap.dedent(code)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )


@pytest.mark.slow
def test_processes_lose_no_increment_and_create_once(tmp_path: Path) -> None:
    code = """
        print("ready", flush=True)
        input()
        won = 0
        for number in range(10):
            try:
                store.write(f"take{number}", str(os.getpid()).encode(), if_generation=0)
                won += 1
            except Conflict:
                pass
            while True:
                data, generation = store.read("count")
                try:
                    store.write("count", str(int(data) + 1).encode(), if_generation=generation)
                    break
                except Conflict:
                    pass
        print(won)
        """
    store = open_store(str(tmp_path))
    store.write("count", b"0")
    racers = [program(tmp_path, code) for _ in range(3)]
    for racer in racers:
        assert racer.stdout
        assert racer.stdout.readline() == "ready\n"
    outputs = [racer.communicate("\n")[0] for racer in racers]
    assert store.read("count")[0] == b"30"
    assert sum(int(output) for output in outputs) == 10


@pytest.mark.slow
def test_a_killed_writer_leaves_nothing_but_a_part_that_goes_after_a_day(tmp_path: Path) -> None:
    store = open_store(str(tmp_path))
    generation = store.write("x", b"old")
    code = """
        with store.writer("x") as file:
            file.write(b"new" * 1_000_000)
            print("ready", flush=True)
            input()
        """
    writer = program(tmp_path, code)
    with writer:
        assert writer.stdout
        assert writer.stdout.readline() == "ready\n"
        writer.kill()
    assert store.read("x") == (b"old", generation)
    assert [found.name for found in store.list()] == ["x"]
    (part,) = (tmp_path / HIDDEN / "parts").iterdir()
    store.write("y", b"")
    assert part.exists()
    os.utime(part, (0, 0))
    store.write("y", b"")
    assert not part.exists()


def test_a_file_edited_by_hand_has_a_new_generation(tmp_path: Path) -> None:
    store = open_store(str(tmp_path))
    old = store.write("ep.md", b"old")
    (tmp_path / "ep.md").write_bytes(b"edited")
    data, new = store.read("ep.md")
    assert (data, new > old) == (b"edited", True)
    with pytest.raises(NotFound):
        store.read("ep.md", generation=old)
    with pytest.raises(Conflict):
        store.write("ep.md", b"", if_generation=old)


def test_generations_grow_when_the_clock_stands_behind(tmp_path: Path) -> None:
    store = open_store(str(tmp_path))
    store.write("x", b"")
    tomorrow = 4_000_000_000_000_000_000
    os.utime(tmp_path / "x", ns=(tomorrow, tomorrow))
    assert tomorrow < store.write("x", b"") < store.write("x", b"")


def test_hidden_files_and_folders_are_no_objects(tmp_path: Path) -> None:
    store = open_store(str(tmp_path))
    store.write("a", b"")
    (tmp_path / ".git").mkdir()
    for name in (".git/config", ".DS_Store", "back\\slash"):
        (tmp_path / name).write_bytes(b"")
    (tmp_path / "empty").mkdir()
    assert [found.name for found in store.list()] == ["a"]


def test_a_reader_keeps_what_it_opened(tmp_path: Path) -> None:
    store = open_store(str(tmp_path))
    store.write("x", b"old")
    with store.reader("x") as file:
        store.write("x", b"newer")
        assert file.read() == b"old"
    with store.reader("x") as file:
        store.delete("x")
        assert file.read() == b"newer"


def test_reading_makes_no_folder(tmp_path: Path) -> None:
    store = open_store(str(tmp_path / "none"))
    assert store.stat("x") is None
    assert list(store.list()) == []
    store.delete("x")
    assert not (tmp_path / "none").exists()


def test_a_file_and_a_folder_in_each_others_way(tmp_path: Path) -> None:
    store = open_store(str(tmp_path))
    store.write("a", b"")
    store.write("b/c", b"")
    for name in ("a/x", "b"):
        with pytest.raises(SettingsFault, match=str(tmp_path)):
            store.write(name, b"")
        with pytest.raises(SettingsFault), store.writer(name) as file:
            file.write(b"1")
    assert [found.name for found in store.list()] == ["a", "b/c"]
    assert not list((tmp_path / HIDDEN / "parts").iterdir())


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX permissions")
def test_a_folder_one_may_not_use_is_a_settings_fault(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o500 if os.geteuid() else 0o700)
    code = """
        if os.geteuid() == 0:
            os.setuid(65534)
        for use in (lambda: store.write("x", b""), lambda: store.writer("x").__enter__()):
            try:
                use()
            except Exception as error:
                print(type(error).__name__, error)
        """
    output = program(closed, code).communicate()[0]
    assert output.count("SettingsFault") == 2
    assert output.count(str(closed)) == 2


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX limits")
def test_a_disk_that_fills_up_while_writing_is_passing(tmp_path: Path) -> None:
    code = """
        import resource, signal
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
        for use in ("write", "writer"):
            try:
                if use == "write":
                    store.write("x", b"1" * 200_000)
                else:
                    with store.writer("x") as file:
                        for _ in range(2000):
                            file.write(b"1" * 100)
            except Passing as error:
                print("passing", store.stat("x"), list(store.list()))
        """
    output = program(tmp_path, "from voicebooth.errors import Passing\n" + textwrap.dedent(code)).communicate()[0]
    assert output == "passing None []\n" * 2
    assert not list((tmp_path / HIDDEN / "parts").iterdir())


@pytest.mark.parametrize(
    ("number", "writing", "kind"),
    [
        (errno.ENOSPC, True, Passing),
        (errno.EDQUOT, True, Passing),
        (errno.EIO, False, Passing),
        (errno.EACCES, True, SettingsFault),
        (errno.EPERM, False, SettingsFault),
        (errno.EROFS, True, SettingsFault),
        (errno.ENOTDIR, True, SettingsFault),
        (errno.ENOTDIR, False, NotFound),
        (errno.ENOENT, False, NotFound),
        (errno.ENOENT, True, Passing),
        (errno.ENAMETOOLONG, False, SettingsFault),
        (errno.ELOOP, True, SettingsFault),
    ],
)
def test_table_of_faults(number: int, *, writing: bool, kind: type[VoiceboothError]) -> None:
    fault = folder._fault(OSError(number, os.strerror(number)), Path("/a/file"), writing=writing)
    assert type(fault) is kind
    assert "/a/file" in str(fault)


@pytest.mark.parametrize(
    ("url", "root"),
    [
        ("/srv/pod", "/srv/pod"),
        ("/srv/pod/", "/srv/pod"),
        ("file:///srv/pod/", "/srv/pod"),
        ("file:///srv/my%20pod%25", "/srv/my pod%"),
        ("file://localhost/srv", "/srv"),
        ("~/pod", str(Path.home() / "pod")),
        ("some/folder", str(Path.cwd() / "some/folder")),
        ("100%25", str(Path.cwd() / "100%25")),
    ],
)
def test_urls_of_folders(url: str, root: str) -> None:
    store = open_store(url)
    assert store.url == Path(root).as_uri()
    assert open_store(store.url).url == store.url


@pytest.mark.parametrize(
    "url",
    [
        "",
        " ",
        "gs://",
        "gs:///x",
        "gs://A_",
        "gs://-ab/c",
        "s3://bucket",
        "file://host/x",
        "file:relative",
        "http://x/y",
    ],
)
def test_urls_of_nothing(url: str) -> None:
    with pytest.raises(SettingsFault):
        open_store(url)


@pytest.mark.slow
def test_a_folder_loads_no_google_library() -> None:
    code = "import sys, voicebooth.storage as s; s.open_store('x'); print([m for m in sys.modules if 'google.' in m])"
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root)
    assert done.stdout in {"[]\n", "['google.cloud']\n"}  # a namespace that the interpreter itself prepares
