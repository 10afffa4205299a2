import io
import threading
import tracemalloc
from itertools import islice, pairwise

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes import tones
from fakes.spoken import SENTENCES, say
from voicebooth.align import Span
from voicebooth.audio import count, from_db
from voicebooth.check import inspect
from voicebooth.encode import Tags, open_encoder
from voicebooth.errors import OutOfTime
from voicebooth.loudness import Meter, integrated_lufs, measure
from voicebooth.master import master
from voicebooth.pieces import NATURAL_S
from voicebooth.plan import Plan, Segment
from voicebooth.script import Gap, Sentence, Turn
from voicebooth.speech import Engine, Line, Request
from voicebooth.take import Sound, Take
from voicebooth.tape import CLOSE_S, LEAD_S

ENGINE = Engine("fake/1", "tones", 300.0)
WORDS = "the lamp burns all night over the cold sea"


def turn(text=WORDS, speaker="Ann", gap=Gap.TURN, pause_s=0.0, line=1):
    sentences = tuple(Sentence(part.strip() + ".", line + n) for n, part in enumerate(text.rstrip(".").split(". ")))
    return Turn(speaker, sentences, gap=gap, pause_s=pause_s)


def plan_of(*segments):
    made, number = [], 0
    for index, turns in enumerate(segments):
        request = Request(ENGINE, tuple(Line("Kore", f"{index} {t.text}") for t in turns))
        made.append(Segment(index, tuple(turns), tuple(range(number, number + len(turns))), request, 60.0))
        number += len(turns)
    return Plan(tuple(made), {"Ann": "Kore", "Bob": "Puck"})


def coded(text, voice="Kore"):
    """Return tone-coded words without the silence around them."""
    whole = tones.encode([(voice, text)])
    return whole[count(0.12) : len(whole) - count(0.18)]


def take_of(segment, samples, gain_db=0.0):
    samples = np.rint(samples * from_db(gain_db)).astype(np.int16)
    sound = Sound(len(samples) / 24_000, integrated_lufs(samples), -12.0, 0.0, len(samples) / 24_000)
    return Take(segment.key, samples, sound)


def with_pauses(segment, pauses_s, pause=tones.quiet):
    """Return a take of tone code with these silences in front of its turns and at its end."""
    parts = []
    for pause_s, spoken in zip(pauses_s, segment.turns, strict=False):
        parts += (pause(pause_s), coded(spoken.text))
    return take_of(segment, np.concatenate([*parts, pause(pauses_s[-1])]))


def heard_spans(samples, segment, _language):
    """Align a tone-coded take by listening to it."""
    bursts = iter(tones.listen(samples))
    spans = []
    for sentence in (s for t in segment.turns for s in t.sentences):
        mine = list(islice(bursts, len(tones.words(sentence.text))))
        spans.append(Span(mine[0].start_s, mine[-1].start_s + tones.BURST_S))
    return spans


def record(takes, plan, formats=("wav",), spans=heard_spans, **how):
    """Master and return the recording and the files, by format."""
    encoders = {name: open_encoder(name) for name in formats}
    bodies = {name: io.BytesIO() for name in formats}
    sinks = {name: body.write for name, body in bodies.items()}
    recording = master(takes, plan, "en", encoders, sinks, spans=spans, **how)
    return recording, {name: encoders[name].head(Tags(), ()) + bodies[name].getvalue() for name in formats}


def decoded(data):
    with av.open(io.BytesIO(data)) as file:
        heard = np.concatenate([frame.to_ndarray()[0] for frame in file.decode(audio=0)])
    return heard if heard.dtype == np.int16 else np.rint(heard * 32768).astype(np.int16)


def real_takes(plan, gains_db):
    """Return takes of real speech for a plan of one-turn segments, and their spans."""
    for segment, gain_db in zip(plan.segments, gains_db, strict=True):
        yield take_of(segment, np.concatenate([say(s.text) for t in segment.turns for s in t.sentences]), gain_db)


