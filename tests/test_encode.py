import io
import struct
from fractions import Fraction

import av
import numpy as np
import pytest

from fakes.spoken import SENTENCES, say
from voicebooth.encode import ENCODERS, Form, Mark, Tags, Wav, open_encoder
from voicebooth.errors import SettingsFault
from voicebooth.loudness import measure
from voicebooth.xing import Stream

TAGS = Tags(
    title="Leuchttürme — 灯台 💡",
    show="The Keepers",
    artist="Ann, Bob",
    date="2026-10-21",
    language="pt-BR",
    description="Ueber Lampen, und wer sie anzündete… 灯",
    encoder="voicebooth 0.1",
)
MARKS = (Mark(0.0, "Intro"), Mark(1.5, "Die Lampe 💡"), Mark(2.75, "Ende"))


def file_of(name, samples, tags=TAGS, marks=(), block=10_000, form=Form()):  # noqa: B008 - a frozen value
    encoder = open_encoder(name, form)
    body = b"".join(encoder.encode(samples[at : at + block]) for at in range(0, len(samples), block))
    body += encoder.finish()
    return encoder.head(tags, marks) + body


def decoded(data):
    """Return a file's samples at its own rate, (n,) or (n, channels)."""
    with av.open(io.BytesIO(data)) as file:
        channels = file.streams.audio[0].channels
        parts = [f.to_ndarray().reshape(channels if f.format.is_planar else 1, -1) for f in file.decode(audio=0)]
    heard = np.concatenate(parts, axis=1)
    heard = heard.T if len(heard) == channels else heard.reshape(-1, channels)
    heard = heard if heard.dtype == np.int16 else np.rint(heard * 32768).astype(np.int16)
    return heard[:, 0] if channels == 1 else heard


def test_wav_gives_every_sample_back():
    speech = say(SENTENCES[0])
    assert np.array_equal(decoded(file_of("wav", speech)), speech)


@pytest.mark.parametrize("size", [4_799, 24_000, 24_192, 24_193, 24_767, 79_123])
def test_mp3_is_exactly_as_long_as_what_went_in(size):
    data = file_of("mp3", say(SENTENCES[0])[:size])
    assert len(decoded(data)) == size
    with av.open(io.BytesIO(data)) as file:
        stream = file.streams.audio[0]
        assert stream.duration * stream.time_base == Fraction(size, 24_000)


def test_mp3_gives_the_sound_back_in_place_and_at_its_level():
    speech = say(SENTENCES[3])
    heard = decoded(file_of("mp3", speech)).astype(float)
    match = np.correlate(heard[100:-100], speech[200:-200].astype(float), "valid")
    assert np.argmax(match) == 100
    assert measure(heard.astype(np.int16)).integrated_lufs == pytest.approx(measure(speech).integrated_lufs, abs=0.1)


FORMS = [Form(channels, rate_hz) for channels in (1, 2) for rate_hz in (24_000, 44_100, 48_000)]


@pytest.mark.parametrize("form", FORMS, ids=str)
@pytest.mark.parametrize("name", ENCODERS)
def test_every_form_keeps_length_place_and_level(name, form):
    speech = say(SENTENCES[3])
    samples = speech if form.channels == 1 else np.stack([speech, np.zeros_like(speech)], axis=1)
    heard = decoded(file_of(name, samples, form=form)).astype(float)
    if form.channels == 2:
        other = heard[:, 1]
        assert np.abs(other).max() < 200
        heard = heard[:, 0]
    assert len(heard) == pytest.approx(len(speech) * form.rate_hz / 24_000, abs=1)
    places = np.arange(len(speech) - 100) * form.rate_hz / 24_000
    back = np.interp(places, np.arange(len(heard)), heard)
    assert np.corrcoef(back, speech[:-100])[0, 1] > 0.97
    assert np.std(back) == pytest.approx(np.std(speech[:-100].astype(float)), rel=0.06)


@pytest.mark.parametrize(("asked", "got"), [(0, 96), (33, 32), (100, 96), (120, 112), (320, 160)])
def test_mp3_takes_the_nearest_bit_rate_there_is(asked, got):
    encoder = open_encoder("mp3", Form(kbps=asked))
    assert encoder.form.kbps == got
    body = encoder.encode(np.zeros(240_000, np.int16)) + encoder.finish()
    assert len(body) / 10 * 8 / 1000 == pytest.approx(got, rel=0.02)


