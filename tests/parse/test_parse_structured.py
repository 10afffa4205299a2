"""Scripts in JSON and YAML, the schema, and their lines."""

from __future__ import annotations

import json
from importlib.resources import files

import pytest
from jsonschema import Draft202012Validator

from voicebooth.errors import ScriptFault
from voicebooth.parse import parse
from voicebooth.script import NARRATOR, Gap, Script

SCHEMA = json.loads((files("voicebooth") / "schemas" / "script.schema.json").read_text("utf-8"))


def read(text: str, name: str) -> Script:
    return parse(text.encode(), name)


def faults(text: str, name: str) -> list[tuple[int | None, str]]:
    with pytest.raises(ScriptFault) as caught:
        read(text, name)
    assert all(problem.fix for problem in caught.value.problems)
    return [(problem.line, problem.message) for problem in caught.value.problems]


YAML = """\
title: A Talk
language: en
voices: {Ann: Kore}
turns:
  - speaker: ANN
    text: |
      One. Two
      goes on.

      Three.
  - speaker: Bob
    delivery: softly
    pause_s: 2
    chapter: Next
    text: >
      Folded text. Over
      lines.
  - text: "Quoted
      over lines. \\u0041nd

      more."
  - text: Yes
  - dialogue: 10:30 (pause) Go.
"""

JSON = """\
{
  "title": "A Talk", "voices": {"Ann": "Kore"},
  "turns": [
    {"speaker": "ANN", "text": "One. Two\\ngoes on.\\n\\nThree."},
    {
      "speaker": "Bob", "delivery": "softly",
      "pause_s": 2.0, "chapter": "Next",
      "text": "Gr\\u00fc\\u00dfe \\ud83d\\ude00 (pause 1s) Go."
    },
    {"text": "End."}
  ]
}
"""


def test_yaml_with_all_its_lines() -> None:
    script = read(YAML, "ep.yaml")
    assert script.meta.title == "A Talk"
    assert [(t.speaker, t.gap, [(s.text, s.line) for s in t.sentences]) for t in script.turns] == [
        ("Ann", Gap.TURN, [("One.", 7), ("Two goes on.", 7)]),
        ("Ann", Gap.PARAGRAPH, [("Three.", 10)]),
        ("Bob", Gap.CHAPTER, [("Folded text.", 16), ("Over lines.", 16)]),
        (NARRATOR, Gap.TURN, [("Quoted over lines.", 18), ("And", 19)]),
        (NARRATOR, Gap.PARAGRAPH, [("more.", 21)]),
        (NARRATOR, Gap.TURN, [("Yes", 22)]),
        (NARRATOR, Gap.TURN, [("10:30", 23)]),
        (NARRATOR, Gap.PAUSE, [("Go.", 23)]),
    ]
    assert (script.turns[2].delivery, script.turns[2].pause_s) == ("softly", 2.0)
    assert [(c.title, c.turn, c.line) for c in script.chapters] == [("Next", 2, 14)]


def test_json_with_all_its_lines() -> None:
    script = read(JSON, "ep.json")
    assert [(t.speaker, t.text, t.line, t.gap, t.pause_s) for t in script.turns] == [
        ("Ann", "One. Two goes on.", 4, Gap.TURN, 0.0),
        ("Ann", "Three.", 4, Gap.PARAGRAPH, 0.0),
        ("Bob", "Grüße 😀", 8, Gap.CHAPTER, 2.0),
        ("Bob", "Go.", 8, Gap.PAUSE, 1.0),
        (NARRATOR, "End.", 10, Gap.TURN, 0.0),
    ]


TURNS = '[{"speaker": "Ann", "text": "Hi."}, {"speaker": "Bob", "text": "Ho."}]'


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("ep.json", TURNS),
        ("ep.yaml", TURNS),
        ("ep.json", TURNS.replace('"text"', '"dialogue"')),
        ("ep.json", f'{{"turns": {TURNS}}}'),
        ("ep.json", f'{{"transcript": {TURNS.replace("text", "dialogue")}}}'),
        ("ep.json", f'{{"dialogue": {TURNS}}}'),
        ("ep.yml", "- speaker: Ann\n  text: Hi.\n- {speaker: Bob, text: Ho.}\n"),
        ("ep.yaml", "---\ntitle: X\n---\n- speaker: Ann\n  text: Hi.\n- {speaker: Bob, text: Ho.}\n"),
    ],
)
def test_the_forms_a_script_may_have(name: str, text: str) -> None:
    assert [(t.speaker, t.text) for t in read(text, name).turns] == [("Ann", "Hi."), ("Bob", "Ho.")]


