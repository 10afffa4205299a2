"""Music for tests, as real audio files: chords below 350 Hz, where the tone code of words has nothing."""

from __future__ import annotations

import io

import av
import numpy as np
import numpy.typing as npt

RATE_HZ = 44_100
MIX_HZ = 48_000  # of an episode with music
LOWEST_WORD_HZ = 400.0
FORMATS = {  # FFmpeg's container and codec by extension
    "mp3": ("mp3", "libmp3lame", "s16p"),
    "wav": ("wav", "pcm_s16le", "s16"),
    "flac": ("flac", "flac", "s16"),
    "aiff": ("aiff", "pcm_s16be", "s16"),
    "m4a": ("mp4", "aac", "fltp"),
}


def chord(seconds: float, *, stereo: bool = True, level: float = 0.2, hz: float = 180.0, rate: int = RATE_HZ):
    """Return float samples (channels, n): two tones that beat, another pair on each side."""
    time = np.arange(round(seconds * rate)) / rate
    sides = [np.sin(2 * np.pi * f * time) + np.sin(2 * np.pi * (f * 1.5) * time) for f in (hz, hz * 1.12)]
    return (level * np.stack(sides if stereo else sides[:1])).astype(np.float32)


def file_of(samples: npt.NDArray[np.float32], kind: str = "wav", rate: int = RATE_HZ) -> bytes:
    """Encode samples (channels, n)."""
    container, codec, sample_format = FORMATS[kind]
    out, layout = io.BytesIO(), "stereo" if len(samples) == 2 else "mono"
    with av.open(out, "w", format=container) as file:
        stream = file.add_stream(codec, rate=rate, layout=layout)
        stream.format = sample_format
        resampler = av.AudioResampler(sample_format, layout, rate)
        for at in range(0, samples.shape[1], 1024):
            frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples[:, at : at + 1024]), "fltp", layout)
            frame.sample_rate = rate
            frame.pts = at
            for part in resampler.resample(frame):
                file.mux(stream.encode(part))
        file.mux(stream.encode(None))
    return out.getvalue()


def surround(rate: int, layout: str, channels: int, seconds: float = 2.0) -> bytes:
    """Return a WAV file of many channels, a tone of its own on each."""
    out, time = io.BytesIO(), np.arange(round(seconds * rate)) / rate
    tones = np.stack([6000 * np.sin(2 * np.pi * 60 * (4 + n) * time) for n in range(channels)], axis=1)
    with av.open(out, "w", format="wav") as file:
        stream = file.add_stream("pcm_s16le", rate=rate, layout=layout)
        frame = av.AudioFrame.from_ndarray(tones.astype(np.int16).reshape(1, -1), "s16", layout)
        frame.sample_rate = rate
        file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    return out.getvalue()


def film(*, sound: bool = True) -> bytes:
    """Return two seconds of video, with music or silent for want of an audio stream."""
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as file:
        video = file.add_stream("mpeg4", rate=25, width=64, height=64, pix_fmt="yuv420p")
        audio = file.add_stream("aac", rate=48_000, layout="stereo") if sound else None
        for shade in range(50):
            file.mux(video.encode(av.VideoFrame.from_ndarray(np.full((64, 64, 3), shade, np.uint8), "rgb24")))
        if audio:
            frame = av.AudioFrame.from_ndarray(chord(2.0, rate=48_000), "fltp", "stereo")
            frame.sample_rate = 48_000
            for part in av.AudioResampler("fltp", "stereo", 48_000, frame_size=1024).resample(frame):
                file.mux(audio.encode(part))
            file.mux(audio.encode(None))
        file.mux(video.encode(None))
    return out.getvalue()


def torn(data: bytes, size: int = 3000) -> bytes:
    """Return a file with noise in its middle."""
    at, noise = len(data) // 2, np.random.default_rng(3).integers(0, 256, size, np.uint8)
    return data[:at] + noise.tobytes() + data[at + size :]


def tune(seconds: float, kind: str = "wav", **how) -> bytes:
    return file_of(chord(seconds, **how), kind)


def band(samples: npt.NDArray[np.generic], low_hz: float, high_hz: float, rate: int = MIX_HZ):
    """Return what of samples (n,) or (n, channels) lies between two frequencies."""
    size = 1 << len(samples).bit_length()  # others may have large prime factors, which take many times as long
    spectrum = np.fft.rfft(samples.astype(np.float64), size, axis=0)
    hz = np.fft.rfftfreq(size, 1 / rate)
    spectrum[(hz < low_hz) | (hz >= high_hz)] = 0
    return np.fft.irfft(spectrum, size, axis=0)[: len(samples)]


def words_of(samples: npt.NDArray[np.generic]):
    """Return what is left of a mix without the music, mono."""
    heard = band(samples, LOWEST_WORD_HZ, 12_000)
    return heard if heard.ndim == 1 else heard.mean(axis=1)