def test_mp3_frames_are_all_of_one_length():
    encoder = open_encoder("mp3")
    body = encoder.encode(say(SENTENCES[0])) + encoder.finish()
    head = encoder.head(Tags(), ())
    size = Stream(96).frame_bytes()
    stream = head[-size:] + body
    assert len(stream) % size == 0
    assert {stream[at : at + 2] for at in range(0, len(stream), size)} == {b"\xff\xf3"}


@pytest.mark.parametrize("name", ENCODERS)
def test_tags_are_read_back(name):
    with av.open(io.BytesIO(file_of(name, say(SENTENCES[2])))) as file:
        found = file.metadata
    assert found["title"] == TAGS.title
    assert found["album"] == TAGS.show
    assert found["artist"] == TAGS.artist
    assert found["date"] == TAGS.date
    assert found["comment"] == TAGS.description
    assert found["encoder"] == TAGS.encoder
    assert found["language"] == {"mp3": "por", "wav": "pt-BR"}[name]


@pytest.mark.parametrize("name", ENCODERS)
def test_what_is_not_known_is_not_written(name):
    with av.open(io.BytesIO(file_of(name, say(SENTENCES[2]), Tags(title="Bare")))) as file:
        assert file.metadata["title"] == "Bare"
        assert not {"album", "artist", "date", "language", "comment"} & set(file.metadata)


@pytest.mark.parametrize(
    ("date", "read"),
    [("2026", "2026"), ("2026-10-21", "2026-10-21"), ("2026-10-21T09:30:00+02:00", "2026-10-21"), ("soon", None)],
)
def test_a_date_is_written_as_far_as_it_is_one(date, read):
    with av.open(io.BytesIO(file_of("mp3", say(SENTENCES[2]), Tags(date=date)))) as file:
        assert file.metadata.get("date") == read


@pytest.mark.parametrize(
    ("language", "read"), [("en", "eng"), ("de-AT", "deu"), ("yue", "yue"), ("zh_CN", "zho"), ("x-klingon", None)]
)
def test_languages_are_written_by_their_three_letters(language, read):
    with av.open(io.BytesIO(file_of("mp3", say(SENTENCES[2]), Tags(language=language)))) as file:
        assert file.metadata.get("language") == read


def test_chapters_are_read_back_with_their_times():
    speech = say(SENTENCES[0])
    with av.open(io.BytesIO(file_of("mp3", speech, marks=MARKS))) as file:
        found = [(c["start"], c["end"], c["metadata"]["title"]) for c in file.chapters()]
        assert file.chapters()[0]["time_base"] == Fraction(1, 1000)
    end = round(len(speech) / 24)
    assert found == [(0, 1500, "Intro"), (1500, 2750, "Die Lampe 💡"), (2750, end, "Ende")]


def test_more_chapters_than_one_table_holds_are_all_there():
    marks = [Mark(number / 100, f"Chapter {number}") for number in range(300)]
    data = file_of("mp3", say(SENTENCES[0]), marks=marks)
    with av.open(io.BytesIO(data)) as file:
        assert [c["metadata"]["title"] for c in file.chapters()] == [mark.title for mark in marks]
    assert data.count(b"CTOC") == 3


def test_a_wav_above_4_gb_is_rf64():
    encoder = Wav()
    encoder._body = 5 << 30
    head = encoder.head(Tags(title="Long"), ())
    assert head.startswith(b"RF64\xff\xff\xff\xff" + b"WAVEds64")
    riff, data, samples, table = struct.unpack_from("<QQQI", head, 20)
    assert (riff, data, samples, table) == (len(head) - 8 + (5 << 30), 5 << 30, 5 << 29, 0)
    with av.open(io.BytesIO(head + bytes(4800))) as file:
        assert file.streams.audio[0].duration == 5 << 29


def test_a_wav_states_the_sizes_of_what_is_there():
    data = file_of("wav", say(SENTENCES[2]))
    assert struct.unpack_from("<I", data, 4)[0] == len(data) - 8


@pytest.mark.parametrize("name", ENCODERS)
def test_every_encoder_says_what_it_makes(name):
    encoder = open_encoder(name)
    assert encoder.extension == name
    assert encoder.mime_type.startswith("audio/")


def test_an_unknown_format_is_an_error_that_names_the_known_ones():
    with pytest.raises(SettingsFault) as caught:
        open_encoder("mp4")
    assert "mp3, wav" in caught.value.problems[0].fix
