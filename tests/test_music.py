import io

import numpy as np
import pytest

from fakes.music import FORMATS, MIX_HZ, chord, file_of, film, surround, torn, tune
from voicebooth.errors import ScriptFault
from voicebooth.loudness import integrated_lufs
from voicebooth.music import SCALE
from voicebooth.reels import MOST_S, open_track


def opened(data):
    return open_track(io.BytesIO(data), MIX_HZ)


def whole(track):
    return track.read(0, track.length) / (SCALE * 32768)


@pytest.mark.parametrize("stereo", [False, True], ids=["mono", "stereo"])
@pytest.mark.parametrize("kind", FORMATS)
def test_a_file_of_any_format_is_decoded_at_the_rate_of_the_mix(kind, stereo):
    with opened(tune(2.0, kind, stereo=stereo)) as track:
        assert track.channels == 1 + stereo
        assert track.length == pytest.approx(96_000, abs=5000)  # lossy formats add up to a frame or two
        expected = chord(2.0, stereo=stereo, rate=MIX_HZ).T
        middle = whole(track)[24_000:72_000]
        assert middle.shape == (48_000, 1 + stereo)
        assert np.std(middle, axis=0) == pytest.approx(np.std(expected, axis=0), rel=0.05)


def test_the_sides_are_kept_apart():
    with opened(tune(1.0)) as track:
        left, right = whole(track)[4000:-4000].T
    expected = chord(1.0, rate=MIX_HZ)[:, 4000:44_000]
    assert np.corrcoef(left[:40_000], expected[0])[0, 1] > 0.99
    assert np.corrcoef(right[:40_000], expected[1])[0, 1] > 0.99


def test_outside_of_the_music_is_silence():
    with opened(tune(0.5)) as track:
        found = track.read(-100, track.length + 200)
        assert not found[:100].any()
        assert not found[-100:].any()
        assert np.array_equal(found[100:-100], track.read(0, track.length))
        assert not track.read(1 << 40, 50).any()


def test_loudness_is_that_of_what_is_used():
    loud, soft = chord(4.0, level=0.3), chord(8.0, level=0.03)
    with opened(file_of(np.concatenate([loud, soft], axis=1))) as track:
        first, everything = track.heard(4.0), track.heard()
        assert first.integrated_lufs == pytest.approx(
            integrated_lufs(chord(4.0, level=0.3, rate=MIX_HZ).T, MIX_HZ), abs=0.1
        )
        assert everything.integrated_lufs < first.integrated_lufs
        assert everything.loudest_lufs == pytest.approx(first.integrated_lufs, abs=0.3)


@pytest.mark.parametrize("seconds", [0.1, 0.3, 0.5])
def test_a_very_short_sound_has_its_loudness_too(seconds):
    with opened(tune(seconds)) as track:
        assert track.heard().integrated_lufs == pytest.approx(
            integrated_lufs(chord(2.0, rate=MIX_HZ).T, MIX_HZ), abs=1.0
        )


@pytest.mark.parametrize("crossfade_s", [0.0, 1.0, 9.0])
def test_a_loop_goes_on_without_a_gap_or_a_click(crossfade_s):
    with opened(tune(4.0)) as track:
        step = np.abs(np.diff(whole(track), axis=0)).max()
        loop = track.looped(crossfade_s)
        endless = np.concatenate([loop.read(at, 14_001) for at in range(0, 50 * 14_001, 14_001)])
        kept = track.length - track.length // 4
        assert np.array_equal(endless[:kept], track.read(0, kept))
        assert not track.read(track.length, 10).any()  # which others may play as it is
        endless = endless / (SCALE * 32768)
        levels = np.sqrt((endless[: len(endless) // 9600 * 9600].reshape(-1, 9600, 2) ** 2).mean(axis=1))
        assert levels.min() > 0.5 * np.median(levels)
        assert np.abs(np.diff(endless, axis=0)).max() <= step * (1.5 if crossfade_s else 40)


def refused(data):
    with pytest.raises(ScriptFault) as fault, opened(data):
        pass
    (problem,) = fault.value.problems
    assert problem.fix
    return problem.message


@pytest.mark.parametrize(
    "data",
    [b"no music at all " * 100, b"\x89PNG\r\n\x1a\n" + bytes(500), b"RIFF\x10\0\0\0WAVE", bytes(5000), b"ID3"],
    ids=["text", "picture", "torn wav", "zeros", "tag alone"],
)
def test_what_is_no_audio_is_told(data):
    assert refused(data) in {"is not audio that can be read", "holds no sound"}


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["mp3", "m4a", "flac"])
def test_damage_within_is_told_and_where_it_is(kind):
    message = refused(torn(tune(4.0, kind)))
    assert message.startswith(("is damaged, 2.", "holds only 3."))


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["m4a", "flac", "aiff"])
def test_half_a_file_is_told(kind):
    whole = tune(4.0, kind)
    assert refused(whole[: len(whole) // 2]) in {
        "is not audio that can be read",  # what leads to the sound stood at the end
        "holds only 1.8 s of its 4.0",
        "holds only 2.0 s of its 4.0",
    }


@pytest.mark.slow
@pytest.mark.parametrize("kind", FORMATS)
def test_what_others_hang_on_to_the_end_of_a_file_does_no_harm(kind):
    tags = b"APETAGEX" + bytes(24) + b"x" * 300 + b"TAG" + b"y" * 125
    for tail in (tags, bytes(2000)):
        with opened(tune(2.0, kind) + tail) as track:
            assert track.seconds == pytest.approx(2.0, abs=0.05)


def test_of_a_video_the_sound_is_played():
    with opened(film()) as track:
        assert (track.channels, track.seconds) == (2, pytest.approx(2.0, abs=0.05))
        assert track.heard().integrated_lufs == pytest.approx(integrated_lufs(chord(2.0).T, 44_100), abs=0.3)
    assert refused(film(sound=False)) == "is not audio that can be read"


@pytest.mark.slow
@pytest.mark.parametrize(("rate", "layout", "channels"), [(96_000, "7.1", 8), (48_000, "5.1", 6), (192_000, "quad", 4)])
def test_more_channels_and_higher_rates_become_stereo_at_the_rate_of_the_mix(rate, layout, channels):
    with opened(surround(rate, layout, channels)) as track:
        assert (track.channels, track.seconds) == (2, pytest.approx(2.0, abs=0.01))
        spectrum = np.abs(np.fft.rfft(whole(track)[:, 0]))
        assert spectrum.argmax() / track.seconds == pytest.approx(60 * np.round(spectrum.argmax() / 120), abs=1)
        assert -30 < track.heard().integrated_lufs < -5


def test_a_playlist_opens_no_other_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "secret.wav").write_bytes(tune(1.0))
    path = tmp_path / "secret.wav"
    lists = [
        f"#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:1,\n{path}\n#EXT-X-ENDLIST\n",
        f"ffconcat version 1.0\nfile '{path}'\n",
        "ffconcat version 1.0\nfile secret.wav\n",  # FFmpeg itself would open it
        f"#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:1,\nfile://{path}\n#EXT-X-ENDLIST\n",
    ]
    for text in lists:
        assert refused(text.encode()) == "is not audio that can be read"


@pytest.mark.slow
def test_music_beyond_the_limit_is_told():
    silence = np.zeros((1, round((MOST_S + 1) * 8000)), np.float32)
    assert "10 minutes" in refused(file_of(silence, "flac", rate=8000))
