"""Measuring on a machine that is busy with other things: everything in each round, in random order, and only ratios.

What disturbs a round disturbs all its parts about alike, so that the ratio of two parts is worth more than either.
"""

import random
import statistics
import time
from collections.abc import Callable, Mapping

Samples = dict[str, list[float]]
"""For each name, its figure in every round."""


def run(measure: Callable[[], Mapping[str, float]], *, seconds: float, least: int = 5) -> Samples:
    """The figures of as many rounds as fit into `seconds`, but of at least `least`."""
    samples: Samples = {}
    deadline = time.monotonic() + seconds
    count = 0
    while time.monotonic() < deadline or count < least:
        count += 1
        for name, figure in measure().items():
            samples.setdefault(name, []).append(figure)
    return samples


def in_random_order(measures: Mapping[str, Callable[[], float]]) -> dict[str, float]:
    """One round that takes each measure once."""
    return {name: measures[name]() for name in random.sample(list(measures), len(measures))}


def ratio(samples: Samples, this: str, over: str) -> float:
    """The median of the rounds' ratios."""
    return statistics.median(a / b for a, b in zip(samples[this], samples[over], strict=True))
