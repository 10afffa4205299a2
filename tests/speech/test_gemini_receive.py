"""Audio taken out of JSON as it arrives, and samples out of what the audio is wrapped in."""

import base64
import json
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voicebooth.speech import wav
from voicebooth.speech.receive import Split


def split(body, sizes=(65_536,)):
    audio = []
    found, at, turn = Split(audio), 0, 0
    while at < len(body):
        size = sizes[turn % len(sizes)]
        found.feed(body[at : at + size])
        at, turn = at + size, turn + 1
    return json.loads(bytes(found.rest)), audio


def body_of(*audio, **more):
    parts = [{"inlineData": {"mimeType": "audio/wav", "data": base64.b64encode(one).decode()}} for one in audio]
    return {"candidates": [{"content": {"parts": parts}}], **more}


@given(
    st.lists(st.binary(max_size=90), max_size=4),
    st.lists(st.integers(1, 40), min_size=1),
    st.text(),
    st.sampled_from([None, 1]),
)
def test_audio_and_the_rest_come_apart_at_any_chunking(audio, sizes, text, indent):
    body = body_of(*audio, text=text, said=f'"data": "{text}"')
    rest, found = split(json.dumps(body, indent=indent).encode(), sizes)
    assert found == audio
    numbers = [part["inlineData"]["data"] for part in rest["candidates"][0]["content"]["parts"]]
    assert numbers == [str(i) for i in range(len(audio))]
    assert (rest["text"], rest["said"]) == (body["text"], body["said"])


@given(st.binary(max_size=60), st.integers(1, 9))
def test_url_safe_unpadded_and_escaped_base64_is_understood(audio, size):
    plain = base64.b64encode(audio)
    ways = [
        base64.urlsafe_b64encode(audio).rstrip(b"="),
        plain.replace(b"/", rb"\/").replace(b"=", rb"\u003d").replace(b"+", rb"\u002b"),
    ]
    for way in ways:
        assert split(b'{"data":"' + way + b'"}', [size])[1] == [audio]


@pytest.mark.parametrize("wrong", [b"not*base64!", b"QQ=A", b"QQ\\u0041=", b"Q", b"QUJD\\n"])
@pytest.mark.parametrize("size", [1, 3, 100])
def test_what_is_no_base64_is_reported_and_the_rest_is_kept(wrong, size):
    rest, audio = split(b'{"data" : "' + wrong + b'", "tokens": 7}', [size])
    assert audio == [None]
    assert rest["tokens"] == 7


FORM = (1, 1, 24_000, 48_000, 2, 16)


def wave(*chunks, form=FORM):
    body = b"WAVE"
    for name, content in ((b"fmt ", struct.pack("<HHIIHH", *form)), *chunks):
        body += name + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)
    return b"RIFF" + struct.pack("<I", len(body)) + body


PCM = bytes(range(200))


@pytest.mark.parametrize(
    "audio",
    [
        wave((b"data", PCM)),
        wave((b"data", PCM), (b"C2PA", b"static" * 9)),
        wave((b"LIST", b"odd"), (b"data", PCM), (b"odd ", b"123")),
        wave((b"data", PCM + b"x")),  # half a sample
        wave((b"data", PCM)).replace(struct.pack("<I", 200), b"\xff\xff\xff\xff"),  # size unknown when it was written
    ],
)
def test_samples_are_found_wherever_they_are(audio):
    assert wav.samples(audio, "audio/wav") == PCM


@pytest.mark.parametrize(
    "kind",
    ["audio/L16;codec=pcm;rate=24000", "audio/l16; rate=24000; channels=1", "AUDIO/L16", "audio/pcm; rate=24000"],
)
def test_bare_samples_need_no_header(kind):
    assert wav.samples(PCM + b"x", kind) == PCM


@pytest.mark.parametrize(
    ("audio", "kind"),
    [
        (PCM, "audio/L16; rate=16000"),
        (PCM, "audio/L16; channels=2"),
        (PCM, "audio/mulaw; rate=8000"),
        (PCM, "audio/mpeg"),
        (PCM, ""),
        (wave((b"data", PCM), form=(1, 1, 16_000, 32_000, 2, 16)), "audio/wav"),
        (wave((b"data", PCM), form=(7, 1, 24_000, 24_000, 1, 8)), "audio/wav"),
        (wave((b"data", PCM), form=(1, 2, 24_000, 96_000, 4, 16)), "audio/wav"),
        (wave((b"LIST", PCM)), "audio/wav"),
        (wave()[:20], "audio/wav"),
    ],
)
def test_any_other_audio_is_refused(audio, kind):
    with pytest.raises(ValueError, match=r"audio|WAV"):
        wav.samples(audio, kind)


@given(st.binary(max_size=120))
def test_no_bytes_upset_the_reader(tail):
    try:
        pcm = wav.samples(b"RIFF\0\0\0\0WAVE" + tail, "audio/wav")
    except ValueError:
        return
    assert len(pcm) % 2 == 0
    assert pcm in tail
