from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Figures:
    """A round's lateness in milliseconds, and the rate per second from the first due time to the last end."""

    p50: float
    p99: float
    drain: float
    missing: int


def figures(due: Sequence[float], reached: Sequence[float]) -> Figures:
    """Return the figures of a round from due times and handling times (Unix seconds, 0.0 = never)."""
    late = sorted((at - when) * 1000 for when, at in zip(due, reached, strict=True) if at)
    if not late:
        return Figures(float("nan"), float("nan"), 0.0, len(due))
    return Figures(
        p50=percentile(late, 0.50),
        p99=percentile(late, 0.99),
        drain=len(late) / max(max(reached) - min(due), 1e-9),
        missing=len(due) - len(late),
    )


def percentile(ordered: Sequence[float], share: float) -> float:
    """Return the smallest value that at least this share of the values does not exceed (nearest rank)."""
    rank = max(1, -(-len(ordered) * round(share * 1000) // 1000))
    return ordered[rank - 1]


def medians(rounds: Sequence[Figures]) -> Figures:
    """Return the median of each figure over several rounds."""
    return Figures(
        p50=median(one.p50 for one in rounds),
        p99=median(one.p99 for one in rounds),
        drain=median(one.drain for one in rounds),
        missing=sum(one.missing for one in rounds),
    )
