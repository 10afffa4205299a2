import hashlib
import io
import struct
from array import array
from dataclasses import replace
from fractions import Fraction

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes.pictures import drawn
from fakes.spoken import SENTENCES, of_form, say
from voicebooth.encode import ENCODERS, Cover, Form, Mark, Tags, Wav, open_encoder
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
    samples = of_form(speech, form)
    if form.channels == 2:
        samples[:, 1] = 0
    heard = decoded(file_of(name, samples, form=form)).astype(float)
    if form.channels == 2:
        other = heard[:, 1]
        assert np.abs(other).max() < 200
        heard = heard[:, 0]
    rate_hz = 48_000 if name == "opus" else form.rate_hz
    slack = 1023 if name == "m4a" else 1  # FFmpeg plays the last frame out, whatever the file says of its end
    assert 0 <= len(heard) - int(len(speech) * rate_hz / 24_000) <= slack
    places = np.arange(len(speech) - 100) * rate_hz / 24_000
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


def told(data):
    """Return a file's tags by their names in lower case, as FFmpeg reads them."""
    with av.open(io.BytesIO(data)) as file:
        tags = {**file.streams.audio[0].metadata, **file.metadata}
        return {name.lower(): text for name, text in tags.items() if text != "und"}


@pytest.mark.parametrize("name", ENCODERS)
def test_tags_are_read_back(name):
    found = told(file_of(name, say(SENTENCES[2])))
    assert found["title"] == TAGS.title
    assert found["album"] == TAGS.show
    assert found["artist"] == TAGS.artist
    assert found["date"] == TAGS.date
    assert found["comment"] == TAGS.description
    assert found["encoder"] == TAGS.encoder
    assert found["language"] == ("por" if name in {"mp3", "m4a"} else "pt-BR")


@pytest.mark.parametrize("name", ENCODERS)
def test_what_is_not_known_is_not_written(name):
    found = told(file_of(name, say(SENTENCES[2]), Tags(title="Bare")))
    assert found["title"] == "Bare"
    assert not {"album", "artist", "date", "language", "comment"} & set(found)


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


def chapters(data):
    """Return (start, end, title) of every chapter, in seconds, as FFmpeg reads them."""
    with av.open(io.BytesIO(data)) as file:
        times = [(c, float(c["time_base"])) for c in file.chapters()]
        return [(c["start"] * unit, c["end"] * unit, c["metadata"]["title"]) for c, unit in times]


@pytest.mark.parametrize("form", [Form(), Form(2, 48_000)], ids=str)
@pytest.mark.parametrize("name", ENCODERS)
def test_chapters_are_read_back_with_their_times(name, form):
    speech = say(SENTENCES[0])
    samples = of_form(speech, form)
    found = chapters(file_of(name, samples, marks=MARKS, form=form))
    starts, ends, titles = zip(*found, strict=True)
    assert titles == ("Intro", "Die Lampe 💡", "Ende")
    assert starts == pytest.approx([0, 1.5, 2.75], abs=0.001)
    assert ends == pytest.approx([1.5, 2.75, len(speech) / 24_000], abs=0.01)


@pytest.mark.parametrize("name", ENCODERS)
def test_a_first_chapter_may_start_later(name):
    found = chapters(file_of(name, say(SENTENCES[0]), marks=(Mark(0.5, "Late"), Mark(1.0, "Later"))))
    assert [start for start, _, _ in found] == pytest.approx([0.5, 1.0], abs=0.001)


@pytest.mark.parametrize("name", ENCODERS)
def test_more_chapters_than_one_table_holds_are_all_there(name):
    marks = [Mark(number / 100, f"Chapter {number}") for number in range(300)]
    data = file_of(name, say(SENTENCES[0]), marks=marks)
    assert [title for _, _, title in chapters(data)] == [mark.title for mark in marks]
    assert name != "mp3" or data.count(b"CTOC") == 3


def test_a_long_title_of_a_chapter_is_whole():
    marks = [Mark(0, "灯" * 200), Mark(1, "short")]
    assert chapters(file_of("m4a", say(SENTENCES[0]), marks=marks))[0][2] == "灯" * 200


@pytest.mark.parametrize("kind", ["png", "jpeg"])
@pytest.mark.parametrize("name", ENCODERS)
def test_the_cover_is_read_back(name, kind):
    cover = Cover(drawn(kind, 40), f"image/{kind}", 40, 40)
    data = file_of(name, say(SENTENCES[2]), replace(TAGS, cover=cover), MARKS)
    with av.open(io.BytesIO(data)) as file:
        (picture,) = file.streams.video
        assert (picture.width, picture.height) == (40, 40)
        assert bytes(next(file.demux(picture))) == cover.data
        assert len(file.chapters()) == 3
    assert told(data)["title"] == TAGS.title


