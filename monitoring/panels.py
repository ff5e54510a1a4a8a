"""Panels of a dashboard and their queries. Each query is limited to the namespace that is selected at the top."""

from dataclasses import dataclass, field

_FILTER = 'namespace=~"$namespace"'


@dataclass(frozen=True)
class Panel:
    title: str
    unit: str
    """In Grafana's words: short, s, percentunit, reqps, currencyUSD."""
    queries: dict[str, str]
    """PromQL by legend."""
    help: str = ""
    kind: str = "timeseries"
    thresholds: list[float] = field(default_factory=list)
    """Yellow from the first value, red from the second. If the second is lower: green and yellow."""


def rate(metric: str, by: str = "", where: str = "") -> str:
    grouped = f" by ({by})" if by else ""
    return f"sum{grouped} (rate({metric}{selector(where)}[$__rate_interval]))"


def increase(metric: str, by: str = "", where: str = "") -> str:
    grouped = f" by ({by})" if by else ""
    return f"sum{grouped} (increase({metric}{selector(where)}[$__range]))"


def quantile(share: float, metric: str, by: str = "", where: str = "") -> str:
    labels = f"le, {by}" if by else "le"
    return f"histogram_quantile({share}, sum by ({labels}) (rate({metric}_bucket{selector(where)}[$__rate_interval])))"


def most(metric: str, by: str = "", where: str = "") -> str:
    """Return the greatest value: each replica measures what is common to all."""
    grouped = f" by ({by})" if by else ""
    return f"max{grouped} ({metric}{selector(where)})"


def selector(where: str) -> str:
    """Return the labels of a query: those of ``where``, and the selected namespace."""
    return "{" + ", ".join(filter(None, (where, _FILTER))) + "}"
