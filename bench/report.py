"""The table of figures, and whether what must hold holds."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One row: what was measured, the limits, and what came out. `at_least` turns the limits round."""

    name: str
    measured: float
    must: float | None = None
    aim: float | None = None
    at_least: bool = False

    @property
    def missed(self) -> bool:
        """Whether it is beyond what must hold."""
        return not _holds(self.measured, self.must, at_least=self.at_least)

    @property
    def verdict(self) -> str:
        """In one word."""
        if self.must is None:
            return ""
        if self.missed:
            return "MISSED"
        return "aim" if self.aim is not None and _holds(self.measured, self.aim, at_least=self.at_least) else "must"


def table(figures: list[Figure]) -> str:
    """All figures, a line each."""
    width = max(len(figure.name) for figure in figures)
    lines = [f"{'':{width}}  {'must':>7}  {'aim':>7}  {'measured':>8}"]
    for figure in figures:
        must, aim = _limit(figure.must, figure), _limit(figure.aim, figure)
        measured = _number(figure.measured)
        lines.append(f"{figure.name:{width}}  {must:>7}  {aim:>7}  {measured:>8}  {figure.verdict}".rstrip())
    return "\n".join(lines)


def _holds(value: float, limit: float | None, *, at_least: bool) -> bool:
    if limit is None:
        return True
    return value >= limit if at_least else value <= limit


def _limit(limit: float | None, figure: Figure) -> str:
    return "" if limit is None else f"{'>=' if figure.at_least else '<='} {_number(limit)}"


def _number(value: float) -> str:
    return str(value) if isinstance(value, int) else f"{value:.3f}".rstrip("0").rstrip(".") or "0"
