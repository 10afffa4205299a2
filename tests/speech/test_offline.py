import subprocess
import sys
import threading
from itertools import combinations, pairwise

import numpy as np
import pytest

import ears
from voicebooth import stress
from voicebooth.casting import cast
from voicebooth.errors import RequestRefused, ServiceDown
from voicebooth.script import Meta, Script, Sentence, Turn
from voicebooth.speech import SAMPLE_RATE_HZ, Line, Request
from voicebooth.speech.offline import ENGINE, Offline
from voicebooth.speech.offline_timbre import TIMBRES
from voicebooth.voices import VOICES

DIALOGUE = (
    ("Kore", "Good morning, and welcome to the show. Today we talk about bread, and why it goes stale."),
    ("Puck", "It sounds simple, but almost everybody gets it wrong. Bread does not simply dry out."),
    ("Kore", "Really? What happens then?"),
    ("Puck", "The starch slowly turns back into crystals. That is why a warm oven makes old bread soft again."),
    ("Kore", "So the water was there all the time."),
    ("Puck", "Exactly. You can try it at home with a slice that is three days old."),
)


@pytest.fixture(scope="module")
def offline():
    return Offline()


def request(*lines, language="en"):
    return Request(ENGINE, tuple(Line(voice, text) for voice, text in lines), language)


def samples(offline, *lines, language="en"):
    return np.frombuffer(offline.voice(request(*lines, language=language), 60).pcm, "<i2")


