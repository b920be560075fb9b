"""Chance that repeats: one stream for each purpose, so that one customer never moves another."""

from collections.abc import Mapping
from random import Random


def stream(seed: int, *purpose: str) -> Random:
    """Open the stream of random numbers of a purpose; the same seed and purpose say the same."""
    return Random("/".join((str(seed), *purpose)))  # noqa: S311 - made data repeats by seed, no secret


def between(rng: Random, span: tuple[int, int]) -> int:
    """Draw a whole number of a span, both ends in."""
    return rng.randint(*span)


def happens(rng: Random, percent: float) -> bool:
    """Say yes in so many cases of a hundred."""
    return rng.random() * 100 < percent


def deal(rng: Random, weights: Mapping[str, int], count: int) -> list[str]:
    """Deal so many cards in shares as near to the weights as whole cards allow, well shuffled.

    Shares are dealt and not drawn, so that every seed tells the same story.
    """
    total = sum(weights.values())
    cards = {name: weight * count // total for name, weight in weights.items()}
    by_remainder = sorted(weights, key=lambda name: (-(weights[name] * count % total), name))
    for name in by_remainder[: count - sum(cards.values())]:
        cards[name] += 1
    deck = [name for name, copies in cards.items() for _ in range(copies)]
    rng.shuffle(deck)
    return deck
