"""Pronunciations in front matter, in JSON and YAML scripts, and in lexicon files."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebooth.errors import ScriptFault
from voicebooth.parse import parse
from voicebooth.parse.pronunciations import (
    _LONGEST_SAYING,
    _LONGEST_WORD,
    MAX_BYTES,
    MAX_ENTRIES,
    is_lexicon,
    lexicon,
)
from voicebooth.script import Meta

SECRET = "xylophonist"


def front(text: str, name: str = "ep.md") -> Meta:
    return parse(f"---\n{text}\n---\nHello.\n".encode(), name).meta


def problems(text: str) -> list[tuple[int | None, str, str]]:
    with pytest.raises(ScriptFault) as fault:
        front(text)
    return [(problem.line, problem.message, problem.fix) for problem in fault.value.problems]


def refused(data: bytes, path: str = "names.yaml") -> list[str]:
    with pytest.raises(ScriptFault) as fault:
        lexicon(data, path, 3)
    assert all(problem.line == 3 for problem in fault.value.problems)
    return [problem.message for problem in fault.value.problems]


@pytest.mark.parametrize("name", ["ep.md", "ep.txt"])
def test_front_matter_holds_pronunciations_with_their_lines(name: str) -> None:
    meta = front('pronounce:\n  Nguyen: win\n  "SQL": "sequel"\n  New   York: >\n    noo\n    york\nlexicon: names.yaml\nspell_out: units, dates', name)  # fmt: skip  # noqa: E501
    assert dict(meta.pronounce) == {"Nguyen": "win", "SQL": "sequel", "New York": "noo york"}
    assert (meta.lexicon, meta.spell_out) == ("names.yaml", "units, dates")
    wanted = ("pronounce.Nguyen", "pronounce.SQL", "pronounce.New York", "lexicon", "spell_out")
    assert [meta.lines[key] for key in wanted] == [3, 4, 5, 8, 9]


def test_json_and_yaml_scripts_hold_them_too() -> None:
    as_json = b'{"pronounce": {"SQL": "sequel"},\n "lexicon": "n.json", "turns": [{"text": "Hi."}]}'
    as_yaml = b"pronounce: {SQL: sequel}\nlexicon: n.json\nturns:\n- text: Hi.\n"
    for data, name in ((as_json, "ep.json"), (as_yaml, "ep.yaml")):
        meta = parse(data, name).meta
        assert (dict(meta.pronounce), meta.lexicon, meta.spell_out) == ({"SQL": "sequel"}, "n.json", None)
        assert (meta.lines["pronounce.SQL"], meta.lines["lexicon"]) == (1, 2)


def test_words_are_kept_composed() -> None:
    assert dict(front("pronounce: {re\u0301sume\u0301: rezu\u0308may}").pronounce) == {"résumé": "rezümay"}


def test_words_that_yaml_takes_for_something_else_are_words() -> None:
    assert dict(front("pronounce: {NO: en oh, 007: double oh seven, true: troo}").pronounce) == {
        "NO": "en oh", "007": "double oh seven", "true": "troo"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        (f"{SECRET}:", "a pronunciation says nothing"),
        (f'{SECRET}: ""', "a pronunciation says nothing"),
        (f'{SECRET}: "..."', "a pronunciation says nothing"),
        (f'"": {SECRET}', "a pronunciation has no word"),
        (f'" ": {SECRET}', "a pronunciation has no word"),
        (f"{SECRET}: 5", "a pronunciation is not text"),
        (f"{SECRET}: true", "a pronunciation is not text"),
        (f"{SECRET}: [{SECRET}]", "a pronunciation is not text"),
        (f"{SECRET * 10}: x", "a pronunciation is for more than 100 characters"),
        (f"{SECRET}: {SECRET * 20}", "a pronunciation has more than 200 characters"),
    ],
)
def test_an_entry_that_makes_no_sense_is_an_error_with_its_line_and_without_its_words(entry: str, message: str) -> None:
    ((line, said, fix),) = problems(f"title: x\npronounce:\n  SQL: sequel\n  {entry}")
    assert (line, said) == (5, message)
    assert fix
    assert refused(f"SQL: sequel\n{entry}\n".encode()) == [f'the lexicon, "names.yaml", line 2: {message}']


def test_every_bad_entry_is_told_of_at_once() -> None:
    assert [line for line, _, _ in problems("pronounce:\n  a:\n  b: 1\n  c: ok\n  d: []")] == [3, 4, 6]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("pronounce: sequel", '"pronounce" must be a mapping'),
        ("pronounce: [a, b]", '"pronounce" must be a mapping'),
        ("lexicon: {a: b}", '"lexicon" must be text'),
        ('lexicon: ""', '"lexicon" is empty'),
        ("spell_out: everything", '"spell_out" is not written as it should be'),
        ("spell_out: units; dates", '"spell_out" is not written as it should be'),
        ("spell_out: true", '"spell_out" must be text'),
    ],
)
def test_a_key_of_the_wrong_form_is_an_error(text: str, message: str) -> None:
    ((line, said, fix),) = problems(text)
    assert (line, said) == (2, message)
    assert fix


@pytest.mark.parametrize("value", ["all", "none", "units", "units, dates", "addresses,comparisons,dates,ranges,signs"])
def test_what_may_be_spelled_out(value: str) -> None:
    assert front(f"spell_out: {value}").spell_out == value


@pytest.mark.parametrize(
    ("data", "path"),
    [
        (b"Nguyen: win\nSQL: 'sequel'\n", "names.yaml"),
        ("\ufeffNguyen: win\r\nSQL: sequel\r\n".encode(), "names.yml"),
        ("Nguyen: win\nSQL: sequel\n".encode("utf-16"), "names"),
        (b'{"Nguyen": "win",\n\t"SQL": "sequel"}', "names.JSON"),
    ],
)
def test_a_lexicon_file(data: bytes, path: str) -> None:
    assert dict(lexicon(data, path, 3)) == {"Nguyen": "win", "SQL": "sequel"}


def test_a_lexicon_may_hold_nothing_yet() -> None:
    assert not lexicon(b"# names to come\n", "names.yaml", 3)


@pytest.mark.parametrize(
    ("data", "path", "part"),
    [
        (b"- a\n- b\n", "names.yaml", "line 1: this is no list of pronunciations"),
        (b"just words", "names.yaml", "line 1: this is no list of pronunciations"),
        (b"a: b\nc: [\n", "names.yaml", "this is not YAML"),
        (b"a: b\n---\nc: d\n", "names.yaml", "line 3: there is a second document"),
        (b"a: x\na: y\n", "names.yaml", 'line 2: "a" stands twice, first on line 1'),
        (b"a: &x y\nb: *x\n", "names.yaml", "line 1: YAML anchors and aliases are not allowed"),
        (b'{"a": "b",}', "names.json", "line 1: this is not JSON"),
        (b"\xff\xfe\x00", "names.yaml", 'the lexicon, "names.yaml"'),
        (b"\x00\x01\x02binary\x00", "names.yaml", 'the lexicon, "names.yaml"'),
        ("\n".join(f"w{n}: x" for n in range(MAX_ENTRIES + 1)).encode(), "names.yaml", "more than 10,000"),
    ],
)  # fmt: skip
def test_a_bad_lexicon_is_told_of_by_its_name_and_line(data: bytes, path: str, part: str) -> None:
    assert any(part in message for message in refused(data, path))


@given(st.one_of(st.binary(max_size=80), st.text(max_size=80).map(str.encode)), st.sampled_from(["n.yaml", "n.json"]))
def test_any_bytes_are_a_lexicon_or_a_fault(data: bytes, path: str) -> None:
    try:
        found = lexicon(data, path, 3)
    except ScriptFault as fault:
        assert all(p.line == 3 and p.message.startswith("the lexicon") for p in fault.problems)  # noqa: PT017
    else:
        assert all(word and say for word, say in found.items())


def test_the_page_tells_the_limits() -> None:
    page = " ".join((Path(__file__).parents[2] / "docs" / "script-format.md").read_text("utf-8").split())
    assert f"up to {_LONGEST_WORD} characters, what is said for it up to {_LONGEST_SAYING};" in page
    assert f"up to {MAX_ENTRIES:,} entries and {MAX_BYTES // 1_000_000} MB" in page


@pytest.mark.parametrize(
    ("name", "expected"),
    [("lexicon.yaml", True), ("a/Names.lexicon.JSON", True), ("show-lexicon.yml", True), ("lexicon.md", False),
     ("names.yaml", False), ("lexicon/ep.yaml", False), ("lexicons.yaml", False)],
)  # fmt: skip
def test_a_lexicon_goes_by_its_name(name: str, *, expected: bool) -> None:
    assert is_lexicon(name) is expected
