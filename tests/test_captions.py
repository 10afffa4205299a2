import itertools
import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voicebooth import captions
from voicebooth.linebreak import COLUMNS, columns, joined, lines
from voicebooth.recording import Cue
from voicebooth.script import NARRATOR, Chapter, Meta, Script, Sentence, Turn
from voicebooth.tags import Mark

CLOCK = r"(\d\d):([0-5]\d):([0-5]\d)[.,](\d{3})"
TIMING = re.compile(rf"{CLOCK} --> {CLOCK}")

WORDS = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=60)
TEXTS = st.lists(
    WORDS | st.sampled_from(["<v>", "&amp;", "-->", "1", "שלום", "你好。", "ไทย"]), min_size=1, max_size=40
)
SPEAKERS = st.sampled_from(["Ann", "Dr. No", "Søren <3", "Łucja & Co", "أحمد", NARRATOR])


@st.composite
def timed(draw):
    at, turn, cues = 0.0, 0, []
    for number in range(draw(st.integers(1, 8))):
        start = at + draw(st.floats(0, 3))
        at = start + draw(st.floats(0, 20))
        turn += draw(st.integers(0, 1))
        cues.append(Cue(start, at, "", " ".join(draw(TEXTS)), number + 1, turn))
    names = [draw(SPEAKERS) for _ in range(turn + 1)]
    return [Cue(c.start_s, c.end_s, names[c.turn], c.text, c.line, c.turn) for c in cues]


def read(block):
    """Return start (ms), end (ms) and the lines of text of a caption."""
    timing, *text = block.split("\n")
    numbers = [int(number) for number in TIMING.fullmatch(timing).groups()]
    start, end = (((h * 60 + m) * 60 + s) * 1000 + ms for h, m, s, ms in (numbers[:4], numbers[4:]))
    assert text
    assert all(line.strip() for line in text)
    return start, end, text


def read_vtt(document):
    head, *blocks = document.rstrip("\n").split("\n\n")
    assert head == "WEBVTT"
    return [read(block) for block in blocks]


def read_srt(document):
    blocks = [block.split("\n", 1) for block in document.rstrip("\n").split("\n\n")]
    assert [int(number) for number, _ in blocks] == list(range(1, len(blocks) + 1))
    return [read(block) for _, block in blocks]


def letters(text):
    return "".join(text.split())


def unescaped(text):
    assert not re.search(r"[<>]|&(?!(amp|lt|gt);)", text)
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def follow_one_another(blocks):
    return all(start < end for start, end, _ in blocks) and all(
        one[1] <= other[0] for one, other in itertools.pairwise(blocks)
    )


def cue(text, start=0.0, end=2.0, speaker="Ann", turn=0):
    return Cue(start, end, speaker, text, 1, turn)


@pytest.mark.slow
@settings(max_examples=50)
@given(timed())
def test_webvtt_gives_back_who_says_what(cues):
    blocks = read_vtt(captions.vtt(cues))
    assert follow_one_another(blocks)
    said = []
    for _, _, text in blocks:
        voice = re.fullmatch(r"<v ([^<>\n]+)>(.*)</v>", "\n".join(text), re.DOTALL)
        name, words = voice.groups() if voice else (NARRATOR, "\n".join(text))
        said.append((unescaped(name), letters(unescaped(words))))
        assert words.count("\n") < 2
        assert all(columns(unescaped(line)) <= COLUMNS for line in words.split("\n"))
    expected = [(c.speaker, letters(c.text)) for c in cues]
    assert [(n, "".join(w for _, w in g)) for n, g in itertools.groupby(said, lambda s: s[0])] == [
        (n, "".join(w for _, w in g)) for n, g in itertools.groupby(expected, lambda s: s[0])
    ]


@pytest.mark.slow
@settings(max_examples=50)
@given(timed())
def test_subrip_gives_back_all_words_with_a_name_for_each_turn(cues):
    blocks = read_srt(captions.srt(cues))
    assert follow_one_another(blocks)
    named = {c.speaker for c in cues} != {NARRATOR}
    turns = [list(group) for _, group in itertools.groupby(cues, lambda c: c.turn)]
    expected = "".join((f"{turn[0].speaker}:" if named else "") + "".join(c.text for c in turn) for turn in turns)
    assert letters("".join("".join(text) for _, _, text in blocks)) == letters(expected)
    assert all(len(text) <= 2 and columns(line) <= COLUMNS for _, _, text in blocks for line in text)


@pytest.mark.slow
@settings(max_examples=50)
@given(timed())
def test_captions_stay_at_their_sentences(cues):
    blocks = read_vtt(captions.vtt(cues))
    # Only captions that are too short to be seen may push others, and each by no more than a tenth of a second.
    assert blocks[0][0] == round(cues[0].start_s * 1000)
    assert blocks[-1][1] <= cues[-1].end_s * 1000 + 1001 + 100 * len(blocks)


@pytest.mark.slow
@given(TEXTS)
def test_lines_keep_all_letters_and_are_as_few_as_possible(parts):
    text = " ".join(parts)
    broken = lines(text)
    assert letters("".join(broken)) == letters(text)
    assert all(columns(line) <= COLUMNS for line in broken)
    if columns(text) <= COLUMNS:
        assert len(broken) == 1


def test_lines_are_even():
    text = "The harbour was empty when we got there, and nobody could say why."
    one, other = lines(text)
    assert abs(columns(one) - columns(other)) <= 10
    assert f"{one} {other}" == text


