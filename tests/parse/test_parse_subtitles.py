"""WebVTT and SubRip."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebooth.errors import ScriptFault
from voicebooth.parse import parse
from voicebooth.script import NARRATOR, Gap, Script


def vtt(text: str) -> Script:
    return parse(text.encode(), "ep.vtt")


def said(script: Script) -> list[tuple[str, str]]:
    return [(turn.speaker, turn.text) for turn in script.turns]


def stamp(seconds: float, sign: str) -> str:
    minutes, rest = divmod(seconds, 60)
    return f"{int(minutes) // 60:02}:{int(minutes) % 60:02}:{rest:06.3f}".replace(".", sign)


def webvtt(*texts: str, gap_s: float = 0.5) -> str:
    """Cues of two seconds each."""
    step = 2 + gap_s
    times = [f"{stamp(i * step, '.')} --> {stamp(i * step + 2, '.')}" for i in range(len(texts))]
    return "WEBVTT\n\n" + "\n\n".join(f"{time}\n{text}" for time, text in zip(times, texts, strict=True)) + "\n"


def subrip(*texts: str) -> str:
    cues = [f"{i + 1}\n{stamp(3 * i, ',')} --> {stamp(3 * i + 2, ',')}\n{text}" for i, text in enumerate(texts)]
    return "\n\n".join(cues) + "\n"


def read(form: str, *texts: str) -> Script:
    return vtt(webvtt(*texts)) if form == "vtt" else parse(subrip(*texts).encode(), "ep.srt")


both = pytest.mark.parametrize("form", ["vtt", "srt"])


@both
def test_cues_are_joined_into_sentences(form: str) -> None:
    script = read(form, "Real bread takes", "time. It needs\npatience.", "And salt.")
    assert [s.text for s in script.turns[0].sentences] == ["Real bread takes time.", "It needs patience.", "And salt."]
    assert len(script.turns) == 1
    assert not script.warnings


@both
def test_names_in_front_of_colons_speak(form: str) -> None:
    script = read(form, "ANN: Hello, Bob. I", "was about to call.", "BOB: Were you?\nANN: I was.", "Note: not a name.")
    assert said(script) == [
        ("ANN", "Hello, Bob. I was about to call."),
        ("BOB", "Were you?"),
        ("ANN", "I was. Note: not a name."),
    ]


@both
def test_a_name_on_every_cue_cuts_no_sentence(form: str) -> None:
    script = read(form, "Ann: I think we should", "Ann: go home.", "Ann: Now.", "Bob: Yes.")
    assert said(script) == [("Ann", "I think we should go home."), ("Ann", "Now."), ("Bob", "Yes.")]


def test_voice_tags() -> None:
    script = vtt(
        webvtt(
            "<v Roger Bingham>We are in New <i>York</i>",
            "<v Roger Bingham>City</v>",
            "<v.loud.first Neil>Who&apos;s &lt;there&gt;? <v Roger Bingham>Me.",
            "<v Neil deGrasse>It <00:00:09.000><c.red>is</c>.",
        )
    )
    assert said(script) == [
        ("Roger Bingham", "We are in New York City"),
        ("Neil", "Who's <there>?"),
        ("Roger Bingham", "Me."),
        ("Neil deGrasse", "It is."),
    ]


def test_styles_notes_regions_settings_and_identifiers_are_not_spoken() -> None:
    script = vtt(
        "\ufeffWEBVTT - a title\nKind: captions\nLanguage: pt_BR\n\nSTYLE\n::cue { color: red }\n\nREGION\nid:fred\n\n"
        "NOTE one line\n\nNOTE\nthree\nlines\n\nintro\n00:01.000 --> 00:02.000 align:start line:0%\nOne.\n\n"
        "NOTE between\n\n2\n00:02.000 --> 00:03.000\nTwo.\n\nNOTE at the end\n"
    )
    assert said(script) == [(NARRATOR, "One. Two.")]
    assert script.meta.language == "pt-BR"
    assert not script.warnings


def test_text_outside_of_cues_is_warned_about() -> None:
    script = vtt("WEBVTT\n\n00:01.000 --> 00:02.000\nOne.\n\nLost.\nTwice.\n\n00:02.000 --> 00:03.000\nTwo.\n")
    assert said(script) == [(NARRATOR, "One. Two.")]
    assert [w.line for w in script.warnings] == [6]


def test_front_matter_in_a_note_or_above() -> None:
    note = "WEBVTT\n\nNOTE\n---\ntitle: Talk\nvoices:\n  roger: Kore\n---\n\n00:01.000 --> 00:02.000\n<v Roger>Hi.\n"
    script = vtt(note)
    assert (script.meta.title, script.speakers, script.meta.lines["voices.roger"]) == ("Talk", ("roger",), 7)
    above = parse(b"---\ntitle: Talk\n---\n1\n00:00:01,000 --> 00:00:02,000\nHi.\n", "ep.srt")
    assert (above.meta.title, above.turns[0].line) == ("Talk", 6)
    with pytest.raises(ScriptFault) as caught:
        vtt(note.replace("title: Talk", "date: tomorrow"))
    assert caught.value.problems[0].line == 5


def test_subrip_as_it_is_found() -> None:
    source = (
        "1\r\n00:00:01,000 --> 00:00:02,000 X1:40\r\n{\\an8}<font color='#fff'>One</font>\r\n\r\ntwo\\Nthree\r\n"
        "2\r\n00:00:02.000 --> 00:00:03.50\r\nfour <b>five</b>.\r\n\r\n\r\n3\r\n0:0:4,0 --> 0:0:5,0\r\n\r\n"
        "4\r\n00:00:06,000 --> 00:00:07,000\r\n1984\r\n"
    )
    script = parse(source.encode("utf-16"), "ep.srt")
    assert said(script) == [(NARRATOR, "One two three four five. 1984")]


@both
def test_a_dash_is_somebody_else(form: str) -> None:
    script = read(form, "- Hello.\n- Hi.", "ANN: So.\n- What?", "ANN: Well, -5 degrees.\n- ANN: Cold.")
    assert said(script) == [
        (NARRATOR, "Hello."),
        (NARRATOR, "Hi."),
        ("ANN", "So."),
        (NARRATOR, "What?"),
        ("ANN", "Well, -5 degrees."),
        ("ANN", "Cold."),
    ]
    assert said(read(form, "&gt;&gt; One.", ">> Two.")) == [(NARRATOR, "One."), (NARRATOR, "Two.")]


@both
def test_sounds_are_not_spoken_and_warned_about_once(form: str) -> None:
    script = read(
        form, "[dramatic music\nplaying]", "(laughs)", "♪ La la ♪", "Oh (DOOR SLAMS) no (he said).", "[x] Yes."
    )
    assert said(script) == [(NARRATOR, "La la"), (NARRATOR, "Oh no (he said). Yes.")]
    assert [w.line for w in script.warnings] == ([4, 11] if form == "vtt" else [3, 12])


@both
def test_names_in_brackets_speak_if_they_come_back(form: str) -> None:
    texts = ["[Ann] Hello.", "[Bob] Hi.", "[laughs] No.", "[Music] Yes.", "[Ann] So.", "- [Bob] Well.", "[Music] Oh."]
    assert said(read(form, *texts)) == [
        ("Ann", "Hello."),
        ("Bob", "Hi. No. Yes."),
        ("Ann", "So."),
        ("Bob", "Well. Oh."),
    ]


def test_a_long_gap_behind_a_sentence_is_a_paragraph_and_no_silence() -> None:
    script = vtt(webvtt("One.", "Two and", "three.", gap_s=4))
    assert [(t.text, t.gap, t.pause_s) for t in script.turns] == [
        ("One.", Gap.TURN, 0),
        ("Two and three.", Gap.PARAGRAPH, 0),
    ]
    assert len(vtt(webvtt("One and", "two", gap_s=7)).turns) == 2


YOUTUBE = """WEBVTT
Kind: captions
Language: en

