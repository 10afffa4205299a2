"""Speakers get voices."""

from collections import Counter
from collections.abc import Iterable, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebooth.casting import cast, warnings
from voicebooth.errors import ScriptFault
from voicebooth.script import Meta, Script, Sentence, Turn
from voicebooth.voices import FEMALE, MALE, VOICES, find, is_custom, nearest

names = st.lists(st.text("abcdefgh", min_size=1, max_size=4), min_size=1, max_size=45, unique=True)


def script(speakers: Iterable[str], voices: Mapping[str, str] | None = None, line: int = 3) -> Script:
    given_voices = voices or {}
    lines = {f"voices.{speaker}": line + at for at, speaker in enumerate(given_voices)}
    turns = tuple(Turn(speaker, (Sentence("Hello.", 9),)) for speaker in speakers)
    return Script("ep.md", Meta(voices=given_voices, lines=lines), turns)


def test_the_catalogue_is_complete() -> None:
    assert (len(FEMALE), len(MALE), len(VOICES), len({voice.name for voice in VOICES})) == (14, 16, 30, 30)
    assert all(-1 <= trait <= 1 for voice in VOICES for trait in voice.character)


def test_voices_are_found_in_any_case() -> None:
    voice = find(" kORE ")
    assert voice is not None
    assert (voice.name, voice.gender, voice.descriptor) == ("Kore", "female", "Firm")
    assert find("Korre") is None
    assert nearest("Korre")[0] == "Kore"
    assert is_custom("voice_abc")
    assert is_custom("voicekey_abc")
    assert not is_custom("Kore")


def test_the_same_cast_on_every_machine() -> None:
    expected = ["Kore", "Puck", "Leda", "Algenib", "Achernar", "Umbriel"]
    assert list(cast(script("ABCDEF")).values()) == expected


@given(names)
def test_casting_is_total_and_as_distinct_as_the_catalogue_allows(speakers: list[str]) -> None:
    voices = cast(script(speakers))
    assert list(voices) == speakers
    uses = Counter(voices.values())
    assert max(uses.values()) == -(-len(speakers) // len(VOICES))
    assert set(uses) <= {voice.name for voice in VOICES}


@given(names, names)
def test_a_speaker_who_comes_later_changes_no_voice(speakers: list[str], later: list[str]) -> None:
    before = cast(script(speakers))
    after = cast(script(dict.fromkeys(speakers + later)))
    assert {speaker: after[speaker] for speaker in speakers} == before


def test_genders_alternate_and_characters_contrast() -> None:
    heard = [find(name) for name in cast(script("ABCDEF")).values()]
    assert [voice.gender for voice in heard if voice] == ["female", "male"] * 3
    assert len({voice.descriptor for voice in heard if voice}) == 6


def test_the_scripts_voices_come_first_in_any_case() -> None:
    voices = cast(script(["Ann", "Bob"], {"BOB": "kore", "ann": "voice_123"}))
    assert voices == {"Ann": "voice_123", "Bob": "Kore"}


def test_an_automatic_voice_avoids_and_contrasts_with_the_scripts() -> None:
    voices = cast(script(["Ann", "Bob"], {"Bob": "Kore"}))
    assert voices["Bob"] == "Kore"
    assert voices["Ann"] in {voice.name for voice in MALE}


def test_the_last_cast_is_kept_whoever_speaks_first_now() -> None:
    before = cast(script(["Ann", "Bob", "Cat"]))
    after = cast(script(["Zoe", "Cat", "ANN", "Bob"]), before)
    assert {name: after[name] for name in ("ANN", "Bob", "Cat")} == {
        "ANN": before["Ann"],
        "Bob": before["Bob"],
        "Cat": before["Cat"],
    }
    assert after["Zoe"] not in before.values()


def test_the_last_cast_gives_way_to_the_script() -> None:
    assert cast(script(["Ann"], {"Ann": "Zephyr"}), {"Ann": "Kore"}) == {"Ann": "Zephyr"}
    displaced = cast(script(["Ann", "Bob"], {"Bob": "Kore"}), {"Ann": "Kore", "Bob": "Puck"})
    assert displaced["Bob"] == "Kore"
    assert displaced["Ann"] != "Kore"


def test_a_voice_of_the_last_cast_that_is_gone_is_cast_anew() -> None:
    assert cast(script(["Ann"]), {"Ann": "Nobody"}) == {"Ann": "Kore"}


def test_unknown_voices_are_all_named_with_line_and_nearest_names() -> None:
    with pytest.raises(ScriptFault) as caught:
        cast(script(["Ann", "Bob"], {"Ann": "Korr", "Bob": "Puck", "Eve": "Qqqq"}, line=4))
    one, other = caught.value.problems
    assert (one.line, other.line) == (4, 6)
    assert '"Korr"' in one.message
    assert "Kore" in one.fix
    assert "did you mean" not in other.fix


def test_entries_for_nobody_are_a_warning_with_the_likely_name() -> None:
    cast_script = script(["Ann", "Bob"], {"Ann": "Kore", "Bobb": "Puck", "Xerxes": "Leda"}, line=2)
    one, other = warnings(cast_script, cast(cast_script))
    assert (one.line, other.line) == (3, 4)
    assert '"Bob"' in one.fix
    assert "did you mean" not in other.fix


def test_a_shared_voice_is_a_warning() -> None:
    shared = script(["Ann", "Bob", "Cat"], {"Ann": "Kore", "Bob": "Kore"}, line=2)
    (warning,) = warnings(shared, cast(shared))
    assert "Ann and Bob" in warning.message
    assert warning.line == 3
    assert not warnings(script("AB"), cast(script("AB")))


def test_with_more_speakers_than_voices_the_shared_ones_are_named() -> None:
    crowd = script(f"Guest {number}" for number in range(31))
    (warning,) = warnings(crowd, cast(crowd))
    assert "Guest 0 and Guest 30" in warning.message
    assert warning.line is None