def test_chinese_counts_double_and_keeps_its_full_stops_off_line_starts():
    broken = lines("我们到达港口的时候那里空无一人，没有人能说出原因。" * 2)
    assert len(broken) > 1
    assert all(line[0] not in "，。" for line in broken)
    assert joined(["你好。", "再见。"]) == "你好。再见。"
    assert joined(["Hello.", "Bye."]) == "Hello. Bye."


def test_a_long_sentence_shares_its_time_by_length():
    text = " ".join(["word"] * 60)
    blocks = read_vtt(captions.vtt([cue(text, 10.0, 40.0)]))
    assert (blocks[0][0], blocks[-1][1]) == (10_000, 40_000)
    paces = [
        (end - start) / columns("".join(lines).replace("<v Ann>", "").replace("</v>", ""))
        for start, end, lines in blocks
    ]
    assert max(paces) < 1.1 * min(paces)


def test_a_short_word_stays_readable_when_there_is_time():
    first, second = read_vtt(captions.vtt([cue("Yes.", 1.0, 1.2), cue("No.", 5.0, 5.2, turn=1)]))
    assert first[:2] == (1000, 2000)
    assert second[0] == 5000


def test_a_lone_narrator_is_not_named():
    cues = [cue("It was late.", speaker=NARRATOR)]
    for text in (captions.vtt(cues), captions.srt(cues), captions.plain(cues), captions.podcast_json(cues)):
        assert NARRATOR not in text
    assert f"{NARRATOR}: It was late." in captions.plain([*cues, cue("Yes.", turn=1)])


def test_plain_text_has_a_paragraph_for_each_turn():
    cues = [cue("One."), cue("Two."), cue("Three.", speaker="Bob", turn=1)]
    assert captions.plain(cues) == "Ann: One. Two.\n\nBob: Three.\n"


@pytest.mark.slow
@settings(max_examples=50)
@given(timed())
def test_podcast_json_holds_every_sentence(cues):
    document = json.loads(captions.podcast_json(cues))
    assert document["version"] == "1.0.0"
    assert [segment["body"] for segment in document["segments"]] == [c.text for c in cues]
    assert all(0 <= segment["startTime"] <= segment["endTime"] for segment in document["segments"])


def script(*chapters, turns=4, title=""):
    said = tuple(Turn("Ann", (Sentence("Words.", n),)) for n in range(1, turns + 1))
    return Script("ep.md", Meta(title=title), said, tuple(Chapter(name, turn, 1) for name, turn in chapters))


CUES = [cue("Words.", 10.0 * turn + 0.5, 10.0 * turn + 9.0, turn=turn) for turn in range(4)]


def test_chapters_start_just_before_their_first_word():
    marks = captions.chapter_times(script(("One", 0), ("Two", 2)), CUES, 40.0)
    assert marks == (Mark(0.0, "One"), Mark(20.2, "Two"))
    assert json.loads(captions.chapters_json(marks)) == {
        "version": "1.2.0",
        "chapters": [{"startTime": 0.0, "title": "One"}, {"startTime": 20.2, "title": "Two"}],
    }


def test_what_is_said_before_the_first_chapter_is_one_too():
    assert captions.chapter_times(script(("Two", 2), title="My show"), CUES, 40.0)[0] == Mark(0.0, "My show")
    assert captions.chapter_times(script(("Two", 2)), CUES, 40.0)[0] == Mark(0.0, "Introduction")


def test_headings_in_a_row_are_one_chapter_and_a_last_empty_one_is_none():
    marks = captions.chapter_times(script(("Part", 1), ("Start", 1), ("End", 4)), CUES, 40.0)
    assert [mark.title for mark in marks] == ["Introduction", "Part – Start"]


def test_no_chapters_no_marks():
    assert captions.chapter_times(script(), CUES, 40.0) == ()
    assert json.loads(captions.chapters_json(())) == {"version": "1.2.0", "chapters": []}


@pytest.mark.slow
@settings(max_examples=50)
@given(timed(), st.lists(st.integers(0, 8), max_size=6))
def test_chapters_rise_and_stay_within_the_episode(cues, turns):
    duration_s = cues[-1].end_s
    marks = captions.chapter_times(script(*[("Title", turn) for turn in sorted(turns)], turns=9), cues, duration_s)
    starts = [mark.start_s for mark in marks]
    assert starts == sorted(set(starts))
    assert not starts or (starts[0] == 0 and starts[-1] <= duration_s)


def test_a_note_stands_before_the_first_caption_and_is_no_caption():
    cue = Cue(0.0, 1.0, "Ann", "Hello there.", 1, 0)
    note = "Draft: made by a machine."
    with_note, without = captions.vtt([cue], note), captions.vtt([cue])
    assert with_note.startswith(f"WEBVTT\n\nNOTE {note}\n\n00:00")
    assert with_note.replace(f"NOTE {note}\n\n", "") == without


def test_a_note_in_json_is_no_segment():
    cues = [Cue(0.0, 1.0, "Ann", "Hello there.", 1, 0)]
    with_note, without = json.loads(captions.podcast_json(cues, "Draft.")), json.loads(captions.podcast_json(cues))
    assert with_note.pop("disclosure") == "Draft."
    assert with_note == without
    assert set(without) == {"version", "segments"}
