"""One stream of samples becomes several files at once, each step in a thread of its own.

    samples ─ gathered ─┬─► encoder ─┬─► sink
                        │            └─► decoder ─► meter    (of the first format that does not keep the samples)
                        └─► encoder ───► sink

So an encoder waits neither for its file to be stored nor for the next take: each has work in front of it. How much that
may be is bounded, because all of it is in memory.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from functools import partial
from typing import Any, Self

import numpy as np

from .encode import Encoder
from .lane import Lane
from .loudness import Loudness, Meter, Monitor
from .take import Samples

Sink = Callable[[bytes], object]

PIECE_BYTES = 384_000  # 8 s of one channel at 24 kHz; few pieces, because each has to wait for the interpreter's lock
AHEAD_BYTES = 8 * PIECE_BYTES  # in front of all encoders: nearly a take, while the next one is prepared
WRITE_BEHIND_BYTES = 1 << 20
METER_ROOM = 16  # pieces of encoded audio, which are small: the meter may fall behind while answers are received


class Outputs:
    """Encoders, their sinks and the meter, at work while the block lasts. Errors of sinks come out of every method."""

    def __init__(self, encoders: Mapping[str, Encoder], sinks: Mapping[str, Sink], rate_hz: int) -> None:
        self._outputs = [(encoder, sinks[name]) for name, encoder in encoders.items()]
        self._heard = next((encoder for encoder in encoders.values() if encoder.decoder), None)
        self._meter: Meter | Monitor = (
            Monitor(self._heard.decoder, self._heard.setup) if self._heard else Meter(rate_hz)
        )
        self._stack = ExitStack()
        self._gathered: list[Samples] = []
        self._size = 0

    def __enter__(self) -> Self:
        ahead = AHEAD_BYTES // len(self._outputs)
        enter = self._stack.enter_context  # they end in the other order: whoever hands on before whoever is handed to
        self._measuring: Lane[Any] = enter(Lane(self._meter.push, "meter", METER_ROOM))
        self._storing = [
            enter(Lane(sink, f"{encoder.extension} file", WRITE_BEHIND_BYTES, len)) for encoder, sink in self._outputs
        ]
        self._encoding: list[Lane[Samples]] = [
            enter(Lane(partial(self._encode, encoder, storing), encoder.extension, ahead, _bytes))
            for (encoder, _), storing in zip(self._outputs, self._storing, strict=True)
        ]
        return self

    def __exit__(self, *exception: object) -> None:
        self._stack.close()

    def put(self, samples: Samples) -> None:
        """Send samples to every output."""
        self._gathered.append(samples)
        self._size += samples.nbytes
        if self._size >= PIECE_BYTES:
            self._pass_on()

    def finish(self) -> Loudness:
        """Write the rest, and return what was measured."""
        self._pass_on()
        for encoding in self._encoding:
            encoding.finish()
        for (encoder, _), storing in zip(self._outputs, self._storing, strict=True):
            self._deliver(encoder, storing, encoder.finish())
            storing.finish()
        self._measuring.finish()
        return self._meter.finish()

    def _pass_on(self) -> None:
        if self._gathered:
            piece = np.concatenate(self._gathered)
            self._gathered.clear()
            self._size = 0
            for encoding in self._encoding:
                encoding.put(piece)
            if not self._heard:
                self._measuring.put(piece)

    def _encode(self, encoder: Encoder, storing: Lane[bytes], samples: Samples) -> None:
        self._deliver(encoder, storing, encoder.encode(samples))

    def _deliver(self, encoder: Encoder, storing: Lane[bytes], data: bytes) -> None:
        storing.put(data)
        if encoder is self._heard:
            self._measuring.put(encoder.packets(data))


def _bytes(samples: Samples) -> int:
    return samples.nbytes
