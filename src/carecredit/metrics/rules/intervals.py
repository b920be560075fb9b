"""How sure a share of people is: Wilson's score interval."""

from math import sqrt

Z_95 = 1.959963984540054
SMALL_GROUP = 30
"""Below this many, a share says little and is flagged."""


def wilson(hits: int, total: int, z: float = Z_95) -> tuple[float, float]:
    """Give the score interval of a share (Newcombe 1998, method 3); a share of nobody is 0 to 1."""
    if total <= 0:
        return 0.0, 1.0
    share, square = hits / total, z * z
    middle = share + square / (2 * total)
    half = z * sqrt(share * (1 - share) / total + square / (4 * total * total))
    width = 1 + square / total
    return max(0.0, (middle - half) / width), min(1.0, (middle + half) / width)
