"""A desk for tests: a plan and music become finished files, decoded again to be measured."""

import io

import av
import numpy as np

from fakes.music import MIX_HZ, band, tune
from test_master import heard_spans, with_pauses
from voicebooth import score as scoring
from voicebooth.beside import Beside
from voicebooth.encode import Form, Tags, open_encoder
from voicebooth.master import master
from voicebooth.reels import Reels
from voicebooth.score import SPEECH_ALONE
from voicebooth.script import Tune


class MixDesk:
    """Masters plans with music, whose files lie in a folder. ``rates`` are those of the decoded files."""

    def __init__(self, store):
        self.store = store
        self.rates = {}

    def __call__(self, plan, music=None, files=None, formats=("wav",), rate_hz=MIX_HZ, takes=None, channels=1, **how):
        """Return the recording and the samples of its files, int16 (n, channels)."""
        for name, data in (files or {"tune.wav": tune(6.0)}).items():
            self.store.write(name, data)
        tunes = {role: Tune("tune.wav", 3, **given) if isinstance(given, dict) else Tune(given, 3)
                 for role, given in (music or {}).items()}  # fmt: skip
        bodies = {name: io.BytesIO() for name in formats}
        sinks = {name: body.write for name, body in bodies.items()}
        takes = takes or [with_pauses(s, (0.3,) * (len(s.turns) + 1)) for s in plan.segments]
        with Reels(self.store, rate_hz) as reels:
            score = scoring.read(tunes, Beside(self.store, "ep.md"), reels) if tunes else SPEECH_ALONE
            encoders = {name: open_encoder(name, Form(max(score.channels, channels), rate_hz)) for name in formats}
            how = {"spans": heard_spans, "rate_hz": rate_hz, "score": score, "tracks": score.tracks(reels)} | how
            made = master(takes, plan, "en", encoders, sinks, **how)
        return made, {n: self._heard(n, encoders[n].head(Tags(), ()) + bodies[n].getvalue()) for n in formats}

    def _heard(self, name, data):
        samples, self.rates[name] = decoded(data)
        return samples


def count(seconds):
    return round(seconds * MIX_HZ)


def decoded(data):
    """Return int16 (n, channels) and their rate."""
    with av.open(io.BytesIO(data)) as file:
        stream = file.streams.audio[0]
        channels, rate_hz = stream.channels, stream.rate
        parts = [f.to_ndarray() if f.format.is_planar else f.to_ndarray().reshape(-1, channels).T
                 for f in file.decode(audio=0)]  # fmt: skip
    heard = np.concatenate(parts, axis=1).T
    return heard if heard.dtype == np.int16 else np.rint(heard * 32768).astype(np.int16), rate_hz


def music_of(samples):
    return band(samples, 0, 400) / 32768


def level_db(samples, start_s, end_s):
    part = samples[count(start_s) : count(end_s)]
    return 20 * np.log10(np.sqrt((part**2).mean()) + 1e-9)
