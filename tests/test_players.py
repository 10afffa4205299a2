import numpy as np
import pytest

from fakes.pictures import drawn
from fakes.player import CHROMIUM, play
from fakes.spoken import SENTENCES, of_form, say
from voicebooth.encode import ENCODERS, Cover, Form, Mark, Tags, open_encoder

MARKS = (Mark(0.0, "Intro"), Mark(2.0, "Ende"))


def file_of(name, samples, form):
    encoder = open_encoder(name, form)
    body = encoder.encode(samples) + encoder.finish()
    cover = Cover(drawn("jpeg", 200), "image/jpeg", 200, 200)
    return encoder.mime_type, encoder.head(Tags(title="Lamps", cover=cover), MARKS) + body


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: apt-get install chromium")
def test_a_browser_plays_every_format_in_every_form():
    speech = np.concatenate([say(SENTENCES[0]), say(SENTENCES[1])])
    files = {}
    for form in (Form(), Form(2), Form(1, 44_100), Form(2, 48_000)):
        samples = of_form(speech, form)
        for name in ENCODERS:
            files[f"{form.channels}-{form.rate_hz}.{name}"] = file_of(name, samples, form)
    lasting_s = len(speech) / 24_000
    for name, found in play(files).items():
        assert "error" not in found, (name, found)
        assert found["type"] in {"maybe", "probably"}
        assert found["duration_s"] == pytest.approx(lasting_s, abs=0.01), name
        assert found["at_s"] == pytest.approx(lasting_s / 2, abs=0.05), name
        assert found["decoded_s"] == pytest.approx(lasting_s, abs=0.05), name
        assert found["peak"] == pytest.approx(np.abs(speech.astype(int)).max() / 32768, rel=0.1), name
