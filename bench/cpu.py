"""CPU time of requests, in this process, which is what a web worker spends; PostgreSQL's own is not counted."""

import functools
import gc
import statistics
import time
from collections.abc import Sequence

from bench import asking, rounds
from bench.cases import Case

WARMING, REQUESTS = 2, 11
"""Requests of each case in a round: the first are not counted."""


def samples(cases: Sequence[Case], *, seconds: float) -> rounds.Samples:
    """Seconds of CPU for a request of each case, round by round, for about `seconds`."""
    measures = {case.name: functools.partial(_measure, case) for case in cases}
    rounds.in_random_order(measures)
    gc.freeze()
    try:
        return rounds.run(lambda: rounds.in_random_order(measures), seconds=seconds)
    finally:
        gc.unfreeze()


def _measure(case: Case) -> float:
    """The median of some requests of one case in a row, as a busy worker has them; the first only warm the caches."""
    requests, spent = case.prepare(WARMING + REQUESTS), []
    gc.collect()
    for request in requests:
        start = time.process_time()
        asking.expect(request, case.status)
        spent.append(time.process_time() - start)
    return statistics.median(spent[WARMING:])
