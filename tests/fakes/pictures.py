"""Pictures for covers, drawn when they are needed."""

import io

import av
import numpy as np


def drawn(kind: str, width: int, height: int = 0) -> bytes:
    """Return a picture with two slopes of colour, as ``png``, ``jpeg`` or ``gif``."""
    rows, columns = np.mgrid[0 : height or width, 0:width]
    colours = np.stack([rows % 256, columns % 256, np.full_like(rows, 90)], axis=2).astype(np.uint8)
    codec, pixels = {"png": ("png", "rgb24"), "jpeg": ("mjpeg", "yuvj420p"), "gif": ("gif", "rgb8")}[kind]
    file = io.BytesIO()
    with av.open(file, "w", format="gif" if kind == "gif" else "image2pipe") as made:
        stream = made.add_stream(codec, rate=1)
        stream.width, stream.height, stream.pix_fmt = width, height or width, pixels
        made.mux(stream.encode(av.VideoFrame.from_ndarray(colours, "rgb24")))
        made.mux(stream.encode(None))
    return file.getvalue()