def real_spans(samples, segment, _language):
    sound = inspect(samples, segment.request.text, "en")
    inner = np.linspace(sound.speech_start_s, sound.speech_end_s, sum(len(t.sentences) for t in segment.turns) + 1)
    return [Span(a, b) for a, b in pairwise(inner)]


def pause_behind_first_turn(recording, wav):
    """Return the silence between the first two turns, as the tone code hears it."""
    bursts = tones.listen(decoded(wav))
    border = len(tones.words(recording.cues[0].text)) - 1
    return bursts[border + 1].start_s - bursts[border].start_s - tones.BURST_S


PAUSES = [
    pytest.param(0.5, Gap.TURN, 0.0, 0.5, id="natural"),
    pytest.param(0.1, Gap.TURN, 0.0, 0.25, id="too short"),
    pytest.param(2.4, Gap.TURN, 0.0, 0.9, id="too long"),
    pytest.param(0.1, Gap.SENTENCE, 0.0, 0.2, id="sentence"),
    pytest.param(0.3, Gap.PARAGRAPH, 0.0, 0.45, id="paragraph"),
    pytest.param(0.4, Gap.CHAPTER, 0.0, 1.2, id="chapter"),
    pytest.param(0.4, Gap.PAUSE, 1.5, 1.5, id="asked"),
    pytest.param(2.9, Gap.PAUSE, 1.5, 1.5, id="asked and longer"),
    pytest.param(0.6, Gap.PAUSE, 0.2, 0.6, id="asked and natural"),
]


@pytest.mark.parametrize(("real_s", "gap", "asked_s", "expected_s"), PAUSES)
def test_pauses_inside_a_segment(real_s, gap, asked_s, expected_s):
    plan = plan_of([turn(), turn(speaker="Bob", gap=gap, pause_s=asked_s)])
    recording, files = record([with_pauses(plan.segments[0], (0.1, real_s, 0.1))], plan)
    assert pause_behind_first_turn(recording, files["wav"]) == pytest.approx(expected_s, abs=0.03)


@pytest.mark.parametrize(("real_s", "gap", "asked_s", "expected_s"), PAUSES)
@pytest.mark.parametrize("share", [0.05, 0.5, 0.95])
def test_pauses_between_segments_count_the_silence_of_both(real_s, gap, asked_s, expected_s, share):
    plan = plan_of([turn()], [turn(speaker="Bob", gap=gap, pause_s=asked_s)])
    before, after = plan.segments
    takes = [with_pauses(before, (0.1, share * real_s)), with_pauses(after, ((1 - share) * real_s, 0.1))]
    recording, files = record(takes, plan)
    assert pause_behind_first_turn(recording, files["wav"]) == pytest.approx(expected_s, abs=0.03)


def test_a_pause_is_made_where_the_voices_left_none():
    plan = plan_of([turn(), turn(gap=Gap.PAUSE, pause_s=1.0)])
    recording, files = record([with_pauses(plan.segments[0], (0.1, 0.03, 0.1))], plan)
    assert pause_behind_first_turn(recording, files["wav"]) == pytest.approx(1.0, abs=0.05)


def test_words_that_run_into_each_other_are_not_cut():
    plan = plan_of([turn(), turn(speaker="Bob")])
    take = with_pauses(plan.segments[0], (0.3, 0.03, 0.8))
    recording, files = record([take], plan)
    assert len(decoded(files["wav"])) == pytest.approx(len(take.samples), abs=count(0.03))
    assert pause_behind_first_turn(recording, files["wav"]) == pytest.approx(0.03, abs=0.01)


@pytest.mark.parametrize("edge_s", [0.0, 0.1, 2.0])
def test_the_recording_starts_and_ends_with_a_short_silence(edge_s):
    plan = plan_of([turn()])
    _, files = record([with_pauses(plan.segments[0], (edge_s, edge_s))], plan)
    wav = decoded(files["wav"])
    bursts = tones.listen(wav)
    assert bursts[0].start_s == pytest.approx(LEAD_S, abs=0.02)
    assert len(wav) / 24_000 - bursts[-1].start_s - tones.BURST_S == pytest.approx(CLOSE_S, abs=0.02)