def test_unknown_keys_are_warnings_with_lines() -> None:
    script = read('{"titel": "X", "turns": [\n{"text": "a",\n"emotion": "glad"}]}', "ep.json")
    assert [(w.line, w.fix.split(":")[0]) for w in script.warnings] == [(1, 'did you mean "title"?'), (3, "known here")]


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("ep.json", '[\n{"text": 5},\n{"txt": "a"}\n]', [(2, '"text" must be text'), (3, "a turn has no text")]),
        ("ep.yaml", "- text: 5\n- txt: a\n", [(1, '"text" must be text'), (2, "a turn has no text")]),
        ("ep.yaml", "- speaker: true\n  text: a\n", [(1, '"speaker" must be text')]),
        ("ep.json", '[{"text": "a",\n"pause_s": -1}]', [(2, '"pause_s" is out of range')]),
        ("ep.json", '[{"text": "a",\n"pause_s": 1e999}]', [(2, '"pause_s" is out of range')]),
        ("ep.json", '[{"text": "a",\n"pause_s": "1"}]', [(2, '"pause_s" must be a number')]),
        ("ep.json", '{"title": "x"}', [(1, "the script has no turns")]),
        ("ep.json", '{"turns": []}', [(1, '"turns" is empty')]),
        ("ep.json", '{"turns":\n{}}', [(2, '"turns" must be a list')]),
        ("ep.json", '["a",\nnull]', [(1, "a turn must be a mapping"), (2, "a turn must be a mapping")]),
        ("ep.json", "[]", [(1, "the script is empty")]),
        ("ep.json", '"text"', [(1, "the script must be a mapping or a list")]),
        ("ep.json", '[\n{"text": "a",}]', [(2, "this is not JSON: expecting property name enclosed in double quotes")]),
        ("ep.json", '[{"text": NaN}]', [(None, "this is not JSON: NaN is no number")]),
        ("ep.json", '[{"text": "a\\ud800"}]', [(1, "a \\u escape is half of a character")]),
        ("ep.json", '[{"text": "a",\n"text": "b"}]', [(2, '"text" stands twice, first on line 1')]),
        ("ep.yaml", "- text: a\n  text: b\n", [(2, '"text" stands twice, first on line 1')]),
        ("ep.yaml", "- text: a\n---\n- text: b\n", [(3, "the file holds a second document")]),
        ("ep.yaml", "- &x\n  text: a\n- *x\n", [(1, "YAML anchors and aliases are not allowed in a script")]),
        ("ep.yaml", "- text: !!binary aGk=\n", [(1, "YAML tags are not allowed in a script")]),
        ("ep.yaml", "- text: [\n", [(2, "this is not YAML: did not find expected node content")]),
        ("ep.yaml", "# nothing\n", [(None, "the script has no words to speak")]),
        ("ep.json", "null", [(None, "the script has no words to speak")]),
        ("ep.json", '[{"text": "..."}]', [(None, "the script has no words to speak")]),
    ],
)
def test_what_is_wrong_is_told_with_its_line(name: str, text: str, expected: list[tuple[int | None, str]]) -> None:
    assert faults(text, name) == expected


@pytest.mark.parametrize(
    "bomb",
    [
        "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nturns: [{text: *c}]\n",
        "[" * 100_000,
        "{a: " * 50_000,
        "- " * 50_000,
        "x: {" * 1000,
    ],
)
def test_yaml_bombs(bomb: str) -> None:
    faults(bomb, "ep.yaml")


@pytest.mark.parametrize("bomb", ["[" * 500_000 + "]" * 500_000, '{"a":' * 100_000, "[" + "1" * 100_000 + "]"])
def test_json_bombs(bomb: str) -> None:
    faults(bomb, "ep.json")


def test_the_schema_is_a_schema_and_describes_what_is_read() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    validator = Draft202012Validator(SCHEMA)
    assert validator.is_valid(json.loads(JSON))
    assert validator.is_valid(json.loads(TURNS))
    assert not validator.is_valid([{"speaker": "Ann"}])


def test_errors_quote_no_words_of_the_script() -> None:
    with pytest.raises(ScriptFault) as caught:
        read('[{"text": ["secret words"]}, {"speaker": {"a": "secret words"}, "text": "b"}]', "ep.json")
    assert "secret" not in str(caught.value.problems)
