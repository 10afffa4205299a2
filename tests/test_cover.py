import struct
import zlib

import pytest

from fakes.pictures import drawn
from voicebooth.beside import Beside
from voicebooth.cover import MOST_BYTES, cover_beside
from voicebooth.errors import ScriptFault
from voicebooth.storage import open_store


@pytest.fixture
def looked_at(tmp_path):
    def look(data, name="cover.png"):
        store = open_store(str(tmp_path))
        store.write(f"show/{name}", data)
        return cover_beside(Beside(store, "show/ep.md"), name, 3)

    return look


@pytest.mark.parametrize(("kind", "extension"), [("png", "png"), ("jpeg", "jpg")])
def test_a_picture_is_what_its_bytes_say_not_its_name(looked_at, kind, extension):
    data = drawn(kind, 1400)
    cover, advice = looked_at(data, "cover.gif")
    assert (cover.data, cover.mime_type, cover.extension) == (data, f"image/{kind}", extension)
    assert (cover.width, cover.height, advice) == (1400, 1400, ())


@pytest.mark.parametrize(("width", "height"), [(1399, 1399), (3001, 3001), (1400, 1500)])
def test_what_directories_refuse_is_a_warning(looked_at, width, height):
    _, (advice,) = looked_at(drawn("png", width, height))
    assert advice.line == 3
    assert f"{width} × {height} pixels" in advice.message


@pytest.mark.parametrize(
    "data",
    [b"GIF89a" + bytes(100), b"hello", drawn("png", 640)[:200], drawn("jpeg", 64)[:40], drawn("gif", 64),
     b"\x89PNG\r\n\x1a\n" + bytes(50)],
)  # fmt: skip
def test_what_is_no_picture_is_the_scripts_fault(looked_at, data):
    with pytest.raises(ScriptFault) as fault:
        looked_at(data)
    (problem,) = fault.value.problems
    assert (problem.message, problem.line) == ('the cover, "cover.png", is not a JPEG or PNG picture', 3)


def test_a_picture_that_would_fill_the_memory_is_refused(looked_at):
    small = drawn("png", 64)
    head = b"IHDR" + struct.pack(">II", 7000, 7000) + small[24:29]
    with pytest.raises(ScriptFault):
        looked_at(small[:12] + head + struct.pack(">I", zlib.crc32(head)) + small[33:])


def test_a_picture_that_is_too_large_is_refused(looked_at):
    with pytest.raises(ScriptFault, match="MB allowed"):
        looked_at(drawn("png", 64).ljust(MOST_BYTES + 1, b"\0"))
