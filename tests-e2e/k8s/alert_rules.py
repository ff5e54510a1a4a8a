"""The rules of all PrometheusRules, and promtool's unit tests of them in `alerts/`."""

from pathlib import Path
from typing import Any

import yaml

from . import rendering as k8s

Rule = dict[str, Any]

CASES = Path(__file__).with_name("alerts")


def prometheus_rules() -> dict[str, list[dict[str, Any]]]:
    """Return the groups of each PrometheusRule, by its name."""
    found = k8s.of_kind(k8s.overlay("production"), "PrometheusRule")
    return {name: rule["spec"]["groups"] for name, rule in found.items()}


def rules() -> list[Rule]:
    return [rule for groups in prometheus_rules().values() for group in groups for rule in group["rules"]]


def alerts() -> list[Rule]:
    """Return the alerts. An alert can have two rules that differ in their severity."""
    return [rule for rule in rules() if "alert" in rule]


def cases() -> dict[str, dict[str, Any]]:
    """Return promtool's test files by name, with the annotations that each alert has by its rule."""
    annotations = {rule["alert"]: rule["annotations"] for rule in alerts()}
    files = {file.name: yaml.safe_load(file.read_text(encoding="utf-8")) for file in sorted(CASES.glob("*.yaml"))}
    for file in files.values():
        for test in file["tests"]:
            for case in test.get("alert_rule_test", []):
                for expected in case.get("exp_alerts", []):
                    expected["exp_annotations"] = annotations.get(case["alertname"], {})
    return files
