"""How far one short word is from another, counted in typing slips."""

from __future__ import annotations

from collections.abc import Iterable

_LONGEST = 40  # characters compared; keeps the cost of a hostile word small


def slips(one: str, other: str) -> int:
    """Return the letters to insert, drop, replace or swap with a neighbour (optimal string alignment)."""
    one, other = one[:_LONGEST], other[:_LONGEST]
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        older, before, row = before, row, [i]
        for j, b in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and b == one[i - 2]:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
    return row[-1]


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the known word that was probably meant, or an empty string."""
    folded = word.casefold()
    allowed = allowed_slips(folded)
    alike = (candidate for candidate in sorted(known) if abs(len(candidate) - len(folded)) <= allowed)
    ranked = sorted((slips(folded, candidate.casefold()), candidate) for candidate in alike)
    return ranked[0][1] if ranked and ranked[0][0] <= allowed else ""


def allowed_slips(word: str) -> int:
    """Return how many slips still make the same word: one in a short word, two in a long one."""
    return 0 if len(word) < 3 else 1 if len(word) < 6 else 2
