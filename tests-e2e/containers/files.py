"""What `.env.example` and `docker-compose.yml` say, and which settings the services have."""

import importlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from common.runtime.settings import DatabaseSettings, MigrationSettings, ProcessSettings

ROOT = Path(__file__).parents[2]
SERVICES = ("gateway", "identity", "billing", "content", "scheduler", "publisher")
_ENTRY = re.compile(r"^(?P<text>(?:# .*\n)+)(?P<off>#?)(?P<name>[A-Z0-9_]+)=(?P<value>.*)$", re.MULTILINE)
_TEXT = re.compile(r"(?P<who>[a-z, ]+): (?P<meaning>.*?)(?P<required>Required\.)?(?:Default: (?P<default>.*)\.)?")
_VARIABLE = re.compile(r"\$\{([A-Z0-9_]+)")


@dataclass(frozen=True)
class Entry:
    """A variable of `.env.example`. `default` is None for a required one."""

    name: str
    who: frozenset[str]
    meaning: str
    value: str
    default: str | None


def entries() -> Iterator[Entry]:
    """Yield the variables of `.env.example`. Raises ValueError for one that is not described as its head says."""
    for found in _ENTRY.finditer((ROOT / ".env.example").read_text(encoding="utf-8")):
        text = " ".join(line.removeprefix("# ") for line in found["text"].splitlines())
        described = _TEXT.fullmatch(text)
        if described is None or bool(described["required"]) is (described["default"] is not None):
            raise ValueError(
                f"{found['name']}: say who needs it, what it means, and its default or that it is required"
            )
        default = described["default"]
        yield Entry(
            name=found["name"],
            who=frozenset(described["who"].split(", ")),
            meaning=described["meaning"].strip(),
            value=found["value"],
            default="" if default == "none" else default,
        )


def settings_of(service: str) -> type[ProcessSettings]:
    (found,) = (
        value
        for value in vars(importlib.import_module(f"{service}.settings")).values()
        if isinstance(value, type) and value.__module__ == f"{service}.settings" and issubclass(value, ProcessSettings)
    )
    return found


def users() -> Mapping[str, frozenset[str]]:
    """Return the services that read each variable, by its name."""
    found: dict[str, set[str]] = {}
    for service in SERVICES:
        for field in settings_of(service).model_fields:
            found.setdefault(field.upper(), set()).add(service)
    for field in MigrationSettings.model_fields.keys() - DatabaseSettings.model_fields.keys():
        found.setdefault(field.upper(), set()).add("migrate")
    return {name: frozenset(services) for name, services in found.items()}


def compose() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    return content


def compose_variables() -> frozenset[str]:
    """Return the variables that docker-compose.yml itself reads."""
    return frozenset(_VARIABLE.findall((ROOT / "docker-compose.yml").read_text(encoding="utf-8")))