@pytest.mark.slow
@settings(max_examples=15)
@given(
    st.lists(
        st.lists(
            st.tuples(st.sampled_from(Gap), st.floats(0.03, 3), st.sampled_from([0.0, 1.7])), min_size=1, max_size=3
        ),
        min_size=1,
        max_size=3,
    )
)
def test_every_pause_is_natural_and_every_cue_is_where_its_words_are(shape):
    plan = plan_of(*([turn("over the sea. all night", gap=g, pause_s=p) for g, _, p in turns] for turns in shape))
    takes = [
        with_pauses(s, (*(real for _, real, _ in turns), 0.2)) for s, turns in zip(plan.segments, shape, strict=True)
    ]
    recording, files = record(takes, plan)
    bursts = tones.listen(decoded(files["wav"]))
    assert [b.code for b in bursts] == [
        tones.code(w) for turns in shape for _ in turns for w in tones.words("over the sea all night")
    ]
    first = 0
    for cue in recording.cues:
        words = len(tones.words(cue.text))
        assert cue.start_s == pytest.approx(bursts[first].start_s, abs=0.02)
        assert cue.end_s == pytest.approx(bursts[first + words - 1].start_s + tones.BURST_S, abs=0.02)
        first += words
    turns = [t for s in plan.segments for t in s.turns]
    for before, cue in pairwise(recording.cues):
        pause_s, asked_s = cue.start_s - before.end_s, turns[cue.turn].pause_s
        if cue.turn != before.turn and pause_s > 0.06:  # else the voices run into each other
            shortest_s, longest_s = NATURAL_S[turns[cue.turn].gap]
            assert max(shortest_s, asked_s) - 0.03 <= pause_s <= max(longest_s, asked_s) + 0.03


def test_sentences_are_found_in_the_takes_without_being_told_where():
    plan = plan_of([turn("one two three. four five"), turn("six seven eight nine", speaker="Bob")], [turn()])
    takes = [with_pauses(s, (0.2, 0.6, 0.2)) for s in plan.segments]
    bodies = io.BytesIO()
    recording = master(takes, plan, "en", {"wav": open_encoder("wav")}, {"wav": bodies.write})
    bursts = tones.listen(np.frombuffer(bodies.getvalue(), np.int16))
    firsts = np.cumsum([0, *(len(tones.words(cue.text)) for cue in recording.cues)])[:-1]
    assert [c.start_s for c in recording.cues] == pytest.approx([bursts[f].start_s for f in firsts], abs=0.05)


@pytest.mark.slow
@given(st.lists(st.floats(0, 12), min_size=12, max_size=12))
@settings(max_examples=15)
def test_wrong_times_lose_no_word(times_s):
    plan = plan_of([turn("one two. three", gap=gap, pause_s=gap / 2) for gap in (Gap.TURN, Gap.PAUSE, Gap.SENTENCE)])
    take = with_pauses(plan.segments[0], (0.3, 1.2, 0.5, 0.4))
    wrong = [Span(start_s, end_s) for start_s, end_s in zip(sorted(times_s)[::2], sorted(times_s)[1::2], strict=True)]
    recording, files = record([take], plan, spans=lambda *_: wrong)
    assert tones.decode(decoded(files["wav"])) == tones.spoken([("Kore", "one two three")] * 3)
    assert all(0 <= cue.start_s <= cue.end_s <= recording.duration_s for cue in recording.cues)


def test_segments_are_placed_from_their_first_word_to_their_last():
    plan = plan_of([turn(), turn(speaker="Bob")], [turn()], [turn(gap=Gap.CHAPTER)])
    takes = [with_pauses(s, (0.2,) * (len(s.turns) + 1)) for s in plan.segments]
    recording, files = record(takes, plan, ("mp3",))
    bursts = tones.listen(decoded(files["mp3"]))
    words = len(tones.words(WORDS))
    assert [placed.key for placed in recording.segments] == [s.key for s in plan.segments]
    for placed, first in zip(recording.segments, (0, 2 * words, 3 * words), strict=True):
        assert placed.start_s == pytest.approx(bursts[first].start_s, abs=0.02)
    last = recording.segments[-1]
    assert last.start_s + last.duration_s == pytest.approx(bursts[-1].start_s + tones.BURST_S, abs=0.02)


