"""Word files that are damaged, disguised or made to hurt: a clear error or a right reading, within limits."""

from __future__ import annotations

import io
import re
import struct
import subprocess
import sys
import time
import tracemalloc
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import pytest

from voicebooth.errors import ScriptFault
from voicebooth.parse import parse, xmltree
from voicebooth.parse.docx_archive import MAX_BYTES, MAX_XML_BYTES
from voicebooth.parse.docx_body import MAX_CHARACTERS, MAX_LINES, MAX_PARAGRAPHS
from voicebooth.parse.docx_styles import MAX_STYLES
from wordfile import HEAD, TAIL, bare, p, paragraphs, said, saved, text, with_body, zipped

ANN = p("Ann: Hi.")
RELATIONS = '<Relationships><Relationship Type="x/{}" Target="{}"/></Relationships>'
ENTITY = b"<!DOCTYPE a [<!ENTITY b 'c'>]>"


def fault(data: bytes) -> ScriptFault:
    with pytest.raises(ScriptFault) as caught:
        parse(data, "ep.docx")
    assert all(problem.message and problem.fix for problem in caught.value.problems)
    return caught.value


def related(kind: str, target: str) -> bytes:
    return RELATIONS.format(kind, target).encode()


def test_what_is_no_word_file() -> None:
    whole = saved(paragraphs("Hi."))
    assert "empty" in str(fault(b""))
    assert "old format" in str(fault(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100)))
    for data in (b"Ann: Hi.", whole[:2000], whole[2000:], zipped(("a", b"b")), zipped(("word/document.xml", b"Hi."))):
        fault(data)
    assert "no words" in str(fault(saved(docx.Document())))


@pytest.mark.parametrize(
    "data", [b"{\\rtf1 hello}", b"%PDF-1.7 hello", b"<html>hello</html>", b"PK\x03\x04" + bytes(500), bytes(1000)]
)
def test_other_files_with_the_name_of_a_word_file(data: bytes) -> None:
    assert "not a Word file" in str(fault(data))


def test_an_opendocument_file_with_another_name() -> None:
    data = zipped(("mimetype", b"application/vnd.oasis.opendocument.text"), ("content.xml", b"<a/>"), packed=False)
    assert "OpenDocument" in str(fault(data))


def test_a_file_with_macros_and_another_name_is_read_without_them() -> None:
    assert said(bare(ANN, ("word/vbaProject.bin", b"x" * 1000))) == [("Ann", "Hi.")]


def test_an_encrypted_part() -> None:
    data = bytearray(bare(ANN))
    data[data.find(b"PK\x03\x04") + 6] |= 1
    data[data.find(b"PK\x01\x02") + 8] |= 1
    assert "password" in str(fault(bytes(data)))


def test_two_parts_of_one_name() -> None:
    file = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(file, "w") as archive:
        warnings.simplefilter("ignore")
        for words in ("Ann: One.", "Bob: Two."):
            archive.writestr("word/document.xml", f"{HEAD}{p(words)}{TAIL}")
    assert "damaged" in str(fault(file.getvalue()))


@pytest.mark.parametrize("target", ["../../etc/passwd", "/etc/passwd", "file:///etc/passwd", "", "..", "word"])
def test_a_relation_leads_nowhere_outside_of_the_archive(target: str) -> None:
    styles = ("word/_rels/document.xml.rels", related("styles", target))
    assert said(bare(ANN, ("_rels/.rels", related("officeDocument", target)), styles)) == [("Ann", "Hi.")]


@pytest.mark.parametrize("name", ["../word/document.xml", "/word/document.xml", "C:\\word\\document.xml"])
def test_a_part_with_a_path_of_its_own_is_no_document(name: str) -> None:
    assert "not a Word file" in str(fault(zipped((name, f"{HEAD}{ANN}{TAIL}".encode()))))


def with_size(data: bytes, size: int) -> bytes:
    """Return the file with another unpacked size of its first part in the directory."""
    lying = bytearray(data)
    struct.pack_into("<I", lying, lying.find(b"PK\x01\x02") + 24, size)
    return bytes(lying)


@pytest.mark.parametrize("size", [0, 10, 10_000_000, 2**31])
def test_a_size_that_is_not_true_is_an_error_or_does_no_harm(size: int) -> None:
    data = bare("".join(p(f"Line {n}.") for n in range(50)))
    try:
        assert len(said(with_size(data, size))) == 50
    except ScriptFault as exc:
        assert exc.problems[0].fix  # noqa: PT017 - either outcome is fine


