"""Dashboards and the documented metrics are those that the processes export."""

import importlib
import json
import pkgutil
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import dashboard_files
import httpx2
import pytest
import service_levels
from common.http.request_context import _request_seconds
from prometheus_client import REGISTRY
from prometheus_client.metrics import MetricWrapperBase
from sandbox.stack.stack import Stack
from sandbox.stack.wiring import OPERATIONS, SERVICES

ROOT = Path(__file__).parents[2]
PACKAGES = ("common", *SERVICES)
# What Prometheus adds to each series.
TARGET_LABELS = {"namespace", "pod", "le"}
SUFFIXES = {"counter": ("",), "gauge": ("",), "histogram": ("_bucket", "_count", "_sum")}
SERIES = re.compile(r"([a-z_:][a-z0-9_:]*)\{([^}]*)\}")
GROUPING = re.compile(r"by \(([^)]*)\)")


async def scrape(stack: Stack) -> dict[str, str]:
    """Return the type of each metric that the six processes export, by its name."""
    found: dict[str, str] = {}
    async with httpx2.AsyncClient() as http:
        for service in SERVICES:
            url = stack.wiring.url(OPERATIONS if service == "gateway" else service)
            text = (await http.get(f"{url}/metrics")).raise_for_status().text
            found |= dict(re.findall(r"^# TYPE (\S+) (\S+)$", text, re.MULTILINE))
    return {name: type_ for name, type_ in found.items() if not name.endswith("_created")}


@cache
def labels() -> dict[str, set[str]]:
    """Return the labels of our own metrics: a metric without a value yet exports none."""
    for package in PACKAGES:
        for module in pkgutil.walk_packages(importlib.import_module(package).__path__, f"{package}."):
            if not re.search(r"__main__|[.]migrations|alembic", module.name):
                importlib.import_module(module.name)
    _request_seconds(REGISTRY)  # it is made with the application
    found: dict[str, set[str]] = {}
    for collector, names in REGISTRY._collector_to_names.items():
        if isinstance(collector, MetricWrapperBase):
            found |= {name: set(collector._labelnames) for name in names}
    return found | {name: {"slo"} for name in service_levels.recorded()}


@pytest.mark.asyncio(loop_scope="session")
async def test_the_table_of_metrics_is_what_the_processes_export(stack: Stack) -> None:
    table = (ROOT / "docs" / "operations.md").read_text()
    documented = {
        name: set(re.findall(r"`(\w+)`", cells))
        for name, cells in re.findall(r"^\| `((?:pulseworks|http)_\w+)` \|([^|]*)\|", table, re.MULTILINE)
    }
    exported = {name for name in await scrape(stack) if name.startswith(("pulseworks_", "http_"))}
    assert set(documented) == exported
    assert documented == {name: labels()[name] for name in documented}


@pytest.mark.asyncio(loop_scope="session")
async def test_dashboards_query_metrics_and_labels_that_exist(stack: Stack) -> None:
    series = {
        name + suffix: name for name, type_ in (await scrape(stack)).items() for suffix in SUFFIXES.get(type_, ())
    } | {name: name for name in service_levels.recorded()}
    for name in dashboard_files.ALL:
        dashboard = json.loads((dashboard_files.DASHBOARDS / f"{name}.json").read_text())
        for panel in dashboard["panels"]:
            for target in panel["targets"]:
                check(target["expr"], target["legendFormat"], series)


@pytest.mark.parametrize(
    "query",
    [
        'sum (rate(pulseworks_unknown_total{namespace=~"x"}[5m]))',
        'sum (rate(pulseworks_deliveries_total{state="failed"}[5m]))',
        "sum by (state) (rate(pulseworks_deliveries_total{}[5m]))",
        "pulseworks_consuming",
    ],
)
def test_an_unknown_name_or_label_is_found(query: str) -> None:
    with pytest.raises(AssertionError):
        check(query, "", {"pulseworks_deliveries_total": "pulseworks_deliveries_total"})


def check(query: str, legend: str, series: Mapping[str, str]) -> None:
    """Fail if a query uses a metric or a label that no process exports. Each of its metrics must have braces."""
    used = SERIES.findall(query)
    assert used, query
    known = set(TARGET_LABELS)
    for metric, matchers in used:
        assert metric in series, f"no process exports {metric}: {query}"
        own = labels().get(metric, set()) | TARGET_LABELS
        matched = set(re.findall(r"(\w+)\s*(?:=~|!~|!=|=)\s*\"", matchers))
        assert matched <= own, f"{metric} has no label {matched - own}: {query}"
        known |= own
    grouped = {label.strip() for group in GROUPING.findall(query) for label in group.split(",")}
    shown = set(re.findall(r"\{\{(\w+)\}\}", legend))
    assert grouped | shown <= known, query
    assert shown <= grouped, f"the legend shows a label that the query does not keep: {query}"


def test_the_files_of_the_dashboards_are_current() -> None:
    for name, panels in dashboard_files.ALL.items():
        file = dashboard_files.DASHBOARDS / f"{name}.json"
        assert file.read_text() == dashboard_files.written(name, panels), "run `make dashboards`"
