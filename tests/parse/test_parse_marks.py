"""What captioners mark: speakers, songs, sounds."""

from __future__ import annotations

import pytest

from voicebooth.parse import parse
from voicebooth.script import NARRATOR, Script


def read(*texts: str, form: str = "srt") -> Script:
    """Return the script of cues of one second each, which follow each other at once."""
    times = [f"00:{i // 60:02}:{i % 60:02}.000 --> 00:{(i + 1) // 60:02}:{(i + 1) % 60:02}.000" for i in range(600)]
    cues = "\n\n".join(f"{time}\n{text}" for time, text in zip(times, texts, strict=False))
    return parse((f"WEBVTT\n\n{cues}\n" if form == "vtt" else cues).encode(), f"ep.{form}")


def said(*texts: str, form: str = "srt") -> list[tuple[str, str]]:
    return [(turn.speaker, turn.text) for turn in read(*texts, form=form).turns]


@pytest.mark.parametrize("arrows", ["&gt;&gt; ", "&gt;&gt;&gt;", ">> "])
def test_a_name_behind_arrows_speaks_at_once_even_beside_voice_tags(arrows: str) -> None:
    texts = ["<v Ann>Hello.", "<v Bob>Hi.", f"{arrows}MARY LOU (softly): And me.", "<v Ann>Oh."]
    script = read(*texts, form="vtt")
    assert [(t.speaker, t.delivery, t.text) for t in script.turns] == [
        ("Ann", "", "Hello."),
        ("Bob", "", "Hi."),
        ("MARY LOU", "softly", "And me."),
        ("Ann", "", "Oh."),
    ]
    assert not script.warnings


@pytest.mark.parametrize("words", ["Note: it rains.", "three things: one.", "At 10:30 we go."])
def test_arrows_in_front_of_other_words_name_nobody(words: str) -> None:
    assert said("ANN: Hello.", f">> {words}", "ANN: So.") == [("ANN", "Hello."), (NARRATOR, words), ("ANN", "So.")]


def test_arrows_inside_a_line_are_somebody_else_where_arrows_are_used() -> None:
    assert said(">> ANN: We go. >> Why?", "No. >> BOB: So.") == [
        ("ANN", "We go."),
        (NARRATOR, "Why? No."),
        ("BOB", "So."),
    ]
    assert said("cin >> x reads a word.") == [(NARRATOR, "cin >> x reads a word.")]


def test_a_voice_tag_and_a_name_are_not_both_read() -> None:
    assert said("<v Ann>Ann: Hello.", "<v Ann>Bob: Hi.", "<v Bob>Yes.", form="vtt") == [
        ("Ann", "Hello."),
        ("Bob", "Hi."),
        ("Bob", "Yes."),
    ]


@pytest.mark.parametrize("end", [".", "?", "!", "…", '."', "”", ")"])
def test_a_name_in_the_middle_of_a_line_speaks(end: str) -> None:
    script = read(f"- We should go{end} MARY: Why?", "So.", "TOM: Oh.", "MARY: Yes.", "TOM: No.")
    assert [(t.speaker, t.text) for t in script.turns] == [
        (NARRATOR, f"We should go{end}"),
        ("MARY", "Why? So."),
        ("TOM", "Oh."),
        ("MARY", "Yes."),
        ("TOM", "No."),
    ]


def test_a_name_in_mixed_case_in_the_middle_of_a_line_must_stand_at_the_head_of_another() -> None:
    assert said("Ann: Hello.", "Bob: We go. Ann: Why?", "Bob: So. Anyway: no.") == [
        ("Ann", "Hello."),
        ("Bob", "We go."),
        ("Ann", "Why?"),
        ("Bob", "So. Anyway: no."),
    ]


def test_a_name_that_is_not_believed_is_a_word_with_a_warning() -> None:
    script = read("We should go. MARY: Why?", "So it is.", "It rains.", "Still.")
    assert [t.speaker for t in script.turns] == [NARRATOR]
    assert script.turns[0].text == "We should go. MARY: Why? So it is. It rains. Still."
    assert [(w.line, "MARY" in w.message) for w in script.warnings] == [(2, True)]
    assert said("We go. NOTE: it rains.", "So.") == [(NARRATOR, "We go. NOTE: it rains. So.")]


