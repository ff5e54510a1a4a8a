"""Alerts and scalers use metrics, labels and values that the processes export, and every alert has its test cases."""

import importlib
import re
from collections.abc import Iterator
from functools import cache

import pytest
import service_levels
from common.http.request_context import _request_seconds
from common.runtime.settings import offline_settings
from prometheus_client import REGISTRY
from prometheus_client.metrics import MetricWrapperBase

from . import alert_rules
from . import rendering as k8s
from .test_settings import SETTINGS

# What Prometheus, the PodMonitor and the rules add to our series.
TARGET_LABELS = {"namespace", "pod", "job", "app_kubernetes_io_name", "le"}
SERIES = re.compile(r"\b((?:pulseworks|http)_[a-z_]+)\{([^}]*)\}")
RECORDED = re.compile(r"\bslo:[a-z_]+:[a-z0-9]+\b")
MATCHER = re.compile(r'(\w+)\s*(=~|!~|!=|=)\s*"([^"]*)"')


@cache
def exported() -> dict[str, MetricWrapperBase]:
    """Return the metrics of all processes by the names of their series."""
    for service in SETTINGS:
        importlib.import_module(f"{service}.worker")
        importlib.import_module(f"{service}.api")
    _request_seconds(REGISTRY)  # it is made with the application
    return {
        name: collector
        for collector, names in REGISTRY._collector_to_names.items()
        if isinstance(collector, MetricWrapperBase)
        for name in names
    }


async def tables() -> set[str]:
    found: set[str] = set()
    for service in set(SETTINGS) - {"gateway"}:
        cli = importlib.import_module(f"{service}.__main__").service
        context = cli.create_context(offline_settings(cli.settings, dict(cli.offline())))
        found |= {loop.table.qualified for loop in cli.create_worker(context).loops}
        await context.close()
    return found


def expressions() -> Iterator[str]:
    """Yield the PromQL of the rules and of the scalers."""
    for rule in alert_rules.rules():
        yield rule["expr"]
    for scaler in k8s.of_kind(k8s.overlay("production"), "ScaledObject").values():
        yield scaler["spec"]["triggers"][1]["metadata"]["query"]


def check(expression: str, known_tables: set[str]) -> None:
    """Fail if PromQL names a metric, a label or a value that no process exports."""
    named = re.findall(r"\b(?:pulseworks|http)_[a-z_]+\b", re.sub(r'"[^"]*"', "", expression))
    series = SERIES.findall(expression)
    assert sorted(named) == sorted(name for name, _ in series), f"a metric without braces: {expression}"
    assert set(RECORDED.findall(expression)) <= service_levels.recorded(), expression
    for name, matchers in series:
        assert name in exported(), f"no process exports {name}: {expression}"
        for label, operator, pattern in MATCHER.findall(matchers):
            assert label in TARGET_LABELS | set(exported()[name]._labelnames), f"{name} has no label {label}"
            wanted = pattern.replace("\\\\", "\\")
            regex = wanted if "~" in operator else re.escape(wanted)
            # what Prometheus adds, and the routes and statuses of requests, which exist once there are some
            if name.startswith("http_") or label in TARGET_LABELS - {"le"}:
                continue
            for alternative in regex.split("|"):
                values = known_tables if label == "table" else values_of(name, label)
                assert any(re.fullmatch(alternative, value) for value in values), f"{name}: no {label}={alternative}"


def values_of(name: str, label: str) -> set[str]:
    return {
        sample.labels[label]
        for metric in exported()[name].collect()
        for sample in metric.samples
        if sample.name == name and label in sample.labels
    }


async def test_metrics_labels_and_values_of_alerts_and_scalers_exist() -> None:
    known = await tables()
    found = list(expressions())
    assert len(found) > 100
    for expression in found:
        check(expression, known)


@pytest.mark.parametrize(
    "expression",
    [
        'sum(pulseworks_unheard_of_total{namespace="pulseworks"})',
        'sum(pulseworks_deliveries_total{state="failed"})',
        'sum(pulseworks_deliveries_total{status=~"failed|lost"})',
        'max(pulseworks_due_rows{table=~"publisher[.]deliveries"})',
        'sum(pulseworks_post_lateness_seconds_bucket{le="61.0"})',
        "max(pulseworks_consuming)",
        "slo:burn_rate:ratio4d",
    ],
)
def test_a_name_or_a_value_that_does_not_exist_is_found(expression: str) -> None:
    with pytest.raises(AssertionError):
        check(expression, {"publisher.delivery"})


def test_every_alert_has_a_case_in_which_it_fires_and_one_in_which_it_is_silent() -> None:
    fires: set[tuple[str, str]] = set()
    silent: set[str] = set()
    for file in alert_rules.cases().values():
        for test in file["tests"]:
            for case in test.get("alert_rule_test", []):
                expected = case.get("exp_alerts", [])
                fires |= {(case["alertname"], alert["exp_labels"]["severity"]) for alert in expected}
                silent |= set() if expected else {case["alertname"]}
    alerts = {(rule["alert"], rule["labels"]["severity"]) for rule in alert_rules.alerts()}
    assert len(alerts) == len(alert_rules.alerts())
    assert fires == alerts
    assert silent == {alert for alert, _ in alerts}


def test_the_rules_of_the_service_levels_are_current() -> None:
    assert service_levels.RULES.read_text(encoding="utf-8") == service_levels.written(), "run `make service-levels`"


def test_the_documented_service_levels_are_those_of_the_rules() -> None:
    page = (k8s.ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    text = " ".join(page.split())
    for level in service_levels.LEVELS:
        row = next(line for line in page.splitlines() if line.startswith(f"| `{level.name}` |"))
        assert f"| {level.objective * 100:g} % |" in row
        assert f"| {level.least_errors} |" in row
        for part in ("errors", "events"):
            assert " ".join(level.query(part, service_levels.WINDOW).split()) in text, (level.name, part)
