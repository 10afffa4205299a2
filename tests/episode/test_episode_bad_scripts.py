"""What cannot become an episode costs nothing, and a person is told what is wrong, where, and what to do."""

import pytest

from studio import FILES, script
from voicebooth.errors import ScriptFault

BOMB = "a: &a [x,x,x,x,x,x,x,x]\n" + "".join(
    f"{name}: &{name} [{','.join(f'*{before}' for _ in range(8))}]\n"
    for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
BAD = {
    "empty": ("show/ep.md", b"", None),
    "blank": ("show/ep.txt", b" \n\n\t\n", None),
    "binary": ("show/ep.txt", bytes(range(256)) * 40, None),
    "a picture": ("show/ep.md", b"\x89PNG\r\n\x1a\n" + bytes(2000), None),
    "too large": ("show/ep.txt", b"Ann: a word again.\n\n" * 110_000, None),
    "too long": ("show/ep.txt", b"Ann: one more word of many.\n\n" * 900, None),
    "YAML bomb": ("show/ep.yaml", BOMB.encode(), None),
    "broken JSON": ("show/ep.json", b'{"turns": [\n{"speaker": "Ann", "text": "hi"},\n{]}', 3),
    "broken front matter": ("show/ep.md", b"---\ntitle: [never closed\n---\nAnn: Hello there.\n", None),
    "unknown extension": ("show/ep.pages", b"Ann: Hello there.\n", None),
    "no extension": ("show/ep", b"Ann: Hello there.\n", None),
    "unknown voice": ("show/ep.md", b"---\ntitle: x\nvoices:\n  Ann: Koree\n---\nAnn: Hello there.\n", 4),
    "unknown model": ("show/ep.md", b"---\ntitle: x\nmodel: gemini-9-tts\n---\nAnn: Hello there.\n", 3),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_script_is_told_and_costs_nothing(folders, case):
    name, content, line = BAD[case]
    folders = folders.with_options(max_minutes=5.0)
    folders.put(content, name)
    error = folders.fails(ScriptFault, name)
    status, told = folders.status(name), folders.read("error.txt", name).decode()
    assert status.state == "failed"
    assert folders.files(name) == {"episode.json", "error.txt"}
    assert [(n.line, n.message, n.fix) for n in status.errors] == [(p.line, p.message, p.fix) for p in error.problems]
    assert f"{name.removeprefix('show/')}:{'' if line is None else f'{line}: '}" in told
    assert "fix: " in told
    assert folders.gemini.requests == []
    assert folders.takes() == set()


@pytest.mark.slow
def test_a_script_that_becomes_bad_leaves_the_finished_episode_where_it_is(anywhere):
    text = script(4)
    anywhere.put(text)
    done = anywhere.make()
    audio, asked = anywhere.read("episode.mp3"), len(anywhere.gemini.requests)
    anywhere.put("---\nvoices: {Ann: Nobody}\n---\n" + text)
    anywhere.fails(ScriptFault)
    status = anywhere.status()
    assert anywhere.files() == FILES | {"error.txt"}
    assert anywhere.read("episode.mp3") == audio
    assert (status.state, status.audio, status.segments) == ("failed", done.audio, done.segments)

    anywhere.put(text)
    anywhere.make()
    anywhere.assert_whole(text)
    assert anywhere.files() == FILES
    assert len(anywhere.gemini.requests) == asked


@pytest.mark.slow
def test_more_than_may_be_spent_is_refused_before_the_first_request(folders):
    text = script(12)
    dear = folders.with_options(max_cost_usd=0.001)
    dear.put(text)
    error = dear.fails(ScriptFault)
    assert "VOICEBOOTH_MAX_COST_USD" in error.problems[0].fix
    assert "VOICEBOOTH_MAX_COST_USD" in dear.read("error.txt").decode()
    assert dear.status().state == "failed"
    assert dear.gemini.requests == []

    folders.make()
    spent = len(folders.gemini.requests)
    dear.with_options(formats=("wav",)).make()  # what is kept counts for nothing
    dear.assert_whole(text)
    assert len(folders.gemini.requests) == spent


def test_a_script_that_is_not_there(folders):
    folders.fails(ScriptFault)
    assert folders.files() == set()