def test_two_dashes_in_a_line_are_two_speakers() -> None:
    assert said("- Hello. - Hi!", "- ANN: So? - No - never.", "It is - well.", "- ANN: ♪ La ♪ - Stop.") == [
        (NARRATOR, "Hello."),
        (NARRATOR, "Hi!"),
        ("ANN", "So?"),
        (NARRATOR, "No - never. It is - well."),
        ("ANN", "La"),
        (NARRATOR, "Stop."),
    ]


@pytest.mark.parametrize("signs", ["♪ {} ♪", "♫{}", "# {} #", "🎵 {}🎵", "♪♪ {} ♪♪", "♪\n{}\n♪"])
def test_a_song_is_read_apart_from_speech(signs: str) -> None:
    script = read("We sang", signs.format("La la\nla"), "and went home.")
    assert [t.text for t in script.turns] == ["We sang", "La la la", "and went home."]
    assert sum("sung" in w.message for w in script.warnings) == 1


def test_a_song_over_many_cues_is_one_and_belongs_to_whoever_speaks() -> None:
    texts = [
        "ANN: Listen.",
        "♪ Who is it",
        "that calls? ♪",
        "♪ It is I ♪",
        "- BOB: ♪ Uh-huh ♪",
        "ANN: Oh.",
        "BOB: Yes.",
    ]
    script = read(*texts[:2], texts[3], *texts[4:])
    assert [(t.speaker, t.text) for t in script.turns] == [
        ("ANN", "Listen."),
        ("ANN", "Who is it It is I"),
        ("BOB", "Uh-huh"),
        ("ANN", "Oh."),
        ("BOB", "Yes."),
    ]


@pytest.mark.parametrize("text", ["♪", "♪♪", "[♪ upbeat ♪]", "(♪)", "🎶", "♪ (HUMS) ♪"])
def test_music_without_words_is_silence(text: str) -> None:
    script = read("We go", text, "home.")
    assert [t.text for t in script.turns] == ["We go home."]
    assert [w.line for w in script.warnings] == [5]


@pytest.mark.parametrize("words", ["We are number # 1", "# 1 is ours", "C# is a note", "#winning"])
def test_a_hash_that_is_no_music_stays(words: str) -> None:
    text = said("So.", words)[-1][1]
    assert words.removeprefix("# ") in text


@pytest.mark.parametrize(
    "sound",
    [
        "Musique",
        "Applaudissements",
        "Música",
        "Gelächter",
        "Risate",
        "Музика",
        "音楽",
        "拍手",
        "موسيقى",
        "צחוק",
        "박수",
    ],
)
def test_a_sound_in_any_language_is_no_speaker_however_often_it_comes_back(sound: str) -> None:
    assert said(f"[{sound}] one", "two", f"[{sound}] three", f"[{sound}] four") == [(NARRATOR, "one two three four")]


def test_a_word_that_comes_back_in_front_of_quotations_is_no_speaker_where_others_are() -> None:
    asks = ["Say: “I am here”.", "Ann: So.", "Bob: Now.", "Say: “I am free”.", "Ann: Yes.", "Bob: Good.", "Say: “I”."]
    assert {speaker for speaker, _ in said(*asks)} == {NARRATOR, "Ann", "Bob"}
    assert {speaker for speaker, _ in said('Ann: "Hi."', 'Bob: "Ho."', 'Ann: "Ha."')} == {"Ann", "Bob"}


def test_a_lone_word_in_front_of_a_colon_in_a_long_talk_is_a_word_with_a_warning() -> None:
    talk = [f"This is sentence {i}." for i in range(90)]
    talk[10], talk[20], talk[30] = "Ann: May I?", "Ann: Thanks.", "Behold: a wonder."
    talk[12], talk[22] = "Bob: You may.", "Bob: Bye."
    script = read(*talk)
    assert script.speakers == (NARRATOR, "Ann", "Bob")
    assert ["Behold" in w.message for w in script.warnings] == [True]
    alone = read(*(text.replace("Bob:", "Then") for text in talk))
    assert alone.speakers == (NARRATOR,)
    assert ["Ann" in w.message for w in alone.warnings] == [True]


def test_a_role_with_a_capital_in_front_speaks_if_it_comes_back_often() -> None:
    talk = [
        "Ann: Hello.",
        "Audience member: Why?",
        "Ann: So.",
        "Audience member: How?",
        "Ann: Oh.",
        "Audience member: I.",
    ]
    assert {speaker for speaker, _ in said(*talk)} == {"Ann", "Audience member"}