def test_entries_that_overlap() -> None:
    data = bare(ANN)
    at, end = data.find(b"PK\x01\x02"), data.find(b"PK\x05\x06")
    fault(data[:at] + data[at:end] * 2 + data[end:])


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
@pytest.mark.parametrize(("times", "reads"), [(3, True), (20_000, False)])
def test_other_ways_to_pack_have_the_same_limits(method: int, times: int, reads: bool) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        archive.writestr("word/document.xml", HEAD + ANN * times + TAIL)
    if reads:
        assert said(file.getvalue()) == [("Ann", "Hi.")] * times
    else:
        assert "over and over" in str(fault(file.getvalue()))


def test_xml_in_utf_16() -> None:
    xml = f'<?xml version="1.0" encoding="UTF-16"?>{HEAD}{p("Ann: Grüße, 李雷.")}{TAIL}'
    assert said(zipped(("word/document.xml", xml.encode("utf-16")))) == [("Ann", "Grüße, 李雷.")]


@pytest.mark.parametrize(
    "part", ["word/document.xml", "word/styles.xml", "_rels/.rels", "word/_rels/document.xml.rels"]
)
def test_entities_in_any_part_that_is_read(part: str) -> None:
    parts = {
        "word/document.xml": f"{HEAD}{ANN}{TAIL}".encode(),
        "word/styles.xml": b"<w:styles/>",
        "_rels/.rels": related("officeDocument", "word/document.xml"),
        "word/_rels/document.xml.rels": related("styles", "styles.xml"),
    }
    assert said(zipped(*parts.items())) == [("Ann", "Hi.")]
    parts[part] = ENTITY + parts[part]
    assert "entities" in str(fault(zipped(*parts.items())))


def test_styles_that_are_based_on_one_another_in_a_ring() -> None:
    ring = "".join(f'<w:style w:styleId="{a}"><w:basedOn w:val="{b}"/></w:style>' for a, b in ("ab", "ba"))
    parts = (("word/styles.xml", f"<w:styles>{ring}</w:styles>".encode()),)
    relations = ("word/_rels/document.xml.rels", related("styles", "styles.xml"))
    assert said(bare(p("Ann: Hi.", '<w:pStyle w:val="a"/>'), relations, *parts)) == [("Ann", "Hi.")]


def test_tables_ten_thousand_deep() -> None:
    deep = 10_000
    xml = "<w:tbl><w:tr><w:tc>" * deep + ANN + "</w:tc></w:tr></w:tbl>" * deep
    assert said(bare(xml, packed=False)) == [("Ann", "Hi.")]


def test_runs_of_one_character_each() -> None:
    words = "so " * 3_000
    assert said(bare(f"<w:p>{''.join(map(text, words))}</w:p>", packed=False)) == [("Narrator", words.strip())]