00:00:00.160 --> 00:00:02.389 align:start position:0%
 \nwe<00:00:00.320><c> were</c><00:00:00.480><c> going</c>

00:00:02.389 --> 00:00:02.399 align:start position:0%
we were going
 \n
00:00:02.399 --> 00:00:04.870 align:start position:0%
we were going
to<00:00:02.560><c> talk</c>

00:00:04.870 --> 00:00:04.880 align:start position:0%
to talk
 \n
00:00:04.880 --> 00:00:06.870 align:start position:0%
to talk
about<00:00:05.560><c> bread</c>
"""


def test_rolling_captions_are_told_once() -> None:
    assert said(vtt(YOUTUBE)) == [(NARRATOR, "we were going to talk about bread")]
    grows = webvtt("we", "we were", "we were going", "we were going home", gap_s=0)
    assert said(vtt(grows)) == [(NARRATOR, "we were going home")]


def test_what_is_said_twice_stays() -> None:
    assert said(vtt(webvtt("No.", "No.", "Yes.", "It is.", "It is so.", "Really?"))) == [
        (NARRATOR, "No. No. Yes. It is. It is so. Really?")
    ]


def test_what_is_shown_twice_at_once_is_told_once() -> None:
    cue = "00:00:01,000 --> 00:00:03,000\nHello.\n\n"
    other = "00:00:04,000 --> 00:00:06,000\nBye.\n\n"
    assert said(parse((cue + cue + other).encode(), "ep.srt")) == [(NARRATOR, "Hello. Bye.")]


@pytest.mark.parametrize("times", ["00:00:01 --> 00:00:02", "1:2 --> 00:00:02,000", "00:01.000 --> 2:00"])
def test_times_that_cannot_be_read_are_an_error_with_their_line(times: str) -> None:
    with pytest.raises(ScriptFault) as caught:
        vtt(f"WEBVTT\n\n00:01.000 --> 00:02.000\nOne.\n\n{times}\nTwo.\n")
    assert [problem.line for problem in caught.value.problems] == [6]


@both
def test_a_file_without_cues(form: str) -> None:
    with pytest.raises(ScriptFault, match="no cues"):
        parse(b"WEBVTT\n\nHello.\n" if form == "vtt" else b"Hello.\n", f"ep.{form}")


WORD = st.text(st.sampled_from("abcdefgäé字"), min_size=1, max_size=8)
LINE = st.lists(WORD, min_size=1, max_size=6).map(lambda words: " ".join(words) + ".")
CUE = st.tuples(st.sampled_from(["Ann", "Dr. Lee", "李雷"]), LINE)


@given(st.lists(CUE, min_size=1, max_size=10), st.booleans())
def test_every_spoken_word_once_in_order_by_the_right_speaker(cues: list[tuple[str, str]], tags: bool) -> None:
    form = "<v {}>{}" if tags else "{}: {}"
    cues = [*cues, *cues[::-1]]  # so that every speaker recurs
    if any(words == after for (_, words), (_, after) in pairwise(cues)):
        cues = [(name, f"{i} {words}") for i, (name, words) in enumerate(cues)]  # or they would look like rolling
    script = read("vtt", *(form.format(*cue) for cue in cues))
    merged = [[name, words] for name, words in cues]
    assert [s.replace(" ", "") for s in heard(script)] == [s.replace(" ", "") for s in flat(merged)]


def heard(script: Script) -> list[str]:
    return flat([[turn.speaker, turn.text] for turn in script.turns])


def flat(turns: list[list[str]]) -> list[str]:
    """Return who says what, with neighbours of one speaker as one."""
    found: list[list[str]] = []
    for name, words in turns:
        if found and found[-1][0] == name:
            found[-1][1] += words
        else:
            found.append([name, words])
    return [f"{name}:{words}" for name, words in found]
