"""k8s/README.md says what to do for each alert, with commands that exist."""

import importlib
import re

import typer
from typer.core import TyperGroup

from . import alert_rules
from . import rendering as k8s
from .test_settings import README, SETTINGS

SECTIONS: dict[str, str] = dict(
    re.findall(r"^### (\w+)\n(.*?)(?=^### |\Z)", README.partition("\n## Alerts\n")[2], re.MULTILINE | re.DOTALL)
)


def test_every_alert_has_a_section_and_every_section_an_alert() -> None:
    assert set(SECTIONS) == {rule["alert"] for rule in alert_rules.alerts()}
    for rule in alert_rules.alerts():
        assert rule["annotations"]["runbook"] == f"k8s/README.md#{rule['alert'].lower()}"
        assert rule["labels"]["severity"] in {"page", "ticket"}


def test_every_section_says_what_the_alert_means_where_to_look_and_what_to_do() -> None:
    for name, section in SECTIONS.items():
        parts = re.findall(r"^\*\*(\w+(?: \w+)?):\*\*", section, re.MULTILINE)
        assert parts == ["Customers", "Look", "Do"], name
        assert "`" in section.partition("**Look:**")[2].partition("**Do:**")[0], f"{name}: Look has no command"


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