def test_cues_carry_what_captions_need():
    plan = plan_of([turn("One two. Three four", line=7)], [turn("five six", speaker="Bob", line=9)])
    takes = [with_pauses(s, (0.2, 0.2)) for s in plan.segments]
    recording, _ = record(takes, plan)
    found = [(c.speaker, c.text, c.line, c.turn) for c in recording.cues]
    assert found == [("Ann", "One two.", 7, 0), ("Ann", "Three four.", 8, 0), ("Bob", "five six.", 9, 1)]


@pytest.mark.parametrize("floor_dbfs", [-50, -70])
def test_seams_do_not_click(floor_dbfs):
    hum = np.sin(2 * np.pi * 90 * np.arange(count(30)) / 24_000) * from_db(floor_dbfs) * 32768 * 1.4
    plan = plan_of([turn(), turn(gap=Gap.PAUSE, pause_s=1.3)], [turn(gap=Gap.CHAPTER)])
    takes = []
    for segment in plan.segments:
        samples = with_pauses(segment, (0.7,) * (len(segment.turns) + 1), lambda s: np.zeros(count(s))).samples
        takes.append(take_of(segment, samples + hum[: len(samples)]))
    recording, files = record(takes, plan)
    wav = decoded(files["wav"]).astype(int)
    gain_db = -16 - min(take.sound.loudness_lufs for take in takes)
    gentlest = 1.4 * 32768 * from_db(floor_dbfs + gain_db) * (2 * np.pi * 90 / 24_000 + np.pi / 2 / count(0.005)) + 2
    borders = [0, *(count(t) for c in recording.cues for t in (c.start_s, c.end_s)), len(wav)]
    for start, end in zip(borders[::2], borders[1::2], strict=True):
        pause = wav[start + count(0.02) * (start > 0) : end - count(0.02)]
        assert np.abs(np.diff(pause, prepend=pause[0] if start else 0)).max() <= gentlest


def test_no_word_is_lost_or_given_to_another_voice():
    lines = [[("Kore", "one two three"), ("Puck", "four five")], [("Kore", "six"), ("Puck", "seven eight nine")]]
    plan = plan_of(*([turn(text) for _, text in segment] for segment in lines))
    takes = [
        take_of(s, tones.encode(spoken), gain_db=-6 * s.index) for s, spoken in zip(plan.segments, lines, strict=True)
    ]
    _, files = record(takes, plan, ("mp3", "wav"))
    expected = tones.spoken([line for segment in lines for line in segment])
    for data in files.values():
        assert tones.decode(decoded(data)) == expected


@pytest.mark.slow
def test_takes_of_any_level_end_alike_and_on_target():
    plan = plan_of(*([turn(text.rstrip(".?"))] for text in SENTENCES * 2))
    gains_db = (0, -14, 5, -6, -20, 3, 0, -9)
    takes = list(real_takes(plan, gains_db))
    recording, files = record(takes, plan, ("mp3", "wav"), spans=real_spans)
    for data in files.values():
        heard = decoded(data)
        assert len(heard) == round(recording.duration_s * 24_000)
        measured = measure(heard)
        assert measured.integrated_lufs == pytest.approx(-16.0, abs=0.5)
        assert measured.true_peak_dbtp <= -1.0
        levels = [
            integrated_lufs(heard[count(p.start_s) : count(p.start_s + p.duration_s)]) for p in recording.segments
        ]
        assert max(levels) - min(levels) <= 1.5
    delivered = measure(decoded(files["mp3"]))
    assert recording.integrated_lufs == pytest.approx(delivered.integrated_lufs, abs=0.15)
    assert recording.true_peak_dbtp == pytest.approx(delivered.true_peak_dbtp, abs=0.05)


