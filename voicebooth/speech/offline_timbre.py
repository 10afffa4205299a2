"""One embedded voice becomes thirty: how far each prebuilt voice's name is bent away from it.

Two things tell speakers apart and can be changed cheaply: the size of the head (all resonances and the pitch move
together, by resampling) and the pitch alone. The women's names stay near the embedded voice (a woman's), the men's lie
below it. Names that casting is likely to set against each other lie far apart.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Timbre:
    """``size`` scales resonances and pitch (below 1: a larger, darker head), ``pitch`` the pitch again."""

    size: float
    pitch: float


TIMBRES = {
    # women
    "Achernar": Timbre(1.14, 0.78),
    "Aoede": Timbre(1.14, 1.04),
    "Autonoe": Timbre(1.10, 0.94),
    "Callirrhoe": Timbre(0.95, 1.14),
    "Despina": Timbre(1.05, 1.00),
    "Erinome": Timbre(1.06, 1.10),
    "Gacrux": Timbre(0.92, 0.94),
    "Kore": Timbre(1.00, 1.00),
    "Laomedeia": Timbre(1.18, 0.96),
    "Leda": Timbre(1.18, 1.14),
    "Pulcherrima": Timbre(1.04, 0.90),
    "Sulafat": Timbre(0.94, 1.00),
    "Vindemiatrix": Timbre(1.00, 1.10),
    "Zephyr": Timbre(1.14, 1.14),
    # men
    "Achird": Timbre(0.82, 0.80),
    "Algenib": Timbre(0.78, 0.76),
    "Algieba": Timbre(0.74, 0.90),
    "Alnilam": Timbre(0.90, 0.80),
    "Charon": Timbre(0.77, 0.86),
    "Enceladus": Timbre(0.86, 0.72),
    "Fenrir": Timbre(0.91, 0.90),
    "Iapetus": Timbre(0.84, 0.94),
    "Orus": Timbre(0.80, 0.96),
    "Puck": Timbre(0.85, 0.85),
    "Rasalgethi": Timbre(0.80, 0.88),
    "Sadachbia": Timbre(0.88, 0.86),
    "Sadaltager": Timbre(0.80, 0.80),
    "Schedar": Timbre(0.75, 1.00),
    "Umbriel": Timbre(0.78, 1.06),
    "Zubenelgenubi": Timbre(0.82, 0.72),
}
