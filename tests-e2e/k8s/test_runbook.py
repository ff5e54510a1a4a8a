"""k8s/README.md says what to do for each alert, with commands that exist; alerts use metrics that exist."""

import importlib
import re

import typer
from common.runtime.settings import offline_settings
from prometheus_client import REGISTRY
from typer.core import TyperGroup

from . import rendering as k8s
from .test_settings import README, SETTINGS

ALERTS = {
    rule["alert"]: rule
    for resource in k8s.of_kind(k8s.overlay("production"), "PrometheusRule").values()
    for group in resource["spec"]["groups"]
    for rule in group["rules"]
}


def test_every_alert_has_a_section_and_every_section_an_alert() -> None:
    sections = re.findall(r"^### (\w+)$", README.partition("\n## Alerts\n")[2], re.MULTILINE)
    assert sections == sorted(set(sections), key=sections.index)
    assert set(sections) == set(ALERTS)
    for name, rule in ALERTS.items():
        assert rule["annotations"]["runbook"] == f"k8s/README.md#{name.lower()}"
        assert rule["labels"]["severity"] in {"page", "ticket"}


def test_alerts_and_scalers_use_metrics_that_the_processes_have() -> None:
    for service in SETTINGS:
        importlib.import_module(f"{service}.worker")
        importlib.import_module(f"{service}.api")
    exported = {name for names in REGISTRY._collector_to_names.values() for name in names}
    texts = [rule["expr"] for rule in ALERTS.values()]
    texts += [str(scaler["spec"]) for scaler in k8s.of_kind(k8s.overlay("production"), "ScaledObject").values()]
    used = {name for text in texts for name in re.findall(r"\bpulseworks_[a-z_]+", text)}
    assert len(used) > 10
    assert sorted(used - exported) == []


async def test_scalers_and_alerts_name_tables_that_exist() -> None:
    tables: set[str] = set()
    for service in set(SETTINGS) - {"gateway"}:
        cli = importlib.import_module(f"{service}.__main__").service
        context = cli.create_context(offline_settings(cli.settings, dict(cli.offline())))
        tables |= {loop.table.qualified for loop in cli.create_worker(context).loops}
        await context.close()
    patterns = {
        pattern.replace("\\\\", "\\")
        for rule in ALERTS.values()
        for pattern in re.findall(r'table=~?"([^"]+)"', rule["expr"])
    }
    for scaler in k8s.of_kind(k8s.overlay("production"), "ScaledObject").values():
        query = scaler["spec"]["triggers"][1]["metadata"]["query"]
        patterns |= {pattern.replace("\\\\", "\\") for pattern in re.findall(r'table=~"([^"]+)"', query)}
    assert len(patterns) > 5
    for pattern in patterns:
        assert any(re.fullmatch(pattern, table) for table in tables), pattern


def test_every_command_of_ours_exists() -> None:
    commands = set(re.findall(r"python -m ((?:common\.)?\w+)((?: [a-z][a-z-]+)*)", README))
    assert len(commands) >= 8
    for module, words in commands:
        group = typer.main.get_command(importlib.import_module(f"{module}.__main__").app)
        for word in words.split():
            assert isinstance(group, TyperGroup), f"python -m {module}{words}"
            assert word in group.commands, f"python -m {module}{words}"
            group = group.commands[word]


def test_names_in_commands_are_those_of_the_manifests() -> None:
    manifests = k8s.overlay("production")
    names = {manifest["metadata"]["name"] for manifest in manifests}
    used = set(re.findall(r"(?:deploy|svc|job|externalsecret|service)[/ ]([a-z]+(?:-[a-z]+)*)(?=[\s`])", README))
    assert {name for name in used if name.partition("-")[0] in SETTINGS} <= names
    services = {name for name in re.findall(r"deploy/([\w-]+)", README) if not name.startswith("<")}
    assert services <= set(k8s.of_kind(manifests, "Deployment"))