@pytest.mark.parametrize(
    ("how", "expected_lufs"), [({}, -16), ({"trim_db": -2.5}, -18.5), ({"target_lufs": -23.0}, -23)]
)
@pytest.mark.parametrize("formats", [("wav",), ("wav", "mp3")])
def test_the_target_and_its_trim_are_reached(how, expected_lufs, formats):
    plan = plan_of([turn()])
    recording, files = record([with_pauses(plan.segments[0], (0.3, 0.3))], plan, formats, **how)
    assert recording.integrated_lufs == pytest.approx(expected_lufs, abs=0.3)
    assert measure(decoded(files["wav"])).integrated_lufs == pytest.approx(expected_lufs, abs=0.3)


@pytest.mark.parametrize("ceiling_dbtp", [-1.0, -3.0])
def test_the_ceiling_holds_after_decoding(ceiling_dbtp):
    plan = plan_of([turn(". ".join(text.rstrip(".?") for text in SENTENCES))])
    recording, files = record(
        real_takes(plan, [0]), plan, ("mp3",), spans=real_spans, target_lufs=-12.0, ceiling_dbtp=ceiling_dbtp
    )
    assert measure(decoded(files["mp3"])).true_peak_dbtp <= ceiling_dbtp
    assert recording.integrated_lufs == pytest.approx(-12.0, abs=1.0)


@pytest.mark.slow
@pytest.mark.parametrize("format_", ["m4a", "opus"])
def test_the_ceiling_and_the_target_hold_in_what_other_codecs_give_back(format_):
    plan = plan_of([turn(". ".join(text.rstrip(".?") for text in SENTENCES))])
    recording, files = record(real_takes(plan, [0]), plan, (format_, "wav"), spans=real_spans, target_lufs=-12.0)
    with av.open(io.BytesIO(files[format_])) as file:
        rate_hz = file.streams.audio[0].rate
        meter = Meter(rate_hz)
        for frame in file.decode(audio=0):
            meter.push(frame.to_ndarray()[0])
    delivered = meter.finish()
    assert delivered.true_peak_dbtp <= -1.0
    assert delivered.integrated_lufs == pytest.approx(-12.0, abs=1.0)
    assert recording.integrated_lufs == pytest.approx(delivered.integrated_lufs, abs=0.1)
    assert recording.true_peak_dbtp == pytest.approx(delivered.true_peak_dbtp, abs=0.1)


@pytest.mark.slow
def test_memory_does_not_grow_with_the_number_of_takes():
    def peak_bytes(segments):
        plan = plan_of(*([turn()] for _ in range(segments)))
        takes = (with_pauses(s, (0.3, 0.3)) for s in plan.segments)
        tracemalloc.start()
        master(takes, plan, "en", {"mp3": open_encoder("mp3")}, {"mp3": len}, spans=heard_spans)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak

    peak_bytes(1)  # what is loaded once
    assert peak_bytes(100) < peak_bytes(40) + 2_000_000  # the samples of sixty takes are 12 MB


def test_an_error_of_the_takes_ends_it_and_leaves_no_thread():
    plan = plan_of([turn()], [turn()])
    threads = threading.active_count()

    def takes():
        yield with_pauses(plan.segments[0], (0.3, 0.3))
        raise OutOfTime("nearly up")

    with pytest.raises(OutOfTime):
        record(takes(), plan, ("mp3",))
    assert threading.active_count() == threads


def test_an_error_of_a_sink_ends_it_too():
    plan = plan_of([turn()], [turn()])
    takes = [with_pauses(s, (0.3, 0.3)) for s in plan.segments]

    def full(_data):
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        master(takes, plan, "en", {"mp3": open_encoder("mp3")}, {"mp3": full}, spans=heard_spans)


def test_a_take_too_few_is_an_error():
    plan = plan_of([turn()], [turn()])
    with pytest.raises(ValueError, match="fewer takes"):
        record([with_pauses(plan.segments[0], (0.3, 0.3))], plan)
