"""Every figure that docs/performance.md promises, taken one after the other."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from bench import cases, cpu, delivery, exact, methods, people, rounds, scale, web
from bench.cases import Case
from bench.report import Figure

MOST = max(exact.WARM, cpu.WARMING + cpu.REQUESTS)
"""Requests of a case at a time."""


def all_figures(directory: Path) -> Iterator[Figure]:
    """The figures, as they come; logs of the servers are written to `directory`."""
    yield from _of("", cases.all_cases(most=MOST), seconds=40)
    yield from _of("Backend API, ", cases.of_backend(most=MOST), seconds=40)
    yield from _of("Assignments, ", cases.of_assignments(most=MOST), seconds=30)
    yield from _requests(directory)
    yield from _delivery(directory)
    yield from methods.figures(seconds=30)
    with scale.filled() as databases:
        samples = scale.samples(databases, seconds=15)
        yield Figure(
            "verifying at a million accounts over a thousand", rounds.ratio(samples, "million", "thousand"), 1.3, 1.15
        )
        yield from methods.at_sizes(databases, seconds=30)


def _of(whose: str, every: dict[str, Case], *, seconds: float) -> Iterator[Figure]:
    """What requests to one endpoint cost."""
    for figure in (*_statements(every), *_calls(every), *_cpu(every, seconds=seconds)):
        yield replace(figure, name=f"{whose}{figure.name}")


def _statements(every: dict[str, Case]) -> Iterator[Figure]:
    counts = {name: exact.statements(case) for name, case in every.items()}
    n = counts["N"]
    yield Figure("statements beyond N: no MFA", counts["no MFA"] - n, 0, 0)
    yield Figure("statements beyond N: in grace", counts["in grace"] - n, 0, 0)
    yield Figure("statements beyond N: code in header", counts["code"] - n, 2, 1)
    yield Figure("statements, all: header missing", counts["missing"], 1, 1)
    yield Figure("statements, all: header wrong", counts["wrong"], 3, 2)


def _calls(every: dict[str, Case]) -> Iterator[Figure]:
    n = exact.calls(every["N"])
    yield Figure("Python calls over N: in grace", exact.calls(every["in grace"]) / n, 1.03, 1.01)
    yield Figure("Python calls over N: with a code", exact.calls(every["code"]) / n, 1.15, 1.06)


def _cpu(every: dict[str, Case], *, seconds: float) -> Iterator[Figure]:
    names = [name for name in ("N", "N again", "no MFA", "in grace", "code", "D") if name in every]
    samples = cpu.samples([every[name] for name in names], seconds=seconds)
    yield Figure("CPU over N: N itself (A/A, the noise)", rounds.ratio(samples, "N again", "N"))
    yield Figure("CPU over N: no MFA", rounds.ratio(samples, "no MFA", "N"), 1.05, 1.02)
    yield Figure("CPU over N: in grace", rounds.ratio(samples, "in grace", "N"), 1.05, 1.02)
    yield Figure("CPU over N: with a code", rounds.ratio(samples, "code", "N"), 1.25, 1.13)
    if "D" in every:
        yield Figure("CPU over D: in grace", rounds.ratio(samples, "in grace", "D"), 0.70, 0.55)
        yield Figure("CPU over D: with a code", rounds.ratio(samples, "code", "D"), 0.85, 0.60)


def _requests(directory: Path) -> Iterator[Figure]:
    with web.server(directory / "gunicorn.log") as port:
        for whose, make in (("", people.make), ("Backend API, ", people.make_users)):
            samples = web.samples(port, make, seconds=30)
            yield Figure(f"{whose}requests/s over D: D itself (A/A, the noise)", rounds.ratio(samples, "D again", "D"))
            yield Figure(
                f"{whose}requests/s over D: in grace", rounds.ratio(samples, "in grace", "D"), 1.25, 1.8, at_least=True
            )
            yield Figure(
                f"{whose}requests/s over D: with a code", rounds.ratio(samples, "code", "D"), 1.05, 1.4, at_least=True
            )


def _delivery(directory: Path) -> Iterator[Figure]:
    with delivery.worker(directory) as server:
        mails = delivery.mails(server, seconds=25)
        triggers = delivery.triggers(server, seconds=15)
    yield Figure("asking for a code, mail server fast (A/A, the noise)", rounds.ratio(triggers, "fast again", "fast"))
    yield Figure("asking for a code, mail server slow by 2 s, over fast", rounds.ratio(triggers, "slow", "fast"), 1.1)
    yield Figure(
        "one worker's mails/s over a plain loop's", rounds.ratio(mails, "worker", "loop"), 0.45, 0.5, at_least=True
    )
