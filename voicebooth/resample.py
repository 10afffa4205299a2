"""Samples at the rate of speech become samples at the rate of the files, once for all formats and before any music."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import cast

import av
import av.filter
import numpy as np

from .audio import Floats, to_int16
from .codec import frame
from .speech import SAMPLE_RATE_HZ
from .take import Samples

_TAPS = 128  # FFmpeg's usual 32 leave a sharp "s" mirrored above 12 kHz, 39 dB under the voice, and soften it by 1.4 dB


class Resampler:
    """Takes mono samples at ``SAMPLE_RATE_HZ`` in blocks of any size and sends them on at that of the files.

    It takes out its own delay: the sound stays where it was, and as long as it was. It reckons in floating point,
    because FFmpeg's integers add noise at -90 dBFS.
    """

    def __init__(self, rate_hz: int, put: Callable[[Samples], None]) -> None:
        self._put = put
        self._graph = _graph(rate_hz) if rate_hz != SAMPLE_RATE_HZ else None
        self._taken = 0

    def put(self, samples: Samples) -> None:
        """Take the next samples."""
        if not self._graph:
            self._put(samples)
        elif len(samples):
            block = frame(samples, 1, SAMPLE_RATE_HZ)
            block.pts, self._taken = self._taken, self._taken + len(samples)
            self._send(self._graph, block)

    def finish(self) -> None:
        """Send what is left."""
        if self._graph:
            self._send(self._graph, None)

    def _send(self, graph: av.filter.Graph, block: av.AudioFrame | None) -> None:
        graph.push(block)
        for part in _ready(graph):
            floats: Floats = part.to_ndarray().reshape(-1).astype(np.float32, copy=False)
            self._put(to_int16(floats))


def _graph(rate_hz: int) -> av.filter.Graph:
    graph = av.filter.Graph()
    unit = Fraction(1, SAMPLE_RATE_HZ)
    stages = (
        graph.add_abuffer(sample_rate=SAMPLE_RATE_HZ, format="s16", layout="mono", time_base=unit),
        graph.add("aresample", f"{rate_hz}:filter_size={_TAPS}"),
        graph.add("aformat", f"sample_fmts=flt:sample_rates={rate_hz}:channel_layouts=mono"),
        graph.add("abuffersink"),
    )
    graph.link_nodes(*stages).configure()
    return graph


def _ready(graph: av.filter.Graph) -> Iterator[av.AudioFrame]:
    while True:
        try:
            yield cast("av.AudioFrame", graph.pull())
        except (av.BlockingIOError, av.EOFError):
            return
