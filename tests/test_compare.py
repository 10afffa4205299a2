"""``diff``: what an edit will have voiced, kept and dropped, and what it says of it."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest

from fakes.music import tune
from fakes.pictures import drawn
from studio import script
from terminal import SCRIPT, SEGMENTS
from voicebooth.compare import Comparison, figures, planned, told
from voicebooth.limiter import Limiter
from voicebooth.manifest import Companion
from voicebooth.prepare import prepare
from voicebooth.settings import Settings
from voicebooth.speech import Engine, models
from voicebooth.storage import open_store
from voicebooth.studio import Options, Studio

PRICE = models.price(models.model(Settings().gemini_tts_model), date(2026, 11, 1))
ENGINE = Engine("test/1", "test-tts", longest_request_s=480.0, price=PRICE)
SEGMENT_S = 12.0  # two turns


def prepared(text, last=None, engine=ENGINE):
    return prepare(studio(engine), text.encode(), "ep.md", last)


def studio(engine):
    """Return a studio without buckets, in which somebody would speak."""
    nowhere, speaks = open_store("nowhere"), lambda _: SimpleNamespace(engine=engine)
    return Studio(nowhere, nowhere, nowhere, speaks, Limiter(), Options(segment_s=SEGMENT_S))


def compared(old, new, engine=ENGINE):
    last = planned(prepared(old, engine=engine))
    return Comparison(last, prepared(new, last, engine))


def lines(segments):
    return [(segment.first_line, segment.last_line) for segment in segments]


def test_the_same_script_asks_for_nothing():
    same = compared(script(10), script(10))
    assert (same.voiced, same.dropped, same.usd) == ((), (), 0)
    assert len(same.kept) == 5
    assert same.speakers == ({}, {}, {})
    assert told(same).startswith("0 requests for about 0 seconds of ")


def test_a_changed_word_voices_one_segment_anew():
    old = script(10)
    changed = compared(old, old.replace(old.splitlines()[8].split()[3], "else"))
    assert lines(changed.voiced) == lines(changed.dropped) == [(9, 11)]
    assert len(changed.kept) == 4
    assert changed.usd == pytest.approx(changed.new.cost_usd(changed.voiced[0]))
    assert 0 < changed.usd < changed.new.estimated_usd / 3


def test_lines_that_moved_are_no_new_sound():
    assert compared(script(10), f"\n\n{script(10)}").voiced == ()


def test_a_sound_that_is_needed_twice_is_asked_for_once():
    said = "\n\n".join(["Ann: The very same words, as long as a segment, said once and then said again."] * 2)
    twice = compared("Ann: Other words.", f"# One\n\n{said}".replace("\n\nAnn", "\n\n# Two\n\nAnn"))
    assert figures(twice)["requests"] == len({segment.key for segment in twice.new.plan.segments})


def test_speakers_come_go_and_are_recast():
    old = "---\nvoices: {Ann: Kore}\n---\nAnn: Hello there.\nBob: And hello to you.\n"
    new = "---\nvoices: {Ann: Leda}\n---\nAnn: Hello there.\nCy: And hello to you.\n"
    comparison = compared(old, new)
    added, removed, recast = comparison.speakers
    assert list(added) == ["Cy"]
    assert list(removed) == ["Bob"]
    assert recast == {"Ann": ("Kore", "Leda")}
    text = told(comparison)
    assert "Ann speaks as Leda instead of Kore" in text
    assert "Bob speaks no more" in text
    assert f"Cy is new and speaks as {added['Cy']}" in text


def test_a_voice_that_is_free_has_no_price():
    free = compared(script(2), script(4), Engine("test/1", "test-tts", longest_request_s=480.0, draft=True))
    assert free.usd is None
    assert "$" not in told(free)
    assert figures(free)["usd"] is None


def test_it_needs_no_key_and_asks_nobody(terminal):
    Path("new.md").write_text(SCRIPT.replace("little wind", "strong wind"))
    assert terminal("diff", "ep.md", "new.md") == 0
    assert [line.split()[0] for line in terminal.out.splitlines()[:2]] == ["dropped", "new"]
    assert "1 request for about" in terminal.out
    assert "1 segment kept" in terminal.out
    assert not Path("episodes").exists()


def test_for_programs(terminal):
    Path("new.md").write_text(SCRIPT.replace("Di:", "Dee:").replace("Di: Leda", "Dee: Leda"))
    assert terminal("diff", "ep.md", "new.md", "--json") == 0
    found = json.loads(terminal.out)
    assert (found["script"], found["old"], found["status"], found["errors"]) == ("new.md", "ep.md", 0, [])
    assert found["speakers"] == {"added": {"Dee": "Leda"}, "removed": {"Di": "Leda"}, "recast": {}}
    assert (found["requests"], found["usd"], len(found["kept"])) == (0, 0, SEGMENTS)  # a name is no sound


@pytest.mark.slow
@pytest.mark.usefixtures("cloud")
def test_the_old_may_be_an_episode_that_was_made(terminal):
    terminal("make", "ep.md")
    Path("ep.md").write_text(f"{SCRIPT}\n\nAnn: One more thing, which takes a while to say, and a while to hear.\n")
    assert terminal("diff", "episodes/ep/episode.json", "ep.md", "--json") == 0
    found = json.loads(terminal.out)
    terminal("make", "ep.md")
    assert f"{found['requests']} request" in terminal.out
    assert found["requests"] >= 1


def test_each_of_the_two_is_named_when_it_is_at_fault(terminal):
    Path("bad.md").write_text("---\nvoices:\n  Ann: Nobody\n---\nAnn: Hello.\n")
    assert terminal("diff", "bad.md", "ep.md") == 1
    assert terminal.err.startswith('bad.md:3: there is no voice "Nobody"')
    assert terminal("diff", "ep.md", "bad.md") == 1
    assert terminal.err.startswith('bad.md:3: there is no voice "Nobody"')
    assert terminal("diff", "missing.md", "ep.md") == 1
    assert terminal.err.startswith("missing.md: there is no such script")


def scored(*lines):
    return SCRIPT.replace("---\n", "---\n" + "".join(f"{line}\n" for line in lines), 1)


@pytest.fixture
def band(terminal):
    """Music, a cover and a lexicon in the folder, and a script with them."""
    for name, content in (("a.wav", tune(3.0)), ("b.wav", tune(2.0)), ("cover.jpg", drawn("jpeg", 1400))):
        Path(name).write_bytes(content)
    assert terminal
    Path("names.lexicon.yaml").write_text("SQL: sequel\n")
    Path("old.md").write_text(scored("cover: cover.jpg", "lexicon: names.lexicon.yaml", "music: {intro: a.wav}"))
    return Path("new.md")


@pytest.mark.slow
@pytest.mark.usefixtures("band")
def test_the_same_files_are_no_change(terminal):
    assert terminal("diff", "old.md", "old.md") == 0
    assert "anew" not in terminal.out
    assert "a.wav" not in terminal.out


@pytest.mark.slow
def test_files_that_come_and_go_are_told_of(terminal, band):
    band.write_text(scored("cover: cover.jpg", "lexicon: names.lexicon.yaml", "music: {intro: b.wav}"))
    assert terminal("diff", "old.md", "new.md") == 0
    assert terminal.out.splitlines()[:5] == [
        "b.wav is new",
        "a.wav is used no more",
        "the intro plays b.wav instead of a.wav",
        "the intro is alone for 2 s instead of 3",
        "nothing is voiced anew, but the episode is made anew",
    ]
    assert terminal("diff", "old.md", "new.md", "--json") == 0
    found = json.loads(terminal.out)
    assert found["companions"] == {"added": ["b.wav"], "removed": ["a.wav"], "changed": []}
    assert found["requests"] == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("before", "now", "rows"),
    [
        ("{intro: a.wav}", "{intro: a.wav}", []),
        ("{intro: a.wav}", "{intro: {file: a.wav}}", []),
        ("{intro: a.wav}", "{intro: {file: a.wav, level_lu: -2}}", []),  # as is usual
        (
            "{intro: a.wav}",
            "{intro: {file: a.wav, seconds: 2, level_lu: -5}}",
            [
                "the intro is at -5 LU where nobody speaks instead of -2",
                "the intro is alone for 2 s instead of 3",
                "the intro overlaps words by 1 s instead of 0",
            ],
        ),
        (
            "{bed: a.wav}",
            "{bed: {file: a.wav, under_lu: -24, fade_s: 1}}",
            ["the bed is at -24 LU under words instead of -20", "the bed fades for 1 s instead of 3"],
        ),
        ("{bed: a.wav}", "{bed: a.wav, sting: b.wav}", ["b.wav is new", "the sting is new: b.wav"]),
        ("{bed: a.wav, sting: a.wav}", "{bed: a.wav}", ["the sting is heard no more"]),
        (
            "{outro: c.wav}",
            "{outro: {file: c.wav, overlap_s: 0.5}, bed: a.wav}",
            [
                "a.wav is new",
                "the bed is new: a.wav",
                "the outro is alone for 3.5 s instead of 2",
                "the outro overlaps words by 0.5 s instead of 2",
                "the episode is in stereo instead of mono",
            ],
        ),
    ],
)
@pytest.mark.usefixtures("band")
def test_what_is_heard_of_music_otherwise_is_told_and_asks_for_nothing(terminal, before, now, rows):
    Path("c.wav").write_bytes(tune(4.0, stereo=False))
    Path("old.md").write_text(scored(f"music: {before}"))
    Path("new.md").write_text(scored(f"music: {now}"))
    assert terminal("diff", "old.md", "new.md") == 0
    told_of = terminal.out.splitlines()
    assert sorted(told_of[: len(rows)]) == sorted(rows)
    assert told_of[len(rows)].startswith("nothing is voiced anew" if rows else "0 requests for")
    assert terminal("diff", "old.md", "new.md", "--json") == 0
    found = json.loads(terminal.out)
    assert set(found["music"]) == {row for row in rows if row.startswith("the ")}
    assert (found["requests"], found["usd"], found["new"]) == (0, 0, [])


@pytest.mark.slow
@pytest.mark.usefixtures("band")
def test_music_of_an_episode_that_was_made_is_told_of(terminal):
    assert terminal("make", "old.md", "--speech", "offline") == 0
    made = Path("episodes/old/episode.json")
    Path("new.md").write_text(scored("cover: cover.jpg", "lexicon: names.lexicon.yaml", "music: {intro: b.wav}"))
    assert terminal("diff", str(made), "new.md", "--speech", "offline", "--json") == 0
    assert "the intro plays b.wav instead of a.wav" in json.loads(terminal.out)["music"]
    older = json.loads(made.read_text())
    del older["music"]  # as programs wrote it that did not tell
    made.write_text(json.dumps(older))
    assert terminal("diff", str(made), "new.md", "--speech", "offline", "--json") == 0
    assert json.loads(terminal.out)["music"] == []


@pytest.mark.slow
@pytest.mark.usefixtures("band")
def test_files_that_changed_since_an_episode_was_made_are_told_of(terminal):
    assert terminal("make", "old.md", "--speech", "offline") == 0
    made = "episodes/old/episode.json"
    assert terminal("diff", made, "old.md", "--speech", "offline", "--json") == 0
    assert json.loads(terminal.out)["companions"] == {"added": [], "removed": [], "changed": []}
    Path("a.wav").write_bytes(tune(2.5))
    Path("cover.jpg").write_bytes(drawn("jpeg", 1500))
    assert terminal("diff", made, "old.md", "--speech", "offline", "--json") == 0
    assert json.loads(terminal.out)["companions"]["changed"] == ["cover.jpg", "a.wav"]


def test_a_file_is_the_same_from_whichever_folder_it_was_named():
    new = prepared(script(2))
    old = planned(
        replace(new, companions=(Companion(name="show/a.wav", generation=1), Companion(name="b.wav", generation=1)))
    )
    now = (Companion(name="a.wav", generation=2), Companion(name="bb.wav", generation=1))
    assert Comparison(old, replace(new, companions=now)).companions == (["bb.wav"], ["b.wav"], ["a.wav"])


def test_a_manifest_in_the_scripts_place_is_told_where_it_goes(terminal):
    manifest = planned(prepared(script(2)))
    Path("episode.json").write_text(manifest.model_dump_json())
    assert terminal("diff", "ep.md", "episode.json") == 2
    assert terminal.err == "voicebooth: episode.json goes first, as OLD\n    fix: voicebooth diff episode.json SCRIPT\n"
    assert terminal("diff", "episode.json", "ep.md") == 0


def test_a_script_of_a_manifests_name_is_a_script(terminal):
    Path("episode.json").write_text('{"turns": [{"speaker": "Ann", "text": "Hello."}]}')
    assert terminal("diff", "ep.md", "episode.json") == 0
    Path("episode.json").unlink()
    assert terminal("diff", "ep.md", "episode.json") == 1