@pytest.mark.slow
@pytest.mark.parametrize("name", ENCODERS)
def test_the_largest_cover_fits(name):
    cover = Cover(drawn("png", 40).ljust(5_000_000, b"\0"), "image/png", 40, 40)
    data = file_of(name, say(SENTENCES[2]), replace(TAGS, cover=cover), MARKS)
    with av.open(io.BytesIO(data)) as file:
        assert file.streams.video[0].width == 40
        assert sum(frame.samples for frame in file.decode(audio=0)) >= len(say(SENTENCES[2]))


@pytest.mark.slow
@settings(max_examples=30, deadline=None)
@given(st.integers(2_400, 60_000), st.sampled_from(["m4a", "opus", "flac"]), st.sampled_from([24_000, 48_000]))
def test_a_file_of_any_length_says_how_long_it_is(size, name, rate_hz):
    data = file_of(name, np.zeros(size * rate_hz // 24_000, np.int16), form=Form(1, rate_hz), block=7_777)
    with av.open(io.BytesIO(data)) as file:
        heard = sum(frame.samples / frame.sample_rate for frame in file.decode(audio=0))
        stream = file.streams.audio[0]
        lead = 0.0065 if name == "opus" else 0  # FFmpeg counts in what the codec puts in front
        assert float(stream.duration * stream.time_base) == pytest.approx(size / 24_000 + lead, abs=0.0001)
    assert size / 24_000 - 0.0001 <= heard <= size / 24_000 + 0.043


@pytest.mark.parametrize(("name", "asked", "got"), [("m4a", 400, 144), ("opus", 510, 256), ("flac", 64, 0)])
def test_a_bit_rate_is_what_the_format_can_have(name, asked, got):
    assert open_encoder(name, Form(kbps=asked)).form.kbps == got


@pytest.mark.parametrize(("name", "kbps"), [("m4a", 64), ("m4a", 96), ("opus", 32), ("opus", 48), ("opus", 96)])
def test_a_bit_rate_is_kept(name, kbps):
    speech = np.concatenate([say(text) for text in SENTENCES])
    size = len(file_of(name, speech, Tags(), form=Form(kbps=kbps))) - 28_000 * (name == "opus")
    assert size * 8 / 1000 / (len(speech) / 24_000) == pytest.approx(kbps, rel=0.15)


def test_flac_gives_every_sample_back_and_says_so():
    speech = say(SENTENCES[0])
    data = file_of("flac", speech)
    assert np.array_equal(decoded(data), speech)
    assert data[26:42] == hashlib.md5(speech.tobytes()).digest()  # noqa: S324 - what the format has


def test_an_m4a_can_be_played_while_it_loads():
    data = file_of("m4a", say(SENTENCES[0]), marks=MARKS)
    assert 0 < data.index(b"moov") < data.index(b"mdat")
    at, names = 0, []
    while at < len(data):
        size, name = struct.unpack_from(">I4s", data, at)
        names.append(name)
        at += size if size > 1 else struct.unpack_from(">Q", data, at + 8)[0]
    assert (names, at) == ([b"ftyp", b"moov", b"mdat"], len(data))


def test_an_m4a_above_4_gb_has_wide_tables():
    encoder = open_encoder("m4a")
    encoder.encode(say(SENTENCES[2]))
    encoder.finish()
    frames = 200
    encoder._sizes = array("I", [30_000_000] * frames)
    encoder._codec.samples = frames * 1024 - 1024
    head = encoder.head(Tags(), ())
    at = head.index(b"co64")
    count, first = struct.unpack_from(">IQ", head, at + 8)
    assert (count, first) == (-(-frames // 47), len(head))
    assert struct.unpack_from(">Q", head, at + 12 + 8 * 4)[0] == len(head) + 4 * 47 * 30_000_000


@pytest.mark.slow
def test_the_pages_of_an_opus_file_are_numbered_through():
    cover = Cover(drawn("png", 40), "image/png", 40, 40)
    data = file_of("opus", np.concatenate([say(text) for text in SENTENCES]), replace(TAGS, cover=cover))
    numbers, granules, flags, at = [], [], [], 0
    while at < len(data):
        magic, _, flag, granule, _, number, checksum, count = struct.unpack_from("<4sBBqIIIB", data, at)
        assert magic == b"OggS"
        end = at + 27 + count + sum(data[at + 27 : at + 27 + count])
        assert checksum == crc(data[at : at + 22] + bytes(4) + data[at + 26 : end])
        numbers, granules, flags = [*numbers, number], [*granules, granule], [*flags, flag]
        at = end
    assert numbers == list(range(len(numbers)))
    assert granules == sorted(granules)
    assert (flags[0], flags[-1], flags.count(0)) == (2, 4, len(flags) - 113)


def crc(data):
    """Return Ogg's checksum the slow way."""
    found = 0
    for byte in data:
        found ^= byte << 24
        for _ in range(8):
            found = (found << 1 ^ 0x04C11DB7 * (found >> 31)) & 0xFFFFFFFF
    return found


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
    assert "mp3, m4a, opus, flac, wav" in caught.value.problems[0].fix
