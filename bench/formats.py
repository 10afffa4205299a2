"""What each audio format takes: bytes and processor seconds for an hour of real speech."""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np

from fakes import tones
from fakes.spoken import SENTENCES, of_form, say
from voicebooth.encode import ENCODERS, Form, open_encoder
from voicebooth.loudness import Meter, Monitor

from .report import Row, told

MINUTES = 10
BLOCK = 4 * tones.RATE_HZ  # as the tape gives them
FORMS = (Form(), Form(1, 48_000), Form(2, 48_000))


def measure() -> Iterator[Row]:
    """Yield a row for each format at the rate of the voices, at that of video, and as episodes with music have it."""
    spoken = np.concatenate([say(text) for text in SENTENCES])
    size = MINUTES * 60 * tones.RATE_HZ
    samples = np.tile(spoken, size // len(spoken) + 1)[:size]
    for form in FORMS:
        for name in ENCODERS:
            took_s, heard_s, made = _made(name, form, of_form(samples, form))
            hour = 60 / MINUTES
            told_of = f"{made * hour / 1e6:.1f} MB, {took_s * hour:.1f} s, measuring it {heard_s * hour:.1f} s"
            yield told(f"an hour as {name}, {form.channels} × {form.rate_hz} Hz", told_of)


def _made(name: str, form: Form, samples: tones.Samples) -> tuple[float, float, int]:
    """Return processor seconds for encoding and for measuring, and bytes."""
    encoder = open_encoder(name, form)
    meter = Monitor(encoder.decoder, encoder.setup) if encoder.decoder else Meter(form.rate_hz)
    made, took_s, heard_s = 0, 0.0, 0.0
    for at in range(0, len(samples) + 1, BLOCK):
        begin = time.thread_time()
        block = samples[at : at + BLOCK]
        body = encoder.encode(block) if len(block) else encoder.finish()
        after = time.thread_time()
        meter.push(encoder.packets(body) if encoder.decoder else block)
        made, took_s, heard_s = made + len(body), took_s + after - begin, heard_s + time.thread_time() - after
    return took_s, heard_s, made