LIMITS: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty paragraphs": (lambda: bare("<w:p/>" * (MAX_PARAGRAPHS + 1), packed=False), "paragraphs"),
    "paragraphs with words": (lambda: bare(p("a") * (MAX_LINES + 1), packed=False), "paragraphs and lines"),
    "lines of one paragraph": (
        lambda: bare(f"<w:p><w:r>{'<w:t>a</w:t><w:br/>' * (MAX_LINES + 1)}</w:r></w:p>", packed=False),
        "paragraphs and lines",
    ),
    "characters": (lambda: bare(p("word " * 190_000) * 3, packed=False), "characters of text"),
    "one stretch": (lambda: bare(p("word " * (xmltree.MAX_STRETCH // 5 + 1)), packed=False), "more than 1 MB"),
    "attributes": (
        lambda: bare("<w:p " + " ".join(f"a{n}=''" for n in range(120_000)) + "/>", packed=False),
        "more than 1 MB",
    ),
    "elements": (lambda: bare("<w:r/>" * (xmltree.MAX_ELEMENTS + 1), packed=False), "too much markup"),
    "relations": (
        lambda: bare(ANN, ("_rels/.rels", b"<a>" + b"<b/>" * (xmltree.MAX_ELEMENTS + 1) + b"</a>"), packed=False),
        "too much markup",
    ),
    "styles": (lambda: with_styles(MAX_STYLES + 1), "styles"),
    "unpacked": (lambda: with_size(bare(ANN), MAX_XML_BYTES + 1), "unpacks to more than"),
    "packed": (lambda: bytes(MAX_BYTES + 1), "more than the 20 MB"),
    "parts": (lambda: bare(ANN, *((f"{n}", b"") for n in range(4_000))), "too many parts"),
    "the same signs": (lambda: bare("<w:p/>" * 99_000), "over and over"),
}


@pytest.mark.slow
@pytest.mark.parametrize("limit", LIMITS)
def test_each_limit_says_which_it_is(limit: str) -> None:
    make, message = LIMITS[limit]
    assert message in str(fault(make()))


@pytest.mark.slow
def test_a_file_just_within_its_limits_is_read() -> None:
    turns = [("Ann", "Hello."), ("Bob", "Hi.")] * 4_999
    lines = "".join(p(f"{name}: {words}") for name, words in turns)
    assert said(bare(lines + "<w:p/>" * (MAX_PARAGRAPHS - len(turns)), packed=False)) == turns
    assert MAX_CHARACTERS >= MAX_LINES


BOMBS = [
    lambda: zipped(("word/document.xml", b"<a>" + bytes(400_000_000))),
    lambda: zipped(("word/document.xml", f"<!DOCTYPE a [{LAUGHS}]><w:p>&l9;</w:p>".encode())),
    lambda: zipped(("word/document.xml", b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><w:p>&x;</w:p>')),
    lambda: zipped(("word/document.xml", b"<w:body>" + b"<w:p/>" * 2_000_000)),
    lambda: zipped(*((f"{i}", b"") for i in range(20_000))),
    lambda: with_body(f"<w:p>{text('so ' * 250_000)}</w:p>"),
    lambda: bytes(MAX_BYTES + 1),
    lambda: saved(paragraphs("Hi.")).replace(b"\x00\x00\x08\x00", b"\x01\x00\x63\x00"),
]
LAUGHS = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10 if i else "lol"}">' for i in range(10))


@pytest.mark.slow
@pytest.mark.parametrize("bomb", BOMBS, ids=range(len(BOMBS)))
def test_bombs_are_clear_errors_in_under_a_second_and_100_mb(bomb) -> None:
    data = bomb()
    began = time.process_time()
    fault(data)
    assert time.process_time() - began < 1
    tracemalloc.start()
    fault(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 100e6


def with_styles(number: int) -> bytes:
    styles = "".join(f'<w:style w:styleId="s{n}"/>' for n in range(number))
    relations = ("word/_rels/document.xml.rels", related("styles", "styles.xml"))
    return bare(ANN, relations, ("word/styles.xml", f"<w:styles>{styles}</w:styles>".encode()), packed=False)


MARKUP = {
    "bold": lambda: zipped(("word/document.xml", HEAD.encode() + b"<w:p><w:r>" + b"<w:b/>" * 2_600_000)),
    "paragraphs": lambda: bare("<w:p/>" * 99_000, packed=False),
    "words": lambda: bare(p("a") * 99_000, packed=False),
    "varied": lambda: bare("".join(f'<w:b a="{i * 2654435761 % 2**32:x}"/>' for i in range(600_000))),
    "deep": lambda: bare("<w:tbl><w:tr><w:tc>" * 120_000, packed=False),
    "attributes": lambda: bare("<w:p " + " ".join(f"a{n}=''" for n in range(1_400_000)) + "/>", packed=False),
    "text": lambda: bare(p("so what now " * 1_250_000), packed=False),
    "styles": lambda: with_styles(390_000),
}
CHILD = """
import re, sys, time
from voicebooth.errors import ScriptFault
from voicebooth.parse import parse
try:
    parse(sys.stdin.buffer.read(), "ep.docx")
except ScriptFault:
    pass
print(int(re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1]) / 1024, time.process_time())
"""


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak of a process without its parent's")
@pytest.mark.parametrize("shape", MARKUP)
def test_much_markup_is_read_or_refused_in_a_process_that_stays_small(shape: str) -> None:
    """The measure is of the whole process, Python and what it reads from its standard input included."""
    data = MARKUP[shape]()
    done = subprocess.run([sys.executable, "-c", CHILD], input=data, capture_output=True, check=True)
    peak_mb, seconds = map(float, re.findall(r"[\d.]+", done.stdout.decode()))
    assert peak_mb < 100 + len(data) / 1e6
    assert seconds < 3  # a second alone on a machine; what grows with the square takes minutes