@pytest.mark.slow
def test_every_word_can_be_heard_in_order(offline):
    heard = ears.words(samples(offline, *DIALOGUE), SAMPLE_RATE_HZ)
    said = ears.written(" ".join(text for _, text in DIALOGUE))
    assert ears.recovered(heard, said) >= 0.9
    assert ears.recovered(heard[len(heard) // 2 :], said) <= 0.6  # the measure itself can fail


@pytest.mark.slow
@pytest.mark.parametrize("voice", ["Leda", "Algenib"])
def test_the_voices_farthest_from_the_natural_one_can_be_understood(offline, voice):
    text = " ".join(text for _, text in DIALOGUE[1:4])
    assert ears.recovered(ears.words(samples(offline, (voice, text)), SAMPLE_RATE_HZ), ears.written(text)) >= 0.8


def test_every_prebuilt_voice_has_a_sound_of_its_own():
    assert set(TIMBRES) == {voice.name for voice in VOICES}
    assert len(set(TIMBRES.values())) == len(TIMBRES)


def test_women_sound_higher_than_men():
    hertz = {voice.name: TIMBRES[voice.name].size * TIMBRES[voice.name].pitch for voice in VOICES}
    women = [hertz[voice.name] for voice in VOICES if voice.gender == "female"]
    men = [hertz[voice.name] for voice in VOICES if voice.gender == "male"]
    assert min(women) > max(men)


@pytest.mark.slow
def test_the_first_voices_that_are_cast_lie_far_apart(offline):
    text = "The harbour was empty when we got there, and nobody could say where all the boats had gone."
    turns = tuple(Turn(f"Speaker {n}", (Sentence(text, n),)) for n in range(1, 7))
    voices = cast(Script("ep.txt", Meta(), turns)).values()
    heard = {voice: portrait(samples(offline, (voice, text))) for voice in voices}
    again = portrait(samples(offline, ("Kore", "Some of them came back, in the end, but by then it was far too late.")))
    assert apart(heard["Kore"], again) < 0.7  # the same voice with other words
    assert len(heard) == 6
    first, second, *_ = heard.values()
    assert apart(first, second) > 2
    for one, other in combinations(heard, 2):
        assert apart(heard[one], heard[other]) > 1.2, (one, other)


def portrait(wave):
    """Return the median pitch (Hz) and the mean level (dB) in 24 bands of equal width on the mel scale."""
    frames = np.lib.stride_tricks.sliding_window_view(wave.astype(float), 1024)[::480]
    frames = frames[frames.std(axis=1) > 0.3 * frames.std()]
    power = np.abs(np.fft.rfft(frames * np.hanning(1024), 2048)) ** 2
    correlation = np.fft.irfft(power)[:, : SAMPLE_RATE_HZ // 60]
    lags = slice(SAMPLE_RATE_HZ // 350, SAMPLE_RATE_HZ // 75)
    voiced = correlation[:, lags].max(axis=1) > 0.4 * correlation[:, 0]
    pitch_hz = SAMPLE_RATE_HZ / (correlation[voiced][:, lags].argmax(axis=1) + lags.start)
    edges_hz = 700 * (10 ** (np.linspace(150, 2840, 25) / 2595) - 1)
    edges = (edges_hz * 2048 / SAMPLE_RATE_HZ).astype(int)
    bands = np.array([power[:, low:high].sum(axis=1).mean() for low, high in pairwise(edges)])
    bands_db = 10 * np.log10(bands)
    return float(np.median(pitch_hz)), bands_db - bands_db.mean()


def apart(one, other):
    """Return how far two voices are apart: three semitones of pitch count one, and so do 3 dB of colour."""
    semitones = 12 * abs(np.log2(one[0] / other[0]))
    colour_db = np.sqrt(np.mean((one[1] - other[1]) ** 2))
    return float(np.hypot(semitones / 3, colour_db / 3))


def test_the_same_request_sounds_the_same(offline):
    line = ("Puck", "The same words again.")
    assert offline.voice(request(line), 60) == Offline().voice(request(line), 60)


@pytest.mark.slow
def test_many_threads_may_speak_at_once(offline):
    lines = [(voice, f"This is number {number}.") for number, voice in enumerate(list(TIMBRES)[:8])]
    alone = [offline.voice(request(line), 60).pcm for line in lines]
    together: dict[int, bytes] = {}
    threads = [
        threading.Thread(target=lambda n=n, line=line: together.update({n: offline.voice(request(line), 60).pcm}))
        for n, line in enumerate(lines)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [together[n] for n in range(len(lines))] == alone


def test_turns_and_sentences_are_spaced_as_people_space_them(offline):
    audio, placed = offline.record(request(("Kore", "One more thing. And another."), ("Puck", "Yes. Go on.")), 60)
    spans = [span for line in placed for span in line]
    gaps = [later.start_s - earlier.end_s for earlier, later in pairwise(spans)]
    assert 0.2 <= gaps[0] <= 0.33
    assert 0.35 <= gaps[1] <= 0.5
    assert 0.2 <= gaps[2] <= 0.33
    level = np.abs(audio.astype(int))
    for span in spans:
        at, end = int(span.start_s * SAMPLE_RATE_HZ), int(span.end_s * SAMPLE_RATE_HZ)
        assert level[at:end].max() > 3000
    for earlier, later in pairwise(spans):
        assert level[int(earlier.end_s * SAMPLE_RATE_HZ) + 1 : int(later.start_s * SAMPLE_RATE_HZ) - 1].max() == 0


@pytest.mark.slow
def test_all_voices_are_equally_loud_and_never_clip(offline):
    levels = []
    for voice in TIMBRES:
        wave = samples(offline, (voice, "Nobody could say where all of the boats had gone.")) / 32768
        assert np.abs(wave).max() < 0.99
        loud = wave[np.abs(wave) > 0.01]
        levels.append(20 * np.log10(np.sqrt(np.mean(loud**2))))
    assert max(levels) - min(levels) < 2


def test_markup_is_not_read_aloud(offline):
    bare = samples(offline, ("Kore", "That is funny. Go on."))
    marked = samples(offline, ("Kore", "<laugh> That is funny. <short pause> Go on."))
    assert abs(len(marked) - len(bare)) < 0.15 * SAMPLE_RATE_HZ


def test_words_to_be_stressed_are_spoken_as_they_are(offline):
    bare = samples(offline, ("Kore", "That is very good."))
    marked = samples(offline, ("Kore", f"That is {stress.marked('very')} good."))
    assert len(marked) == len(bare)


@pytest.mark.parametrize("text", ["...", "<laugh>", "— !", "🙂"])
def test_a_line_without_words_is_silent(offline, text):
    _, placed = offline.record(request(("Kore", text), ("Puck", "Yes.")), 60)
    assert [len(line) for line in placed] == [0, 1]


@pytest.mark.parametrize("text", ["Hello, 世界.", "Привет всем.", "שלום", "สวัสดี", "مرحبا"])
def test_letters_it_cannot_read_are_refused(offline, text):
    with pytest.raises(RequestRefused, match="Latin") as refused:
        offline.voice(request(("Kore", text)), 60)
    assert refused.value.problems[0].fix


@pytest.mark.parametrize(
    "text", ["Łódź, Đà Nẵng, naïve.", "x² + y² ≈ 5 µm", "a < b & c > d | e [f](g)", "½ ﬁne", "x" * 500]
)
def test_odd_text_is_spoken(offline, text):
    _, placed = offline.record(request(("Kore", text)), 60)
    assert placed[0]


def test_an_unknown_voice_or_language_is_refused(offline):
    with pytest.raises(RequestRefused, match="Nobody"):
        offline.voice(request(("Nobody", "Hello.")), 60)
    with pytest.raises(RequestRefused, match="ja"):
        offline.voice(request(("Kore", "Hello."), language="ja-JP"), 60)


def test_room_is_asked_for_once(offline):
    asked = []
    offline.voice(request(("Kore", "Hello."), ("Puck", "Hello.")), 60, lambda: asked.append(True))
    assert asked == [True]


def test_time_that_is_up_is_a_passing_fault(offline):
    with pytest.raises(ServiceDown):
        offline.voice(request(("Kore", "Hello.")), 0)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de-DE", "Guten Morgen. Wie geht es Ihnen?"),
        ("es", "Buenos días. ¿Qué tal?"),
        ("fr", "Bonjour à tous. Ça va ?"),
        ("it_IT", "Buongiorno. Come va?"),
    ],
)
def test_other_languages_are_spoken(offline, language, text):
    audio, placed = offline.record(request(("Kore", text), ("Charon", text), language=language), 60)
    assert [len(line) for line in placed] == [2, 2]
    assert 2 < len(audio) / SAMPLE_RATE_HZ < 9


WITHOUT = """
import sys
sys.modules[{module!r}] = None  # what Python does for a package that cannot be imported
from voicebooth.errors import SettingsFault
from voicebooth.speech import Line, Request
from voicebooth.speech.offline import ENGINE, Offline
try:
    Offline().voice(Request(ENGINE, (Line("Kore", "Hallo."),), {language!r}), 60)
except SettingsFault as fault:
    print(fault.problems[0].fix)
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("module", "language", "package"), [("hibari", "", "hibari-tts==0.2.1"), ("py_nanotts", "de", "py-nanotts==0.1.1")]
)
def test_a_missing_engine_says_what_to_install(module, language, package):
    program = WITHOUT.format(module=module, language=language)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert package in done.stdout
