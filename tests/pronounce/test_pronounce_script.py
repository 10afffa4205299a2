"""A script and its pronunciations: what is said changes, what is shown does not, and unused entries are told of."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from voicebooth import casting
from voicebooth.errors import Problem, ScriptFault
from voicebooth.pace import speech_s
from voicebooth.parse import parse
from voicebooth.plan import Plan, Segment, plan
from voicebooth.pronounce import pronounced
from voicebooth.script import Meta, Script, Sentence, Turn
from voicebooth.speech import Engine

EXAMPLES = Path(__file__).parents[2] / "examples"
ENGINE = Engine("test/1", "test-tts", longest_request_s=480.0)
CAP_S = 20.0


def of(text: str, pronounce: dict[str, str] | None = None, **meta) -> Script:
    lines = {f"pronounce.{word}": 3 + at for at, word in enumerate(pronounce or {})}
    return Script("ep.md", Meta(pronounce=pronounce or {}, lines=lines, **meta), (Turn("Ann", (Sentence(text, 1),)),))


def said(text: str, pronounce: dict[str, str] | None = None, lexicon: dict[str, str] | None = None, **meta) -> str:
    (turn,) = pronounced(of(text, pronounce, **meta), lexicon or {}).turns
    assert turn.text == text
    return turn.spoken


def warned(text: str, pronounce: dict[str, str]) -> list[Problem]:
    return list(pronounced(of(text, pronounce)).warnings)


def test_front_matter_goes_before_the_lexicon_sentence_by_sentence() -> None:
    script = parse(b"---\npronounce: {SQL: sequel}\n---\nAnn: SQL and GIF. Nothing. GIF!\n\nBob: Nothing.\n", "ep.md")
    found = pronounced(script, {"SQL": "ess cue ell", "GIF": "jif"})
    assert [[s.say for s in turn.sentences] for turn in found.turns] == [["sequel and jif.", "", "jif!"], [""]]
    assert [turn.text for turn in found.turns] == [turn.text for turn in script.turns]
    assert found.turns[0].spoken == "sequel and jif. Nothing. jif!"


def test_what_is_said_already_is_where_words_are_looked_for() -> None:
    turn = Turn("Ann", (Sentence("WWW", 1, say="the Web and SQL"), Sentence("W3C", 1, say="W three C")))
    found = pronounced(Script("ep.ssml", Meta(pronounce={"SQL": "sequel"}), (turn,)))
    assert [(s.text, s.spoken) for s in found.turns[0].sentences] == [
        ("WWW", "the Web and sequel"),
        ("W3C", "W three C"),
    ]


def test_composed_and_decomposed_letters_are_the_same() -> None:
    assert said(unicodedata.normalize("NFD", "My résumé."), {"résumé": "rezumay"}) == "My rezumay."
    decomposed = unicodedata.normalize("NFD", "Other é.")
    assert said(decomposed, {"résumé": "rezumay"}) == decomposed


def test_a_pronunciation_goes_before_what_would_be_written_out() -> None:
    everything = {"language": "en", "spell_out": "all"}
    assert said("5 km/h and 6 m/s", {"km/h": "klicks"}, **everything) == "5 klicks and 6 meters per second"
    assert said("See https://x.org.", {"https://x.org": "our site"}, language="en") == "See our site."
    assert said("See https://x.org.", {"https://x.org": "https://x.org"}, language="en") == "See https://x.org."
    assert said("On 2026-11-24.", {"2026-11-24": "Tuesday"}, **everything) == "On Tuesday."


def test_a_part_of_an_address_is_said_as_it_is_pronounced() -> None:
    lexicon = {"sql": "sequel", ".": "point", "/": "stroke"}
    assert said("See https://sql.org/x.", {"sql": "sequel"}, language="en") == "See sequel dot org slash x."
    assert said("https://sql.org", lexicon, language="en") == "sequel dot org"


def test_markup_in_an_entry_is_words_like_any_others() -> None:
    assert said("SQL", {"SQL": '<break time="1s"/> se[quel] |x|'}) == '<break time="1s"/> se[quel] |x|'


@pytest.mark.parametrize(
    ("text", "word", "fix"),
    [
        ("Mr. Nguyen came.", "Nguyn", 'did you mean "Nguyen"?'),
        ("We flew to New York today.", "New Yorck", 'did you mean "New York"?'),
        ("NASA and it.", "Nasa", 'the script has "NASA": an entry with capitals matches only as it is written'),
        ("New York.", "York", "a longer entry covers it everywhere"),
        ("Quite other words.", "Nguyen", "remove it, or write it as in the script"),
        ("Quite other words.", "→", "remove it, or write it as in the script"),
    ],
)
def test_an_entry_that_is_not_used_is_a_warning_with_what_was_meant(text: str, word: str, fix: str) -> None:
    warnings = warned(text, {word: "x", "New York": "y"} if word == "York" else {word: "x"})
    (warning,) = (warning for warning in warnings if f'"{word}"' in warning.message)
    assert (warning.line, warning.message) == (3, f'the pronunciation of "{word}" is not used')
    assert warning.fix.startswith(fix)


def test_entries_that_are_used_are_no_warning_and_a_lexicon_never_is() -> None:
    assert not warned("SQLs and GIFs.", {"SQL": "sequel", "gif": "jif", "GIF": "jif"})[1:]
    assert not pronounced(of("Words."), {"Absent": "x"}).warnings


@pytest.mark.slow
def test_hundreds_of_unused_entries_are_told_of_in_little_time() -> None:
    text = " ".join(f"word{number}" for number in range(3000))
    warnings = warned(text, {f"Word{number}x": "x" for number in range(3000)})
    assert len(warnings) == 3000


def test_a_script_that_becomes_too_long_as_it_is_pronounced_is_refused() -> None:
    script = of("la " * 300)
    pronounced(script, max_minutes=5)
    with pytest.raises(ScriptFault) as fault:
        pronounced(script, {"la": "a very long way of saying it"}, max_minutes=5)
    assert "more than the 5 minutes allowed" in fault.value.problems[0].message


def test_lengths_are_those_of_what_is_said() -> None:
    script = of("It is at https://example.org/my_page?lola=mimi now.", language="en")
    (shown,), (spoken,) = planned(script).segments, planned(pronounced(script)).segments
    assert spoken.estimate_s > 1.5 * shown.estimate_s
    assert "slash my underscore page" in spoken.request.text
    assert spoken.turns[0].text == shown.turns[0].text


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.*")), ids=lambda path: path.name)
def test_no_take_of_an_example_is_voiced_again(path: Path) -> None:
    script = parse(path.read_bytes(), path.name)
    assert planned(pronounced(script)).segments == planned(script).segments


def planned(script: Script, known: frozenset[str] = frozenset()) -> Plan:
    return plan(script, casting.cast(script, {}), ENGINE, segment_s=CAP_S, known=known)


WORDS = ["bread", "dough", "oven", "Nguyen", "SQL", "market", "stone", "we", "today", "Breads"]
SENTENCES = st.lists(st.sampled_from(WORDS), min_size=2, max_size=9).map(lambda some: " ".join(some) + ".")
TURNS = st.lists(
    st.tuples(st.sampled_from(["Ann", "Bob", "Cid"]), st.lists(SENTENCES, min_size=1, max_size=4)),
    min_size=2,
    max_size=25,
)


@pytest.mark.slow
@given(TURNS, st.sampled_from(["Nguyen", "SQL", "stone", "oven"]), st.sampled_from(["vee", "a long way to say it"]))
def test_a_changed_entry_voices_the_segments_that_hold_its_word_and_no_others(turns, word: str, say: str) -> None:
    spoken = tuple(Turn(name, tuple(Sentence(text, 1) for text in texts)) for name, texts in turns)
    script = Script("ep.md", Meta(language="en"), spoken)
    before = planned(pronounced(script, {word: "win"}))
    keys = frozenset(segment.key for segment in before.segments)
    assume(all(fits(segment, say) for segment in before.segments))
    after = planned(pronounced(script, {word: say}), keys)
    holding = {segment.key for segment in before.segments if holds(segment, word)}
    new = {segment.key for segment in after.segments}
    assert keys - holding <= new
    assert not holding & new
    assert all(segment.key in keys or holds(segment, word) for segment in after.segments)


def fits(segment: Segment, say: str) -> bool:
    """Whether the segment is still short enough when it says this: past the cap, turns are cut anew."""
    return sum(speech_s(line.text.replace("win", say), "en") for line in segment.request.lines) <= CAP_S


def holds(segment: Segment, word: str) -> bool:
    return any(word in turn.text.replace(".", "").split() for turn in segment.turns)
