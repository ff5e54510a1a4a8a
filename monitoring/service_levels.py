"""The service levels, and the rules that watch them: `make service-levels` writes their PrometheusRule.

docs/operations.md says what each level means and why it has its number; a test compares it with this file.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

RULES = Path(__file__).parents[1] / "k8s" / "components" / "monitoring" / "service-levels.yaml"
RUNBOOK = "k8s/README.md"
NAMESPACE = "pulseworks"
WINDOW = "28d"
"""Whole weeks: every window has the same number of weekends."""

_MEASURED = ("5m", "30m", "1h", "2h", "6h")
_SUMMED = ("1d", "3d", WINDOW)
"""From the increases of each hour, because a query over the samples of 28 days would read millions."""


@dataclass(frozen=True)
class Burn:
    """How many times faster than allowed the budget is spent, over a long window and still in a short one."""

    rate: float
    long: str
    short: str


# https://sre.google/workbook/alerting-on-slos/: 2 % of 30 days' budget in 1 h, 5 % in 6 h, 10 % in 1 d, 10 % in 3 d
BURNS = {
    "page": (Burn(14.4, "1h", "5m"), Burn(6, "6h", "30m")),
    "ticket": (Burn(3, "1d", "2h"), Burn(1, "3d", "6h")),
}


@dataclass(frozen=True)
class ServiceLevel:
    name: str
    alert: str
    summary: str
    objective: float
    least_errors: int
    """Fewer errors than these in the long window alert nobody: of few events, one is a large share."""
    events: str
    """PromQL with `WINDOW` in place of the window."""
    errors: str

    def query(self, part: str, window: str) -> str:
        text: str = getattr(self, part)
        return text.replace("WINDOW", window)


def _increase(*series: str) -> str:
    """Return the increase of series that differ in their labels. One that is missing counts as 0."""
    return f"sum by (namespace) ({' or '.join(f'increase({each}[WINDOW])' for each in series)})"


def _of(metric: str, where: str = "") -> str:
    own = f'namespace="{NAMESPACE}"'
    return f"{metric}{{{own}, {where}}}" if where else f"{metric}{{{own}}}"


_SENT = _of("pulseworks_post_lateness_seconds_count")
_SENT_IN_TIME = _of("pulseworks_post_lateness_seconds_bucket", 'le="60.0"')
_OVERDUE = _of("pulseworks_posts_missed_total", 'cause="overdue"')
_UNKNOWN = _of("pulseworks_deliveries_total", 'status="unknown"')
_SETTLED = _of("pulseworks_deliveries_total", 'status=~"published|failed|unknown"')
_UNANSWERED = _of("pulseworks_posts_unanswered_total")
_ENDED = _of("pulseworks_gateway_request_seconds_count", 'outcome=~"answered|failed"')
_FAILED = _of("pulseworks_gateway_request_seconds_count", 'outcome="failed"')
_READ = _of("pulseworks_gateway_request_seconds_count", 'operation="read", outcome="answered"')
_READ_FAST = _of("pulseworks_gateway_request_seconds_bucket", 'operation="read", outcome="answered", le="0.5"')

LEVELS = (
    ServiceLevel(
        "posts_on_time",
        "PostsNotOnTime",
        "More posts go out late than the service level allows.",
        0.995,
        5,
        events=_increase(_SENT, _OVERDUE),
        errors=f"{_increase(_SENT, _OVERDUE)} - {_increase(_SENT_IN_TIME)}",
    ),
    ServiceLevel(
        "posts_accounted_for",
        "PostsNotAccountedFor",
        "More posts have no known outcome than the service level allows.",
        0.999,
        3,
        events=_increase(_SETTLED, _UNANSWERED),
        errors=_increase(_UNKNOWN, _UNANSWERED),
    ),
    ServiceLevel(
        "api_available",
        "ApiFails",
        "More requests fail than the service level allows.",
        0.999,
        20,
        events=_increase(_ENDED),
        errors=_increase(_FAILED),
    ),
    ServiceLevel(
        "api_fast",
        "ApiSlow",
        "More requests that read are slow than the service level allows.",
        0.99,
        50,
        events=_increase(_READ),
        errors=f"{_increase(_READ)} - {_increase(_READ_FAST)}",
    ),
)


def _record(name: str, expression: str, level: ServiceLevel | None = None) -> dict[str, Any]:
    rule: dict[str, Any] = {"record": name, "expr": expression}
    return rule if level is None else {**rule, "labels": {"slo": level.name}}


def _burn_rate(window: str) -> dict[str, Any]:
    # without events there is no rate: 0 / 0 is no error, and not a good hour either
    share = f"slo:errors:increase{window} / (slo:events:increase{window} > 0)"
    return _record(f"slo:burn_rate:ratio{window}", f"{share} / on (slo) group_left () slo:error_budget:ratio")


def _measured() -> Iterator[dict[str, Any]]:
    for level in LEVELS:
        yield _record("slo:error_budget:ratio", f"vector({round(1 - level.objective, 6)})", level)
        for window in _MEASURED:
            yield _record(f"slo:events:increase{window}", level.query("events", window), level)
            yield _record(f"slo:errors:increase{window}", level.query("errors", window), level)
    yield from map(_burn_rate, _MEASURED)


def _summed() -> Iterator[dict[str, Any]]:
    for window in _SUMMED:
        for part in ("events", "errors"):
            yield _record(f"slo:{part}:increase{window}", f"sum_over_time(slo:{part}:increase1h[{window}:1h])")
        yield _burn_rate(window)
    yield _record("slo:error_budget_left:ratio", f"1 - slo:burn_rate:ratio{WINDOW}")


def _alerts() -> Iterator[dict[str, Any]]:
    for level in LEVELS:
        for severity, burns in BURNS.items():
            yield {
                "alert": level.alert,
                "expr": "\nor\n".join(_burns(level, burn) for burn in burns),
                # posts come in bursts: between two of them the short window is empty
                "keep_firing_for": "15m",
                "labels": {"severity": severity},
                "annotations": {"summary": level.summary, "runbook": f"{RUNBOOK}#{level.alert.lower()}"},
            }


def _burns(level: ServiceLevel, burn: Burn) -> str:
    own = f'{{slo="{level.name}"}}'
    return (
        f"(slo:burn_rate:ratio{burn.long}{own} > {burn.rate} and slo:burn_rate:ratio{burn.short}{own} > {burn.rate}"
        f" and slo:errors:increase{burn.long}{own} >= {level.least_errors})"
    )


def groups() -> list[dict[str, Any]]:
    return [
        {"name": "pulseworks-service-levels", "rules": list(_measured())},
        {"name": "pulseworks-service-levels-long", "interval": "5m", "rules": list(_summed())},
        {"name": "pulseworks-service-level-alerts", "rules": list(_alerts())},
    ]


def recorded() -> set[str]:
    """Return the names of the recorded series, each with the labels `namespace` and `slo`."""
    return {rule["record"] for group in groups() for rule in group["rules"] if "record" in rule}


# Writes texts of several lines as blocks.
_Dumper: Any = type("_Dumper", (yaml.SafeDumper,), {})
_Dumper.add_representer(
    str,
    lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None),
)


def written() -> str:
    """Return the file of the PrometheusRule."""
    rule = {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PrometheusRule",
        "metadata": {"name": "pulseworks-service-levels"},
        "spec": {"groups": groups()},
    }
    text: str = yaml.dump(rule, Dumper=_Dumper, sort_keys=False, width=1000)
    return "# Written by `make service-levels` from monitoring/service_levels.py.\n" + text


if __name__ == "__main__":
    RULES.write_text(written(), encoding="utf-8")
