"""How sure a share of people is, a difference of two shares, a share that stays over time."""

from enum import StrEnum
from math import exp, log, sqrt

Z_95 = 1.959963984540054
SMALL_GROUP = 30
"""Below this many, a share says little and is flagged."""
_LEAST = 1e-9
"""Nearer to nothing or to all than any group is large: a float that should be 0 or 1."""
Bounds = tuple[float, float]


class Form(StrEnum):
    """On which scale the interval of a survival curve is drawn."""

    LOGLOG = "loglog"
    LOG = "log"
    PLAIN = "plain"


def wilson(hits: int, total: int, z: float = Z_95) -> Bounds:
    """Give the score interval of a share (Newcombe 1998, method 3); a share of nobody is 0 to 1."""
    if total <= 0:
        return 0.0, 1.0
    share, square = hits / total, z * z
    middle = share + square / (2 * total)
    half = z * sqrt(share * (1 - share) / total + square / (4 * total * total))
    width = 1 + square / total
    return max(0.0, (middle - half) / width), min(1.0, (middle + half) / width)


def newcombe(one: tuple[int, int], other: tuple[int, int], z: float = Z_95) -> Bounds:
    """Give the interval of one share less another, each as hits and total (Newcombe 1998b, 10)."""
    (hits, total), (hits_there, total_there) = one, other
    if total <= 0 or total_there <= 0:
        return -1.0, 1.0
    share, there = hits / total, hits_there / total_there
    (low, high), (low_there, high_there) = wilson(hits, total, z), wilson(*other, z)
    difference = share - there
    below = sqrt((share - low) ** 2 + (high_there - there) ** 2)
    above = sqrt((high - share) ** 2 + (there - low_there) ** 2)
    return difference - below, difference + above


def of_survival(share: float, error: float, form: Form, z: float = Z_95) -> Bounds | None:
    """Give the interval of a share that stays, from its standard error; at 0 and 1 there is none.

    log(−log) never leaves 0 to 1; log ends at 1, as R has it; plain is the textbooks' and may be
    beyond (Kalbfleisch & Prentice; at .857 and n = 21 these are .620-.952, .720-1, .707-1.007).
    """
    if not _LEAST < share < 1 - _LEAST:
        return None
    if form is Form.PLAIN:
        return share - z * error, share + z * error
    if form is Form.LOG:
        reach = z * error / share
        return share * exp(-reach), min(1.0, share * exp(reach))
    reach = z * error / (share * log(share))  # below zero, as the logarithm is
    return share ** exp(-reach), share ** exp(reach)


def of_incidence(share: float, error: float, z: float = Z_95) -> Bounds | None:
    """Give the log(−log) interval of a share that ended by one cause; at 0 and 1 there is none."""
    return of_survival(share, error, Form.LOGLOG, z)
